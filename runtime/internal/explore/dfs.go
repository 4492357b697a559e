package explore

import "lockstep/runtime/internal/simworld"

// All is the search of every schedule, depth first: at each switch point the
// current task goes on first, then the others do in the order of their starting.
type All struct {
	// Preemptions, if not negative, leaves out the schedules with more preemptions
	// (Musuvathi, Qadeer: Iterative Context Bounding for Systematic Testing of
	// Multithreaded Programs, PLDI 2007).
	Preemptions int

	stack   []branch
	depth   int // in this run
	used    int // preemptions of this run
	bounded bool
	strayed bool
}

// branch is a choice that the run has met.
type branch struct {
	n, taken int // alternatives, and the one that is being explored
}

// NewAll returns the search of all schedules.
func NewAll() *All { return &All{Preemptions: -1} }

// Bounded reports whether a schedule was left out for its preemptions.
func (a *All) Bounded() bool { return a.bounded }

// Strayed reports whether the same choices led to other choices: the body isn't the
// same each time.
func (a *All) Strayed() bool { return a.strayed }

// Trace implements Search.
func (a *All) Trace() *simworld.Trace { return nil }

func (a *All) branch(n int) int {
	if a.depth == len(a.stack) {
		a.stack = append(a.stack, branch{n: n})
	}
	b := &a.stack[a.depth]
	if b.n != n {
		a.strayed = true
		return simworld.GiveUp
	}
	a.depth++
	return b.taken
}

// Next implements simworld.Chooser.
func (a *All) Next(c simworld.Candidates) int {
	if i := c.Forced(); i >= 0 {
		return i
	}
	if c.Len() == 1 {
		return 0
	}
	current := c.Current()
	if current < 0 {
		return a.branch(c.Len())
	}
	if a.Preemptions >= 0 && a.used == a.Preemptions {
		a.bounded = true
		return current
	}
	taken := a.branch(c.Len())
	switch {
	case taken <= 0:
		if taken < 0 {
			return simworld.GiveUp
		}
		return current
	case taken <= current:
		taken--
	}
	a.used++
	return taken
}

// Choose implements simworld.Chooser.
func (a *All) Choose(n int) int { return max(0, a.branch(n)) }

// Advance implements Search.
func (a *All) Advance(*simworld.Result) bool {
	a.stack = a.stack[:a.depth]
	a.depth, a.used = 0, 0
	for len(a.stack) > 0 {
		last := &a.stack[len(a.stack)-1]
		if last.taken++; last.taken < last.n {
			return true
		}
		a.stack = a.stack[:len(a.stack)-1]
	}
	return false
}
