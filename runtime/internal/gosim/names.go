package gosim

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"unsafe"
)

// Variables are variables by name, as pointers to them.
type Variables map[string]reflect.Value

// maxLooks bounds how many parts of a variable are looked at for a name.
const maxLooks = 200

// NameOf is what code calls the object at p, or the one that p is the pointer of:
// "forks[2]". It is "" if no variable leads there.
func (vars Variables) NameOf(p unsafe.Pointer) string {
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		looks := maxLooks
		if path, ok := find(vars[name], p, &looks); ok {
			return name + path
		}
	}
	return ""
}

// find looks for p in a variable, and in what it leads to.
func find(v reflect.Value, p unsafe.Pointer, looks *int) (path string, ok bool) {
	if *looks--; *looks < 0 || !v.IsValid() {
		return "", false
	}
	t := v.Type()
	inside := v.CanAddr() && uintptr(p) >= v.UnsafeAddr() && uintptr(p) < v.UnsafeAddr()+max(1, t.Size())
	switch t.Kind() {
	case reflect.Chan, reflect.Map, reflect.Pointer:
		if t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct && !v.IsNil() {
			return find(v.Elem(), p, looks) // its first field is at p, too
		}
		if v.UnsafePointer() == p && p != nil {
			return "", true
		}
	case reflect.Struct:
		// What a package keeps in a type of its own is no business of ours.
		if t.PkgPath() != "" && t.PkgPath() != "main" && inside {
			return "", true
		}
		for i := range t.NumField() {
			if path, ok := find(v.Field(i), p, looks); ok {
				return "." + t.Field(i).Name + path, true
			}
		}
	case reflect.Array, reflect.Slice:
		// What stands in it is found at once; what its elements lead to is looked for.
		if size := t.Elem().Size(); size > 0 && v.Len() > 0 {
			var first uintptr
			if t.Kind() == reflect.Slice {
				first = uintptr(v.UnsafePointer())
			} else if v.CanAddr() {
				first = v.UnsafeAddr()
			}
			if i := (uintptr(p) - first) / size; first != 0 && uintptr(p) >= first && i < uintptr(v.Len()) {
				path, ok := find(v.Index(int(i)), p, looks)
				return fmt.Sprintf("[%d]%s", i, path), ok
			}
		}
		for i := range v.Len() {
			if path, ok := find(v.Index(i), p, looks); ok {
				return fmt.Sprintf("[%d]%s", i, path), true
			}
		}
	}
	return "", inside
}
