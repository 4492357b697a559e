package lessons

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"lockstep/kernel/kerneltest"
	"lockstep/kernel/notebook"
)

// A learner who runs a lesson sees what its author saw, each time: runs in kernels
// of their own show what the file shows. The English lessons have the same code as
// the Chinese ones, so they are run once.
func TestLessonsShowTheSameEachTime(t *testing.T) {
	eachLesson(t, func(t *testing.T, path string, book *notebook.Notebook) {
		t.Parallel()
		runs := 2
		if strings.HasPrefix(filepath.ToSlash(path), "en/") {
			runs = 1
		}
		for range runs {
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

// What a lesson says must not hang on its seeds: with others no cell fails, not
// those either that check what has been shown. The code of the other language is
// the same.
func TestLessonsHoldWithOtherSeeds(t *testing.T) {
	t.Parallel()
	for seed := 1; seed <= 3; seed++ {
		cmd := exec.CommandContext(t.Context(), kerneltest.Binary(t), "test", "--seed", strconv.Itoa(seed), "zh")
		if output, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("seed %d: %v\n%s", seed, err, output)
		}
	}
}
