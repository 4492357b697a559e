package engine

import (
	"fmt"
	"strings"

	"lockstep/kernel/cell"
	"lockstep/kernel/execution"
	"lockstep/kernel/link"
	"lockstep/kernel/supervisor"
)

// The colours of reports, as ANSI escapes that terminals and Jupyter both show.
const (
	bold  = "\x1b[1;31m"
	faint = "\x1b[36m"
	plain = "\x1b[0m"
)

// compileFailure reports all that is wrong with a cell.
func (e *Engine) compileFailure(n int, errs cell.Errors) *failure {
	f := &failure{Failure: execution.Failure{Name: execution.CompileError, Value: errs.Error()}}
	for _, d := range errs {
		f.Traceback = append(f.Traceback, fmt.Sprintf("%s%s%s: %s", faint, d.Place, plain, bold+d.Message+plain))
		in := d.Place.Cell
		if in == 0 {
			in = n
		}
		f.Traceback = append(f.Traceback, e.excerpt(in, d.Place.Line, d.Place.Column)...)
		if d.Hint != "" {
			f.Traceback = append(f.Traceback, "    "+d.Hint)
		}
	}
	return f
}

// excerpt is a source line and a caret, indented.
func (e *Engine) excerpt(n, line, column int) []string {
	source, caret := cell.Excerpt(e.source(n), line, column)
	if source == "" {
		return nil
	}
	return []string{"    " + source, "    " + bold + caret + plain}
}

// errorFailure reports an error of a cell that ran, or that the interpreter
// refused.
func (e *Engine) errorFailure(n int, err *link.Error) *failure {
	if err.Name == execution.Interrupted {
		f := interrupted()
		f.Traceback = append(f.Traceback, err.Notes...)
		return f
	}
	f := plainFailure(err.Name, err.Value)
	if err.Name == execution.CompileError && len(err.Frames) > 0 {
		f.Value = place(n, err.Frames[0]).String() + ": " + err.Value
	}
	f.Traceback = append(f.Traceback, err.Notes...)
	f.Traceback = append(f.Traceback, e.trace(n, err.Frames)...)
	return f
}

// trace shows where a cell was when it failed, innermost first. A function with
// deferred calls has several frames, and so has one that calls itself: they are
// shown as one, unless a line is known for each.
func (e *Engine) trace(n int, frames []link.Frame) []string {
	var lines []string
	last := ""
	for _, frame := range frames {
		name, key := functionName(frame.Function), fmt.Sprint(frame.Cell, functionBase(frame.Function))
		if !frame.Exact {
			// Only the function is known.
			if name == "" || key == last {
				continue
			}
			last = key
			line := "  in " + name
			if frame.Cell != n {
				line += fmt.Sprintf(" of %sIn[%d]%s", faint, frame.Cell, plain)
			}
			lines = append(lines, line)
			continue
		}
		last = key
		at := faint + place(n, frame).String() + plain
		if name != "" {
			at += " in " + name
		}
		lines = append(lines, "  "+at)
		lines = append(lines, e.excerpt(frame.Cell, frame.Line, frame.Column)...)
	}
	if len(lines) == 0 && len(frames) > 0 {
		lines = append(lines, fmt.Sprintf("  in a function literal of %sIn[%d]%s", faint, frames[0].Cell, plain))
	}
	return lines
}

// place names a frame's place; one in the cell at hand goes without its number.
func place(n int, frame link.Frame) cell.Place {
	p := cell.Place{Cell: frame.Cell, Line: frame.Line, Column: frame.Column}
	if p.Cell == n {
		p.Cell = 0
	}
	return p
}

// functionName is a function's name as its user wrote it, a method's as
// Type.Method, a literal's that of the function that it stands in; "" for the
// functions of our own that hold a cell's statements.
func functionName(lowered string) string {
	parts := strings.Split(strings.TrimPrefix(lowered, "main."), "ʹ")
	if len(parts) < 2 || parts[0] == "" {
		return ""
	}
	return strings.Join(parts[:len(parts)-1], ".") // without the number that makes it unique
}

// functionBase is a lowered function's name without what the interpreter adds for
// the literals in it: .func for each.
func functionBase(lowered string) string {
	for strings.HasSuffix(lowered, ".func") {
		lowered = strings.TrimSuffix(lowered, ".func")
	}
	return lowered
}

// plainFailure is a failure whose report is one line.
func plainFailure(name, value string) *failure {
	line := bold + name + plain + ": " + value
	return &failure{Failure: execution.Failure{Name: name, Value: value, Traceback: []string{line}}}
}

// interrupted reports that the user stopped the cell and nothing was lost.
func interrupted() *failure { return plainFailure(execution.Interrupted, "the cell was stopped") }

// diedFailure reports the end of the worker.
func (e *Engine) diedFailure(n int, died *supervisor.Died, lost []string) *failure {
	f := plainFailure(execution.WorkerDied, died.Reason)
	switch message, panicked := strings.CutPrefix(died.Reason, "panic: "); {
	case died.Cause == supervisor.Interrupted:
		f = interrupted()
	case panicked:
		f = plainFailure(execution.Panic, message)
	}
	f.died = died
	f.Traceback = append(f.Traceback, e.trace(n, died.Frames)...)
	kept := "The worker process was replaced. Imports, types and functions of earlier cells are kept"
	switch len(lost) {
	case 0:
		kept += "."
	case 1:
		kept += "; the variable " + lost[0] + " lost its value."
	default:
		kept += "; the variables " + enumerate(lost) + " lost their values."
	}
	f.Traceback = append(f.Traceback, kept)
	return f
}
