package core

import (
	"reflect"
	"runtime"
	"strings"
	"sync"
)

// Panic is the built-in function panic.
func (c *Core) Panic(x any) {
	c.notePanic()
	panic(c.Box(x))
}

// IteratorMisuse panics as a range loop over a function does if that goes on
// after the loop's end.
func IteratorMisuse() {
	panic(runtimeError("range function continued iteration after function for loop body returned false"))
}

// NilDereference panics as Go does where a nil pointer is followed.
func NilDereference() { panic(nilDereference()) }

// runtimeError is a run-time error that Go itself can't be made to raise here. It
// holds what Go says after "runtime error: ".
type runtimeError string

func (e runtimeError) Error() string { return "runtime error: " + string(e) }

// RuntimeError makes it a runtime.Error.
func (runtimeError) RuntimeError() {}

// PanicValue is the value of a panic as Go would have it. What Go says by a
// runtime.Error the interpreter, which works through package reflect, says in
// other ways.
func PanicValue(value any) any {
	switch v := value.(type) {
	case *reflect.ValueError:
		if v.Kind == reflect.Invalid {
			return nilDereference()
		}
	case string:
		if raised := reflected(v); raised != nil {
			return raised
		}
	case runtime.Error:
		text := v.Error()
		if strings.HasSuffix(text, "allocation size out of range") {
			return makeSliceLen()
		}
		if t, ok := strings.CutPrefix(text, "hash of unhashable type: "); ok {
			return runtimeError("hash of unhashable type " + t)
		}
	}
	return value
}

// reflected is the run-time error behind the text of a panic in package reflect,
// nil if there is none.
func reflected(text string) error {
	if !strings.HasPrefix(text, "reflect") {
		return nil
	}
	has := func(part string) bool { return strings.Contains(text, part) }
	switch {
	case has("MakeSlice") && has("negative len"):
		return makeSliceLen()
	case has("MakeSlice"):
		return makeSliceCap()
	case has("Grow") && has("overflow"):
		return runtimeError("growslice: len out of range")
	case has("MakeChan"):
		return makeChanSize()
	case has("nil function"), has("nil interface"), has("using zero Value"):
		return nilDereference()
	case has("cannot convert slice with length"):
		return runtimeError(strings.TrimPrefix(text, "reflect: "))
	}
	return nil
}

// The errors that Go does raise, so that they are of its own types.
var (
	nilDereference = raised(func() { var p *[1]int; p[0]++ })
	makeSliceLen   = raised(func() { n := -1; _ = make([]int, n) })
	makeSliceCap   = raised(func() { n := -1; _ = make([]int, 0, n) })
	makeChanSize   = raised(func() { n := -1; _ = make(chan int, n) })
)

func raised(cause func()) func() error {
	return sync.OnceValue(func() (err error) {
		defer func() {
			err, _ = recover().(runtime.Error)
		}()
		cause()
		return nil
	})
}
