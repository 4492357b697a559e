package core

import (
	"iter"
	"reflect"
	"unique"
	"unsafe"
	"weak"
)

// What the source of the standard library's generic functions calls: see
// _std in package library.

// Pull is iter.Pull of a sequence without values.
func Pull(seq func(yield func() bool)) (next func() bool, stop func()) {
	n, stop := iter.Pull(func(yield func(struct{}) bool) {
		seq(func() bool { return yield(struct{}{}) })
	})
	return func() bool {
		_, ok := n()
		return ok
	}, stop
}

// SharesMemory reports whether two slices of one type, which are not empty, have
// elements in common.
func SharesMemory(a, b any) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	size := x.Type().Elem().Size()
	begin, other := x.Pointer(), y.Pointer()
	return size > 0 && begin < other+uintptr(y.Len())*size && other < begin+uintptr(x.Len())*size
}

// Canonical is the address of the value that package unique keeps for all that are
// equal to v. The value is kept as long as somebody holds the address.
func Canonical(v any) *any {
	h := unique.Make(v)
	return *(**any)(unsafe.Pointer(&h)) // all that a Handle has
}

// Weaken is what a weak pointer to the variable at p holds, nil for nil.
func Weaken(p unsafe.Pointer) unsafe.Pointer {
	w := weak.Make((*byte)(p))
	return *(*unsafe.Pointer)(unsafe.Pointer(&w)) // all that it has
}

// Strengthen is the pointer that was weakened, nil once the variable is gone.
func Strengthen(u unsafe.Pointer) unsafe.Pointer {
	var w weak.Pointer[byte]
	*(*unsafe.Pointer)(unsafe.Pointer(&w)) = u
	return unsafe.Pointer(w.Value())
}
