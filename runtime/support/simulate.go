package support

import (
	"lockstep/runtime/internal/gosim"
	"lockstep/runtime/internal/simworld"
)

// What follows is the kernel's side of simulations, in which cells run ordinary Go.

// Simulation is the Go of one simulated world.
type Simulation = gosim.Sim

// SimulatedCase is one case of a select statement in a simulation.
type SimulatedCase = gosim.Case

// AccessSite is a place in the code where a variable is used.
type AccessSite = simworld.Site

// AccessKind says what an access does to a variable.
type AccessKind = simworld.Kind

// The kinds of accesses.
const (
	ReadAccess   = simworld.Read
	WriteAccess  = simworld.Write
	AtomicLoad   = simworld.AtomicLoad
	AtomicStore  = simworld.AtomicStore
	AtomicUpdate = simworld.AtomicUpdate
)

// Keys are those keys of a map that a range over it has yet to come to.
type Keys = gosim.Keys

// Variables are variables by name, as pointers to them.
type Variables = gosim.Variables

// Simulated returns the simulation that the calling goroutine is part of, nil in
// the real world.
func Simulated() *Simulation { return gosim.Current() }

// OnceFunc stands for sync.OnceFunc, in either world.
func OnceFunc(f func()) func() { return gosim.OnceFunc(f) }
