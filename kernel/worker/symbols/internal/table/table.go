// Package table is the form that generated symbols have in the program: plain
// data that the linker lays out, so that symbols that nobody asks for cost no time.
package table

import (
	"go/constant"
	"go/token"
	"reflect"
)

// A Package holds the exported names of one Go package. Generic functions and
// types are not among them: a reflect.Value can't hold what isn't instantiated.
type Package struct {
	// Path is the import path, Name the name in the package clause.
	Path, Name string
	// Values are functions and constants.
	Values []Symbol
	// Variables are pointers to the variables.
	Variables []Symbol
	// Types are nil pointers to the types; a name with a leading underscore is
	// a wrapper, the struct by which the interpreter implements the interface
	// of that name.
	Types []Symbol
}

// A Symbol is one name of a package.
type Symbol struct {
	Name  string
	Value any
}

// The values of untyped constants, which become constant.Values.
type (
	// UntypedInt is an integer or rune.
	UntypedInt int64
	// UntypedUint is an integer above the greatest int64.
	UntypedUint uint64
	// UntypedString is a string.
	UntypedString string
	// UntypedFloat is a Go literal of the exact value.
	UntypedFloat string
)

// Symbols returns p's names in the form that the interpreter takes. The map is
// the caller's own.
func (p *Package) Symbols() map[string]reflect.Value {
	m := make(map[string]reflect.Value, len(p.Values)+len(p.Variables)+len(p.Types))
	for _, s := range p.Values {
		m[s.Name] = valueOf(s.Value)
	}
	for _, s := range p.Variables {
		m[s.Name] = reflect.ValueOf(s.Value).Elem()
	}
	for _, s := range p.Types {
		m[s.Name] = reflect.ValueOf(s.Value)
	}
	return m
}

func valueOf(v any) reflect.Value {
	switch v := v.(type) {
	case UntypedInt:
		return reflect.ValueOf(constant.MakeInt64(int64(v)))
	case UntypedUint:
		return reflect.ValueOf(constant.MakeUint64(uint64(v)))
	case UntypedString:
		return reflect.ValueOf(constant.MakeString(string(v)))
	case UntypedFloat:
		return reflect.ValueOf(constant.MakeFromLiteral(string(v), token.FLOAT, 0))
	}
	return reflect.ValueOf(v)
}
