package core

import (
	"fmt"
	"io"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"lockstep/kernel/worker/marks"
	"lockstep/runtime/support"
)

// simulation is what the functions for simulations need.
type simulation struct {
	on      *bool // lowered code reads it: whether any simulation runs
	running int
	mu      sync.Mutex

	variables support.Variables // by name in lowered code
}

func newSimulation() *simulation {
	memory := words(1)
	return &simulation{
		on:        (*bool)(unsafe.Pointer(&memory[0])),
		variables: support.Variables{},
	}
}

// Simulating says that a simulation begins. It calls end when that is over.
func (c *Core) Simulating() (end func()) {
	s := c.simulation
	add := func(n int) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.running += n
		*s.on = s.running > 0
	}
	add(1)
	return func() { add(-1) }
}

// Here is the mark of the statement that was begun last.
func (c *Core) Here() int64 { return c.here() }

// Resume implements scope.Placer.
func (c *Core) Resume(mark int64) { c.resume(mark) }

// resume notes that the statement with a mark goes on: others were run meanwhile.
func (c *Core) resume(at int64) { atomic.StoreInt64(c.places.at, at) }

// Place says where the statement with a mark is: "In[3]:4".
func Place(mark int64) string {
	cell, _, line, _ := marks.Parts(mark)
	if line == 0 {
		return ""
	}
	return fmt.Sprintf("In[%d]:%d", cell, line)
}

// named is the argument that says what the program calls something, "" if there is
// none.
func named(site []string) string {
	if len(site) == 0 {
		return ""
	}
	return site[0]
}

// Read tells of a read of the variable at p, which follows. It is called in
// simulations, as are the other functions that tell of something; in the real world
// they do nothing.
func (c *Core) Read(p any, at int64, name string) { c.access(support.ReadAccess, p, at, name) }

// Write tells of a write to the variable at p, which follows.
func (c *Core) Write(p any, at int64, name string) { c.access(support.WriteAccess, p, at, name) }

// Atomic tells of an operation of package sync/atomic on the variable at p, or of
// one of a type of package sync that needs no waiting. kind is a
// support.AccessKind.
func (c *Core) Atomic(p any, kind int, at int64, name string) {
	c.access(support.AccessKind(kind), p, at, name)
}

func (c *Core) access(kind support.AccessKind, p any, at int64, name string) {
	c.tell(at, func(s *support.Simulation, at int64) { s.Use(kind, p, at, name) })
}

// tell tells the simulation, if there is one, of something at a place, by default
// that of the statement that runs.
func (c *Core) tell(at int64, of func(s *support.Simulation, at int64)) {
	s := support.Simulated()
	if s == nil {
		return
	}
	if at == 0 {
		at = c.here()
	}
	of(s, at)
	c.resume(at)
}

// ReadMap tells of a read of a map, which follows.
func (c *Core) ReadMap(m any, at int64, name string) { c.mapAccess(support.ReadAccess, m, at, name) }

// WriteMap tells of a write to a map, which follows.
func (c *Core) WriteMap(m any, at int64, name string) { c.mapAccess(support.WriteAccess, m, at, name) }

func (c *Core) mapAccess(kind support.AccessKind, m any, at int64, name string) {
	c.tell(at, func(s *support.Simulation, at int64) { s.UseMap(kind, m, at, name) })
}

// Append tells of what append(list, …) does with n more elements.
func (c *Core) Append(list any, n int, at int64, name string) {
	c.tell(at, func(s *support.Simulation, at int64) { s.Append(list, n, at, name) })
}

// Copy tells of what copy(to, from) does.
func (c *Core) Copy(to, from any, at int64) {
	c.tell(at, func(s *support.Simulation, at int64) { s.Copy(to, from, at) })
}

// ClearElements tells of what clear(list) does.
func (c *Core) ClearElements(list any, at int64, name string) { c.Elements(list, true, at, name) }

// Swap tells of an atomic compare-and-swap at p, which follows: one that is going
// to fail is a load.
func (c *Core) Swap(p, old any, at int64, name string) {
	c.tell(at, func(s *support.Simulation, at int64) { s.Swap(p, old, at, name) })
}

// Elements tells of a compiled function's access to all elements of a slice, or to
// a map.
func (c *Core) Elements(x any, writes bool, at int64, name string) {
	kind := support.ReadAccess
	if writes {
		kind = support.WriteAccess
	}
	c.tell(at, func(s *support.Simulation, at int64) { s.UseAll(kind, x, at, name) })
}

// What a method of compiled code does with its receiver, as Object is told.
const (
	KeepsObject = iota // who knows; what it changes is set back
	ReadsObject        // it only looks
	ChangesObject
)

// Object tells of a call of a compiled method with a pointer as its receiver.
func (c *Core) Object(p any, does int, at int64, name string) {
	if support.Simulated() == nil || reflect.ValueOf(p).IsNil() {
		return
	}
	c.tell(at, func(s *support.Simulation, at int64) {
		switch does {
		case ReadsObject:
			s.UseObject(support.ReadAccess, p, at, name)
		case ChangesObject:
			s.UseObject(support.WriteAccess, p, at, name)
		default:
			s.KeepObject(p, at, name)
		}
	})
}

// Refuse ends a simulation in which something is called that isn't controlled.
func (c *Core) Refuse(what string, at int64) {
	if s := support.Simulated(); s != nil {
		if at == 0 {
			at = c.here()
		}
		s.Refuse(at, what+" can't be simulated: it may wait for what is outside of the program")
	}
}

// Stdin is os.Stdin, which a simulation can't wait for.
func (c *Core) Stdin() io.Reader {
	c.Refuse("os.Stdin", 0)
	return support.Stdin()
}

// Stale ends a simulation in which a function is used that was made by a cell
// before the session could simulate: it wouldn't tell of what it does.
func (c *Core) Stale(name string, at int64) {
	if s := support.Simulated(); s != nil {
		s.Refuse(at, name+" was given its value before the session imported a package that simulates: run its cell again")
	}
}
