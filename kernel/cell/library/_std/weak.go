package weak

import "unsafe"

// weaken and strengthen go from a pointer to what a weak pointer to it holds, and
// back.
func weaken(p unsafe.Pointer) unsafe.Pointer
func strengthen(u unsafe.Pointer) unsafe.Pointer

type Pointer[T any] struct {
	_ [0]*T
	u unsafe.Pointer
}

func Make[T any](ptr *T) Pointer[T] { return Pointer[T]{u: weaken(unsafe.Pointer(ptr))} }

func (p Pointer[T]) Value() *T { return (*T)(strengthen(p.u)) }
