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

// TestLessonsRun executes lessons from an empty session, as `jupyter execute` does for
// anyone: one with processes, one with threads, one that asks a person and one that
// simulates. What every lesson shows, nbval compares.
func TestLessonsRun(t *testing.T) {
	jupyter := jupytertest.Installed(t)
	folder := jupytertest.Lessons(t)
	for _, name := range []string{"05-creating-processes", "08-mutex", "18-thread-application", "26-deadlock-rlock"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(folder, "zh", name+".ipynb")
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
