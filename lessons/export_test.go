package lessons

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lockstep/kernel/export"
	"lockstep/kernel/notebook"
)

// TestEveryLessonIsAProgram builds all lessons as plain Go programs, in one
// module so that what they share is built once, and compares what they print. The
// programs wait much and work little, so they run side by side.
func TestEveryLessonIsAProgram(t *testing.T) {
	module := t.TempDir()
	paths := paths(t)
	t.Run("export", func(t *testing.T) {
		for _, path := range paths {
			t.Run(filepath.ToSlash(path), func(t *testing.T) {
				t.Parallel()
				if err := export.Export(export.Options{Notebook: path, Folder: filepath.Join(module, programName(path))}); err != nil {
					t.Fatal(err)
				}
			})
		}
	})
	if t.Failed() {
		return
	}
	for _, path := range paths {
		for _, name := range []string{"go.mod", "go.sum"} {
			if err := os.Rename(filepath.Join(module, programName(path), name), filepath.Join(module, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	programs := filepath.Join(module, "programs")
	// Without what debuggers want to know, linking takes half of the time.
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", programs+string(filepath.Separator), "./...")
	build.Dir = module
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Run("run", func(t *testing.T) {
		for _, path := range paths {
			t.Run(filepath.ToSlash(path), func(t *testing.T) {
				t.Parallel()
				out, err := exec.Command(filepath.Join(programs, programName(path))).Output()
				if err != nil {
					t.Fatal(err)
				}
				if want := printed(t, read(t, path)); !want.Match(out) {
					t.Errorf("the program prints\n%s\nwant\n%s", out, want)
				}
			})
		}
	})
}

// programName is what the program of a lesson is called, which tells the languages
// apart.
func programName(path string) string {
	return strings.ReplaceAll(strings.TrimSuffix(filepath.ToSlash(path), ".ipynb"), "/", "-")
}

// seeded are the cells that show what a seed decides, or the steps of a simulation
// and their places. In a cell a simulation may switch at each use of a shared
// variable too, so there the steps are others than in a program; and a place is
// called In[3]:4 there, main.go:40 here.
var seeded = []string{
	"three-work", "three-timeline", "count-three", "thread-2-check", "thread-3-check",
	"contention-orders", "ask-timeline", "differ-3-check",
	"fetch-timeline", "cut-timeline", "share-timeline", "multithread-2-check",
	"start-timeline",
	"ten-threads", "too-early", "bare-counts", "explore-bare", "memory-2-check", "memory-3-check",
	"without-join", "with-join", "with-join-timeline", "long-timeline", "house-timeline",
	"spooled-timeline", "os-2-check", "pipeline-run", "threads-timeline",
	"lost-counts", "lost-replay", "gil-2-check",
	"pipeline-timeline", "app-2-check", "app-3-check",
	"three-writers", "mixed-seeds", "whole-seeds", "one-without", "lost-update", "thousand-seeds", "mutex-2-check", "mutex-3-check",
	"with-lock", "join-later", "timeline-lock", "cost-timeline",
	"wait-for-graph", "timeline", "thousand", "explore-f-and-g", "one-lock-proof", "two-recursive-random", "ordered", "warning",
	"deadlock-2-check", "deadlock-3-check", "deadlock-4-check",
	"five-clients", "explore-sold", "turned-away", "semaphore-2-check", "semaphore-3-check",
	"three-clients", "three-clients-timeline", "event-1-check", "event-4-check",
	"codes-timeline", "breakfast-timeline", "timer-3-check",
	"model-timeline", "socket-4-check",
	"menu-timeline", "with-map", "with-as-completed", "with-callback",
	"two-cooks-timeline", "queue-2-check", "queue-3-check",
	"side-by-side", "sizes-timeline", "producer-2-check",
	"writers-explored", "communicate-2-check", "both-wait-graph", "ipc-4-check",
	"workers-times", "workers-timeline", "bounded", "all-in-sim", "project-1-check", "project-2-check",
	"first-run",
}

// printed is what a program of the notebook prints: the texts of its cells, with
// anything in place of those that show the real world.
func printed(t *testing.T, book *notebook.Notebook) *regexp.Regexp {
	t.Helper()
	var want strings.Builder
	want.WriteString(`(?s)\A`)
	for _, cell := range book.Cells {
		if cell.HasTag(ignored, skipped) || slices.Contains(seeded, cell.ID) {
			want.WriteString(`.*`)
			continue
		}
		for _, output := range cell.Outputs {
			switch output := output.(type) {
			case *notebook.Stream:
				if output.Name == "stdout" {
					want.WriteString(regexp.QuoteMeta(output.Text))
				}
			case *notebook.DisplayData:
				want.WriteString(regexp.QuoteMeta(plain(output.Data)))
			case *notebook.ExecuteResult:
				want.WriteString(regexp.QuoteMeta(plain(output.Data)))
			}
		}
	}
	want.WriteString(`\z`)
	return regexp.MustCompile(want.String())
}

func plain(data notebook.Bundle) string {
	text, _ := data.Text("text/plain")
	return text + "\n"
}
