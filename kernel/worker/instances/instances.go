// Package instances has generic functions of the standard library compiled for
// the types that cells use them with most, so that sorting or searching a slice
// takes compiled code's time. For all other types cells have the functions
// lowered from their source.
package instances

//go:generate go run ./gen

import "reflect"

// Path is the import path and the name of the package that Symbols is for.
const Path = "instances"

// Name is the name, in Symbols, of an instance that go/types writes as
// "slices.Sort[[]int,int]", and whether there is one.
func Name(instance string) (string, bool) {
	name, ok := names[instance]
	return name, ok
}

// Symbols are the instances by name, as an interpreter wants them.
func Symbols() map[string]reflect.Value {
	symbols := make(map[string]reflect.Value, len(names))
	for name, function := range functions() {
		symbols[name] = reflect.ValueOf(function)
	}
	return symbols
}
