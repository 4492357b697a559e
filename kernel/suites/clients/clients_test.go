package clients_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lockstep/kernel/jupytertest"
	"lockstep/kernel/notebook"
)

// good are cells with each kind of output.
var good = []string{
	"import (\"fmt\"; \"os\"; \"lockstep/runtime/display\")\nfmt.Println(\"to stdout\")\nfmt.Fprintln(os.Stderr, \"to stderr\")",
	"h := display.Show(display.HTML(\"<b>early</b>\"))\nh.Update(display.HTML(\"<b>late</b>\"))",
	"6 * 7",
}

// bad fails in its second cell.
var bad = []string{"1", "var none []int\nnone[3]", "3"}

// check looks at the outputs of the good cells, executed.
func check(t *testing.T, path string) {
	t.Helper()
	book, err := notebook.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`to stdout\n`, `to stderr\n`, `<b>late</b>`, `"42"`} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("%s isn't among the outputs:\n%s", want, raw)
		}
	}
	for i, cell := range book.Cells {
		if cell.ExecutionCount != i+1 {
			t.Errorf("cell %d has the execution count %d", i+1, cell.ExecutionCount)
		}
	}
}

// run runs a command that must end well, or must not.
func run(t *testing.T, jupyter *jupytertest.Env, well bool, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	out, err := jupyter.Command(ctx, name, args...).CombinedOutput()
	if (err == nil) != well {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestClients(t *testing.T) {
	jupyter := jupytertest.Installed(t)
	t.Run("papermill", func(t *testing.T) {
		t.Parallel()
		in := jupytertest.Notebook(t, good...)
		out := filepath.Join(filepath.Dir(in), "out.ipynb")
		run(t, jupyter, true, "papermill", "--no-progress-bar", in, out)
		check(t, out)
		said := run(t, jupyter, false, "papermill", "--no-progress-bar", jupytertest.Notebook(t, bad...), out)
		if !strings.Contains(said, "index out of range") {
			t.Errorf("the failure isn't told:\n%s", said)
		}
	})
	t.Run("nbconvert", func(t *testing.T) {
		t.Parallel()
		in := jupytertest.Notebook(t, good...)
		folder := filepath.Dir(in)
		run(t, jupyter, true, "jupyter", "nbconvert", "--execute", "--to", "notebook", "--output", "out", in)
		check(t, filepath.Join(folder, "out.ipynb"))
		run(t, jupyter, true, "jupyter", "nbconvert", "--execute", "--to", "html", "--output", "page", in)
		page, err := os.ReadFile(filepath.Join(folder, "page.html"))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"to stdout", "<b>late</b>", "42"} {
			if !strings.Contains(string(page), want) {
				t.Errorf("%s isn't on the page", want)
			}
		}
		said := run(t, jupyter, false, "jupyter", "nbconvert", "--execute", "--to", "notebook", jupytertest.Notebook(t, bad...))
		if !strings.Contains(said, "index out of range") {
			t.Errorf("the failure isn't told:\n%s", said)
		}
	})
	t.Run("console", func(t *testing.T) {
		t.Parallel()
		testConsole(t, jupyter)
	})
}

// testConsole types into a console, as a person without a terminal would.
func testConsole(t *testing.T, jupyter *jupytertest.Env) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := jupyter.Command(ctx, "jupyter", "console", "--kernel=lockstep", "--simple-prompt")
	cmd.Stdin = strings.NewReader(strings.Join([]string{
		`import ("fmt"; "lockstep/runtime/prompt")`,
		`6 * 7`,
		`func double(n int) int { return 2 * n }`,
		`double(50)`,
		`name, err := prompt.Line("Who? ")`,
		`Ada`,
		`fmt.Println("hello,", name, err)`,
		`undefined`,
		`fmt.Println("still", "here")`,
		`exit`,
		``,
	}, "\n"))
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, &said)
	}
	rest := said.String()
	for _, want := range []string{"Lockstep", "Out[2]: 42", "Out[4]: 100", "Who? ", "hello, Ada <nil>", "undefined: undefined", "still here"} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("%q isn't shown, or not in its place:\n%s", want, &said)
		}
		rest = after
	}
}
