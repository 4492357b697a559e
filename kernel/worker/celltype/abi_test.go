package celltype

import (
	"reflect"
	"testing"
	"unsafe"
)

// TestLayouts reads descriptors that the compiler made through our layouts: a Go
// version that changes them fails here, not somewhere in a learner's cell.
func TestLayouts(t *testing.T) {
	type sample struct {
		A int
		b *string
	}
	_ = sample{b: nil}
	typ := reflect.TypeFor[sample]()
	r := toRtype(typ)
	if toType(r) != typ {
		t.Fatal("descriptor and reflect.Type do not lead to each other")
	}
	if r.size != typ.Size() || int(r.align) != typ.Align() || reflect.Kind(r.kind) != typ.Kind() || r.ptrBytes != 16 {
		t.Errorf("head: %+v", r)
	}
	if r.tflag&tflagNamed == 0 || r.tflag&tflagUncommon == 0 || r.tflag&tflagDirect != 0 {
		t.Errorf("flags: %b", r.tflag)
	}
	if toRtype(reflect.TypeFor[*int]()).tflag&tflagDirect == 0 {
		t.Error("a pointer is not direct")
	}
	fields := (*structType)(unsafe.Pointer(r)).fields
	if len(fields) != 2 || toType(fields[1].typ) != typ.Field(1).Type || fields[1].offset != typ.Field(1).Offset {
		t.Errorf("fields: %+v", fields)
	}
	if (*fields[0].name)&1 == 0 || (*fields[1].name)&1 != 0 {
		t.Error("the exported bit is elsewhere")
	}
	for _, test := range []struct {
		name string
		got  *rtype
		want reflect.Type
	}{
		{"pointer", (*ptrType)(unsafe.Pointer(toRtype(reflect.TypeFor[*sample]()))).elem, typ},
		{"slice", (*sliceType)(unsafe.Pointer(toRtype(reflect.TypeFor[[]sample]()))).elem, typ},
		{"array", (*arrayType)(unsafe.Pointer(toRtype(reflect.TypeFor[[3]sample]()))).elem, typ},
		{"chan", (*chanType)(unsafe.Pointer(toRtype(reflect.TypeFor[chan sample]()))).elem, typ},
		{"map key", (*mapType)(unsafe.Pointer(toRtype(reflect.TypeFor[map[sample]int]()))).key, typ},
		{"map element", (*mapType)(unsafe.Pointer(toRtype(reflect.TypeFor[map[int]sample]()))).elem, typ},
	} {
		if test.got != toRtype(test.want) {
			t.Errorf("%s: not where it was expected", test.name)
		}
	}
	f := (*funcType)(unsafe.Pointer(toRtype(reflect.TypeFor[func(int, ...string) error]())))
	if f.inCount != 2 || f.outCount != 1|1<<15 {
		t.Errorf("func: %d in, %x out", f.inCount, f.outCount)
	}
	if n := len((*interfaceType)(unsafe.Pointer(toRtype(reflect.TypeFor[error]()))).methods); n != 1 {
		t.Errorf("interface: %d methods", n)
	}
}
