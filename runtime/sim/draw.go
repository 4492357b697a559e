package sim

import (
	"lockstep/runtime/internal/simworld"
	"lockstep/runtime/trace"
)

// Timeline returns the timeline of the schedule that the report shows, by steps;
// its method ByTime returns it by the virtual clock.
func (r Report) Timeline() trace.Timeline { return r.trace().Timeline().BySteps() }

// WaitGraph returns who waited for what, and who held that, at the end of the
// schedule that the report shows.
func (r Report) WaitGraph() trace.WaitGraph { return r.trace().WaitGraph() }

// Table returns the steps of the schedule that the report shows, with a column for
// each thread: what was read as "n → 100", what was written as "n = 99".
func (r Report) Table() trace.Table { return r.trace().Table() }

// Trace returns what was recorded of the schedule that the report shows, its first
// 2,000 events.
func (r Report) Trace() *trace.Trace { return r.trace() }

func (r Report) trace() *trace.Trace {
	d := drawing{lanes: map[int]trace.Lane{}, waiting: map[int]bool{}, ended: map[int]bool{}}
	if r.run != nil {
		for i := range r.run.Events { // the main thread comes first
			if e := &r.run.Events[i]; e.Num == 1 {
				d.lane(&simworld.Event{Num: 1, Task: e.Task})
				break
			}
		}
		for i := range r.run.Events {
			d.event(&r.run.Events[i])
		}
	}
	return d.rec.Trace()
}

// drawing turns the events of a run into those of a trace.
type drawing struct {
	rec     trace.Recorder
	lanes   map[int]trace.Lane // by the number of the task
	waiting map[int]bool       // the tasks that can't go on, or have ended
	ended   map[int]bool
	running int // the number of the task that went on last
}

func (d *drawing) lane(e *simworld.Event) trace.Lane {
	l, ok := d.lanes[e.Num]
	if !ok {
		l = d.rec.Lane(e.Task.Name())
		d.lanes[e.Num] = l
		d.rec.Record(trace.Event{At: e.At, Lane: l, Kind: trace.Begin, Peer: d.lanes[e.Peer]})
	}
	return l
}

func (d *drawing) event(e *simworld.Event) {
	out := trace.Event{At: e.At, Lane: d.lane(e), On: e.On, Place: e.Where.String()}
	if e.What == simworld.Begins {
		return
	}
	if d.ended[e.Num] || e.What == simworld.Uses && !e.Shown() {
		return
	}
	d.turn(e, out.Lane)
	switch e.What {
	case simworld.Does:
		out.Kind, out.Text = trace.Act, e.Op.Verb
		if e.Op.Kind == "Thread" && e.Op.Verb == "End" {
			d.end(e, out.Lane)
			return
		}
	case simworld.Waits:
		if e.Op.IsWork() {
			out.Kind, out.Text, out.On = trace.Mark, say("computes"), ""
			d.waiting[e.Num] = true // nobody takes its turn
			break
		}
		out.Kind, out.Text = trace.Blocked, e.Op.Verb
		if e.Op.Kind == "Thread" {
			out.Peer = d.lanes[e.Peer]
		}
		if out.On == "" {
			out.On = say("nothing that there is")
		}
		d.waiting[e.Num] = true
	case simworld.Sleeps:
		out.Kind = trace.Sleeping
		d.waiting[e.Num] = true
	case simworld.Yields:
		out.Kind, out.Text = trace.Detail, say("yields")
	case simworld.Holds:
		out.Kind = trace.Acquire
	case simworld.Frees:
		out.Kind = trace.Release
	case simworld.Uses:
		out.Kind, out.Text, out.On = trace.Detail, used(e), ""
		if e.Sets() {
			out.Kind = trace.Mark
		}
	case simworld.Remarks:
		out.Kind, out.Text = trace.Mark, e.Value
	case simworld.Chooses:
		out.Kind, out.Text, out.On = trace.Mark, say("%s: %s", say(e.On), e.Value), ""
	case simworld.Ends:
		d.end(e, out.Lane)
		return
	}
	d.rec.Record(out)
}

// end notes that a task has ended, which it may say twice.
func (d *drawing) end(e *simworld.Event, lane trace.Lane) {
	if !d.ended[e.Num] {
		d.rec.Record(trace.Event{At: e.At, Lane: lane, Kind: trace.End})
	}
	d.ended[e.Num], d.waiting[e.Num] = true, true
}

// turn notes that another task goes on, and why.
func (d *drawing) turn(e *simworld.Event, lane trace.Lane) {
	if d.running == e.Num {
		return
	}
	if last := d.lanes[d.running]; last != 0 && !d.waiting[d.running] {
		d.rec.Record(trace.Event{At: e.At, Lane: last, Kind: trace.Detail, Text: say("⇄ %s is let go on", e.Task.Name())})
		d.rec.Record(trace.Event{At: e.At, Lane: last, Kind: trace.Ready})
	}
	d.rec.Record(trace.Event{At: e.At, Lane: lane, Kind: trace.Running})
	d.running = e.Num
	delete(d.waiting, e.Num)
}

// used puts an access in words: "n → 100" for a read, "n = 99" for a write.
func used(e *simworld.Event) string {
	arrow := " → "
	if e.Op.Verb == "write" || e.Op.Verb == "store" || e.Op.Verb == "update" {
		arrow = " = "
	}
	value := e.Value
	if value == "" {
		return say("%s %s", say(e.Op.Verb), e.On)
	}
	text := e.On + arrow + value
	if e.Op.Verb != "read" && e.Op.Verb != "write" {
		return say("%s (atomic)", text)
	}
	return text
}
