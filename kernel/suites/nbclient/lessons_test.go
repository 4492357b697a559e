package nbclient_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lockstep/kernel/jupytertest"
	"lockstep/kernel/notebook"
)

// TestLessonsRun executes every lesson from an empty session, as
// `jupyter execute` does for anyone. The English lessons have the same code.
func TestLessonsRun(t *testing.T) {
	jupyter := jupytertest.Installed(t)
	folder := jupytertest.Lessons(t)
	paths, err := filepath.Glob(filepath.Join(folder, "zh", "*.ipynb"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no lessons in %s: %v", folder, err)
	}
	for _, path := range paths {
		name, err := filepath.Rel(folder, path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			written, err := notebook.Read(path)
			if err != nil {
				t.Fatal(err)
			}
			// A cell with that tag asks a person.
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
			defer cancel()
			cmd := jupyter.Command(ctx, "jupyter", "execute", "--inplace", "--timeout=120",
				"--NbClientApp.skip_cells_with_tag=nbval-skip", path)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("jupyter execute: %v\n%s", err, out)
			}
			executed, err := notebook.Read(path)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, executed, written)
		})
	}
}

// compare compares which cells ran, and whether they show anything, with what
// the lesson was written with.
func compare(t *testing.T, got, want *notebook.Notebook) {
	t.Helper()
	if len(got.Cells) != len(want.Cells) {
		t.Fatalf("%d cells came back, want %d", len(got.Cells), len(want.Cells))
	}
	ran := 0
	for i, cell := range want.Cells {
		if cell.Type != notebook.Code || cell.HasTag("nbval-skip") || strings.TrimSpace(cell.Source) == "" {
			continue
		}
		ran++
		if got.Cells[i].ExecutionCount != ran {
			t.Errorf("cell %s has the execution count %d, want %d", cell.ID, got.Cells[i].ExecutionCount, ran)
		}
		if len(cell.Outputs) > 0 && len(got.Cells[i].Outputs) == 0 {
			t.Errorf("cell %s shows nothing", cell.ID)
		}
	}
}
