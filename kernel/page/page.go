// Package page makes one HTML page of a notebook, with everything it needs inside.
package page

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"path/filepath"
	"strings"

	"lockstep/kernel/notebook"
)

//go:embed page.html
var layout string

//go:embed page.css
var style string

var page = template.Must(template.New("page").Parse(layout))

// Write writes a notebook as a page: its texts, its code in colours, and what the
// cells have shown. folder is where the pictures lie that its texts name.
//
// HTML that texts and outputs hold is taken as it is, with its scripts: whoever
// would not open the notebook should not open its page.
func Write(w io.Writer, n *notebook.Notebook, folder string) error {
	code, err := newCode(n.Language())
	if err != nil {
		return err
	}
	data := struct {
		Title, Language string
		Style           template.CSS
		Cells           []cell
	}{Title: title(n), Language: language(n), Style: template.CSS(style + code.style)}
	texts := newTexts(folder, code)
	for i, c := range n.Cells {
		shown, err := render(c, texts, code)
		if err != nil {
			return fmt.Errorf("cell %d: %w", i+1, err)
		}
		data.Cells = append(data.Cells, shown)
	}
	return page.Execute(w, data)
}

// title is the notebook's first heading.
func title(n *notebook.Notebook) string {
	for _, c := range n.Cells {
		if c.Type != notebook.Markdown {
			continue
		}
		for line := range strings.Lines(c.Source) {
			if text, ok := strings.CutPrefix(line, "# "); ok {
				return strings.TrimSpace(text)
			}
		}
	}
	return "Notebook"
}

// language is what the page's texts are in, as HTML names it, "" if nothing says so.
func language(n *notebook.Notebook) string {
	for _, c := range n.Cells {
		if c.Type == notebook.Markdown && strings.ContainsFunc(c.Source, func(r rune) bool { return r >= '一' && r <= '鿿' }) {
			return "zh"
		}
	}
	return "en"
}

// cell is a cell as the page shows it.
type cell struct {
	ID      string
	Kind    notebook.CellType
	Prompt  string
	Body    template.HTML
	Outputs []output
}

// output is something that a cell has shown.
type output struct {
	Kind   string // "stdout", "stderr", "display", "value" or "error"
	Prompt string
	Body   template.HTML
}

func render(c *notebook.Cell, texts *texts, code *code) (cell, error) {
	shown := cell{ID: c.ID, Kind: c.Type}
	var err error
	switch c.Type {
	case notebook.Markdown:
		shown.Body, err = texts.render(c.Source, c.Attachment)
	case notebook.Code:
		if c.ExecutionCount > 0 {
			shown.Prompt = fmt.Sprintf("In[%d]", c.ExecutionCount)
		}
		shown.Body, err = code.render(c.Source)
		for i, o := range c.Outputs {
			part, err := renderOutput(o, texts)
			if err != nil {
				return shown, fmt.Errorf("output %d: %w", i+1, err)
			}
			shown.Outputs = append(shown.Outputs, part)
		}
	default:
		shown.Body = preformatted(c.Source)
	}
	return shown, err
}

func preformatted(text string) template.HTML {
	return template.HTML("<pre>" + template.HTMLEscapeString(text) + "</pre>")
}

// inside says that a path leads to something in a folder.
func inside(path string) bool { return filepath.IsLocal(filepath.FromSlash(path)) }
