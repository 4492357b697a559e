package cell

import (
	"fmt"
	"slices"
	"strings"
)

// edit replaces a stretch of a source.
type edit struct {
	start, end int
	text       string
}

// edits are the changes to one source. Stretches do not overlap; of insertions
// at the same place the one made first comes first.
type edits struct {
	source *source
	list   []edit
}

func (e *edits) replace(start, end int, text string) {
	e.list = append(e.list, edit{start, end, text})
}

// blank removes a stretch and leaves all that follows in its place.
func (e *edits) blank(start, end int) {
	blanks := []byte(e.source.text[start:end])
	for i, b := range blanks {
		if b != '\n' {
			blanks[i] = ' '
		}
	}
	e.replace(start, end, string(blanks))
}

// text is the stretch from start to end with its edits made. It starts with a
// directive that names the place, and after each edit that moves what follows
// another one puts the column right.
func (e *edits) text(start, end int) string {
	var out strings.Builder
	place := placeAt(e.source.text, start)
	fmt.Fprintf(&out, "//line In[%d]:%d:%d\n", e.source.cell, place.Line, place.Column)
	list := slices.Clone(e.list)
	slices.SortStableFunc(list, func(a, b edit) int { return a.start - b.start })
	at := start
	for _, c := range list {
		if c.start < start || c.end > end || c.start < at {
			continue
		}
		out.WriteString(e.source.text[at:c.start])
		out.WriteString(c.text)
		at = c.end
		if len(c.text) != c.end-c.start && at < end && e.source.text[at] != '\n' {
			place := placeAt(e.source.text, at)
			fmt.Fprintf(&out, "/*line In[%d]:%d:%d*/", e.source.cell, place.Line, place.Column)
		}
	}
	out.WriteString(e.source.text[at:end])
	return out.String()
}
