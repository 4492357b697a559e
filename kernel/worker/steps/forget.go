package steps

import (
	"reflect"
	"unsafe"

	"github.com/traefik/yaegi/interp"
)

// Forget has the interpreter let go of functions of package main that will not be
// called by name again, and of the syntax that it keeps for its debugger: it would
// keep all that it has ever compiled.
func Forget(i *interp.Interpreter, names ...string) {
	inside := reflect.ValueOf(i).Elem()
	roots := open(inside.FieldByName("roots"))
	for _, root := range *(*[]*node)(roots.Addr().UnsafePointer()) {
		// A function that stays would keep those that it was declared with.
		for _, declaration := range root.child {
			declaration.anc, declaration.tnext = nil, nil
		}
	}
	roots.SetZero()
	universe := inside.FieldByName("universe").Elem()
	open(universe.FieldByName("child")).SetZero()
	scope := open(inside.FieldByName("scopes")).MapIndex(reflect.ValueOf("main"))
	if !scope.IsValid() {
		return // nothing was compiled yet
	}
	open(scope.Elem().FieldByName("child")).SetZero()
	symbols := open(scope.Elem().FieldByName("sym"))
	for _, name := range names {
		symbols.SetMapIndex(reflect.ValueOf(name), reflect.Value{})
	}
}

// Retire has an interpreter that will compile nothing more let go of what it needs
// for that: functions of it that are kept would keep all others.
func Retire(i *interp.Interpreter) {
	Forget(i)
	inside := reflect.ValueOf(i).Elem()
	open(inside.FieldByName("universe").Elem().FieldByName("sym")).SetZero()
	for _, scope := range open(inside.FieldByName("scopes")).Seq2() {
		open(scope.Elem().FieldByName("sym")).SetZero()
	}
	for _, name := range []string{"scopes", "srcPkg", "binPkg", "pkgNames", "universe", "generic"} {
		open(inside.FieldByName(name)).SetZero()
	}
}

// open is a field that reflection may change although it is not exported.
func open(field reflect.Value) reflect.Value {
	return reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem()
}
