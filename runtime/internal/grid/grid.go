// Package grid lays out the figures of reports in rows and columns, for a terminal
// and for a notebook.
package grid

import (
	"fmt"
	"html"
	"strings"
	"time"
)

// Table is rows of text under a head.
type Table struct {
	Class   string // of the table in HTML
	Head    []string
	Numbers int // this many columns from the left are aligned to the right
	Right   int // and those from here on, if it isn't 0
	Rows    [][]string
}

// maxRows bounds the rows that are shown.
const maxRows = 200

// Add adds a row.
func (t *Table) Add(cells ...string) { t.Rows = append(t.Rows, cells) }

// shown returns the rows that are shown, and says how many aren't.
func (t *Table) shown() (rows [][]string, more string) {
	if n := len(t.Rows) - maxRows; n > 0 {
		return t.Rows[:maxRows], say("… and %d more", n)
	}
	return t.Rows, ""
}

func (t *Table) isNumber(column int) bool {
	return column < t.Numbers || t.Right > 0 && column >= t.Right
}

// Text returns the table for a terminal, without a line feed at the end.
func (t Table) Text() string {
	rows, more := t.shown()
	widths := make([]int, len(t.Head))
	for _, row := range append([][]string{t.Head}, rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], Columns(cell))
		}
	}
	var b strings.Builder
	for n, row := range append([][]string{t.Head}, rows...) {
		if n > 0 {
			b.WriteByte('\n')
		}
		var line strings.Builder
		for i, cell := range row {
			fill := strings.Repeat(" ", widths[i]-Columns(cell))
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

// HTML returns the table in the colours of the page that it is on.
func (t Table) HTML() string {
	rows, more := t.shown()
	var b strings.Builder
	align := func(i int) string {
		if t.isNumber(i) {
			return `style="text-align:right;white-space:nowrap;padding:2px 8px"`
		}
		return `style="text-align:left;white-space:nowrap;padding:2px 8px"`
	}
	b.WriteString(`<div style="overflow-x:auto"><table class="` + t.Class + `" style="color:inherit;border-collapse:collapse"><thead><tr>`)
	for i, h := range t.Head {
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

// FactsHTML returns a table without a head, in which the first cell of each row, and
// of the head, is the name of the second.
func (t Table) FactsHTML() string {
	var b strings.Builder
	b.WriteString(`<table class="` + t.Class + `" style="color:inherit;border-collapse:collapse"><tbody>`)
	for _, row := range append([][]string{t.Head}, t.Rows...) {
		fmt.Fprintf(&b, `<tr><th scope="row" style="text-align:left;vertical-align:top;white-space:nowrap;padding:2px 8px">%s</th><td style="text-align:left;padding:2px 8px">%s</td></tr>`+"\n", html.EscapeString(row[0]), html.EscapeString(row[1]))
	}
	b.WriteString("</tbody></table>\n")
	return b.String()
}

// Duration returns d as text, rounded to a thousandth of its unit.
func Duration(d time.Duration) string {
	switch {
	case d >= time.Second:
		d = d.Round(time.Millisecond)
	case d >= time.Millisecond:
		d = d.Round(time.Microsecond)
	}
	return d.String()
}

// Percent returns a part of 1 as text.
func Percent(f float64) string { return fmt.Sprintf("%.1f %%", 100*f) }
