package celltype

import (
	"reflect"
	"runtime"
	"sync"
	"unsafe"
)

// toInterface makes an interface value of a type with methods, or panics with
// the run-time error of a failed assertion.
//
//go:linkname toInterface reflect.ifaceE2I
func toInterface(t *rtype, src any, dst unsafe.Pointer)

// AssertionError is the run-time error of an assertion, from an interface type
// that shows itself as static, that x holds a t. t is of the true variant.
func AssertionError(x any, t reflect.Type, static string) (failed error) {
	if t.Kind() != reflect.Interface {
		return newAssertionError(labelled(static), reflect.TypeOf(x), t)
	}
	if x == nil || t.NumMethod() == 0 {
		return newAssertionError(nil, nil, t)
	}
	defer func() {
		if err, ok := recover().(runtime.Error); ok {
			failed = err
		}
	}()
	var discard [2]unsafe.Pointer
	toInterface(toRtype(t), x, unsafe.Pointer(&discard))
	return nil
}

// newAssertionError fills in the fields of the run-time error, which are the
// runtime's own: the types of the interface, of what it holds, and of what was
// asked for. Any may be nil but the last.
func newAssertionError(parts ...reflect.Type) *runtime.TypeAssertionError {
	e := new(runtime.TypeAssertionError)
	layout := reflect.TypeFor[runtime.TypeAssertionError]()
	for i, part := range parts {
		if part != nil {
			at := unsafe.Add(unsafe.Pointer(e), layout.Field(i).Offset)
			*(**rtype)(at) = toRtype(part)
		}
	}
	return e
}

var labels sync.Map // string → reflect.Type

// labelled is a type that has nothing but a text to show itself: an interface in
// a run-time error, which knows no more of it.
func labelled(text string) reflect.Type {
	if t, ok := labels.Load(text); ok {
		return t.(reflect.Type)
	}
	r := keep(&interfaceType{rtype: *toRtype(standAny)})
	r.tflag &= tflagLayout
	r.ptrToThis = 0
	r.str = addReflectOff(unsafe.Pointer(keep(newName(text, "", false, false))))
	t, _ := labels.LoadOrStore(text, toType(&r.rtype))
	return t.(reflect.Type)
}
