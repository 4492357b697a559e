package gosim

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
)

// Keys are those keys of a map that a range over it has yet to come to.
type Keys struct {
	s    *Sim
	left []reflect.Value
}

// Keys are all keys of a map, which is read.
func (s *Sim) Keys(m any) *Keys { return &Keys{s, ordered(reflect.ValueOf(m).MapKeys())} }

// Next is the next key, as the schedule decides; ok is false if there is none. It
// may have been deleted meanwhile.
func (k *Keys) Next() (key reflect.Value, ok bool) {
	if len(k.left) == 0 {
		return reflect.Value{}, false
	}
	i := k.s.Choose(len(k.left), "map order")
	key = k.left[i]
	k.left = append(k.left[:i:i], k.left[i+1:]...)
	return key, true
}

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
