package lessons

import (
	"os"
	"path/filepath"
	"testing"

	"lockstep/kernel/kerneltest"
	"lockstep/kernel/notebook"
	"lockstep/kernel/run"
)

func TestMain(m *testing.M) { os.Exit(kerneltest.Main(m)) }

// ignored is the tag of a cell that shows the real world, whose output differs
// from run to run.
const ignored = "nbval-ignore-output"

// skipped is the tag of a cell that needs somebody at the keyboard, and is not run
// where there is nobody.
const skipped = "nbval-skip"

// eachLesson runs a subtest for every notebook.
func eachLesson(t *testing.T, test func(t *testing.T, path string, book *notebook.Notebook)) {
	t.Helper()
	for _, path := range paths(t) {
		t.Run(filepath.ToSlash(path), func(t *testing.T) { test(t, path, read(t, path)) })
	}
}

func paths(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("*", "*.ipynb"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no lessons: %v", err)
	}
	return paths
}

func read(t *testing.T, path string) *notebook.Notebook {
	t.Helper()
	book, err := notebook.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// execute runs all cells in a new kernel and returns the notebook with what they
// showed. A cell that fails fails the test.
func execute(t *testing.T, path string) *notebook.Notebook {
	t.Helper()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	executed := filepath.Join(t.TempDir(), filepath.Base(path))
	if err := run.Run(t.Context(), run.Options{
		Notebook: path,
		Output:   executed,
		Timeout:  kerneltest.Patience,
		Kernel:   []string{kerneltest.Binary(t), "serve", "-f", "{connection_file}"},
		Stdin:    null,
		Stdout:   null,
	}); err != nil {
		t.Fatal(err)
	}
	return read(t, executed)
}

// outputs is what a cell shows, as a notebook file has it.
func outputs(t *testing.T, cell *notebook.Cell) string {
	t.Helper()
	shown := notebook.Notebook{Minor: 5, Cells: []*notebook.Cell{
		{Type: notebook.Code, ID: cell.ID, ExecutionCount: cell.ExecutionCount, Outputs: cell.Outputs},
	}}
	text, err := shown.Encode()
	if err != nil {
		t.Fatalf("cell %s: %v", cell.ID, err)
	}
	return string(text)
}
