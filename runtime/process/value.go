package process

import (
	"sync"

	"lockstep/runtime/support/processes"
)

// Value is a variable in memory that processes share: they all see the same. It is
// handed to a process as an argument of its start. T is a number, a bool, or an
// array or struct of these.
//
// Load and Store are each done under the value's own lock. One after the other is
// not: v.Store(v.Load() + 1) in two processes loses updates, unless Lock is held
// around both. Python: multiprocessing.Value.
type Value[T any] struct{ u processes.Shared }

var _ sync.Locker = (*Value[int])(nil)

// NewValue returns a shared variable with a recursive lock. Misuse: ErrNotFlat.
// Python: Value(typecode, initial).
func NewValue[T any](initial T) *Value[T] {
	return &Value[T]{processes.NewShared([]T{initial}, true)}
}

// NewRawValue returns a shared variable without a lock. Misuse: ErrNotFlat. Python:
// RawValue, or Value(typecode, initial, lock=False).
func NewRawValue[T any](initial T) *Value[T] {
	return &Value[T]{processes.NewShared([]T{initial}, false)}
}

// Load returns what the variable holds. Python: Value.value.
func (v *Value[T]) Load() T {
	var zero T
	t, _ := v.u.Load(0, zero).(T)
	return t
}

// Store changes what the variable holds. Python: Value.value = ….
func (v *Value[T]) Store(t T) { v.u.Store(0, t) }

// Lock keeps other threads and processes from the variable until Unlock. The
// thread that holds it may use the variable, and lock it again. If a process ends
// while it holds the lock, others panic with an *AbandonedError. Misuse: ErrNoLock.
// Python: Value.get_lock().acquire(), or with v.get_lock().
func (v *Value[T]) Lock() { v.u.Acquire() }

// Unlock takes one Lock back. Misuse: ErrNotOwner, ErrNoLock. Python:
// Value.get_lock().release().
func (v *Value[T]) Unlock() { v.u.Release() }

// Array is a row of variables in memory that processes share. All that is said of
// Value is true of each of its elements. Python: multiprocessing.Array.
type Array[T any] struct{ u processes.Shared }

var _ sync.Locker = (*Array[int])(nil)

// NewArray returns shared copies of values, with one recursive lock. Its length
// can't change. NewArray(make([]int, 10)) has ten zeros. Misuse: ErrNotFlat.
// Python: Array(typecode, values).
func NewArray[T any](values []T) *Array[T] { return &Array[T]{processes.NewShared(values, true)} }

// NewRawArray returns shared copies of values, without a lock. Misuse: ErrNotFlat.
// Python: RawArray, or Array(typecode, values, lock=False).
func NewRawArray[T any](values []T) *Array[T] { return &Array[T]{processes.NewShared(values, false)} }

// Len returns the number of elements. Python: len(a).
func (a *Array[T]) Len() int { return a.u.Len() }

// Load returns the i-th element, from 0 on. Misuse: ErrIndex. Python: a[i].
func (a *Array[T]) Load(i int) T {
	var zero T
	t, _ := a.u.Load(i, zero).(T)
	return t
}

// Store changes the i-th element. Misuse: ErrIndex. Python: a[i] = ….
func (a *Array[T]) Store(i int, t T) { a.u.Store(i, t) }

// Values returns a copy of all elements. Python: a[:].
func (a *Array[T]) Values() []T {
	all := make([]T, a.u.Len())
	a.u.LoadAll(all)
	return all
}

// Lock keeps other threads and processes from the array until Unlock, as
// Value.Lock does. Misuse: ErrNoLock. Python: Array.get_lock().acquire().
func (a *Array[T]) Lock() { a.u.Acquire() }

// Unlock takes one Lock back. Misuse: ErrNotOwner, ErrNoLock. Python:
// Array.get_lock().release().
func (a *Array[T]) Unlock() { a.u.Release() }
