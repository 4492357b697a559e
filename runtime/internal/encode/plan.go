package encode

import (
	"encoding"
	"encoding/gob"
	"reflect"
	"strconv"
	"sync"
)

// how says in what way values of a type are encoded.
type how int

const (
	byParts   how = iota
	plain         // by their memory, which has no pointers
	marshaled     // by their own methods
	byHandle      // see Handle
	nilOnly       // a nil is all that can be
	refused
)

// plan is what has been found out about a type.
type plan struct {
	t      reflect.Type
	how    how
	fields []field
	part   *plan // of the element, once it was asked for
	once   sync.Once
}

type field struct {
	name   string
	t      reflect.Type
	offset uintptr
}

var plans sync.Map // reflect.Type → *plan

func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	p := &plan{t: t, how: howOf(t)}
	if t.Kind() == reflect.Struct && p.how == byParts {
		for f := range t.Fields() {
			p.fields = append(p.fields, field{f.Name, f.Type, f.Offset})
		}
	}
	stored, _ := plans.LoadOrStore(t, p)
	return stored.(*plan)
}

// elem is the plan of the element. It is made late, since types may be recursive.
func (p *plan) elem() *plan {
	p.once.Do(func() { p.part = planOf(p.t.Elem()) })
	return p.part
}

var (
	handleType      = reflect.TypeFor[Handle]()
	marshalerType   = reflect.TypeFor[encoding.BinaryMarshaler]()
	unmarshalerType = reflect.TypeFor[encoding.BinaryUnmarshaler]()
	gobEncoderType  = reflect.TypeFor[gob.GobEncoder]()
	gobDecoderType  = reflect.TypeFor[gob.GobDecoder]()
)

func howOf(t reflect.Type) how {
	switch t.Kind() {
	case reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return nilOnly
	case reflect.Struct:
		pointer := reflect.PointerTo(t)
		switch {
		case pointer.Implements(handleType):
			return byHandle
		case ofThreads(t):
			return refused
		case fromStandardLibrary(t):
			switch {
			case pointer.Implements(marshalerType) && pointer.Implements(unmarshalerType),
				pointer.Implements(gobEncoderType) && pointer.Implements(gobDecoderType):
				return marshaled
			}
			for f := range t.Fields() {
				if !f.IsExported() {
					return refused
				}
			}
		}
	}
	if isPlain(t) {
		return plain
	}
	return byParts
}

// ofThreads says of a type of the runtime that it works among the threads of one
// process.
func ofThreads(t reflect.Type) bool {
	switch t.PkgPath() {
	case "lockstep/runtime/thread", "lockstep/runtime/queue", "lockstep/runtime/futures", "lockstep/runtime/gil":
		return true
	}
	return false
}

// isPlain says that a value is nothing but its memory.
func isPlain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		return true
	case reflect.Array:
		return isPlain(t.Elem()) && howOf(t.Elem()) == plain
	case reflect.Struct:
		size := uintptr(0)
		for f := range t.Fields() {
			if howOf(f.Type) != plain {
				return false
			}
			size += f.Type.Size()
		}
		return size == t.Size() // what lies between fields is not always the same
	}
	return false
}

func index(i int) string { return "[" + strconv.Itoa(i) + "]" }
