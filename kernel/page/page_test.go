package page_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lockstep/kernel/notebook"
	"lockstep/kernel/page"
)

// written is the page of a notebook that lies in a folder of its own.
func written(t *testing.T, cells string) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "dot.png"), []byte("dot"), 0o600); err != nil {
		t.Fatal(err)
	}
	text := `{"nbformat": 4, "nbformat_minor": 5, "metadata": {"language_info": {"name": "go"}}, "cells": [` + cells + `]}`
	n, err := notebook.Parse("test.ipynb", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := page.Write(&b, n, folder); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func code(outputs string) string {
	return `{"cell_type": "code", "id": "c", "metadata": {}, "execution_count": 3, "source": "x := \"<b>\"", "outputs": [` + outputs + `]}`
}

func TestPage(t *testing.T) {
	for _, test := range []struct{ name, cells, want string }{
		{"a title", `{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Locks & keys\n\nText."}`, "<title>Locks &amp; keys</title>"},
		{"a language", `{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# 锁"}`, `<html lang="zh">`},
		{"a table", `{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "| a | b |\n|---|---|\n| 1 | 2 |"}`, "<td>1</td>"},
		{"HTML in a text", `{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "<details><summary>Answer</summary>\n\nIt is *six*.\n\n</details>"}`, "<em>six</em>"},
		{"a place to link to", `{"cell_type": "markdown", "id": "intro", "metadata": {}, "source": "x"}`, `id="intro"`},
		{"code in a text", `{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "` + "```go\\nreturn 1\\n```" + `"}`, `<span class="k">return</span>`},
		{"a picture beside the notebook", `{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "![dot](dot.png)"}`, `src="data:image/png;base64,ZG90"`},
		{"a picture elsewhere", `{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "![dot](../dot.png)"}`, `src="../dot.png"`},
		{"an attachment", `{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "![dot](attachment:a.png)", "attachments": {"a.png": {"image/png": "ZG\n90"}}}`, `src="data:image/png;base64,ZG90"`},
		{"raw text", `{"cell_type": "raw", "id": "a", "metadata": {}, "source": "a < b"}`, "<pre>a &lt; b</pre>"},
		{"code", code(""), `<span class="nx">x</span>`},
		{"code is escaped", code(""), "&lt;b&gt;"},
		{"a prompt", code(""), "In[3]"},
		{"printed text", code(`{"output_type": "stream", "name": "stdout", "text": "<i>\n"}`), "&lt;i&gt;"},
		{"overwritten text", code(`{"output_type": "stream", "name": "stdout", "text": "10%\r100%\n"}`), ">100%"},
		{"text on stderr", code(`{"output_type": "stream", "name": "stderr", "text": "x"}`), `<div class="output stderr">`},
		{"colours", code(`{"output_type": "error", "ename": "panic", "evalue": "boom", "traceback": ["\u001b[31mpanic\u001b[0m: boom"]}`), `<span class="term-fg31">panic</span>: boom`},
		{"a value", code(`{"output_type": "execute_result", "execution_count": 3, "metadata": {}, "data": {"text/plain": "42"}}`), "Out[3]"},
		{"a rich value", code(`{"output_type": "display_data", "metadata": {}, "data": {"text/plain": "no", "text/html": "<b>yes</b>"}}`), "<b>yes</b>"},
		{"an image", code(`{"output_type": "display_data", "metadata": {}, "data": {"image/png": "ZG90\n"}}`), `src="data:image/png;base64,ZG90"`},
		{"data", code(`{"output_type": "display_data", "metadata": {}, "data": {"application/json": {"a": 1}}}`), "&#34;a&#34;: 1"},
		{"a format that is not known", code(`{"output_type": "display_data", "metadata": {}, "data": {"application/x-other": "z"}}`), "(application/x-other)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := written(t, test.cells); !strings.Contains(got, test.want) {
				t.Errorf("no %s in\n%s", test.want, got[strings.Index(got, "<body>"):])
			}
		})
	}
}

var loaded = regexp.MustCompile(`(?i)(src|<link[^>]* href)="(?:https?:)?//|@import|url\(`)

func TestThePageOfALessonLoadsNothing(t *testing.T) {
	path := filepath.Join("..", "..", "lessons", "en", "26-deadlock-rlock.ipynb")
	n, err := notebook.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := page.Write(&b, n, filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	if found := loaded.FindString(b.String()); found != "" {
		t.Errorf("the page loads %s", found)
	}
	if count := strings.Count(b.String(), "<svg"); count == 0 {
		t.Error("the page has no pictures")
	}
}
