package core

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
)

// maxDepth bounds how far pointers are followed to tell keys apart.
const maxDepth = 4

// ordered sorts the keys of a map, so that the same choices among them give the
// same order in every run. Pointers are told apart by what they point to: their
// addresses differ from run to run.
func ordered(keys []reflect.Value) []reflect.Value {
	slices.SortStableFunc(keys, func(a, b reflect.Value) int { return compare(a, b, maxDepth) })
	return keys
}

func compare(a, b reflect.Value, depth int) int {
	if a.Kind() != b.Kind() {
		return cmp.Compare(a.Kind(), b.Kind())
	}
	switch {
	case a.CanInt():
		return cmp.Compare(a.Int(), b.Int())
	case a.CanUint():
		return cmp.Compare(a.Uint(), b.Uint())
	case a.CanFloat():
		return cmp.Compare(a.Float(), b.Float())
	}
	switch a.Kind() {
	case reflect.String:
		return cmp.Compare(a.String(), b.String())
	case reflect.Bool:
		return cmp.Compare(fmt.Sprint(a.Bool()), fmt.Sprint(b.Bool()))
	case reflect.Interface:
		if a.IsNil() || b.IsNil() {
			return 0
		}
		return compare(a.Elem(), b.Elem(), depth)
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return cmp.Compare(fmt.Sprint(a.IsNil()), fmt.Sprint(b.IsNil()))
		}
		if depth > 0 {
			return compare(a.Elem(), b.Elem(), depth-1)
		}
	case reflect.Struct:
		for i := range a.NumField() {
			if c := compare(a.Field(i), b.Field(i), depth); c != 0 {
				return c
			}
		}
	case reflect.Array:
		for i := range a.Len() {
			if c := compare(a.Index(i), b.Index(i), depth); c != 0 {
				return c
			}
		}
	}
	return 0
}
