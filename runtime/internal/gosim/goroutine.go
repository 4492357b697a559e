package gosim

import (
	"fmt"

	"lockstep/runtime/internal/sched"
)

// Go is the go statement: f runs as a task of the world.
func (s *Sim) Go(f func()) { s.spawn("", here(), f) }

// spawn starts a goroutine that was asked for at a place.
func (s *Sim) spawn(what string, at int64, f func()) {
	s.goroutines++
	name := fmt.Sprintf("goroutine %d", s.goroutines)
	if what != "" {
		name += " (" + what + ")"
	}
	t := sched.NewTask(name, false)
	t.Started = at
	if err := s.w.Spawn(t, f); err != nil {
		sched.Fail(s.w, err)
	}
}

// Yield is runtime.Gosched().
func (s *Sim) Yield() { s.w.Point() }
