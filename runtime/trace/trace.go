package trace

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

// Trace is what a Recorder has recorded. It doesn't change.
type Trace struct {
	lanes   []lane
	events  []Event // in order of time
	steps   []int   // of events: the step that each belongs to
	joined  []bool  // of events: it is what the Act before it came to, in one step
	count   int     // of steps
	elapsed time.Duration
	dropped int
	err     error
}

// lane is one row of a timeline.
type lane struct {
	process, name string
	spans         []span // its states, without gaps from its first to its last event
	holds         []hold
	open          []int // indexes of the holds not yet released, the newest last
	begun         Event // its Begin; of kind 0 if it has none
}

// span is a time that a lane is in one state.
type span struct {
	event Event // that began it
	from  moment
	to    moment
	open  bool // it lasted to the end of the trace
}

// hold is a time that a lane holds a resource.
type hold struct {
	event Event // the first Acquire
	depth int   // Acquires not yet released
	from  moment
	to    moment
	open  bool
}

// moment is a place on both axes.
type moment struct {
	at   time.Duration
	step int
}

// Events returns the events in order of time, but for those that Err is about.
func (t *Trace) Events() []Event { return slices.Clone(t.events) }

// Elapsed returns the time of the last event or, if that is later, of Stop.
func (t *Trace) Elapsed() time.Duration { return t.elapsed }

// Lanes returns the names of the lanes in the order in which pictures show them.
func (t *Trace) Lanes() []string {
	var names []string
	for _, l := range t.lanes {
		names = append(names, l.title())
	}
	return names
}

// Dropped returns the number of events that came after the first MaxEvents.
func (t *Trace) Dropped() int { return t.dropped }

// Err returns nil if all events were right: else an *EventError for each of the
// first ten that were left out, joined. The rest is shown all the same.
func (t *Trace) Err() error { return t.err }

func (l *lane) title() string {
	if l.process == "" {
		return l.name
	}
	return l.process + " / " + l.name
}

// maxErrors bounds what Trace.Err says.
const maxErrors = 10

func build(names []laneName, events []Event, dropped int, until time.Duration) *Trace {
	t := &Trace{dropped: dropped}
	var errs []error
	t.events = slices.DeleteFunc(events, func(e Event) bool {
		err := check(e, len(names))
		if err != nil && len(errs) < maxErrors {
			errs = append(errs, err)
		}
		return err != nil
	})
	t.err = errors.Join(errs...)
	slices.SortStableFunc(t.events, func(a, b Event) int { return cmp.Compare(a.At, b.At) })
	t.arrange(names)
	t.number()
	t.lay(until)
	return t
}

// arrange puts the lanes of a process together and renumbers the events' lanes.
func (t *Trace) arrange(names []laneName) {
	rank := map[string]int{}
	for _, n := range names {
		if _, ok := rank[n.process]; !ok {
			rank[n.process] = len(rank)
		}
	}
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	if len(rank) > 1 {
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rank[names[a].process], rank[names[b].process]) })
	}
	moved := make([]Lane, len(names)+1)
	for i, old := range order {
		t.lanes = append(t.lanes, lane{process: names[old].process, name: names[old].name})
		moved[old+1] = Lane(i + 1)
	}
	for i := range t.events {
		e := &t.events[i]
		e.Lane, e.Peer = moved[e.Lane], moved[e.Peer]
	}
}

// number gives each event its step. What only says who has the processor makes no
// step, nor does what an Act came to.
func (t *Trace) number() {
	t.steps = make([]int, len(t.events))
	t.joined = make([]bool, len(t.events))
	var last Event // the last that made a step
	for i, e := range t.events {
		t.steps[i] = t.count
		if e.Kind == Begin || e.Kind == Ready || e.Kind == Running {
			continue
		}
		if last.Kind == Act && e.Lane == last.Lane && e.On == last.On && (e.Kind == Acquire || e.Kind == Release || e.Kind == Blocked) {
			t.steps[i]--
			t.joined[i] = true
			continue
		}
		t.count++
		last = e
	}
}

// lay works out the spans and holds of the lanes. What lasts does so at least to
// until.
func (t *Trace) lay(until time.Duration) {
	for i, e := range t.events {
		l := &t.lanes[e.Lane-1]
		now := moment{e.At, t.steps[i]}
		t.elapsed = e.At
		switch {
		case e.Kind.state():
			if e.Kind == Begin {
				l.begun = e
			}
			l.change(e, now)
		case e.Kind == Acquire:
			l.acquire(e, now)
		case e.Kind == Release:
			t.release(e, now)
		}
	}
	t.elapsed = max(t.elapsed, until)
	end := moment{t.elapsed, t.count}
	for i := range t.lanes {
		l := &t.lanes[i]
		if n := len(l.spans); n > 0 && l.spans[n-1].open {
			l.spans[n-1].to = end
		}
		for j := range l.holds {
			if l.holds[j].open {
				l.holds[j].to = end
			}
		}
	}
}

// change ends the lane's state and, but for End, begins another. A state that lasted
// for no time and no step is forgotten.
func (l *lane) change(e Event, now moment) {
	if n := len(l.spans); n > 0 && l.spans[n-1].open {
		if l.spans[n-1].from == now {
			l.spans = l.spans[:n-1]
			n--
		}
		if n > 0 && (l.spans[n-1].open || l.spans[n-1].to == now) && l.spans[n-1].same(e) {
			l.spans[n-1].open = true
			return
		}
		if n > 0 && l.spans[n-1].open {
			l.spans[n-1].to, l.spans[n-1].open = now, false
		}
	}
	if e.Kind != End {
		l.spans = append(l.spans, span{event: e, from: now, open: true})
	}
}

// same reports whether e would begin the same state once more.
func (s *span) same(e Event) bool {
	was := s.event
	return was.Kind == e.Kind && was.On == e.On && was.Text == e.Text && was.Place == e.Place && was.Peer == e.Peer
}

func (l *lane) acquire(e Event, now moment) {
	if i := l.holding(e.On); i >= 0 {
		l.holds[l.open[i]].depth++
		return
	}
	l.open = append(l.open, len(l.holds))
	l.holds = append(l.holds, hold{event: e, depth: 1, from: now, open: true})
}

// release ends a hold of the event's lane or, since some locks may be unlocked by
// anyone, the oldest one of another. If nobody holds it, as with a semaphore that
// only grows, nothing ends.
func (t *Trace) release(e Event, now moment) {
	l := &t.lanes[e.Lane-1]
	i := l.holding(e.On)
	if i < 0 {
		for j := range t.lanes {
			other := &t.lanes[j]
			if k := other.holding(e.On); k >= 0 && (i < 0 || other.holds[other.open[k]].from.at < l.holds[l.open[i]].from.at) {
				l, i = other, k
			}
		}
	}
	if i < 0 {
		return
	}
	h := &l.holds[l.open[i]]
	if h.depth--; h.depth == 0 {
		h.to, h.open = now, false
		l.open = slices.Delete(l.open, i, i+1)
	}
}

// holding returns the index in open of the lane's hold of a resource; -1 if it has
// none.
func (l *lane) holding(on string) int {
	return slices.IndexFunc(l.open, func(i int) bool { return l.holds[i].event.On == on })
}
