package sched

import (
	"fmt"
	"path/filepath"
	"runtime"
)

// Callers fills pcs for UserFrame with the calls that led to the caller's caller.
func Callers(pcs []uintptr) {
	n := runtime.Callers(3, pcs)
	clear(pcs[n:])
}

// UserFrame returns where the innermost call of the user's own code is, as
// "main.go:12"; empty if pcs has none.
func UserFrame(pcs []uintptr) string {
	for n := len(pcs); n > 0 && pcs[n-1] == 0; n-- {
		pcs = pcs[:n-1]
	}
	if len(pcs) == 0 {
		return ""
	}
	frames := runtime.CallersFrames(pcs)
	for {
		f, more := frames.Next()
		if f.Function != "" && !internal(f) {
			return fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
		}
		if !more {
			return ""
		}
	}
}
