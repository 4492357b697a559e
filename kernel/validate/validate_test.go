package validate_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lockstep/kernel/kerneltest"
	"lockstep/kernel/notebook"
	"lockstep/kernel/terminal"
	"lockstep/kernel/validate"
)

func TestMain(m *testing.M) { os.Exit(kerneltest.Main(m)) }

// cell is a code cell that was run and showed these outputs.
func cell(t *testing.T, id, source string, outputs []notebook.Output, tags ...string) *notebook.Cell {
	t.Helper()
	c := &notebook.Cell{Type: notebook.Code, ID: id, Source: source, ExecutionCount: 1, Outputs: outputs}
	if len(tags) > 0 {
		if err := c.Metadata.Set("tags", tags); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func stdout(text string) []notebook.Output {
	return []notebook.Output{&notebook.Stream{Name: "stdout", Text: text}}
}

// save writes a notebook and returns its path.
func save(t *testing.T, cells ...*notebook.Cell) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "book.ipynb")
	if err := (&notebook.Notebook{Minor: 5, Cells: cells}).Write(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// run validates a notebook and returns its result and what is printed.
func run(t *testing.T, path string, adjust func(*validate.Options)) (*validate.Result, string, error) {
	t.Helper()
	o := validate.Options{
		Kernel:  []string{kerneltest.Binary(t), "serve", "-f", "{connection_file}", "--history="},
		Timeout: kerneltest.Patience,
	}
	if adjust != nil {
		adjust(&o)
	}
	var out bytes.Buffer
	results, err := validate.Run(t.Context(), []string{path}, o, validate.NewPrinter(&out, true, terminal.Style{}))
	if len(results) != 1 {
		t.Fatalf("%d results: %v", len(results), err)
	}
	return results[0], out.String(), err
}

func verdicts(r *validate.Result) string {
	var all []string
	for _, c := range r.Cells {
		all = append(all, c.ID+" "+string(c.Verdict))
	}
	return strings.Join(all, ", ")
}

func TestEveryCellHasAVerdict(t *testing.T) {
	path := save(t,
		cell(t, "same", "import \"fmt\"\nfmt.Println(1)", stdout("1\n")),
		cell(t, "other", "fmt.Println(2)\nfmt.Println(3)", stdout("2\n4\n")),
		cell(t, "ignored", "fmt.Println(3)", stdout("other"), "nbval-ignore-output"),
		cell(t, "skipped", "panic(1)", nil, "nbval-skip"),
		cell(t, "fails", "panic(\"boom\")", nil),
		cell(t, "goes-on", "fmt.Println(4)", stdout("4\n")),
	)
	r, printed, err := run(t, path, nil)
	if want := "same PASS, other FAIL, ignored PASS, skipped SKIP, fails FAIL, goes-on PASS"; verdicts(r) != want {
		t.Errorf("verdicts %s\nwant %s\n%s", verdicts(r), want, printed)
	}
	if !errors.Is(err, validate.ErrFailed) || r.OK() {
		t.Errorf("the run ended with %v", err)
	}
	for _, want := range []string{
		"--- FAIL: " + path + "/other",
		"In[2] stdout differs:\n     2\n    -4\n    +3\n",
		"panic: boom",
		"FAIL\t" + path,
		"3 passed, 2 failed, 1 skipped",
	} {
		if !strings.Contains(printed, want) {
			t.Errorf("%q is missing in\n%s", want, printed)
		}
	}
}

func TestRunSelectsCellsAndRunsThoseBefore(t *testing.T) {
	path := save(t,
		cell(t, "first", "import \"fmt\"\nx := 1", stdout("wrong")),
		cell(t, "second", "fmt.Println(x)", stdout("1\n")),
		cell(t, "third", "for {}", nil),
	)
	r, printed, err := run(t, path, func(o *validate.Options) { o.Run = "^book$/sec" })
	if err != nil || verdicts(r) != "second PASS" {
		t.Errorf("%v, %s\n%s", err, verdicts(r), printed)
	}
	if r, _, _ := run(t, path, func(o *validate.Options) { o.Run = "other" }); len(r.Cells) != 0 {
		t.Errorf("another lesson's pattern selected %s", verdicts(r))
	}
	if _, err := validate.Run(t.Context(), []string{path}, validate.Options{Run: "(", Timeout: time.Minute}, nil); err == nil {
		t.Error("a pattern that is none was accepted")
	}
}

func TestACellThatTakesTooLongIsInterrupted(t *testing.T) {
	path := save(t,
		cell(t, "endless", "for {}", nil),
		cell(t, "after", "undefined()", nil),
		cell(t, "well", "1 + 1", []notebook.Output{&notebook.ExecuteResult{ExecutionCount: 1, Data: notebook.Bundle{"text/plain": "2"}}}),
	)
	r, printed, _ := run(t, path, func(o *validate.Options) { o.Timeout = 300 * time.Millisecond })
	if want := "endless FAIL, after XFAIL, well PASS"; verdicts(r) != want {
		t.Errorf("verdicts %s, want %s\n%s", verdicts(r), want, printed)
	}
	if !strings.Contains(printed, "it took longer than 300ms") {
		t.Errorf("the reason is missing in\n%s", printed)
	}
}

func TestUpdateChangesNothingButOutputs(t *testing.T) {
	text := `{
    "nbformat_minor": 5, "nbformat": 4,
    "metadata": {"b": 1,
       "a": 2},
    "cells": [
        {"outputs": [], "cell_type": "code", "id": "one", "execution_count": 7, "metadata": {}, "source": "import \"fmt\"\nfmt.Println(\"é\\t<x>\")"},
        {
            "cell_type": "code",
            "id": "two",
            "execution_count": 8,
            "metadata": {"tags": ["nbval-ignore-output"]},
            "outputs": [   ],
            "source": "fmt.Println(2)"
        }
    ]
}
`
	path := filepath.Join(t.TempDir(), "book.ipynb")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, printed, err := run(t, path, func(o *validate.Options) { o.Update = true })
	if err != nil || !strings.Contains(printed, "1 updated") {
		t.Errorf("%v\n%s", err, printed)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(text, `"outputs": []`, `"outputs": [
                {
                    "name": "stdout",
                    "output_type": "stream",
                    "text": [
                        "é\t<x>\n"
                    ]
                }
            ]`, 1)
	if string(got) != want {
		t.Errorf("the file is\n%s\nwant\n%s", got, want)
	}
	if _, printed, err := run(t, path, nil); err != nil {
		t.Errorf("after the update: %v\n%s", err, printed)
	}
}

func TestAFileThatIsNoNotebookIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "book.ipynb")
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r, printed, err := run(t, path, nil); err == nil || r.Err == nil || !strings.Contains(printed, path) {
		t.Errorf("%v, %v\n%s", err, r.Err, printed)
	}
}

func TestJUnit(t *testing.T) {
	path := save(t,
		cell(t, "same", "import \"fmt\"\nfmt.Println(1)", stdout("1\n")),
		cell(t, "other", "fmt.Println(\"<&\\x1b\")", stdout("x")),
		cell(t, "skipped", "panic(1)", nil, "nbval-skip"),
	)
	r, _, _ := run(t, path, nil)
	var out bytes.Buffer
	if err := validate.WriteJUnit(&out, []*validate.Result{r}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<testsuites tests="3" failures="1" errors="0" skipped="1"`,
		`name="other"`, `<failure message="stdout differs">`, `+&lt;&amp;`, `<skipped>`,
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
}

func TestNotebooksInFolders(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"b.ipynb", "a/c.ipynb", ".ipynb_checkpoints/b.ipynb", "text.md"} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	paths, err := validate.Notebooks([]string{folder})
	if err != nil || len(paths) != 2 || filepath.Base(paths[0]) != "c.ipynb" {
		t.Errorf("%v, %v", paths, err)
	}
	if _, err := validate.Notebooks([]string{t.TempDir()}); err == nil {
		t.Error("an empty folder has notebooks")
	}
	if _, err := validate.Notebooks([]string{filepath.Join(folder, "none")}); err == nil {
		t.Error("a missing file is a notebook")
	}
}
