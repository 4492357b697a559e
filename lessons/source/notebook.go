package source

import (
	"runtime"
	"strings"

	"lockstep/kernel/notebook"
)

// Notebook is the lesson as a notebook, without outputs: as the learner gets it
// or, if solved, with the solutions in place of the starters.
func (l *Lesson) Notebook(solved bool) (*notebook.Notebook, error) {
	book := &notebook.Notebook{Minor: 5}
	for _, part := range []struct {
		name  string
		value any
	}{
		{"kernelspec", map[string]string{"display_name": "Go (Lockstep)", "language": "go", "name": "lockstep"}},
		{"language_info", map[string]string{
			"codemirror_mode": "go",
			"file_extension":  ".go",
			"mimetype":        "text/x-go",
			"name":            "go",
			"pygments_lexer":  "go",
			"version":         strings.TrimPrefix(runtime.Version(), "go"),
		}},
	} {
		if err := book.Metadata.Set(part.name, part.value); err != nil {
			return nil, err
		}
	}
	for _, c := range l.Cells {
		cell := &notebook.Cell{Type: notebook.Markdown, ID: c.ID, Source: c.Text}
		if c.Code {
			cell.Type = notebook.Code
		}
		if solved && c.Starter() {
			cell.Source = c.Exercise.Solution
		}
		if len(c.Tags) > 0 {
			if err := cell.Metadata.Set("tags", c.Tags); err != nil {
				return nil, err
			}
		}
		if grading := gradingOf(c); grading != nil {
			if err := cell.Metadata.Set("nbgrader", grading); err != nil {
				return nil, err
			}
		}
		book.Cells = append(book.Cells, cell)
	}
	return book, nil
}
