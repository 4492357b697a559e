package trace

import (
	"fmt"
	"html"
	"strings"

	"lockstep/runtime/internal/grid"
)

// Table shows what happened, a step a row, with a column for each lane. A notebook
// shows it as a table; it prints as text.
type Table struct {
	head  []string // "step", perhaps "time", then the lanes
	first int      // index of the first lane in head
	rows  []tableRow
	notes []string
}

type tableRow struct {
	step, time  string
	lane        int
	text, place string
}

// maxRows bounds the rows of a table.
const maxRows = 400

// Table returns the table of the whole trace. It has the first 400 rows.
func (t *Trace) Table() Table {
	tab := Table{head: []string{say("step")}, notes: t.complaints()}
	if t.elapsed > 0 {
		tab.head = append(tab.head, say("time"))
	}
	tab.first = len(tab.head)
	tab.head = append(tab.head, t.titles()...)
	u := unitOf(t.elapsed)
	more := 0
	for i, e := range t.events {
		text := t.says(i)
		if text == "" {
			continue
		}
		if len(tab.rows) == maxRows {
			more++
			continue
		}
		tab.rows = append(tab.rows, tableRow{
			step:  fmt.Sprint(t.steps[i] + 1),
			time:  u.format(e.At) + " " + u.name,
			lane:  int(e.Lane) - 1,
			text:  text,
			place: e.Place,
		})
	}
	if more > 0 {
		tab.notes = append([]string{say("… and %d more rows", more)}, tab.notes...)
	}
	return tab
}

// says puts event i in words; it returns "" for what makes no row.
func (t *Trace) says(i int) string {
	e := t.events[i]
	switch e.Kind {
	case Begin:
		if e.Peer != 0 {
			return say("is started by %s", t.lanes[e.Peer-1].title())
		}
		return say("begins")
	case Ready, Running:
		if e.Text != "" {
			return "(" + e.Text + ")"
		}
	case Blocked:
		if t.joined[i] {
			return say("… waits")
		}
		if e.Peer != 0 {
			return say("waits for %s to end", t.lanes[e.Peer-1].title())
		}
		return say("waits for %s", e.On)
	case Sleeping:
		s := span{event: e}
		return s.describe()
	case End:
		return say("ends")
	case Acquire:
		if !t.joined[i] {
			return say("has got %s", e.On)
		}
	case Release:
		if !t.joined[i] {
			return say("has released %s", e.On)
		}
	case Send:
		return strings.TrimSpace(say("sends %s", e.Text))
	case Receive:
		return strings.TrimSpace(say("receives %s", e.Text))
	case Act:
		return strings.TrimSpace(e.Text + " " + e.On)
	case Mark, Detail:
		return e.Text
	}
	return ""
}

// maxCell bounds the columns of a cell in text, that of a lane more or less by how
// many lanes there are: minCell at least.
const (
	maxCell = 150
	minCell = 30
)

// String returns the table as text for a terminal, without a line feed at the end.
func (t Table) String() string {
	if len(t.rows) == 0 {
		return strings.Join(append([]string{say("nothing was recorded")}, t.notes...), "\n")
	}
	cells := make([][]string, len(t.rows))
	widths := make([]int, len(t.head))
	most := max(minCell, maxCell/(len(t.head)-t.first))
	for i, h := range t.head {
		widths[i] = min(most, grid.Columns(h))
	}
	for i, r := range t.rows {
		row := make([]string, len(t.head))
		row[0] = r.step
		if t.first > 1 {
			row[1] = r.time
		}
		text := r.text
		if r.place != "" { // it is cut last
			text = grid.Cut(text, max(minCell/2, most-2-grid.Columns(r.place))) + "  " + r.place
		}
		row[t.first+r.lane] = text
		for c := range row {
			widths[c] = max(widths[c], min(most, grid.Columns(row[c])))
		}
		cells[i] = row
	}
	var b strings.Builder
	write := func(row []string) {
		for c := range row {
			row[c] = grid.Pad(grid.Cut(row[c], widths[c]), widths[c])
		}
		b.WriteString(strings.TrimRight(strings.Join(row, " │ "), " │") + "\n")
	}
	write(append([]string(nil), t.head...))
	var rule []string
	for _, w := range widths {
		rule = append(rule, strings.Repeat("─", w))
	}
	b.WriteString(strings.Join(rule, "─┼─") + "\n")
	for _, row := range cells {
		write(row)
	}
	for _, line := range t.notes {
		b.WriteString(line + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// HTML returns the table for a notebook. Its colours are the page's own, light or
// dark.
func (t Table) HTML() string {
	const left = ` style="text-align:left;white-space:nowrap;padding:2px 8px"`
	var b strings.Builder
	b.WriteString(`<div style="overflow:auto;max-height:40em"><table class="lockstep-steps" style="color:inherit;border-collapse:collapse"><thead><tr>`)
	for _, h := range t.head { // the head stays in sight
		fmt.Fprintf(&b, `<th scope="col" style="text-align:left;white-space:nowrap;padding:2px 8px;position:sticky;top:0;background:var(--jp-layout-color0,Canvas)">%s</th>`, html.EscapeString(h))
	}
	b.WriteString("</tr></thead><tbody>\n")
	for _, r := range t.rows {
		fmt.Fprintf(&b, `<tr><th scope="row"%s>%s</th>`, left, r.step)
		if t.first > 1 {
			fmt.Fprintf(&b, "<td%s>%s</td>", left, html.EscapeString(r.time))
		}
		for lane := range len(t.head) - t.first {
			if lane != r.lane {
				b.WriteString("<td></td>")
				continue
			}
			fmt.Fprintf(&b, "<td%s>%s", left, html.EscapeString(r.text))
			if r.place != "" {
				fmt.Fprintf(&b, ` <small style="opacity:.7">%s</small>`, html.EscapeString(r.place))
			}
			b.WriteString("</td>")
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody></table></div>")
	for _, line := range t.notes {
		b.WriteString("<p>" + html.EscapeString(line) + "</p>")
	}
	return b.String()
}
