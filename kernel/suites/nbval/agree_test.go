package nbval_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lockstep/kernel/jupytertest"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/notebook"
	"lockstep/kernel/terminal"
	"lockstep/kernel/validate"
)

func TestMain(m *testing.M) { os.Exit(kerneltest.Main(m)) }

// sample is a cell with what its file says that it showed.
type sample struct {
	source  string
	outputs []notebook.Output
	tags    []string
	unrun   bool
}

func out(text string) notebook.Output     { return &notebook.Stream{Name: "stdout", Text: text} }
func errText(text string) notebook.Output { return &notebook.Stream{Name: "stderr", Text: text} }

func value(text string) notebook.Output {
	return &notebook.ExecuteResult{ExecutionCount: 1, Data: notebook.Bundle{"text/plain": text}}
}

func shown(data notebook.Bundle) notebook.Output { return &notebook.DisplayData{Data: data} }

func failure(name, text string) notebook.Output {
	return &notebook.ErrorOutput{Name: name, Value: text, Traceback: []string{"other"}}
}

func all(outputs ...notebook.Output) []notebook.Output { return outputs }

const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="1"></svg>`

// corpus has every kind of difference that outputs can have.
var corpus = map[string][]sample{
	"streams": {
		{source: "import (\"fmt\"; \"os\")\nfmt.Println(\"same\")", outputs: all(out("same\n"))},
		{source: `fmt.Println("changed")`, outputs: all(out("other\n"))},
		{source: `fmt.Println("shown")`},
		{source: `fmt.Print()`, outputs: all(out("missing\n"))},
		{source: "fmt.Println(1)\nfmt.Fprintln(os.Stderr, 2)", outputs: all(out("1\n"), errText("2\n"))},
		{source: "fmt.Println(1)\nfmt.Fprintln(os.Stderr, 2)", outputs: all(errText("2\n"), out("1\n"))},
		{source: "fmt.Println(1)", outputs: all(errText("1\n"))},
		{source: "fmt.Println(1)\nfmt.Println(2)", outputs: all(out("1\n"), out("2\n"))},
		{source: "fmt.Println(1)\nfmt.Println(2)", outputs: all(out("2\n"), out("1\n"))},
		{source: "fmt.Println(1)", outputs: all(out("1"))},
		{source: `fmt.Print("")`},
		{source: "fmt.Print(\"10%\\r20%\\r30%\\n\")", outputs: all(out("30%\n"))},
		{source: "fmt.Print(\"10%\\r20%\")", outputs: all(out("10%\r20%"))},
		{source: "fmt.Print(\"line\\r\\nnext\\r\")", outputs: all(out("line\r\nnext\r"))},
		{source: "fmt.Print(\"line\\r\\nnext\\r\")", outputs: all(out("next"))},
		{source: "fmt.Print(\"ab\\bc\\n\")", outputs: all(out("ac\n"))},
		{source: "fmt.Print(\"ab\\bc\\n\")", outputs: all(out("ab\bc\n"))},
		{source: "fmt.Print(\"a\\r\\rb\\rc\\n\\rd\")", outputs: all(out("c\nd"))},
	},
	"values": {
		{source: "1 + 1", outputs: all(value("2"))},
		{source: "1 + 1", outputs: all(value("3"))},
		{source: "1 + 1", outputs: all(shown(notebook.Bundle{"text/plain": "2"}))},
		{source: "1 + 1", outputs: all(value("2"), value("2"))},
		{source: "1 + 1", outputs: all(&notebook.ExecuteResult{ExecutionCount: 77, Data: notebook.Bundle{"text/plain": "2"}})},
		{source: "1 + 1", outputs: all(&notebook.ExecuteResult{Data: notebook.Bundle{"text/plain": "2", "text/html": "<b>2</b>"}})},
		{source: "x := 2"},
		{source: "x := 2", outputs: all(value("2"))},
		{source: "import \"lockstep/runtime/display\"\ndisplay.Show(display.HTML(\"<b>1</b>\")); display.Show(display.HTML(\"<i>2</i>\"))",
			outputs: all(shown(notebook.Bundle{"text/html": "<b>1</b>", "text/plain": "<b>1</b>"}), shown(notebook.Bundle{"text/html": "<i>2</i>", "text/plain": "<i>2</i>"}))},
		{source: "display.Show(display.HTML(\"<b>1</b>\")); display.Show(display.HTML(\"<i>2</i>\"))",
			outputs: all(shown(notebook.Bundle{"text/html": "<i>2</i>", "text/plain": "<i>2</i>"}), shown(notebook.Bundle{"text/html": "<b>1</b>", "text/plain": "<b>1</b>"}))},
		{source: fmt.Sprintf("display.Show(display.SVG(`"+svg+"`))", 1),
			outputs: all(shown(notebook.Bundle{"image/svg+xml": fmt.Sprintf(svg, 1), "text/plain": fmt.Sprintf("SVG picture of %d bytes", len(svg)-1)}))},
		{source: fmt.Sprintf("display.Show(display.SVG(`"+svg+"`))", 1),
			outputs: all(shown(notebook.Bundle{"image/svg+xml": fmt.Sprintf(svg, 2), "text/plain": fmt.Sprintf("SVG picture of %d bytes", len(svg)-1)}))},
		{source: "display.Show(display.Data{\"image/png\": \"AAAA\", \"text/plain\": \"p\"})",
			outputs: all(shown(notebook.Bundle{"image/png": "BBBB", "text/plain": "p"}))},
		{source: "display.Show(display.Data{\"application/json\": map[string]any{\"a\": 1, \"b\": []int{1}}, \"text/plain\": \"p\"})",
			outputs: all(shown(notebook.Bundle{"application/json": map[string]any{"b": []any{1}, "a": 1}, "text/plain": "p"}))},
		{source: "display.Show(display.Data{\"application/json\": map[string]any{\"a\": 1}, \"text/plain\": \"p\"})",
			outputs: all(shown(notebook.Bundle{"application/json": map[string]any{"a": 2}, "text/plain": "p"}))},
		{source: "h := display.Show(display.Markdown(\"one\")); h.Update(display.Markdown(\"two\"))",
			outputs: all(shown(notebook.Bundle{"text/markdown": "one", "text/plain": "one"}))},
		{source: "display.Show(display.Markdown(\"one\")); display.Clear(false)",
			outputs: all(shown(notebook.Bundle{"text/markdown": "one", "text/plain": "one"}))},
	},
	"errors": {
		{source: `panic("boom")`},
		{source: `panic("boom")`, tags: []string{"raises-exception"}},
		{source: `panic("boom")`, tags: []string{"raises-exception"}, outputs: all(failure("panic", "boom"))},
		{source: `undefined()`, tags: []string{"nbval-raises-exception"}, outputs: all(failure("compile error", "line 1:1: undefined: undefined"))},
		{source: `undefined()`, tags: []string{"nbval-raises-exception"}, outputs: all(failure("compile error", "line 9:9: undefined: undefined"))},
		{source: `undefined()`, tags: []string{"nbval-raises-exception", "nbval-ignore-output"}},
		{source: "1 + 1", tags: []string{"raises-exception"}, outputs: all(value("2"))},
		{source: "3 + 1", outputs: all(value("4"))},
	},
	"tags": {
		{source: "import \"fmt\"\nfmt.Println(1)", outputs: all(out("2\n")), tags: []string{"nbval-ignore-output"}},
		{source: "fmt.Println(1)", outputs: all(out("2\n")), tags: []string{"pytest-validate-ignore-output"}},
		{source: "fmt.Println(1)", outputs: all(out("2\n")), tags: []string{"nbval-check-output"}},
		{source: "fmt.Println(1)", outputs: all(out("2\n")), tags: []string{"nbval-ignore-output", "nbval-check-output"}},
		{source: "fmt.Println(1)", outputs: all(out("2\n")), tags: []string{"nbval-check-output", "nbval-ignore-output"}},
		{source: "panic(1)", tags: []string{"nbval-skip"}},
		{source: "fmt.Println(1)", outputs: all(out("2\n")), tags: []string{"other"}},
		{source: "_ = `\n# NBVAL_IGNORE_OUTPUT\n`\nfmt.Println(1)", outputs: all(out("2\n"))},
		{source: "_ = `\n  ## NBVAL_SKIP\n`\npanic(1)"},
		{source: "// NBVAL_IGNORE_OUTPUT\nfmt.Println(1)", outputs: all(out("2\n"))},
		{source: "fmt.Println(1)", outputs: all(out("1\n")), unrun: true},
		{source: "fmt.Println(1)", unrun: true},
		{source: ""},
	},
	"sanitized": {
		{source: "import \"fmt\"\nfmt.Println(\"took 17 ms\")", outputs: all(out("took 3 ms\n"))},
		{source: `fmt.Println("at 2026-11-23, by 10:05")`, outputs: all(out("at 2025-01-01, by 09:00\n"))},
		{source: `fmt.Println("user=ann id=1")`, outputs: all(out("user=bob id=2\n"))},
		{source: `fmt.Println("user=ann id=1")`, outputs: all(out("user=bob id=two\n"))},
		{source: `fmt.Println("cost 5$ or 6$")`, outputs: all(out("cost 7$ or 6$\n"))},
		{source: `fmt.Println("xx-yy")`, outputs: all(out("yy-xx\n"))},
		{source: `fmt.Println("not so xy")`, outputs: all(out("not so y\n"))},
		{source: `"took 9 ms"`, outputs: all(value(`"took 1 ms"`))},
		{source: `panic("took 9 ms")`, tags: []string{"raises-exception"}, outputs: all(failure("panic", "took 1 ms"))},
	},
}

const replacements = `[Times]
regex: took \d+ ms
replace: took TIME

regex: (?P<year>\d{4})-\d\d-\d\d
replace: DATE
regex: (\d\d):(\d\d)
replace: \g<0>?
regex: \d\d:\d\d\?
replace: CLOCK
a line without meaning
regex: user=(\w+) id=(\d+)
replace: id=N user=NAME
regex: (\d)\$(?= or)
replace: N$
regex: (x+|y+)-(x+|y+)
replace: \2-\1-or-back
regex: (?<!so )x
replace:
regex: yy-xx-or-back|xx-yy-or-back
replace: turned
`

// TestLockstepTestAgreesWithNbval runs the same notebooks through both, as they
// are and lax, and compares the verdicts cell by cell.
func TestLockstepTestAgreesWithNbval(t *testing.T) {
	jupyter := jupytertest.Installed(t)
	folder := t.TempDir()
	config := filepath.Join(folder, "sanitize.cfg")
	if err := os.WriteFile(config, []byte(replacements), 0o666); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for name, samples := range corpus {
		path := filepath.Join(folder, name+".ipynb")
		write(t, path, samples)
		paths = append(paths, path)
	}
	sanitizer, err := validate.ReadSanitizer(config)
	if err != nil {
		t.Fatal(err)
	}
	for _, lax := range []bool{false, true} {
		t.Run(fmt.Sprintf("lax=%t", lax), func(t *testing.T) {
			option := "--nbval"
			if lax {
				option = "--nbval-lax"
			}
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			theirs := map[string]string{}
			for _, r := range jupyter.Pytest(ctx, t, folder, option, "--nbval-sanitize-with="+config, ".") {
				theirs[r.Class+" "+r.Name] = string(verdictOf(r))
			}
			results, err := validate.Run(ctx, paths, validate.Options{
				Kernel:    []string{kerneltest.Binary(t), "serve", "-f", "{connection_file}", "--history="},
				Lax:       lax,
				Timeout:   kerneltest.Patience,
				Sanitizer: sanitizer,
				Parallel:  2,
			}, validate.NewPrinter(io.Discard, false, terminal.Style{}))
			if results == nil {
				t.Fatal(err)
			}
			failed := 0
			for _, r := range results {
				name := strings.TrimSuffix(filepath.Base(r.Path), ".ipynb")
				if r.Err != nil {
					t.Errorf("%s: %v", name, r.Err)
				}
				for _, c := range r.Cells {
					key := fmt.Sprintf("%s.ipynb Cell %d", name, c.Index)
					if c.Verdict == validate.Fail {
						failed++
					}
					if theirs[key] != string(c.Verdict) {
						t.Errorf("%s: %s, and nbval says %q\n%s\n%s", key, c.Verdict, theirs[key], corpus[name][c.Index].source, c.Reason)
					}
					delete(theirs, key)
				}
			}
			for key, verdict := range theirs {
				t.Errorf("%s: nbval says %s, and it was not run", key, verdict)
			}
			if !lax && failed < 20 {
				t.Errorf("%d cells differ: the corpus tells nothing", failed)
			}
		})
	}
}

func write(t *testing.T, path string, samples []sample) {
	t.Helper()
	book := &notebook.Notebook{Minor: 5}
	if err := book.Metadata.Set("kernelspec", map[string]string{"display_name": "Go (Lockstep)", "language": "go", "name": "lockstep"}); err != nil {
		t.Fatal(err)
	}
	for i, s := range samples {
		c := &notebook.Cell{Type: notebook.Code, ID: fmt.Sprintf("cell-%d", i), Source: s.source, ExecutionCount: 1, Outputs: s.outputs}
		if s.unrun {
			c.ExecutionCount = 0
		}
		if len(s.tags) > 0 {
			if err := c.Metadata.Set("tags", s.tags); err != nil {
				t.Fatal(err)
			}
		}
		book.Cells = append(book.Cells, c)
	}
	if err := book.Write(path); err != nil {
		t.Fatal(err)
	}
}

func verdictOf(r jupytertest.PytestResult) validate.Verdict {
	switch {
	case r.Failed != "":
		return validate.Fail
	case r.Skipped:
		return validate.Skip
	}
	return validate.Pass
}
