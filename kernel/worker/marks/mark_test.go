package marks_test

import (
	"testing"

	"lockstep/kernel/worker/marks"
)

func TestMarksComeApartAgain(t *testing.T) {
	for _, want := range [][3]int{{0, 1, 1}, {12, 3, 40}, {1 << 30, 65535, 4095}} {
		function, line, column := marks.Parts(marks.Mark(want[0], want[1], want[2]))
		if got := [3]int{function, line, column}; got != want {
			t.Errorf("%v became %v", want, got)
		}
	}
	if _, line, column := marks.Parts(marks.Mark(7, 1_000_000, 1_000_000)); line != 65535 || column != 4095 {
		t.Errorf("a place too large became %d:%d", line, column)
	}
}
