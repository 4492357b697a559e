package core

import (
	"runtime"

	"lockstep/runtime/support"
)

// Go starts a goroutine that runs call, in the scope of the caller. See
// support.Go for what a panic does. Like all operations here that wait for other
// goroutines, or that these may wait for, it is simulated in a simulation.
func (c *Core) Go(call func()) {
	if s := support.Simulated(); s != nil {
		s.Go(call)
		return
	}
	start(call, c.here())
}

// start starts a goroutine by the go statement at a mark.
func start(call func(), at int64) {
	pass()
	support.Go(func() {
		r := enter(at)
		r.lasting = true
		defer r.leave()
		pass()
		defer quieten()
		call()
		if p := paused.Load(); p != nil {
			p.note()
		}
	})
}

// quieten ends a panic of an interrupted goroutine: native code that calls a
// function which was stopped half-way may panic because of what that returned.
func quieten() {
	p := paused.Load()
	if p == nil && !interrupted(support.CurrentScope()) {
		return
	}
	if recover() != nil && p != nil {
		p.note()
	}
}

// cancelled is closed when what runs in s is to end: when the user interrupts its
// cell, and for daemon threads at the end of that. It is nil where there is no kernel.
func cancelled(s *support.Scope) <-chan struct{} { return s.Cancelled() }

// unwind ends the calling goroutine, whose cell was interrupted, after running its
// deferred calls. Nothing recovers from it.
func unwind() { runtime.Goexit() }
