package machine

import (
	"fmt"
	"html"
	"math"

	"lockstep/runtime/internal/grid"
)

// Comparison is the reports of the same jobs under several policies. A notebook
// shows it as a table; it prints as text.
type Comparison struct{ Reports []Report }

// Compare runs the jobs under each of the policies, on machines that are otherwise
// the same.
func Compare(jobs []Job, policies []Policy, opts ...Option) Comparison {
	var c Comparison
	for _, p := range policies {
		c.Reports = append(c.Reports, Run(jobs, p, opts...))
	}
	return c
}

func (c Comparison) table() grid.Table {
	t := grid.Table{Class: tableClass, Head: []string{say("policy"), say("turnaround"), say("response"), say("waiting"), say("CPU use"), say("switches"), say("time")}, Right: 1}
	for _, r := range c.Reports {
		if r.Err != nil {
			t.Add(r.Policy, r.Err.Error(), "", "", "", "", "")
			continue
		}
		t.Add(r.Policy, grid.Duration(r.Turnaround()), grid.Duration(r.Response()), grid.Duration(r.Waiting()),
			grid.Percent(r.Utilisation()), fmt.Sprint(r.Switches.total()), grid.Duration(r.Elapsed))
	}
	return t
}

// String returns the comparison as text, without a line feed at the end: the means
// of the processes' times.
func (c Comparison) String() string {
	if len(c.Reports) == 0 {
		return say("no policies to compare")
	}
	return c.table().Text()
}

// HTML returns the comparison as a table for a notebook.
func (c Comparison) HTML() string {
	if len(c.Reports) == 0 {
		return "<p>" + html.EscapeString(c.String()) + "</p>"
	}
	return c.table().HTML()
}

// Utilisation returns the part of the time that at least one of n jobs doesn't wait
// for a device, if each waits for the part p of its time, whatever the others do:
// 1-pⁿ, the textbook's estimate of what multiprogramming does for a processor
// (Tanenbaum, "Modern Operating Systems", section 2.1.7). It is exact where each job
// has a processor to itself; where they share one a job also waits for that, which
// makes the real figure another one. The error is an *Error for p outside of 0 to 1,
// or a negative n.
func Utilisation(p float64, n int) (float64, error) {
	if !(p >= 0 && p <= 1) {
		return 0, &Error{fmt.Sprintf("Utilisation(%v, %d)", p, n), ErrPart}
	}
	if n < 0 {
		return 0, &Error{fmt.Sprintf("Utilisation(%v, %d)", p, n), ErrCount}
	}
	return 1 - math.Pow(p, float64(n)), nil
}
