package lessons

import (
	"testing"

	"lockstep/kernel/notebook"
)

// A learner who runs a lesson sees what its author saw, each time: two runs, in
// kernels of their own, show what the file shows.
func TestLessonsShowTheSameEachTime(t *testing.T) {
	eachLesson(t, func(t *testing.T, path string, book *notebook.Notebook) {
		t.Parallel()
		for range 2 {
			for i, cell := range execute(t, path).Cells {
				if cell.HasTag(ignored) {
					continue
				}
				if got, want := outputs(t, cell), outputs(t, book.Cells[i]); got != want {
					t.Errorf("cell %s shows\n%s\nand the file has\n%s", cell.ID, got, want)
				}
			}
		}
	})
}
