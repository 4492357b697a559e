package notebook_test

import (
	"os/exec"
	"path/filepath"
	"testing"

	"lockstep/kernel/jupytertest"
	"lockstep/kernel/notebook"
)

func TestJupyterWouldSaveTheSame(t *testing.T) {
	python := jupytertest.Python(t)
	n := parse(t, testdata(t, "outputs.ipynb"))
	code := n.Cells[1]
	code.ExecutionCount, code.Source = 0, "if a < b && c > d {\n\t// 锁 \u2028 & \x7f\n}\n"
	code.Outputs = append(code.Outputs[:2],
		&notebook.Stream{Name: "stderr", Text: "1%\r2%\r\n\v\f\x1c\u0085 \"\\\b\x00\x1b[0m"},
		&notebook.DisplayData{Data: notebook.Bundle{
			"text/html":              "<b>&amp;</b>\n<i>\n",
			"text/latex":             "",
			"application/javascript": "1;\n2;",
			"image/jpeg":             "a\nb\n",
			"application/x+json":     map[string]any{"k": []any{nil, true, "</script>"}, "e": map[string]any{}, "l": []any{}},
		}},
	)
	if err := code.Metadata.Set("tags", []string{"raises-exception", "标签"}); err != nil {
		t.Fatal(err)
	}
	n.Cells = append(n.Cells, &notebook.Cell{Type: notebook.Raw, ID: "raw_1"})
	path := filepath.Join(t.TempDir(), "课 1.ipynb")
	if err := n.Write(path); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, filepath.Join("testdata", "rewrite.py"), path)
	cmd.Stderr = t.Output()
	want, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := encode(t, n); got != string(want) {
		t.Errorf("written\n%s\nJupyter writes\n%s", got, want)
	}
}
