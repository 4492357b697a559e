package sched

import (
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"

	"lockstep/runtime/internal/render"
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

// ReportPanic writes that a panic has ended who: "thread P1". What can't be written
// is lost: there is nowhere else to say it. As in a crash of Go the further lines of
// a text are indented.
func ReportPanic(out io.Writer, who string, value any, frames []string) {
	var b strings.Builder
	fmt.Fprintf(&b, "panic in %s: %s\n", who, strings.ReplaceAll(render.PanicText(value), "\n", "\n\t"))
	for _, f := range frames {
		fmt.Fprintf(&b, "\t%s\n", f)
	}
	_, _ = io.WriteString(out, b.String())
}
