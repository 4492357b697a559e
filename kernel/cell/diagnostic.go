package cell

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Place is where in a cell something stands.
type Place struct {
	// Cell is the n of In[n]; 0 stands for the cell at hand.
	Cell int
	// Line and Column count from 1; Column counts bytes, as Go's compiler does.
	Line, Column int
}

// String is the place as Go writes one: In[3]:2:5.
func (p Place) String() string {
	if p.Cell == 0 {
		return fmt.Sprintf("line %d:%d", p.Line, p.Column)
	}
	return fmt.Sprintf("In[%d]:%d:%d", p.Cell, p.Line, p.Column)
}

// placeAt is the place of a byte offset; an offset past the end is the end.
func placeAt(text string, offset int) Place {
	offset = min(max(offset, 0), len(text))
	before := text[:offset]
	return Place{Line: 1 + strings.Count(before, "\n"), Column: offset - (strings.LastIndexByte(before, '\n') + 1) + 1}
}

// Diagnostic is one thing that is wrong with a cell.
type Diagnostic struct {
	Place   Place
	Message string
	// Hint says what to do about it, "" where there is nothing to say.
	Hint string
	// Syntax is set for errors of the parser.
	Syntax bool

	unfinished bool // the text ended where more was expected
}

// Errors is all that is wrong with a cell, in the order of the text. It is the
// error of Session.Compile.
type Errors []Diagnostic

// Error is the first diagnostic and how many follow.
func (e Errors) Error() string {
	if len(e) == 0 {
		return "no errors"
	}
	d := e[0]
	text := d.Place.String() + ": " + d.Message
	if d.Hint != "" {
		text += " (" + d.Hint + ")"
	}
	switch n := len(e) - 1; n {
	case 0:
	case 1:
		text += " (and 1 more error)"
	default:
		text += fmt.Sprintf(" (and %d more errors)", n)
	}
	return text
}

// maxExcerpt is how many bytes of a source line are shown.
const maxExcerpt = 200

// Excerpt is the source line of a place and, below it, a caret; of a very long line
// what is around the place. It is empty where the text has no such line.
func Excerpt(text string, line, column int) (source, caret string) {
	lines := strings.Split(text, "\n")
	if line < 1 || line > len(lines) {
		return "", ""
	}
	source = strings.TrimRight(lines[line-1], "\r")
	column = min(max(column-1, 0), len(source))
	if len(source) > maxExcerpt {
		from := clamp(source, column-maxExcerpt/2)
		to := clamp(source, from+maxExcerpt)
		const more = "…"
		column -= from
		if to < len(source) {
			source = source[:to] + more
		}
		if source = source[from:]; from > 0 {
			source, column = more+source, column+len(more)
		}
	}
	var pad strings.Builder
	for _, r := range source[:column] {
		switch {
		case r == '\t':
			pad.WriteByte('\t') // a tab below a tab lines up whatever its width
		case isWide(r):
			pad.WriteString("  ")
		case r != utf8.RuneError:
			pad.WriteByte(' ')
		}
	}
	return source, pad.String() + "^"
}
