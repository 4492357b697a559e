package trace

import (
	"math/bits"
	"strings"
	"time"

	"lockstep/runtime/display"
)

// Timeline shows what each lane did, when, and what it held meanwhile. A notebook
// shows it as a picture; it prints as text.
type Timeline struct {
	trace    *Trace
	bySteps  bool
	from, to time.Duration
}

// Timeline returns the timeline of the whole trace: along the time or, if no time
// passed, along the steps.
func (t *Trace) Timeline() Timeline {
	return Timeline{trace: t, bySteps: t.elapsed == 0, to: t.elapsed}
}

// BySteps returns the timeline along the steps: what happened takes its place in
// the order in which it happened, however long it took. It shows the first 400.
func (l Timeline) BySteps() Timeline {
	l.bySteps = true
	return l
}

// ByTime returns the timeline along the time.
func (l Timeline) ByTime() Timeline {
	l.bySteps = false
	return l
}

// Between returns the part of the timeline between two times, along the time. What
// lies outside of the trace is left out; if nothing is left, the whole is shown.
func (l Timeline) Between(from, to time.Duration) Timeline {
	from, to = max(from, 0), min(to, l.trace.elapsed)
	if from < to {
		l.bySteps, l.from, l.to = false, from, to
	}
	return l
}

// HTML returns the picture for a notebook, in the colours of its theme.
func (l Timeline) HTML() string { return page(string(l.SVG()), l.String()) }

// SVG returns the picture as a file of its own.
func (l Timeline) SVG() display.SVG { return display.SVG(newTimelinePicture(l).draw()) }

// maxSteps bounds the steps that a timeline shows, maxLanes its lanes.
const (
	maxSteps = 400
	maxLanes = 60
)

// limits returns the first and the last value of the axis.
func (l Timeline) limits() (from, to uint64) {
	if l.bySteps {
		return 0, uint64(max(1, min(l.trace.count, maxSteps)))
	}
	return uint64(l.from), uint64(max(l.to, l.from+1))
}

// axisName says what the axis shows.
func (l Timeline) axisName() string {
	if l.bySteps {
		return say("step")
	}
	return say("time in %s", unitOf(l.to).name)
}

// along returns where m lies on an axis of the given length, within its ends.
func (l Timeline) along(m moment, length int) int {
	from, to := l.limits()
	v := uint64(m.at)
	if l.bySteps {
		v = uint64(m.step)
	}
	v = min(max(v, from), to)
	hi, lo := bits.Mul64(v-from, uint64(length))
	q, _ := bits.Div64(hi, lo, to-from)
	return int(q)
}

// shown reports whether m is on the axis.
func (l Timeline) shown(m moment) bool {
	if l.bySteps {
		return m.step < maxSteps
	}
	return m.at >= l.from && m.at <= l.to
}

// overlaps reports whether a part of the time between two moments is on the axis.
func (l Timeline) overlaps(from, to moment) bool {
	if l.bySteps {
		return from.step < maxSteps
	}
	return from.at <= l.to && to.at >= l.from
}

// instant reports whether no part of the axis is between two moments.
func (l Timeline) instant(from, to moment) bool {
	if l.bySteps {
		return from.step == to.step
	}
	return from.at == to.at
}

// empty reports whether there is nothing to show.
func (l Timeline) empty() bool { return l.trace == nil || len(l.trace.lanes) == 0 }

// title says what the picture is of.
func (l Timeline) title() string {
	if l.empty() {
		return say("Timeline without lanes")
	}
	n := len(l.trace.lanes)
	what := say("Timeline of %d lanes", n)
	if n == 1 {
		what = say("Timeline of one lane")
	}
	if l.bySteps {
		return say("%s, %d steps", what, l.trace.count)
	}
	return say("%s, %s", what, l.when(moment{at: l.from}, moment{at: l.to}))
}

// omissions says what a picture leaves out.
func (l Timeline) omissions() []string {
	var lines []string
	if n := len(l.trace.lanes) - maxLanes; n > 0 {
		lines = append(lines, say("… and %d more lanes", n))
	}
	if n := l.trace.count - maxSteps; l.bySteps && n > 0 {
		lines = append(lines, say("… and %d more steps", n))
	}
	return append(lines, l.trace.complaints()...)
}

// complaints says what is missing in the trace itself.
func (t *Trace) complaints() []string {
	var lines []string
	if t.dropped > 0 {
		lines = append(lines, say("%d later events were not kept", t.dropped))
	}
	if t.err != nil {
		lines = append(lines, strings.Split(t.err.Error(), "\n")...)
	}
	return lines
}

// describe says in words what a span is.
func (s *span) describe() string {
	e := s.event
	what := ""
	switch e.Kind {
	case Begin, Ready:
		what = say("is ready")
	case Running:
		what = say("runs")
		if e.On != "" {
			what = say("runs on %s", e.On)
		}
	case Blocked:
		what = say("waits for %s", e.On)
	case Sleeping:
		what = say("sleeps")
		switch {
		case e.On != "" && e.Text != "":
			return e.Text
		case e.On != "":
			what = say("is at %s", e.On)
		}
	}
	if e.Text != "" {
		what += say(" (%s)", e.Text)
	}
	return what
}

// since is a place as a suffix.
func since(place string) string {
	if place == "" {
		return ""
	}
	return say(", %s", place)
}

// when says when something was.
func (l Timeline) when(from, to moment) string {
	if l.bySteps {
		if to.step <= from.step+1 {
			return say("step %d", from.step+1)
		}
		return say("steps %d–%d", from.step+1, to.step)
	}
	u := unitOf(to.at)
	if to.at == 0 {
		u = unitOf(l.to)
	}
	if from.at == to.at {
		return u.format(from.at) + " " + u.name
	}
	return u.format(from.at) + "–" + u.format(to.at) + " " + u.name
}
