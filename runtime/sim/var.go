package sim

import "lockstep/runtime/support/vars"

// Var is a variable that threads share, in a program whose plain variables sim
// can't see: a Go program outside of a notebook. Each Load and each Store is a
// switch point, is shown in the report, and is looked at for data races. Make it
// with NewVar; it must not be copied.
//
// In the real world Load and Store are each atomic; a Store that is worked out from
// an earlier Load still loses updates.
type Var[T any] struct{ core vars.Var }

// NewVar returns a variable that reports call by the given name.
func NewVar[T any](name string, value T) *Var[T] {
	v := &Var[T]{}
	v.core.Init(name, value)
	return v
}

// Load returns the value.
func (v *Var[T]) Load() T {
	value, _ := v.core.Load().(T) // not ok for a nil interface value only
	return value
}

// Store changes the value.
func (v *Var[T]) Store(value T) { v.core.Store(value) }

// Update stores what f makes of the value that Load returns: two steps, between
// which another thread may go on, as in n = f(n).
func (v *Var[T]) Update(f func(T) T) { v.Store(f(v.Load())) }
