package atomic

import (
	"sync/atomic"
	"unsafe"
)

// Pointer is one word, which compiled functions change.
type Pointer[T any] struct{ v unsafe.Pointer }

func (x *Pointer[T]) Load() *T { return (*T)(atomic.LoadPointer(&x.v)) }

func (x *Pointer[T]) Store(val *T) { atomic.StorePointer(&x.v, unsafe.Pointer(val)) }

func (x *Pointer[T]) Swap(new *T) (old *T) {
	return (*T)(atomic.SwapPointer(&x.v, unsafe.Pointer(new)))
}

func (x *Pointer[T]) CompareAndSwap(old, new *T) (swapped bool) {
	return atomic.CompareAndSwapPointer(&x.v, unsafe.Pointer(old), unsafe.Pointer(new))
}
