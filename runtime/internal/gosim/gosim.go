// Package gosim is ordinary Go in a simulated world: goroutines, channels,
// select, the types of package sync, timers, contexts and random numbers, with
// the semantics of the language and the orderings of its memory model, under the
// world's scheduler and on its clock.
//
// What a program holds stays what it is, a chan int, a *sync.Mutex; it only names
// the object. What goes on with the object during a run is kept here, by its
// address, and is forgotten at the end. So each run begins with mutexes free and
// with channels as they were outside.
package gosim

import (
	"fmt"
	"unsafe"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
	"lockstep/runtime/internal/simworld"
)

// Sim is the Go of one simulated world. Its methods may be called by the world's
// tasks only.
type Sim struct {
	w          *simworld.World
	channels   map[unsafe.Pointer]*channel
	objects    map[place]any
	names      map[string]int
	goroutines int
}

// Space is the variables that the calling task sees as its own, nil if it sees those
// of the session.
func (s *Sim) Space() simworld.Space { return s.w.Space() }

type localKey struct{}

// Current returns the simulation that the calling goroutine is part of, nil in the
// real world.
func Current() *Sim {
	w, ok := scope.Current().World.(*simworld.World)
	if !ok {
		return nil
	}
	return w.Local(localKey{}, func() any {
		s := &Sim{
			w:          w,
			channels:   map[unsafe.Pointer]*channel{},
			objects:    map[place]any{},
			names:      map[string]int{},
			goroutines: 1,
		}
		w.AtEnd(s.export)
		return s
	}).(*Sim)
}

// World returns the world of the simulation.
func (s *Sim) World() *simworld.World { return s.w }

// object is the state of what stands at an address, made at the first use.
func object[T any](s *Sim, p unsafe.Pointer, create func() *T) *T {
	if o, ok := s.objects[s.at(p)]; ok {
		if t, ok := o.(*T); ok {
			return t
		}
	}
	t := create()
	s.objects[s.at(p)] = t
	return t
}

// place is an address as the tasks of one space see it.
type place struct {
	space simworld.Space
	p     unsafe.Pointer
}

func (s *Sim) at(p unsafe.Pointer) place { return place{s.w.Space(), p} }

// name gives a monitor the name that reports use: what the program calls the
// object at p, where that is known.
func (s *Sim) name(m *sched.Monitor, p unsafe.Pointer, site string) {
	name := scope.NameOf(p)
	if name == "" {
		name = site
	}
	if name == "" {
		return // the monitor's kind and a number
	}
	s.names[name]++
	if n := s.names[name]; n > 1 {
		name = fmt.Sprintf("%s (%d)", name, n)
	}
	m.SetName(name)
}

// refuse ends the run: what the program does can't be simulated.
func (s *Sim) refuse(what string) { s.w.Refuse(here(), what) }

// here is the mark of the statement that runs now.
func here() int64 {
	if host, ok := scope.Current().Host.(scope.Placer); ok {
		return host.Here()
	}
	return 0
}

// FatalError is the panic of what ends a Go program for good: a mutex that is
// unlocked though nobody has locked it.
type FatalError struct{ Text string }

func (e *FatalError) Error() string { return "fatal error: " + e.Text }

// never waits for what can't happen: the other end of a nil channel.
func (s *Sim) never(op *sched.Op, name string) {
	var m sched.Monitor
	m.SetName(name)
	m.Enter(op, nil)
	s.w.Wait(&m, op, func() bool { return false }, sched.Forever)
}

// Choose returns one of 0 … n-1, as the schedule decides.
func (s *Sim) Choose(n int, why string) int { return s.w.Choose(n, why) }

// Refuse ends the run: the statement with a mark does what can't be simulated.
func (s *Sim) Refuse(mark int64, what string) { s.w.Refuse(mark, what) }

// Local returns what is kept for the run under key, made by create at the first
// call.
func (s *Sim) Local(key any, create func() any) any { return s.w.Local(key, create) }
