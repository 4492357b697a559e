package celltype

import (
	"errors"
	"reflect"
	"sync"
	"unsafe"
)

var errNotFunc = errors.New("a method's type must be a function type")

// pair makes two descriptors the variants of one type.
func (r *Registry) pair(open, truth *rtype) {
	r.truth.Store(open, truth)
	r.open.Store(truth, open)
	r.truth.Store(truth, truth)
	r.open.Store(open, open)
}

// TrueType is the true variant of a type, of the type itself where it has only one.
func (r *Registry) TrueType(t reflect.Type) reflect.Type { return other(&r.truth, t) }

// OpenType is the open variant of a type.
func (r *Registry) OpenType(t reflect.Type) reflect.Type { return other(&r.open, t) }

// TrueInterface gives an interface value the true variant of its type: what compiled code
// is to see. It copies nothing.
func (r *Registry) TrueInterface(v any) any { return retype(&r.truth, v) }

// OpenInterface gives an interface value the open variant of its type: what the
// interpreter is to see. It copies nothing.
func (r *Registry) OpenInterface(v any) any { return retype(&r.open, v) }

// TrueValue is TrueInterface for reflection.
func (r *Registry) TrueValue(v reflect.Value) reflect.Value {
	return reinterpret(v, other(&r.truth, v.Type()))
}

// OpenValue is OpenInterface for reflection.
func (r *Registry) OpenValue(v reflect.Value) reflect.Value {
	return reinterpret(v, other(&r.open, v.Type()))
}

func retype(variants *sync.Map, v any) any {
	e := (*eface)(unsafe.Pointer(&v))
	if e.typ == nil {
		return v
	}
	if known, ok := variants.Load(e.typ); ok {
		e.typ = known.(*rtype)
		return v
	}
	e.typ = toRtype(other(variants, toType(e.typ)))
	return v
}

// reinterpret is a value seen as of another type with the same layout.
func reinterpret(v reflect.Value, t reflect.Type) reflect.Value {
	if v.Type() == t {
		return v
	}
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return reflect.NewAt(t, p.UnsafePointer()).Elem()
}

// other finds a type's variant, by its parts where it is made of others.
func other(variants *sync.Map, t reflect.Type) reflect.Type {
	if known, ok := variants.Load(toRtype(t)); ok {
		return toType(known.(*rtype))
	}
	out := t
	if t.Name() == "" {
		out = compose(variants, t)
	}
	variants.Store(toRtype(t), toRtype(out))
	return out
}

func compose(variants *sync.Map, t reflect.Type) reflect.Type {
	switch t.Kind() {
	case reflect.Pointer:
		return reflect.PointerTo(other(variants, t.Elem()))
	case reflect.Slice:
		return reflect.SliceOf(other(variants, t.Elem()))
	case reflect.Array:
		return reflect.ArrayOf(t.Len(), other(variants, t.Elem()))
	case reflect.Chan:
		return reflect.ChanOf(t.ChanDir(), other(variants, t.Elem()))
	case reflect.Map:
		return reflect.MapOf(other(variants, t.Key()), other(variants, t.Elem()))
	case reflect.Func:
		var in, out []reflect.Type
		for p := range t.Ins() {
			in = append(in, other(variants, p))
		}
		for p := range t.Outs() {
			out = append(out, other(variants, p))
		}
		return reflect.FuncOf(in, out, t.IsVariadic())
	}
	return t
}
