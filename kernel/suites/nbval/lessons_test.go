package nbval_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lockstep/kernel/jupytertest"
	"lockstep/kernel/notebook"
)

// TestLessonsReproduce runs `pytest --nbval` over the lessons: each cell must
// show again what the notebook shows.
func TestLessonsReproduce(t *testing.T) {
	jupyter := jupytertest.Installed(t)
	folder := jupytertest.Lessons(t)
	for _, language := range []string{"zh", "en"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
			defer cancel()
			args := []string{"--nbval", "--nbval-cell-timeout=120"}
			sanitize := filepath.Join(folder, "nbval-sanitize.cfg")
			if _, err := os.Stat(sanitize); err == nil {
				args = append(args, "--nbval-sanitize-with="+sanitize)
			}
			results := jupyter.Pytest(ctx, t, filepath.Join(folder, language), append(args, ".")...)
			for _, result := range results {
				if result.Failed != "" {
					t.Errorf("%s: %s", result.Name, result.Failed)
				}
			}
			if want := codeCells(t, filepath.Join(folder, language)); len(results) != want {
				t.Errorf("nbval ran %d cells, and the lessons have %d", len(results), want)
			}
		})
	}
}

// codeCells counts the code cells of the notebooks in the folder.
func codeCells(t *testing.T, folder string) int {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, path := range paths {
		book, err := notebook.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range book.Cells {
			if cell.Type == notebook.Code {
				n++
			}
		}
	}
	return n
}
