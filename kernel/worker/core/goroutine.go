package core

import (
	"runtime"

	"lockstep/runtime/support"
)

// Go starts a goroutine that runs call, in the scope of the caller. See
// support.Go for what a panic does.
func (c *Core) Go(call func()) {
	refuseInSimulation("the go statement", "thread.Go")
	at := c.here()
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

// SimulationError is the panic of a construct that a simulation couldn't control.
type SimulationError struct {
	Construct string // "the go statement"
	Instead   string // what to use: "thread.Go"
}

func (e *SimulationError) Error() string {
	return e.Construct + " can't be used inside a simulation: use " + e.Instead + " instead"
}

// refuseInSimulation returns the scope of the calling goroutine, which is in the
// real world.
func refuseInSimulation(construct, instead string) *support.Scope {
	s := support.CurrentScope()
	if s.World != nil {
		panic(&SimulationError{construct, instead})
	}
	return s
}

// cancelled is closed when the user interrupts the cell that s is of; nil where
// there is no kernel.
func cancelled(s *support.Scope) <-chan struct{} {
	if s.Host == nil {
		return nil
	}
	return s.Host.Cancelled()
}

// unwind ends the calling goroutine, whose cell was interrupted, after running its
// deferred calls. Nothing recovers from it.
func unwind() { runtime.Goexit() }
