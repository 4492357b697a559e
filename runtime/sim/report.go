package sim

import (
	"errors"
	"fmt"
	"html"
	"strings"
	"time"

	"lockstep/runtime/internal/simworld"
)

// Report is what a simulation came to. It prints as text, and a notebook shows it
// with a timeline.
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
	// Err is nil if all went well: else a *CheckError, *DeadlockError, *LeakError,
	// *PanicError, *LivelockError, *RaceError, *RefusedError, *ScheduleError,
	// *BodyError, ErrForeignGoroutine, or several joined.
	Err error
	// Warnings is what did no harm in this schedule but may in another: locks taken in
	// both orders.
	Warnings []string
	// Explored is what Explore found over all schedules; nil in other reports. What the
	// other fields say is then about one of them: the shortest that goes wrong if any
	// does, else the first.
	Explored *Exploration

	run *simworld.Result // nil if there was none
}

// OK reports whether nothing went wrong, in no schedule that was run.
func (r Report) OK() bool {
	return r.Err == nil && (r.Explored == nil || r.Explored.Failing == 0 && r.Explored.Racing == 0)
}

// Proved reports whether no schedule goes wrong, and that is certain: see
// Exploration.
func (r Report) Proved() bool { return r.OK() && r.Explored != nil && r.Explored.Proved }

// maxShown bounds the part of a schedule that a report shows; Schedule has all.
const maxShown = 120

type row struct {
	name  string
	lines []string
}

// String returns the report as lines of text, without a line feed at the end: what
// came of it, then the steps, a column a thread.
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
	if r.run == nil || len(r.run.Events) == 0 {
		return b.String()
	}
	t := r.trace()
	b.WriteString("\n\n" + t.Table().String())
	if r.stuck() {
		b.WriteString("\n\n" + t.WaitGraph().String())
	}
	return b.String()
}

// HTML returns the report for a notebook: what came of it, the timeline, who waits
// for whom, and the steps. Its colours are the page's own, light or dark.
func (r Report) HTML() string {
	var b strings.Builder
	b.WriteString(`<table class="lockstep-report" style="color:inherit;border-collapse:collapse;text-align:left">`)
	for _, row := range r.rows() {
		lines := make([]string, len(row.lines))
		for i, line := range row.lines {
			lines[i] = html.EscapeString(line)
		}
		fmt.Fprintf(&b, `<tr><th scope="row" style="text-align:left;vertical-align:top;white-space:nowrap;padding:0 1em 0 0">%s</th>`+
			`<td style="text-align:left;white-space:pre-wrap;overflow-wrap:anywhere">%s</td></tr>`,
			row.name, strings.Join(lines, "\n"))
	}
	b.WriteString("</table>")
	if r.run == nil || len(r.run.Events) == 0 {
		return b.String()
	}
	t := r.trace()
	if r.stuck() {
		b.WriteString(t.WaitGraph().HTML())
	}
	b.WriteString(t.Timeline().BySteps().HTML())
	if r.Elapsed > 0 {
		b.WriteString(t.Timeline().ByTime().HTML())
	}
	open := ""
	if r.Err != nil {
		open = ` open="open"`
	}
	fmt.Fprintf(&b, "<details%s><summary>Steps</summary>%s</details>", open, t.Table().HTML())
	return b.String()
}

// stuck reports whether threads wait for what can't happen.
func (r Report) stuck() bool { return r.run != nil && len(r.run.Stuck) > 0 }

func (r Report) rows() []row {
	rows := []row{{"result", r.outcome()}}
	if e := r.Explored; e != nil {
		var shown *RaceError
		if len(e.Races) > 0 && !errors.As(r.Err, &shown) {
			lines := raceLines(e.Races)
			rows = append(rows, row{"data race", append(lines, "shown by the schedule "+shorten(e.RaceSchedule))})
		}
		lines := []string{fmt.Sprintf("%s: %s", e.How, count(e.Schedules, "schedule"))}
		if e.Limit != "" {
			lines = append(lines, "not a proof: "+e.Limit)
		}
		if e.Given != "" {
			lines = append(lines, "taken for granted: "+e.Given)
		}
		rows = append(rows, row{"explored", lines})
	}
	if len(r.Warnings) > 0 {
		rows = append(rows, row{"warning", r.Warnings})
	}
	if deadlock := r.circle(); deadlock != nil {
		rows = append(rows, row{"the four conditions", conditions(deadlock.Waits)})
	}
	if r.run == nil {
		return rows
	}
	if r.Seeded {
		rows = append(rows, row{"seed", []string{fmt.Sprint(r.Seed)}})
	}
	name := "schedule"
	if r.Explored != nil && r.Err != nil {
		name = "shortest such schedule"
	} else if r.Explored != nil {
		name = "its first schedule"
	}
	return append(rows,
		row{name, []string{shorten(r.Schedule)}},
		row{"threads", []string{fmt.Sprint(r.Threads)}},
		row{"switch points", []string{fmt.Sprintf("%d, at %d of them another thread went on", r.Steps, r.Switches)}},
		row{"virtual time", []string{fmt.Sprintf("%.3f s", r.Elapsed.Seconds())}},
	)
}

func shorten(schedule string) string {
	if len(schedule) > maxShown {
		return schedule[:maxShown] + "…"
	}
	return schedule
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// outcome returns the verdict, a line a fact.
func (r Report) outcome() []string {
	if e := r.Explored; e != nil {
		return append(e.verdict(), r.problems()...)
	}
	if r.Err == nil {
		return []string{"ok"}
	}
	return r.problems()
}

// verdict says how many schedules go wrong.
func (e *Exploration) verdict() []string {
	of := fmt.Sprintf("of %d schedules", e.Schedules)
	if e.Schedules == 1 {
		of = "of 1 schedule"
	}
	var lines []string
	switch {
	case e.Proved && e.Given == "":
		return []string{fmt.Sprintf("none %s goes wrong: proved", of)}
	case e.Proved:
		return []string{fmt.Sprintf("none %s goes wrong: proved, with what is taken for granted below", of)}
	case e.Failing == 0 && e.Racing == 0:
		return []string{fmt.Sprintf("none %s goes wrong: not a proof", of)}
	}
	if e.Failing > 0 {
		fails := "fail"
		if e.Failing == 1 {
			fails = "fails"
		}
		lines = append(lines, fmt.Sprintf("%d %s %s; the shortest is shown", e.Failing, of, fails))
		for i, f := range e.Failures {
			if i == maxFailures {
				lines = append(lines, fmt.Sprintf("  … and in %d more ways", len(e.Failures)-i))
				break
			}
			lines = append(lines, fmt.Sprintf("  %d × %s", f.Count, f.What))
		}
	}
	if e.Racing > 0 {
		has := "have a data race"
		if e.Racing == 1 {
			has = "has a data race"
		}
		lines = append(lines, fmt.Sprintf("%d %s %s", e.Racing, of, has))
	}
	return lines
}

// maxFailures bounds the ways of failing that a report names.
const maxFailures = 8

// problems says what went wrong in the schedule that is shown.
func (r Report) problems() []string {
	if r.Err == nil {
		return nil
	}
	var lines []string
	for _, err := range list(r.Err) {
		var deadlock *DeadlockError
		var leak *LeakError
		var livelock *LivelockError
		var p *PanicError
		var race *RaceError
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
		case errors.As(err, &livelock):
			lines = append(lines, livelock.Error())
			for _, line := range livelock.lines() {
				lines = append(lines, "  "+line)
			}
		case errors.As(err, &race):
			lines = append(lines, raceLines(race.Races)...)
		default:
			var failed *CheckError
			if r.Explored == nil || !errors.As(err, &failed) { // the count has said it
				lines = append(lines, err.Error())
			}
		}
	}
	return lines
}

// list returns the errors that were joined, or the one.
func list(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

func raceLines(races []Race) []string {
	var lines []string
	for _, r := range races {
		lines = append(lines, r.String())
	}
	return lines
}

func waitLines(waits []Wait) []string {
	var lines []string
	for _, w := range waits {
		line := "  " + w.String()
		if w.Where != "" {
			line += " at " + w.Where
		}
		if w.Since != "" && !w.end {
			line += ", held since " + w.Since
		}
		if w.InCycle {
			line += " ← in the circle"
		}
		lines = append(lines, line)
	}
	return lines
}

// circle returns the deadlock of the schedule that is shown if threads in it wait
// for each other; else nil.
func (r Report) circle() *DeadlockError {
	for _, err := range list(r.Err) {
		var deadlock *DeadlockError
		if errors.As(err, &deadlock) && anyInCycle(deadlock.Waits) {
			return deadlock
		}
	}
	return nil
}

// conditions shows that a deadlock meets the four conditions, without any of which
// there is none (Coffman, Elphick, Shoshani: System Deadlocks, 1971).
func conditions(waits []Wait) []string {
	var held, both []string
	var first *Wait
	of := map[string]*Wait{}
	for i := range waits {
		w := &waits[i]
		if !w.InCycle {
			continue
		}
		if first == nil {
			first = w
		}
		of[w.Thread] = w
	}
	circle := first.Thread
	for w := first; ; w = of[w.HeldBy] {
		held = append(held, w.For)
		circle += " → " + w.HeldBy
		if w.end {
			both = append(both, fmt.Sprintf("%s waits for the end of %s", w.Thread, w.For))
		} else {
			both = append(both, fmt.Sprintf("%s waits for %s", w.Thread, w.For))
		}
		// What this thread holds is what the one before it in the circle waits for.
		for _, other := range of {
			if other.HeldBy == w.Thread && !other.end {
				both[len(both)-1] = fmt.Sprintf("%s holds %s and waits for %s", w.Thread, other.For, w.For)
			}
		}
		if w.HeldBy == first.Thread || of[w.HeldBy] == nil {
			break
		}
	}
	return []string{
		"✓ mutual exclusion: " + strings.Join(held, ", ") + " can be held by one thread only",
		"✓ hold and wait: " + strings.Join(both, "; "),
		"✓ no preemption: nobody can take it from its holder",
		"✓ circular wait: " + circle,
	}
}
