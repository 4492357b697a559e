package core

import (
	"reflect"
	"unsafe"

	"lockstep/runtime/support"
)

// undo is what the schedules of one exploration have to take back: what each
// variable was before it was written to. So every schedule begins with the values
// that the first one began with, also of variables that a function literal shares
// with the function around it, and afterwards the session is as it was before.
type undo struct {
	steps []func()
	maps  map[unsafe.Pointer]bool // those that are copied already
}

// Snapshot begins to remember what simulations in the name of host change. restore
// takes that back, as often as it is called; end does too, and changes last again
// from then on.
func (c *Core) Snapshot(host any) (restore, end func()) {
	u := &undo{maps: map[unsafe.Pointer]bool{}}
	set := func(u *undo) {
		c.simulation.mu.Lock()
		defer c.simulation.mu.Unlock()
		if c.simulation.undoing[host] = u; u == nil {
			delete(c.simulation.undoing, host)
		}
	}
	set(u)
	return u.restore, func() {
		u.restore()
		set(nil)
	}
}

func (u *undo) restore() {
	for len(u.steps) > 0 {
		last := len(u.steps) - 1
		u.steps[last]()
		u.steps = u.steps[:last]
	}
	clear(u.maps)
}

// Keeps reports whether what a simulation in the name of host changes is kept.
func (c *Core) Keeps(host any) bool {
	c.simulation.mu.Lock()
	defer c.simulation.mu.Unlock()
	return c.simulation.undoing[host] == nil
}

type undoKey struct{}

// undo is what remembers the changes of a run, nil if they are kept.
func (c *Core) undo(s *support.Simulation) *undo {
	return s.Local(undoKey{}, func() any {
		c.simulation.mu.Lock()
		defer c.simulation.mu.Unlock()
		host := support.CurrentScope().Host
		if host == nil {
			return (*undo)(nil)
		}
		return c.simulation.undoing[host]
	}).(*undo)
}

// variable remembers the variable at an address, which is about to change.
func (u *undo) variable(t reflect.Type, address unsafe.Pointer) {
	if u == nil {
		return
	}
	v := reflect.NewAt(t, address).Elem()
	before := reflect.New(t).Elem()
	before.Set(v)
	u.steps = append(u.steps, func() { v.Set(before) })
}

// mapping remembers a map that is about to change.
func (u *undo) mapping(m reflect.Value) {
	if u == nil || u.maps[m.UnsafePointer()] {
		return
	}
	u.maps[m.UnsafePointer()] = true
	var keys, values []reflect.Value
	for i := m.MapRange(); i.Next(); {
		keys, values = append(keys, i.Key()), append(values, i.Value())
	}
	u.steps = append(u.steps, func() {
		m.Clear()
		for i, k := range keys {
			m.SetMapIndex(k, values[i])
		}
	})
}
