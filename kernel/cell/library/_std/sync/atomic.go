package atomic

import (
	"sync/atomic"
	"unsafe"
)

// Pointer looks as the distribution's does; its word is changed by compiled
// functions.
type Pointer[T any] struct {
	_ [0]*T
	_ noCopy
	v unsafe.Pointer
}

type noCopy struct{}

func (x *Pointer[T]) Load() *T { return (*T)(atomic.LoadPointer(&x.v)) }

func (x *Pointer[T]) Store(val *T) { atomic.StorePointer(&x.v, unsafe.Pointer(val)) }

func (x *Pointer[T]) Swap(new *T) (old *T) {
	return (*T)(atomic.SwapPointer(&x.v, unsafe.Pointer(new)))
}

func (x *Pointer[T]) CompareAndSwap(old, new *T) (swapped bool) {
	return atomic.CompareAndSwapPointer(&x.v, unsafe.Pointer(old), unsafe.Pointer(new))
}
