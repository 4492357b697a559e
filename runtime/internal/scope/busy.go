package scope

import (
	"bytes"
	"regexp"
	"runtime/pprof"
)

var labelLine = regexp.MustCompile(`(?m)^# labels: .*"lockstep":"(\d+)"`)

// Busy returns the numbers of the cells in whose scopes goroutines run; of a
// caller that is inside a scope, that cell too. It stops the world for a moment,
// and costs some microseconds for each distinct stack.
func Busy() map[int]bool {
	byID := map[string]*Scope{}
	scopes.Range(func(_, s any) bool {
		byID[s.(*Scope).id] = s.(*Scope)
		return true
	})
	// The text form carries the labels and needs no decoder. Writing to a buffer
	// can't fail.
	var text bytes.Buffer
	_ = pprof.Lookup("goroutine").WriteTo(&text, 1)
	cells := map[int]bool{}
	for _, match := range labelLine.FindAllSubmatch(text.Bytes(), -1) {
		if s, ok := byID[string(match[1])]; ok {
			cells[s.Cell] = true
		}
	}
	return cells
}
