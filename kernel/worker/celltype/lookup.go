package celltype

import (
	"fmt"
	"go/parser"
	"reflect"
	"unsafe"
)

// Parse is the open variant of the type that an expression stands for: Go source
// in which the names of the registry's types, predeclared names and qualified
// names may stand. An interface with methods and a struct with fields need names.
func (r *Registry) Parse(expr string) (t reflect.Type, err error) {
	e, err := parser.ParseExpr(expr)
	if err != nil {
		return nil, fmt.Errorf("type %s: %w", expr, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	defer func() {
		// Package reflect panics on types that can't be.
		if p := recover(); p != nil {
			err = fmt.Errorf("type %s: %v", expr, p)
		}
	}()
	t, err = (&builder{registry: r}).typeOf(e, openVariant)
	if err != nil {
		return nil, fmt.Errorf("type %s: %w", expr, err)
	}
	return t, nil
}

// Name is the registry's name of a type, of either variant; ok is false for a type
// that no cell has declared.
func (r *Registry) Name(t reflect.Type) (name string, ok bool) {
	truth := toRtype(r.TrueType(t))
	declared, ok := r.declared.Load(truth)
	if !ok {
		return "", false
	}
	c := declared.(*cellType)
	return c.decl.Name, c.variants[trueVariant].rtype == truth
}

// Method binds a method of a cell type to a receiver, of any variant: it gives
// the function that runs and the receiver as that function takes it. It finds
// unexported methods too; ok is false for types that no cell has declared, and
// for methods that the receiver's type doesn't have. Like Go it panics with a
// runtime.Error if a nil *T is to be the receiver of a method of T.
func (r *Registry) Method(receiver any, name string) (fn, bound reflect.Value, ok bool) {
	truth := r.TrueInterface(receiver)
	declared, ok := r.declared.Load((*eface)(unsafe.Pointer(&truth)).typ)
	if !ok {
		return fn, bound, false
	}
	impl := declared.(*cellType).implementation(name)
	if impl == nil {
		return fn, bound, false
	}
	bound = reflect.ValueOf(r.OpenInterface(receiver))
	if bound.Type() != impl.open {
		if bound.Kind() != reflect.Pointer || bound.Type().Elem() != impl.open {
			return fn, bound, false // the pointer's method, and the receiver is a value
		}
		if bound.IsNil() {
			panic(nilReceiver(impl.name))
		}
		bound = bound.Elem()
	}
	return impl.load(r), bound, true
}
