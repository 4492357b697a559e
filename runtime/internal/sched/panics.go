package sched

import (
	"fmt"
	"io"
	"path"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"

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
		if f.Function != "" && !internal(f) {
			lines = append(lines, fmt.Sprintf("%s (%s:%d)", f.Function, filepath.Base(f.File), f.Line))
		}
		if !more {
			break
		}
	}
	return lines
}

// folders are where the sources of the runtime and of the standard library are, for
// the compiler.
var folders = sync.OnceValue(func() (folders []string) {
	_, file, _, _ := runtime.Caller(0)
	folders = []string{path.Dir(path.Dir(path.Dir(file))) + "/"}
	standard, _ := runtime.FuncForPC(reflect.ValueOf(strings.ToUpper).Pointer()).FileLine(0)
	if root := path.Dir(path.Dir(standard)); root != "." {
		folders = append(folders, root+"/")
	}
	return folders
})

// internal reports whether a call is one of what runs the user's code.
func internal(f runtime.Frame) bool {
	// The tests of these packages are users of them.
	if strings.HasSuffix(f.File, "_test.go") {
		return false
	}
	for _, prefix := range []string{
		"runtime.", "reflect.", "iter.", "github.com/traefik/yaegi/", "lockstep/runtime/", "lockstep/kernel/",
	} {
		if strings.HasPrefix(f.Function, prefix) {
			return true
		}
	}
	// A function literal of ours is named after the function that the one around it
	// was inlined into.
	return slices.ContainsFunc(folders(), func(folder string) bool { return strings.HasPrefix(f.File, folder) })
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
