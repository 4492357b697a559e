package steps

import (
	"reflect"
	"unsafe"
)

// layout is how the parameters and other variables of a function lie in memory:
// those of basic types without pointers in one block.
type layout struct {
	of    *node
	words int // of the block
	slots []slot
}

type slot struct {
	// variable is an addressable variable of the type, at any address.
	variable value
	offset   uintptr
	inBlock  bool
}

// value is a reflect.Value.
type value struct {
	typ  unsafe.Pointer
	ptr  unsafe.Pointer
	flag uintptr
}

// unsafeNew is reflect.New without the pointer type, which it would look for.
//
//go:linkname unsafeNew reflect.unsafe_New
func unsafeNew(typ unsafe.Pointer) unsafe.Pointer

// layOut lays out the variables of a function after its results.
func layOut(def *node, results int) *layout {
	l := &layout{of: def}
	for _, t := range def.types[results:] {
		v := reflect.New(t).Elem()
		s := slot{variable: *(*value)(unsafe.Pointer(&v))}
		if k := t.Kind(); k >= reflect.Bool && k <= reflect.Complex128 {
			s.inBlock = true
			s.offset = uintptr(l.words) * 8
			l.words += int(t.Size()+7) / 8
		}
		l.slots = append(l.slots, s)
	}
	return l
}

// allocate makes the variables.
func (l *layout) allocate(variables []reflect.Value) {
	var block unsafe.Pointer
	if l.words > 0 {
		block = unsafe.Pointer(unsafe.SliceData(make([]uint64, l.words)))
	}
	for i := range l.slots {
		s := &l.slots[i]
		v := s.variable
		if s.inBlock {
			v.ptr = unsafe.Add(block, s.offset)
		} else {
			v.ptr = unsafeNew(v.typ)
		}
		variables[i] = *(*reflect.Value)(unsafe.Pointer(&v))
	}
}
