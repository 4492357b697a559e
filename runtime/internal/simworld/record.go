package simworld

import (
	"fmt"
	"slices"
	"time"
	"unsafe"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
)

// Event is one thing that happened in a world.
type Event struct {
	What What
	Step int           // the number of the switch point that it follows
	At   time.Duration // since the world began
	Task *sched.Task
	Num  int // of the task: 1 for the main one, then in the order of starting; 0 for the clock
	Op   *sched.Op
	On   string // the resource's or variable's name; empty where there is none
	// Value is what a variable held after an access, as text, or what was chosen.
	Value string
	Where Place
	// Peer is the number of the task that started this one, or holds the resource that
	// it waits for; 0 if there is none.
	Peer int

	site      *Site       // of a use
	variables []*variable // that it uses
}

// Shown reports whether a use of variables is worth showing: of one that another task
// uses, too, that gets a value to be seen, or that was made to be looked at.
func (e *Event) Shown() bool {
	return e.site.Mark == 0 || e.Sets() ||
		slices.ContainsFunc(e.variables, func(v *variable) bool { return v.shared })
}

// Sets reports whether a use of variables gives one of them a value to be seen.
func (e *Event) Sets() bool { return e.site.Kind.Writes() && e.Value != "" }

// What says what an Event is about.
type What uint8

// What an Event is about.
const (
	Begins  What = iota // a task was started
	Does                // it does Op
	Waits               // it can't go on in Op
	Sleeps              // it waits for a time
	Yields              // it lets others go on
	Holds               // it has come to hold a lock
	Frees               // it no longer holds a lock
	Uses                // it uses a variable
	Chooses             // it was given one of several values
	Remarks             // it says Value, for whoever reads the record
	Ends
)

// maxValue bounds the text of a value in an event.
const maxValue = 60

// Place is a place in the code; the zero Place is none known.
type Place struct {
	mark    int64
	pcs     *[16]uintptr
	started *[16]uintptr // of the statement that started the task
	host    scope.Placer
}

// String returns the place as "In[3]:4" or "main.go:12"; empty if it isn't known.
func (p Place) String() string {
	switch {
	case p.host != nil && p.mark != 0:
		return p.host.Place(p.mark)
	case p.pcs != nil:
		if at := sched.UserFrame(p.pcs[:]); at != "" {
			return at
		}
	}
	if p.started != nil { // what the runtime does before the task's own code, or after it
		return sched.UserFrame(p.started[:])
	}
	return ""
}

// here returns the place that the calling task is at, where that is cheap or the
// run is recorded.
func (w *World) here(mark int64) Place {
	if w.host != nil {
		if mark == 0 {
			mark = w.host.Here()
		}
		return Place{mark: mark, host: w.host}
	}
	if !w.recording() {
		return Place{}
	}
	p := Place{pcs: new([16]uintptr)}
	if w.current != nil {
		p.started = w.current.started
	}
	sched.Callers(p.pcs[:])
	return p
}

// recording reports whether events are still kept.
func (w *World) recording() bool { return len(w.result.Events) < w.config.Record }

// record keeps an event, if the run is recorded.
func (w *World) record(e Event) {
	w.settleValue()
	if w.config.Record == 0 {
		return
	}
	if !w.recording() {
		w.result.Unrecorded++
		return
	}
	e.Step, e.At = w.result.Steps, w.result.Elapsed
	w.result.Events = append(w.result.Events, e)
}

// Remark keeps a remark of the calling task. It is no scheduling point, and takes no
// part in the hash of the run.
func (w *World) Remark(text string) {
	c := w.self()
	if w.config.Record > 0 && !w.unwind {
		w.record(Event{What: Remarks, Task: c.task, Num: c.num, Value: text, Where: w.here(0)})
	}
}

func (w *World) recordOp(c *coroutine, m *sched.Monitor, op *sched.Op, where Place) {
	if !w.recording() {
		w.record(Event{})
		return
	}
	e := Event{What: Does, Task: c.task, Num: c.num, Op: op, Where: where}
	switch op {
	case opEnd:
		e.What = Ends
	case opSleep:
		e.What = Sleeps
	case opYield:
		e.What = Yields
	}
	if m != nil {
		e.On = m.Label()
	}
	w.record(e)
}

// recordHold keeps that c holds m, or no longer does.
func (w *World) recordHold(what What, c *coroutine, m *sched.Monitor, where Place) {
	if w.config.Record > 0 {
		w.record(Event{What: what, Task: c.task, Num: c.num, Op: opHold, On: m.Label(), Where: where})
	}
}

// recordAccess keeps a use of a variable, and returns the event; nil if no more are
// kept.
func (w *World) recordAccess(c *coroutine, s *Site, addr unsafe.Pointer, where Place) *Event {
	if !w.recording() {
		w.record(Event{})
		return nil
	}
	w.record(Event{What: Uses, Task: c.task, Num: c.num, Op: accessOps[s.Kind], On: s.Name, Where: where, site: s})
	if s.Value != nil {
		w.unvalued, w.unvaluedAt = s, addr
		if !s.Kind.Writes() {
			w.settleValue()
		}
	}
	return &w.result.Events[len(w.result.Events)-1]
}

// settleValue gives the last event the value that the variable has now: the task
// has written it since, and nobody else has run.
func (w *World) settleValue() {
	s := w.unvalued
	if s == nil {
		return
	}
	w.unvalued = nil
	w.result.Events[len(w.result.Events)-1].Value = valueText(s, w.unvaluedAt)
}

func valueText(s *Site, addr unsafe.Pointer) (text string) {
	defer func() {
		if recover() != nil { // a panic in a String method of the value
			text = "?"
		}
	}()
	text = fmt.Sprint(s.Value(addr))
	if r := []rune(text); len(r) > maxValue {
		text = string(r[:maxValue]) + "…"
	}
	return text
}

const (
	hashStart = 14695981039346656037
	hashPrime = 1099511628211
)

// hash adds an event to the running hash.
func (w *World) hash(c *coroutine, op *sched.Op, on int) {
	h := w.result.Hash
	for _, word := range [...]uint64{uint64(c.num), op.Code(), uint64(on), uint64(w.result.Elapsed)} {
		h = (h ^ word) * hashPrime
		h ^= h >> 29 // the product alone never carries a high bit downwards
	}
	w.result.Hash = h
}

// note keeps that c does op on m, which may be nil.
func (w *World) note(c *coroutine, m *sched.Monitor, op *sched.Op) {
	on := 0
	if m != nil {
		on = m.Ordinal(w)
	}
	w.hash(c, op, on)
	if w.config.Record > 0 {
		w.recordOp(c, m, op, w.here(0))
	}
}
