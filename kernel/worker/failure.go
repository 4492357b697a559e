package worker

import (
	"errors"
	"fmt"
	"go/scanner"
	"regexp"
	"strings"

	"lockstep/kernel/execution"
	"lockstep/kernel/link"
	"lockstep/kernel/worker/core"
	"lockstep/runtime/support"
)

// place is how the interpreter's messages begin that know where.
var place = regexp.MustCompile(`(?s)^In\[(\d+)\](?:@\d+)?:(\d+):(\d+): (.*)$`)

// cut takes the place off the beginning of a message.
func cut(message string) (rest string, frames []link.Frame) {
	match := place.FindSubmatch([]byte(message))
	if match == nil {
		return message, nil
	}
	return string(match[4]), []link.Frame{{Cell: atoi(match[1]), Line: atoi(match[2]), Column: atoi(match[3]), Exact: true}}
}

// interruption says that the user stopped a cell.
func interruption() *link.Error {
	return &link.Error{Name: execution.Interrupted, Value: "the cell was interrupted"}
}

// compileError says that the interpreter refuses a unit.
func compileError(err error) *link.Error {
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		value, frames := cut(err.Error())
		return &link.Error{Name: execution.CompileError, Value: value, Frames: frames}
	}
	failure := &link.Error{Name: execution.CompileError}
	var values []string
	for _, e := range list {
		value, frames := cut(e.Error())
		values = append(values, value)
		failure.Frames = append(failure.Frames, frames...)
	}
	failure.Value = strings.Join(values, "\n")
	return failure
}

// panicError describes a recovered panic as Go would.
func panicError(value any, frames []link.Frame) *link.Error {
	text, at := cut(goText(value))
	if len(at) > 0 {
		// The interpreter knows the very place, the trace only the function.
		if len(frames) > 0 {
			at[0].Function = frames[0].Function
			frames = frames[1:]
		}
		frames = append(at, frames...)
	}
	return &link.Error{Name: execution.Panic, Value: text, Frames: frames}
}

// goText is what Go says of a panic.
func goText(value any) string {
	value = core.PanicValue(value)
	text := support.PanicText(value)
	// Where lowered code panics by the interpreter's own panic, the value is
	// wrapped and its text is all there is to see.
	if err, ok := core.PanicValue(text).(error); ok {
		return err.Error()
	}
	return text
}

// places says for people where a panic of value went, the innermost call first.
func places(value any, frames []link.Frame) []string {
	frames = panicError(value, frames).Frames
	var list []string
	for _, f := range frames {
		name := plainName(strings.TrimPrefix(f.Function, "main."))
		if _, literal := functionNumber(f.Function); literal {
			name = "a function literal"
			if len(frames) > 1 && !f.Exact {
				continue // the others tell more
			}
		}
		switch {
		case f.Exact && name != "":
			list = append(list, fmt.Sprintf("In[%d]:%d:%d in %s", f.Cell, f.Line, f.Column, name))
		case f.Exact:
			list = append(list, fmt.Sprintf("In[%d]:%d:%d", f.Cell, f.Line, f.Column))
		case name != "":
			list = append(list, fmt.Sprintf("in %s of In[%d]", name, f.Cell))
		}
	}
	return list
}
