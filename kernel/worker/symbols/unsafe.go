package symbols

import (
	"reflect"
	"unsafe"

	"github.com/traefik/yaegi/interp"
)

// unsafeSymbols returns what of package unsafe can be had from functions. The
// interpreter evaluates Sizeof, Alignof and Offsetof itself but wants their
// signatures; conversions to and from unsafe.Pointer it leaves to a hook.
func unsafeSymbols() interp.Exports {
	return interp.Exports{
		"unsafe/unsafe": {
			"Pointer":  reflect.ValueOf((*unsafe.Pointer)(nil)),
			"Add":      reflect.ValueOf(func(p unsafe.Pointer, n int) unsafe.Pointer { return unsafe.Add(p, n) }),
			"Sizeof":   reflect.ValueOf(func(v any) uintptr { return reflect.TypeOf(v).Size() }),
			"Alignof":  reflect.ValueOf(func(v any) uintptr { return uintptr(reflect.TypeOf(v).Align()) }),
			"Offsetof": reflect.ValueOf(func(any) uintptr { return 0 }),
		},
		"github.com/traefik/yaegi/yaegi": {
			"convert": reflect.ValueOf(conversion),
		},
	}
}

// conversion returns how to convert between an unsafe.Pointer and a uintptr or
// a typed pointer, or nil for other types. This is the interpreter's hook.
func conversion(from, to reflect.Type) func(source, dest reflect.Value) {
	switch {
	case to.Kind() == reflect.UnsafePointer && from.Kind() == reflect.Uintptr:
		return func(source, dest reflect.Value) {
			address := uintptr(source.Uint())
			dest.SetPointer(*(*unsafe.Pointer)(unsafe.Pointer(&address)))
		}
	case to.Kind() == reflect.UnsafePointer:
		return func(source, dest reflect.Value) { dest.SetPointer(source.UnsafePointer()) }
	case from.Kind() != reflect.UnsafePointer:
		return nil
	case to.Kind() == reflect.Uintptr:
		return func(source, dest reflect.Value) { dest.SetUint(uint64(uintptr(source.UnsafePointer()))) }
	case to.Kind() == reflect.Pointer:
		return func(source, dest reflect.Value) {
			dest.Set(reflect.NewAt(dest.Type().Elem(), source.UnsafePointer()))
		}
	}
	return nil
}
