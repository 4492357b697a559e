package trace

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
)

// ErrSimulated: Start was called inside a simulation. Its report has the timeline.
var ErrSimulated = errors.New("trace.Start: a simulation records itself: use what its report shows")

// Start returns a Recorder that listens to the real threads of the calling cell, in
// a plain program to all of them, until Stop:
//
//	rec := trace.Start()
//	…
//	rec.Stop().Timeline()
//
// It hears of every thread that package thread starts, of what it does with locks,
// queues and the other resources of the runtime, where it waits and sleeps. A
// goroutine of a go statement is heard of when it first uses one. Whether a thread
// that could go on has a processor is known to the operating system only: it counts
// as running. It panics with ErrSimulated inside a simulation.
func Start() *Recorder {
	if sched.Current() != sched.Real {
		sched.Fail(sched.Current(), ErrSimulated)
	}
	l := &listener{
		start:  time.Now(),
		lanes:  map[any]*heard{},
		names:  map[*sched.Monitor]string{},
		counts: map[string]int{},
		places: map[[callers]uintptr]string{},
	}
	l.rec = &Recorder{listener: l}
	l.record(l.self(), Event{Kind: Running})
	l.stop = sched.Watch(l)
	return l.rec
}

// Stop ends the listening that Start began, and returns what has been recorded. On
// another Recorder it is Trace.
func (r *Recorder) Stop() *Trace {
	if r.listener != nil {
		r.listener.stop()
		r.mu.Lock()
		if r.until == 0 {
			r.until = time.Since(r.listener.start)
		}
		r.mu.Unlock()
	}
	return r.Trace()
}

// Note leaves a remark of the calling thread in every trace that is being recorded
// of it, in the real world and in a simulation.
func Note(text string) { sched.Remark(text) }

// callers is how many calls are looked at to find the user's own code.
const callers = 10

// listener feeds a Recorder with what happens in the real world.
type listener struct {
	rec   *Recorder
	start time.Time
	stop  func()

	mu     sync.Mutex
	lanes  map[any]*heard // by *sched.Task, or by the id of a goroutine
	names  map[*sched.Monitor]string
	counts map[string]int // how many names of each kind were given
	places map[[callers]uintptr]string
}

// heard is a goroutine that the listener has heard of.
type heard struct {
	lane  Lane
	place string // of its last operation; touched by the goroutine only
}

var _ sched.Watcher = (*listener)(nil)

// self returns the calling goroutine.
func (l *listener) self() *heard {
	if task := sched.Real.Self(); task != nil {
		return l.task(task)
	}
	id := sched.Real.SelfID()
	return l.heard(id, func() string {
		l.counts["goroutine"]++
		return fmt.Sprintf("goroutine %d", l.counts["goroutine"])
	})
}

func (l *listener) task(t *sched.Task) *heard { return l.heard(t, t.Name) }

func (l *listener) heard(key any, name func() string) *heard {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.lanes[key]
	if h == nil {
		h = &heard{lane: l.rec.Lane(name())}
		l.lanes[key] = h
	}
	return h
}

// name returns the name of a resource: where it has none of its own, a number in
// the order in which they are heard of.
func (l *listener) name(m *sched.Monitor) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	name, ok := l.names[m]
	if !ok {
		name = m.Label()
		if !m.Named() {
			l.counts[name]++
			name = fmt.Sprintf("%s-%d", name, l.counts[name])
		}
		l.names[m] = name
	}
	return name
}

// place returns where the caller's own code is. In a cell that is known for sure
// only while one goroutine runs, so nothing is said there.
func (l *listener) place() string {
	if scope.Current().Host != nil {
		return ""
	}
	var pcs [callers]uintptr
	sched.Callers(pcs[:])
	l.mu.Lock()
	defer l.mu.Unlock()
	place, ok := l.places[pcs]
	if !ok {
		place = sched.UserFrame(pcs[:])
		l.places[pcs] = place
	}
	return place
}

// record adds an event of the caller.
func (l *listener) record(h *heard, e Event) {
	e.At = time.Since(l.start)
	e.Lane = h.lane
	l.rec.Record(e)
}

// Starts implements sched.Watcher.
func (l *listener) Starts(t *sched.Task) {
	h := l.task(t)
	l.record(h, Event{Kind: Begin, Peer: l.self().lane, Place: l.place()})
	l.record(h, Event{Kind: Running})
}

// Ends implements sched.Watcher.
func (l *listener) Ends() { l.record(l.self(), Event{Kind: End}) }

// The kinds of resources that threads and the program are.
const (
	threadKind  = "Thread"
	programKind = "Program"
)

// Does implements sched.Watcher.
func (l *listener) Does(m *sched.Monitor, op *sched.Op) {
	if op.Uses() == sched.LooksAt || m.Kind() == programKind {
		return
	}
	h := l.self()
	h.place = l.place()
	l.record(h, Event{Kind: Act, On: l.name(m), Text: op.Verb, Place: h.place})
}

// Waits implements sched.Watcher.
func (l *listener) Waits(m *sched.Monitor, op *sched.Op) {
	if m.Kind() == programKind {
		return
	}
	h := l.self()
	e := Event{Kind: Blocked, On: l.name(m), Text: op.Verb, Place: h.place}
	if task := m.Holder(); m.Kind() == threadKind && task != nil {
		e.Peer = l.task(task).lane
	}
	l.record(h, e)
}

// Sleeps implements sched.Watcher.
func (l *listener) Sleeps() { l.record(l.self(), Event{Kind: Sleeping, Place: l.place()}) }

// Goes implements sched.Watcher.
func (l *listener) Goes() { l.record(l.self(), Event{Kind: Running}) }

// Holds implements sched.Watcher.
func (l *listener) Holds(m *sched.Monitor) {
	h := l.self()
	l.record(h, Event{Kind: Acquire, On: l.name(m), Place: h.place})
}

// Frees implements sched.Watcher.
func (l *listener) Frees(m *sched.Monitor) {
	if m.Kind() != threadKind {
		l.record(l.self(), Event{Kind: Release, On: l.name(m)})
	}
}

// Remarks implements sched.Watcher.
func (l *listener) Remarks(text string) {
	l.record(l.self(), Event{Kind: Mark, Text: text, Place: l.place()})
}
