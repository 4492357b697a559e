package worker

import (
	"reflect"

	"github.com/traefik/yaegi/interp"
)

// interfacePackages returns the import paths of the packages of all interfaces
// that the functions, methods and struct fields of a package take.
func interfacePackages(exports interp.Exports) map[string]bool {
	paths := map[string]bool{}
	for key, table := range exports {
		if key == "." {
			continue // no symbols, but the interpreter's wrappers
		}
		for _, symbol := range table {
			t := symbol.Type()
			addInterfaces(paths, t)
			if t.Kind() == reflect.Pointer { // a type is given as a nil pointer to it
				addFields(paths, t.Elem())
			}
		}
	}
	return paths
}

func addInterfaces(paths map[string]bool, t reflect.Type) {
	switch t.Kind() {
	case reflect.Interface:
		if t.PkgPath() != "" {
			paths[t.PkgPath()] = true
		}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Interface {
			addInterfaces(paths, t.Elem())
		}
	case reflect.Func:
		for i := range t.NumIn() {
			addInterfaces(paths, t.In(i))
		}
	case reflect.Pointer:
		for i := range t.NumMethod() {
			for in := range t.Method(i).Type.NumIn() {
				if argument := t.Method(i).Type.In(in); argument.Kind() == reflect.Interface {
					addInterfaces(paths, argument)
				}
			}
		}
	}
}

func addFields(paths map[string]bool, t reflect.Type) {
	if t.Kind() != reflect.Struct {
		return
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() && f.Type.Kind() != reflect.Pointer {
			addInterfaces(paths, f.Type)
		}
	}
}
