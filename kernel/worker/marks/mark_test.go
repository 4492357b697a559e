package marks_test

import (
	"testing"

	"lockstep/kernel/worker/marks"
)

func TestMarksComeApartAgain(t *testing.T) {
	for _, want := range [][4]int{{1, 0, 1, 1}, {7, 12, 3, 40}, {131071, 1<<20 - 1, 16383, 4095}} {
		cell, function, line, column := marks.Parts(marks.Mark(want[0], want[1], want[2], want[3]))
		if got := [4]int{cell, function, line, column}; got != want {
			t.Errorf("%v became %v", want, got)
		}
	}
	if cell, function, line, column := marks.Parts(marks.Mark(1, 7, 1_000_000, 1_000_000)); cell != 1 || function != 7 || line != 16383 || column != 4095 {
		t.Errorf("a place too large became %d:%d", line, column)
	}
}
