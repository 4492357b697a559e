package jupyterlab_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"lockstep/kernel/jupytertest"
	"lockstep/kernel/notebook"
)

// TestMutexLesson runs the lesson on the mutex as a learner does, and compares
// what the page shows with the outputs that the notebook came with.
func TestMutexLesson(t *testing.T) {
	lesson := filepath.Join("..", "..", "..", "lessons", "zh", "08-mutex.ipynb")
	page, cells := runLesson(t, jupytertest.Installed(t), lesson)
	page.screenshot(t, "08-mutex")

	book, err := notebook.Read(lesson)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, cell := range book.Cells {
		if cell.Type != notebook.Code {
			continue
		}
		if n == len(cells) {
			t.Fatalf("the page shows %d code cells, and the notebook has more", n)
		}
		n++
		if err := matches(cells[n-1], cell, n); err != nil {
			t.Errorf("cell %s: %v\n%s", cell.ID, err, cell.Source)
		}
	}
	if n == 0 || n != len(cells) {
		t.Errorf("the page shows %d code cells, the notebook has %d", len(cells), n)
	}
	for _, text := range page.consoleErrors(t) {
		t.Errorf("the browser's console shows the error %s", text)
	}
}

// matches says how what the page shows differs from the outputs of the n-th
// code cell.
func matches(got shown, cell *notebook.Cell, n int) error {
	if want := fmt.Sprintf("[%d]:", n); got.Prompt != want {
		return fmt.Errorf("the prompt is %s, want %s", got.Prompt, want)
	}
	want := expected(cell)
	if got.Errored != want.Errored {
		return fmt.Errorf("an error is shown: %t, want %t", got.Errored, want.Errored)
	}
	if got.Hidden > 0 {
		return fmt.Errorf("%d of the outputs %q have no room on the page", got.Hidden, got.Mimes)
	}
	// Such a cell shows the real world, which isn't twice the same.
	if cell.HasTag("nbval-ignore-output") {
		return nil
	}
	switch {
	case got.Stdout != want.Stdout:
		return fmt.Errorf("printed is\n%q\nwant\n%q", got.Stdout, want.Stdout)
	case got.Stderr != want.Stderr:
		return fmt.Errorf("printed on stderr is\n%q\nwant\n%q", got.Stderr, want.Stderr)
	case got.Result != want.Result:
		return fmt.Errorf("the result is\n%q\nwant\n%q", got.Result, want.Result)
	case got.Rich != want.Rich:
		return fmt.Errorf("%d rich outputs are shown, of %q, want %d", got.Rich, got.Mimes, want.Rich)
	}
	return nil
}

// expected is what a page is to show of the cell's outputs.
func expected(cell *notebook.Cell) shown {
	var want shown
	show := func(data notebook.Bundle) {
		text, ok := data.Text("text/plain")
		if ok && len(data) == 1 {
			want.Result += text + "\n"
		} else {
			want.Rich++
		}
	}
	for _, output := range cell.Outputs {
		switch output := output.(type) {
		case *notebook.Stream:
			if output.Name == "stderr" {
				want.Stderr += output.Text
			} else {
				want.Stdout += output.Text
			}
		case *notebook.DisplayData:
			show(output.Data)
		case *notebook.ExecuteResult:
			show(output.Data)
		case *notebook.ErrorOutput:
			want.Errored = true
		}
	}
	return want
}
