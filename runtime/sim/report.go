package sim

import (
	"errors"
	"fmt"
	"html"
	"strings"
	"time"
)

// Report is what a simulation came to. It prints as text, and a notebook shows it
// as a table.
type Report struct {
	// Seed is the seed of the run if Seeded is true.
	Seed   uint64
	Seeded bool
	// Elapsed is the time that passed on the virtual clock.
	Elapsed time.Duration
	// Steps is the number of switch points, Switches that of those at which another
	// thread went on than the one that had run.
	Steps, Switches int
	// Threads is the number of threads, the main one included.
	Threads int
	// Schedule is the choices made, for Replay.
	Schedule string
	// Hash is of all events in order. Two runs with the same hash did the same.
	Hash uint64
	// Err is nil if all went well: else a *DeadlockError, *LeakError, *PanicError,
	// *ScheduleError, ErrTooManySteps, ErrForeignGoroutine, or several joined.
	Err error
}

// OK reports whether nothing went wrong.
func (r Report) OK() bool { return r.Err == nil }

// String returns the report as lines of text, without a line feed at the end.
func (r Report) String() string {
	var b strings.Builder
	rows := r.rows()
	width := 0
	for _, row := range rows {
		width = max(width, len(row.name))
	}
	for i, row := range rows {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%-*s  %s", width, row.name, row.lines[0])
		for _, line := range row.lines[1:] {
			fmt.Fprintf(&b, "\n%-*s  %s", width, "", line)
		}
	}
	return b.String()
}

// HTML returns the report as a table for a notebook. Its colours are the page's
// own, light or dark.
func (r Report) HTML() string {
	var b strings.Builder
	b.WriteString(`<table class="lockstep-report" style="color:inherit;border-collapse:collapse;text-align:left">`)
	for _, row := range r.rows() {
		lines := make([]string, len(row.lines))
		for i, line := range row.lines {
			lines[i] = html.EscapeString(line)
		}
		fmt.Fprintf(&b, `<tr><th scope="row" style="text-align:left;padding:0 1em 0 0">%s</th>`+
			`<td style="text-align:left;font-family:monospace;overflow-wrap:anywhere">%s</td></tr>`,
			row.name, strings.Join(lines, "<br/>"))
	}
	b.WriteString("</table>")
	return b.String()
}

type row struct {
	name  string
	lines []string
}

// maxShown bounds the part of a schedule that a report shows; Schedule has all.
const maxShown = 120

func (r Report) rows() []row {
	rows := []row{{"result", r.outcome()}}
	if r.Seeded {
		rows = append(rows, row{"seed", []string{fmt.Sprint(r.Seed)}})
	}
	schedule := r.Schedule
	if len(schedule) > maxShown {
		schedule = schedule[:maxShown] + "…"
	}
	return append(rows,
		row{"virtual time", []string{fmt.Sprintf("%.3f s", r.Elapsed.Seconds())}},
		row{"threads", []string{fmt.Sprint(r.Threads)}},
		row{"switch points", []string{fmt.Sprintf("%d, at %d of them another thread went on", r.Steps, r.Switches)}},
		row{"schedule", []string{schedule}},
	)
}

// outcome returns the verdict, a line a fact.
func (r Report) outcome() []string {
	if r.Err == nil {
		return []string{"ok"}
	}
	errs := []error{r.Err}
	if joined, ok := r.Err.(interface{ Unwrap() []error }); ok {
		errs = joined.Unwrap()
	}
	var lines []string
	for _, err := range errs {
		var deadlock *DeadlockError
		var leak *LeakError
		var p *PanicError
		switch {
		case errors.As(err, &p):
			lines = append(lines, p.Error())
			for _, f := range p.Frames {
				lines = append(lines, "  "+f)
			}
		case errors.As(err, &deadlock):
			lines = append(lines, "deadlock: no thread can go on")
			lines = append(lines, waitLines(deadlock.Waits)...)
		case errors.As(err, &leak):
			lines = append(lines, "the main thread has ended, threads are left for ever")
			lines = append(lines, waitLines(leak.Waits)...)
		default:
			lines = append(lines, err.Error())
		}
	}
	return lines
}

func waitLines(waits []Wait) []string {
	var lines []string
	for _, w := range waits {
		line := "  " + w.String()
		if w.InCycle {
			line += " ← in the circle"
		}
		lines = append(lines, line)
	}
	return lines
}
