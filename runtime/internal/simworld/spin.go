package simworld

import "lockstep/runtime/internal/sched"

// A task that waits in a loop which only looks (while the other's flag is set) has
// endlessly many schedules, of which all but a few are the same: it looks again and
// sees what it saw. With Config.Patient such a task isn't a candidate until
// something that it looks at has been changed, unless there is no other candidate.
// This is the idea of fair schedules (Musuvathi, Qadeer: Fair Stateless Model
// Checking, PLDI 2008), told by what the task sees rather than by its yielding.

// looks is how often a task may look at an unchanged object before it counts as
// waiting.
const looks = 3

// look is that a task has looked at an object since it last changed one.
type look struct {
	o       *object
	version int32
	times   int
}

// looked notes that the current task uses o.
func (w *World) looked(o *object, uses sched.Uses) {
	c := w.current
	if uses != sched.LooksAt {
		o.version++
		c.looks = c.looks[:0]
		return
	}
	for i := range c.looks {
		l := &c.looks[i]
		if l.version != l.o.version {
			c.looks = c.looks[:0]
			break
		}
		if l.o == o {
			l.times++
			return
		}
	}
	c.looks = append(c.looks, look{o, o.version, 1})
}

// spins reports whether c waits in a loop for a change that hasn't come.
func (c *coroutine) spins() bool {
	often := false
	for i := range c.looks {
		l := &c.looks[i]
		if l.version != l.o.version {
			return false
		}
		often = often || l.times >= looks
	}
	return often
}

// spare takes the tasks that wait in loops out of the candidates, if others are
// left, and returns all to be put back.
func (w *World) spare() (all []*coroutine) {
	if w.forced >= 0 {
		return nil
	}
	spinning := 0
	for _, c := range w.runnable {
		if c.spins() {
			spinning++
		}
	}
	if spinning == 0 || spinning == len(w.runnable) {
		return nil
	}
	all = w.runnable
	w.runnable = make([]*coroutine, 0, len(all)-spinning)
	for _, c := range all {
		if !c.spins() {
			w.runnable = append(w.runnable, c)
		}
	}
	w.result.Spared = true
	return all
}
