package sim

import (
	"sync"
	"unsafe"

	"lockstep/runtime/internal/scope"
	"lockstep/runtime/internal/simworld"
)

// Var is a variable that threads share, in a program whose plain variables sim
// can't see: a Go program outside of a notebook. Each Load and each Store is a
// switch point, is shown in the report, and is looked at for data races. Make it
// with NewVar.
//
// In the real world Load and Store are each atomic; a Store that is worked out from
// an earlier Load still loses updates.
type Var[T any] struct {
	mu          sync.Mutex
	value       T
	read, write simworld.Site
}

// NewVar returns a variable that reports call by the given name.
func NewVar[T any](name string, value T) *Var[T] {
	show := func(addr unsafe.Pointer) any { return *(*T)(addr) }
	return &Var[T]{
		value: value,
		read:  simworld.Site{Kind: simworld.Read, Name: name, Value: show},
		write: simworld.Site{Kind: simworld.Write, Name: name, Value: show},
	}
}

// Load returns the value.
func (v *Var[T]) Load() T {
	if w, ok := scope.Current().World.(*simworld.World); ok {
		w.Access(&v.read, unsafe.Pointer(&v.value))
		return v.value
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.value
}

// Store changes the value.
func (v *Var[T]) Store(value T) {
	if w, ok := scope.Current().World.(*simworld.World); ok {
		w.Access(&v.write, unsafe.Pointer(&v.value))
		v.value = value
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.value = value
}

// Update stores what f makes of the value that Load returns: two steps, between
// which another thread may go on, as in n = f(n).
func (v *Var[T]) Update(f func(T) T) { v.Store(f(v.Load())) }
