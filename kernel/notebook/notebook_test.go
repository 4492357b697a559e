package notebook_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lockstep/kernel/notebook"
)

func parse(t *testing.T, text string) *notebook.Notebook {
	t.Helper()
	n, err := notebook.Parse("n.ipynb", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func encode(t *testing.T, n *notebook.Notebook) string {
	t.Helper()
	text, err := n.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func testdata(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// One of the files was saved by Jupyter, the others are as other programs
// and hands leave them.
func TestReadingAndWritingChangesNoByte(t *testing.T) {
	for _, name := range []string{"outputs.ipynb", "handmade.ipynb", "blank.ipynb"} {
		text := testdata(t, name)
		if got := encode(t, parse(t, text)); got != text {
			t.Errorf("%s came back as\n%s", name, got)
		}
	}
}

func TestAnyLayoutIsWrittenAsJupyterLaysItOut(t *testing.T) {
	want := testdata(t, "outputs.ipynb")
	compact := strings.Join(strings.Fields(want), " ")
	compact = strings.NewReplacer("{ ", "{", " }", "}", "[ ", "[", " ]", "]", `": `, `":`, ", ", ",").Replace(compact)
	got := encode(t, parse(t, "\ufeff\r\n"+compact))
	if strings.Join(strings.Fields(got), "") != strings.Join(strings.Fields(want), "") {
		t.Fatalf("got\n%s", got)
	}
	if !strings.HasPrefix(got, "{\n \"cells\": [\n  {\n") || !strings.HasSuffix(got, "\n}\n") {
		t.Errorf("layout:\n%s", got)
	}
}

func TestCellsAreTyped(t *testing.T) {
	n := parse(t, testdata(t, "outputs.ipynb"))
	if n.Minor != 5 || n.Language() != "go" || len(n.Cells) != 2 {
		t.Fatalf("notebook: minor %d, language %q, %d cells", n.Minor, n.Language(), len(n.Cells))
	}
	text, code := n.Cells[0], n.Cells[1]
	if text.Type != notebook.Markdown || text.ID != "3f2a9c1e" || text.Source != "# 互斥锁\n\ntext <b>&</b>" {
		t.Errorf("markdown cell: %+v", text)
	}
	if code.Type != notebook.Code || code.ExecutionCount != 3 || code.Source != "a\nb" || len(code.Outputs) != 4 {
		t.Fatalf("code cell: %+v", code)
	}
	if s := code.Outputs[0].(*notebook.Stream); s.Name != "stdout" || s.Text != "10%\r20%\rok\n" {
		t.Errorf("stream: %+v", s)
	}
	d := code.Outputs[1].(*notebook.DisplayData)
	if got := strings.Join(d.Data.Types(), " "); got != "application/json image/png image/svg+xml text/plain" {
		t.Errorf("formats: %s", got)
	}
	if got, _ := d.Data.Text("text/plain"); got != "x\ny" {
		t.Errorf("text/plain: %q", got)
	}
	if got := d.Data["application/json"].(map[string]any)["a"].([]any)[1]; got != json.Number("12345678901234567890") {
		t.Errorf("a large number became %v", got)
	}
	if r := code.Outputs[2].(*notebook.ExecuteResult); r.ExecutionCount != 3 {
		t.Errorf("result: %+v", r)
	}
	if e := code.Outputs[3].(*notebook.ErrorOutput); e.Name != "panic" || e.Value != "boom" || e.Traceback[0] != "\x1b[31mpanic" {
		t.Errorf("error: %+v", e)
	}
}

func TestTags(t *testing.T) {
	cell := parse(t, testdata(t, "handmade.ipynb")).Cells[1]
	if !cell.HasTag("nbval-skip", "raises-exception") || cell.HasTag("nbval-skip") {
		t.Errorf("tags: %q", cell.Tags())
	}
	if err := cell.Metadata.Set("tags", []string{"hide-input"}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(cell.Tags(), []string{"hide-input"}) {
		t.Errorf("tags after Set: %q", cell.Tags())
	}
}

// The file was written by Jupyter's own nbformat.
func TestANewNotebookIsWrittenAsJupyterWritesIt(t *testing.T) {
	n := &notebook.Notebook{
		Minor: 5,
		Cells: []*notebook.Cell{
			{Type: notebook.Markdown, ID: "3f2a9c1e", Source: "# 互斥锁\n\ntext <b>&</b>"},
			{Type: notebook.Code, ID: "intro-1", Source: "a\nb", ExecutionCount: 3, Outputs: []notebook.Output{
				&notebook.Stream{Name: "stdout", Text: "10%\r20%\rok\n"},
				&notebook.DisplayData{Data: notebook.Bundle{
					"text/plain":    "x\ny",
					"image/svg+xml": "<svg>\n</svg>",
					"image/png":     "iVBOR\n",
					"application/json": map[string]any{
						"b": json.Number("1.0"),
						"a": []any{json.Number("100000.0"), json.Number("12345678901234567890")},
					},
				}},
				&notebook.ExecuteResult{ExecutionCount: 3, Data: notebook.Bundle{"text/plain": "1"}},
				&notebook.ErrorOutput{Name: "panic", Value: "boom", Traceback: []string{"\x1b[31mpanic"}},
			}},
		},
	}
	spec := map[string]string{"name": "lockstep", "display_name": "Go (Lockstep)", "language": "go"}
	if err := n.Metadata.Set("kernelspec", spec); err != nil {
		t.Fatal(err)
	}
	if got := encode(t, n); got != testdata(t, "outputs.ipynb") {
		t.Errorf("got\n%s", got)
	}
}

func TestAChangeTouchesOnlyItsPlace(t *testing.T) {
	before := testdata(t, "handmade.ipynb")
	n := parse(t, before)
	cell := n.Cells[1]
	cell.ExecutionCount = 1
	cell.Outputs = append(cell.Outputs, &notebook.Stream{Name: "stderr", Text: "a\nb"})
	cell.Outputs[1].(*notebook.ExecuteResult).Data["text/plain"] = "2"
	want := strings.NewReplacer(
		"   \"execution_count\": null\n  },", "   \"execution_count\": 1\n  },",
		"\"text/plain\": \"<nil>\"", "\"text/plain\": [\n       \"2\"\n      ]",
		"     \"execution_count\": null\n    }\n", `     "execution_count": null
    },
    {
     "name": "stderr",
     "output_type": "stream",
     "text": [
      "a\n",
      "b"
     ]
    }
`).Replace(before)
	if got := encode(t, n); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	n.Cells[1].Outputs = nil
	if strings.Contains(encode(t, n), "stderr") {
		t.Error("removed outputs were written")
	}
}

func TestBrokenNotebooksAreNamedWithTheirPlace(t *testing.T) {
	cell := func(text string) string {
		return `{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[` + text + `]}`
	}
	output := func(text string) string {
		return cell(`{"cell_type":"raw","source":""},{"cell_type":"code","source":"","outputs":[` + text + `]}`)
	}
	for _, test := range []struct{ name, text, want string }{
		{"empty", " \n", "n.ipynb: not JSON: the file is empty"},
		{"byte order mark alone", "\ufeff", "n.ipynb: not JSON: the file is empty"},
		{"UTF-16", "\xff\xfe{\x00}\x00", "n.ipynb: not JSON: the file is UTF-16; save it as UTF-8"},
		{"Latin-1", "{\n \"caf\xe9\": 1}", "n.ipynb:2:6: not JSON: the byte 0xe9 is not valid UTF-8"},
		{"truncated", "{\n \"cells\": [\n", "n.ipynb:3:1: not JSON: the file ends too early; it seems cut short"},
		{"stray comma", "{\"标题\": 1,\n \"b\": [1,]}", "n.ipynb:2:10: not JSON: invalid character ']' at start of value"},
		{"web page", "<!DOCTYPE html>", "n.ipynb:1:1: not JSON: invalid character '<' at start of value"},
		{"two values", "{}\n{}", "n.ipynb:2:1: not JSON: there is more text after the notebook's end"},
		{"merge conflict", "{\n<<<<<<< HEAD\n\"a\": 1}", "n.ipynb:2:1: not JSON: the file has an unresolved merge conflict"},
		{"duplicate name", `{"cells": [], "cells": []}`, `n.ipynb:1:15: not JSON: an object has "cells" twice`},
		{"list", "[]", "n.ipynb: not a notebook: the file holds a list, not an object"},
		{"other JSON", `{"a": 1}`, "n.ipynb: not a notebook: nbformat is missing"},
		{"nbformat 3", `{"nbformat": 3, "worksheets": []}`, "n.ipynb: nbformat 3; open and save it in Jupyter to upgrade it to nbformat 4"},
		{"nbformat 5", `{"nbformat": 5}`, "n.ipynb: nbformat 5 is newer than nbformat 4, the newest that is read"},
		{"nbformat text", `{"nbformat": "4"}`, "n.ipynb: nbformat is a string, not a number"},
		{"nbformat fraction", `{"nbformat": 4.5}`, "n.ipynb: nbformat is 4.5, not a whole number in range"},
		{"no cells", `{"nbformat": 4}`, "n.ipynb: cells is missing"},
		{"cells object", `{"nbformat": 4, "cells": {}}`, "n.ipynb: cells is an object, not a list"},
		{"metadata", `{"nbformat": 4, "metadata": [], "cells": []}`, "n.ipynb: metadata is a list, not an object"},
		{"cell text", cell(`"x"`), "n.ipynb: cell 1: is a string, not an object"},
		{"no cell type", cell(`{"source": ""}`), "n.ipynb: cell 1: cell_type is missing"},
		{"unknown cell type", cell(`{"cell_type": "heading"}`), `n.ipynb: cell 1: has the unknown cell_type "heading"`},
		{"no source", cell(`{"cell_type": "raw"}`), "n.ipynb: cell 1: source is missing"},
		{"source number", cell(`{"cell_type": "raw", "source": 1}`), "n.ipynb: cell 1: source is a number, not a string or a list of strings"},
		{"source numbers", cell(`{"cell_type": "raw", "source": ["", 1]}`), "n.ipynb: cell 1: source holds a number, not only strings"},
		{"id", cell(`{"cell_type": "raw", "source": "", "id": null}`), "n.ipynb: cell 1: id is null, not a string"},
		{"tags", cell(`{"cell_type": "raw", "source": "", "metadata": {"tags": "x"}}`), "n.ipynb: cell 1: metadata.tags is a string, not a list"},
		{"count", cell(`{"cell_type": "code", "source": "", "execution_count": true}`), "n.ipynb: cell 1: execution_count is true or false, not a number"},
		{"negative count", cell(`{"cell_type": "code", "source": "", "execution_count": -1}`), "n.ipynb: cell 1: execution_count is -1, less than 0"},
		{"outputs", cell(`{"cell_type": "code", "source": "", "outputs": null}`), "n.ipynb: cell 1: outputs is null, not a list"},
		{"output type", output(`{"output_type": "pyout"}`), `n.ipynb: cell 2: output 1: has the unknown output_type "pyout"`},
		{"stream text", output(`{"output_type": "stream", "name": "stdout", "text": {}}`), "n.ipynb: cell 2: output 1: text is an object, not a string or a list of strings"},
		{"no data", output(`{"output_type": "display_data"}`), "n.ipynb: cell 2: output 1: data is missing"},
		{"data", output(`{"output_type": "display_data", "data": {"text/plain": 1}}`), "n.ipynb: cell 2: output 1: data has text/plain, which is a number, not a string or a list of strings"},
		{"traceback", output(`{"output_type": "error", "ename": "a", "evalue": "b", "traceback": "c"}`), "n.ipynb: cell 2: output 1: traceback is a string, not a list"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := notebook.Parse("n.ipynb", []byte(test.text))
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			var format *notebook.FormatError
			if !errors.As(err, &format) || format.File != "n.ipynb" {
				t.Errorf("a %T, not a *FormatError", err)
			}
		})
	}
}

// Older and careless writers leave out what the format asks for.
func TestWhatTheFormatRequiresIsAdded(t *testing.T) {
	n := parse(t, `{"nbformat": 4, "cells": [{"cell_type": "code", "source": ""}]}`)
	want := `{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": null,
   "metadata": {},
   "outputs": [],
   "source": ""
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 0
}
`
	got := encode(t, n)
	var a, b any
	if json.Unmarshal([]byte(got), &a) != nil || json.Unmarshal([]byte(want), &b) != nil {
		t.Fatal(got)
	}
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	if string(x) != string(y) {
		t.Errorf("got\n%s", got)
	}
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.ipynb")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"nbformat":4,"cells":[{"cell_type":"code","source":["\ud800"],"outputs":[{"output_type":"display_data","data":{"application/json":[1e999]}}]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		n, err := notebook.Parse("n.ipynb", text)
		if err != nil {
			return
		}
		once, err := n.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := notebook.Parse("n.ipynb", once)
		if err != nil {
			t.Fatalf("what was written is not read: %v\n%s", err, once)
		}
		twice, err := again.Encode()
		if err != nil || string(once) != string(twice) {
			t.Fatalf("%v: not stable:\n%s\nthen\n%s", err, once, twice)
		}
	})
}
