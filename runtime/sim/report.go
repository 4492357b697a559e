package sim

import (
	"errors"
	"fmt"
	"html"
	"strings"
	"time"

	"lockstep/runtime/internal/grid"
	"lockstep/runtime/internal/simworld"
)

// Report is what a simulation came to. It prints as text, and a notebook shows it
// with a timeline, in the language that display.SetLanguage has set; that goes for
// the errors in it, too.
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

// row is something that a report says, under a name. Lines may be indented.
type row struct {
	name  string
	lines []string
}

// textWidth is the number of columns after which lines of text are wrapped.
const textWidth = 120

// split returns the lines, those that hold several as several, each with its
// indentation apart, in spaces.
func (r row) split() (lines []string, indents []int) {
	for _, line := range r.lines {
		text := strings.TrimLeft(line, " ")
		indent := len(line) - len(text)
		for i, part := range strings.Split(text, "\n") {
			if i > 0 { // it goes on
				part = "  " + part
			}
			inner := strings.TrimLeft(part, " ")
			lines = append(lines, inner)
			indents = append(indents, indent+len(part)-len(inner))
		}
	}
	return lines, indents
}

// wrapped returns the lines for a terminal: what goes on in another line is indented
// further than where it began.
func (r row) wrapped() []string {
	var list []string
	lines, indents := r.split()
	for i, line := range lines {
		indent := strings.Repeat(" ", indents[i])
		for j, part := range grid.Wrap(line, textWidth-indents[i]-2) {
			if j == 1 {
				indent += "  "
			}
			list = append(list, indent+part)
		}
	}
	return list
}

// html returns the lines for a notebook, indented alike.
func (r row) html() string {
	var b strings.Builder
	lines, indents := r.split()
	for i, line := range lines {
		empty := "" // a line is there even if nothing stands in it
		if line == "" {
			empty = "\u00a0"
		}
		fmt.Fprintf(&b, `<div style="padding-left:%dem;text-indent:-1em;white-space:pre-wrap">%s</div>`, 1+indents[i]/2, html.EscapeString(line+empty))
	}
	return b.String()
}

// String returns the report as lines of text, without a line feed at the end: what
// came of it, then the steps, a column a thread.
func (r Report) String() string {
	var b strings.Builder
	rows := r.rows()
	width := 0
	for _, row := range rows {
		width = max(width, grid.Columns(row.name))
	}
	for i, row := range rows {
		if i > 0 {
			b.WriteByte('\n')
		}
		name := row.name
		for j, line := range row.wrapped() {
			if j > 0 {
				name = ""
				b.WriteByte('\n')
			}
			b.WriteString(grid.Pad(name, width) + "  " + line)
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
		fmt.Fprintf(&b, `<tr><th scope="row" style="text-align:left;vertical-align:top;white-space:nowrap;padding:2px 1em 2px 0">%s</th>`+
			`<td style="text-align:left;vertical-align:top;padding:2px 8px 2px 0;overflow-wrap:anywhere;word-break:keep-all">%s</td></tr>`,
			html.EscapeString(row.name), row.html())
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
	fmt.Fprintf(&b, "<details%s><summary>%s</summary>%s</details>", open, say("Steps"), t.Table().HTML())
	return b.String()
}

// stuck reports whether threads wait for what can't happen.
func (r Report) stuck() bool { return r.run != nil && len(r.run.Stuck) > 0 }

func (r Report) rows() []row {
	rows := []row{{say("result"), r.outcome()}}
	if e := r.Explored; e != nil {
		var shown *RaceError
		if len(e.Races) > 0 && !errors.As(r.Err, &shown) {
			lines := raceLines(e.Races)
			rows = append(rows, row{say("data race"), append(lines, say("shown by the schedule %s", shorten(e.RaceSchedule)))})
		}
		lines := []string{say("%s: %s", e.How, schedules(e.Schedules))}
		if e.Limit != "" {
			lines = append(lines, say("not a proof: %s", e.Limit))
		}
		if e.Given != "" {
			lines = append(lines, say("taken for granted: %s", e.Given))
		}
		rows = append(rows, row{say("explored"), lines})
	}
	if len(r.Warnings) > 0 {
		rows = append(rows, row{say("warning"), r.Warnings})
	}
	if deadlock := r.circle(); deadlock != nil {
		rows = append(rows, row{say("the four conditions"), conditions(deadlock.Waits)})
	}
	if r.run == nil {
		return rows
	}
	if r.Seeded {
		rows = append(rows, row{say("seed"), []string{fmt.Sprint(r.Seed)}})
	}
	name := say("schedule")
	if r.Explored != nil && r.Err != nil {
		name = say("shortest such schedule")
	} else if r.Explored != nil {
		name = say("its first schedule")
	}
	return append(rows,
		row{name, []string{shorten(r.Schedule)}},
		row{say("threads"), []string{fmt.Sprint(r.Threads)}},
		row{say("switch points"), []string{say("%d, at %d of them another thread went on", r.Steps, r.Switches)}},
		row{say("virtual time"), []string{fmt.Sprintf("%.3f s", r.Elapsed.Seconds())}},
	)
}

func shorten(schedule string) string {
	if len(schedule) > maxShown {
		return schedule[:maxShown] + "…"
	}
	return schedule
}

func schedules(n int) string {
	if n == 1 {
		return say("1 schedule")
	}
	return say("%d schedules", n)
}

// outcome returns the verdict, a line a fact.
func (r Report) outcome() []string {
	if e := r.Explored; e != nil {
		return append(e.verdict(), r.problems()...)
	}
	if r.Err == nil {
		return []string{say("ok")}
	}
	return r.problems()
}

// verdict says how many schedules go wrong.
func (e *Exploration) verdict() []string {
	all := schedules(e.Schedules)
	var lines []string
	switch {
	case e.Proved && e.Given == "":
		return []string{say("none of %s goes wrong: proved", all)}
	case e.Proved:
		return []string{say("none of %s goes wrong: proved, with what is taken for granted below", all)}
	case e.Failing == 0 && e.Racing == 0:
		return []string{say("none of %s goes wrong: not a proof", all)}
	}
	if e.Failing > 0 {
		if e.Failing == 1 {
			lines = append(lines, say("1 of %s fails; the shortest is shown", all))
		} else {
			lines = append(lines, say("%d of %s fail; the shortest is shown", e.Failing, all))
		}
		for i, f := range e.Failures {
			if i == maxFailures {
				lines = append(lines, "  "+say("… and in %d more ways", len(e.Failures)-i))
				break
			}
			lines = append(lines, fmt.Sprintf("  %d × %s", f.Count, f.What))
		}
	}
	if e.Racing > 0 {
		if e.Racing == 1 {
			lines = append(lines, say("1 of %s has a data race", all))
		} else {
			lines = append(lines, say("%d of %s have a data race", e.Racing, all))
		}
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
			if deadlock.Told {
				lines = append(lines, say("deadlock: one of these threads was told, so that the others could go on"))
			} else {
				lines = append(lines, say("deadlock: no thread can go on"))
			}
			lines = append(lines, waitLines(deadlock.Waits)...)
		case errors.As(err, &leak):
			lines = append(lines, say("the main thread has ended, threads are left for ever"))
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
			line = say("%s at %s", line, w.Where)
		}
		if w.Since != "" && !w.end {
			line = say("%s, held since %s", line, w.Since)
		}
		if w.InCycle {
			line += say(" ← in the circle")
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
			both = append(both, say("%s waits for the end of %s", w.Thread, w.For))
		} else {
			both = append(both, say("%s waits for %s", w.Thread, w.For))
		}
		// What this thread holds is what the one before it in the circle waits for.
		for _, other := range of {
			if other.HeldBy == w.Thread && !other.end {
				both[len(both)-1] = say("%s holds %s and waits for %s", w.Thread, other.For, w.For)
			}
		}
		if w.HeldBy == first.Thread || of[w.HeldBy] == nil {
			break
		}
	}
	return []string{
		say("✓ mutual exclusion: %s can be held by one thread only", strings.Join(held, say(", "))),
		say("✓ hold and wait: %s", strings.Join(both, say("; "))),
		say("✓ no preemption: nobody can take it from its holder"),
		say("✓ circular wait: %s", circle),
	}
}
