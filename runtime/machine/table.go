package machine

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// table is rows of text under a head, for a terminal and for a notebook.
type table struct {
	head    []string
	numbers int // this many columns from the left are aligned to the right
	right   int // and those from here on, if it isn't 0
	rows    [][]string
}

// maxRows bounds the rows that are shown.
const maxRows = 200

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// shown returns the rows that are shown, and says how many aren't.
func (t *table) shown() (rows [][]string, more string) {
	if n := len(t.rows) - maxRows; n > 0 {
		return t.rows[:maxRows], fmt.Sprintf("… and %d more", n)
	}
	return t.rows, ""
}

func (t *table) isNumber(column int) bool {
	return column < t.numbers || t.right > 0 && column >= t.right
}

func (t table) text() string {
	rows, more := t.shown()
	widths := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], columns(cell))
		}
	}
	var b strings.Builder
	for n, row := range append([][]string{t.head}, rows...) {
		if n > 0 {
			b.WriteByte('\n')
		}
		var line strings.Builder
		for i, cell := range row {
			fill := strings.Repeat(" ", widths[i]-columns(cell))
			if i > 0 {
				line.WriteString("  ")
			}
			if t.isNumber(i) {
				line.WriteString(fill + cell)
			} else {
				line.WriteString(cell + fill)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " "))
	}
	if more != "" {
		b.WriteString("\n" + more)
	}
	return b.String()
}

// html returns the table in the colours of the page that it is on.
func (t table) html() string {
	rows, more := t.shown()
	var b strings.Builder
	align := func(i int) string {
		if t.isNumber(i) {
			return `style="text-align:right;padding:2px 8px"`
		}
		return `style="text-align:left;padding:2px 8px"`
	}
	b.WriteString(`<div style="overflow-x:auto"><table class="lockstep-machine" style="color:inherit;border-collapse:collapse"><thead><tr>`)
	for i, h := range t.head {
		fmt.Fprintf(&b, `<th scope="col" %s>%s</th>`, align(i), html.EscapeString(h))
	}
	b.WriteString("</tr></thead><tbody>\n")
	for _, row := range rows {
		b.WriteString("<tr>")
		for i, cell := range row {
			fmt.Fprintf(&b, "<td %s>%s</td>", align(i), html.EscapeString(cell))
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody></table></div>")
	if more != "" {
		b.WriteString("<p>" + more + "</p>")
	}
	return b.String()
}

// columns returns the width of s in a terminal.
func columns(s string) int {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
			n++
		}
	}
	return n
}
