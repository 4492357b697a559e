package celltype

import (
	"reflect"
	"unsafe"
)

// The layouts of type descriptors, as internal/abi has them. TestLayouts holds
// them against what the running Go really uses.

type rtype struct {
	size       uintptr
	ptrBytes   uintptr
	hash       uint32
	tflag      uint8
	align      uint8
	fieldAlign uint8
	kind       uint8
	equal      func(unsafe.Pointer, unsafe.Pointer) bool
	gcData     *byte
	str        int32
	ptrToThis  int32
}

const (
	tflagUncommon  = 1 << 0
	tflagExtraStar = 1 << 1
	tflagNamed     = 1 << 2
	// The flags that follow from a type's memory layout.
	tflagLayout = 1<<3 | 1<<4 | tflagDirect
	tflagDirect = 1 << 5
)

type structField struct {
	name   *byte
	typ    *rtype
	offset uintptr
}

type structType struct {
	rtype
	pkgPath *byte
	fields  []structField
}

// blank says that comparisons leave the field out.
func (f structField) blank() bool {
	name := unsafe.Slice(f.name, 3) // flags, length, the name's first byte
	return name[1] == 1 && name[2] == '_'
}

// fieldsEqual compares structs field by field, without the blank ones, of which
// what package reflect makes knows nothing.
func (t *structType) fieldsEqual(p, q unsafe.Pointer) bool {
	for _, f := range t.fields {
		if !f.blank() && !f.typ.equal(unsafe.Add(p, f.offset), unsafe.Add(q, f.offset)) {
			return false
		}
	}
	return true
}

type ptrType struct {
	rtype
	elem *rtype
}

type sliceType struct {
	rtype
	elem *rtype
}

type arrayType struct {
	rtype
	elem   *rtype
	slice  *rtype
	length uintptr
}

type chanType struct {
	rtype
	elem *rtype
	dir  int
}

type funcType struct {
	rtype
	inCount  uint16
	outCount uint16
}

type interfaceType struct {
	rtype
	pkgPath *byte
	methods []imethod
}

type imethod struct {
	name int32
	typ  int32
}

type mapType struct {
	rtype
	key, elem, group *rtype
	hasher           func(unsafe.Pointer, uintptr) uintptr
	groupSize        uintptr
	slotSize         uintptr
	elemOff          uintptr
	flags            uint32
}

type uncommonType struct {
	pkgPath int32
	mcount  uint16
	xcount  uint16
	moff    uint32
	_       uint32
}

type method struct {
	name int32
	mtyp int32
	ifn  int32
	tfn  int32
}

// addReflectOff registers a pointer with the runtime, which then knows it by the
// offset that is returned: descriptors refer to names, types and code that way.
//
//go:linkname addReflectOff reflect.addReflectOff
func addReflectOff(ptr unsafe.Pointer) int32

// eface is an interface value without methods.
type eface struct {
	typ  *rtype
	data unsafe.Pointer
}

// toRtype is the descriptor behind a reflect.Type.
func toRtype(t reflect.Type) *rtype {
	return (*rtype)((*eface)(unsafe.Pointer(&t)).data)
}

// toType is the reflect.Type of a descriptor.
func toType(r *rtype) reflect.Type {
	t := reflect.TypeOf(0)
	(*eface)(unsafe.Pointer(&t)).data = unsafe.Pointer(r)
	return t
}

// newName encodes a name as descriptors hold it. A nameless package path means
// the name is exported, or that the struct's or type's own package is meant.
func newName(name, tag string, exported, embedded bool) *byte {
	b := []byte{0}
	if exported {
		b[0] |= 1 << 0
	}
	if embedded {
		b[0] |= 1 << 3
	}
	b = appendLen(b, len(name))
	b = append(b, name...)
	if tag != "" {
		b[0] |= 1 << 1
		b = appendLen(b, len(tag))
		b = append(b, tag...)
	}
	return &b[0]
}

// appendLen appends a length as a varint.
func appendLen(b []byte, n int) []byte {
	for n >= 0x80 {
		b = append(b, byte(n)|0x80)
		n >>= 7
	}
	return append(b, byte(n))
}

// newPackagedName is newName for an unexported name of a package: the package
// path follows the name by its offset.
func newPackagedName(name, pkg string) *byte {
	b := appendLen([]byte{1 << 2}, len(name))
	b = append(b, name...)
	offset := addReflectOff(unsafe.Pointer(newName(pkg, "", false, false)))
	b = append(b, (*[4]byte)(unsafe.Pointer(&offset))[:]...)
	return &b[0]
}
