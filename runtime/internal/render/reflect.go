package render

import (
	"reflect"
	"unsafe"
)

var reflectValue = reflect.TypeFor[reflect.Value]()

// unwrap returns the value inside interfaces, inside a reflect.Value and inside
// the interpreter's own box for values of cell types, all of which interpreted
// code passes where compiled code would pass the value.
func unwrap(v reflect.Value) reflect.Value {
	for v.IsValid() {
		switch {
		case v.Kind() == reflect.Interface:
			v = v.Elem()
		case !v.CanInterface():
			return v
		case v.Type() == reflectValue:
			v = v.Interface().(reflect.Value)
		case isBox(v.Type()):
			v = addressable(v)
			v = *(*reflect.Value)(v.FieldByName("value").Addr().UnsafePointer())
		default:
			return v
		}
	}
	return v
}

// isBox recognises yaegi's valueInterface.
func isBox(t reflect.Type) bool {
	if t.Kind() != reflect.Struct || t.Name() != "valueInterface" || t.PkgPath() != "github.com/traefik/yaegi/interp" {
		return false
	}
	f, ok := t.FieldByName("value")
	return ok && f.Type == reflectValue
}

// addressable returns v, or a copy of it, such that readable works on its fields.
func addressable(v reflect.Value) reflect.Value {
	if !v.IsValid() || v.CanAddr() || !v.CanInterface() {
		return v
	}
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	return c
}

// readable lifts the restriction on an unexported field, where it can.
func readable(v reflect.Value) reflect.Value {
	if v.CanInterface() || !v.CanAddr() {
		return v
	}
	return reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
}
