// Package vars is what a sim.Var is made of, for values of any type.
package vars

import (
	"sync"
	"unsafe"

	"lockstep/runtime/internal/scope"
	"lockstep/runtime/internal/simworld"
)

// Var is a shared variable whose uses a simulation sees. Init comes first.
type Var struct {
	mu          sync.Mutex
	value       any
	read, write simworld.Site
	kept        *simworld.World // the last one that knows how to set the value back
}

// Init gives the variable its name and its first value. It is called once.
func (v *Var) Init(name string, value any) {
	v.value = value
	v.read = simworld.Site{Kind: simworld.Read, Name: name, Value: held}
	v.write = simworld.Site{Kind: simworld.Write, Name: name, Value: held}
}

// held returns the value of the variable at an address.
func held(addr unsafe.Pointer) any { return *(*any)(addr) }

// Load returns the value: in a simulation at a switch point.
func (v *Var) Load() any {
	if w, ok := scope.Current().World.(*simworld.World); ok {
		w.Access(&v.read, unsafe.Pointer(&v.value))
		return v.value
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.value
}

// Store changes the value: in a simulation at a switch point.
func (v *Var) Store(value any) {
	if w, ok := scope.Current().World.(*simworld.World); ok {
		w.Access(&v.write, unsafe.Pointer(&v.value))
		if v.kept != w {
			v.kept = w
			before := v.value
			w.UndoValue(func() { v.value, v.kept = before, nil })
		}
		v.value = value
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.value = value
}
