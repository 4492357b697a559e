package sched

import (
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"

	"lockstep/runtime/internal/scope"
)

// maxFrames bounds the trace of a panic.
const maxFrames = 16

// PanicFrames returns the user's frames of the panic of the given value that is
// being recovered, the innermost first, each as "main.task (file.go:12)", or as
// "In[3]:4" where a kernel knows. Frames of the Go runtime, of this one and of an
// interpreter are left out, so there may be none. It must be called by the deferred
// function.
func PanicFrames(value any) []string {
	if host, ok := scope.Current().Host.(scope.PanicPlacer); ok {
		return host.PanicPlaces(value)
	}
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	var lines []string
	for len(lines) < maxFrames {
		f, more := frames.Next()
		if f.Function != "" && !internal(f.Function) {
			lines = append(lines, fmt.Sprintf("%s (%s:%d)", f.Function, filepath.Base(f.File), f.Line))
		}
		if !more {
			break
		}
	}
	return lines
}

// internal reports whether a function belongs to what runs the user's code.
func internal(function string) bool {
	for _, prefix := range []string{
		"runtime.", "reflect.", "iter.", "github.com/traefik/yaegi/", "lockstep/runtime/", "lockstep/kernel/",
	} {
		if strings.HasPrefix(function, prefix) {
			// The tests of these packages are users of them.
			name, _, _ := strings.Cut(function[strings.LastIndexByte(function, '/')+1:], ".")
			return !strings.HasSuffix(name, "_test")
		}
	}
	return false
}

// PanicText returns the value of a panic as a crash shows it.
func PanicText(value any) (text string) {
	value = scope.PanicValue(value)
	defer func() {
		if recover() != nil { // a panic in its Error or String method
			text = fmt.Sprintf("a value of type %T", value)
		}
	}()
	switch v := value.(type) {
	case error:
		return v.Error()
	case fmt.Stringer:
		return v.String()
	case string:
		return v
	case bool, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, uintptr, float32, float64, complex64, complex128:
		return fmt.Sprintf("%T(%v)", v, v)
	}
	return fmt.Sprintf("%#v", value)
}

// ReportPanic writes that a panic has ended who: "thread P1". What can't be written
// is lost: there is nowhere else to say it.
func ReportPanic(out io.Writer, who string, value any, frames []string) {
	var b strings.Builder
	fmt.Fprintf(&b, "panic in %s: %s\n", who, PanicText(value))
	for _, f := range frames {
		fmt.Fprintf(&b, "\t%s\n", f)
	}
	_, _ = io.WriteString(out, b.String())
}
