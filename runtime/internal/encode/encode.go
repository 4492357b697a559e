package encode

import (
	"encoding"
	"encoding/binary"
	"encoding/gob"
	"fmt"
	"reflect"
	"unsafe"
)

// maxDepth bounds how deep values may be nested: a list of more elements would
// need too much of the stack.
const maxDepth = 50_000

// Handle is implemented by pointers to things that stand for what the operating
// system keeps for several processes.
type Handle interface {
	EncodeHandle(*Encoder) error
	DecodeHandle(*Decoder) error
}

// Roaming is implemented by handles that any message can carry: they attach no
// descriptors.
type Roaming interface {
	Handle
	Roams()
}

// Encoder writes values one after another.
type Encoder struct {
	types    Types
	out      []byte
	pointers map[pointer]int
	depth    int

	// Attach is called by handles with a descriptor that goes along with the bytes,
	// and gives its number there. It is nil where none can: then handles are
	// refused with ErrInherit.
	Attach func(fd uintptr) (number int)
	// Keep is called by handles that a simulation shares, with what they stand for, and
	// gives its number. It is nil outside of simulations.
	Keep func(shared any) (number int)
	// Given is what handles have noted to be told who receives them.
	Given []any
	// Seen are the named types of interface values that were written.
	Seen map[reflect.Type]bool
}

type pointer struct {
	at unsafe.Pointer
	t  reflect.Type
}

// NewEncoder is an encoder without bytes.
func NewEncoder(types Types) *Encoder {
	return &Encoder{types: types, Seen: map[reflect.Type]bool{}}
}

// Bytes are those written so far.
func (e *Encoder) Bytes() []byte { return e.out }

// Value writes v with its type. An *Error says what part of it can't be written.
func (e *Encoder) Value(v any) error { return e.iface(reflect.ValueOf(v)) }

// Marshal encodes one value without handles.
func Marshal(types Types, v any) ([]byte, error) {
	e := NewEncoder(types)
	if err := e.Value(v); err != nil {
		return nil, err
	}
	return e.out, nil
}

func (e *Encoder) byte(b byte)    { e.out = append(e.out, b) }
func (e *Encoder) length(n int)   { e.out = binary.AppendUvarint(e.out, uint64(n)) }
func (e *Encoder) text(s string)  { e.length(len(s)); e.out = append(e.out, s...) }
func (e *Encoder) block(b []byte) { e.length(len(b)); e.out = append(e.out, b...) }

// Int writes a number, for handles.
func (e *Encoder) Int(n int) { e.out = binary.AppendVarint(e.out, int64(n)) }

// Text writes a text, for handles.
func (e *Encoder) Text(s string) { e.text(s) }

func memory(p unsafe.Pointer, n uintptr) []byte { return unsafe.Slice((*byte)(p), n) }

// iface writes what an interface holds: 0 for nil, else 1, the type, the value.
func (e *Encoder) iface(v reflect.Value) error {
	if !v.IsValid() {
		e.byte(0)
		return nil
	}
	e.byte(1)
	before := len(e.out)
	if err := e.describe(v.Type()); err != nil {
		failed, ok := v.Interface().(error)
		if !ok || v.Kind() == reflect.Pointer && v.IsNil() {
			return err
		}
		e.out = e.out[:before]
		return e.foreign(failed)
	}
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return e.encode(planOf(v.Type()), p.UnsafePointer())
}

// foreign writes an error of a type that no other process would find.
func (e *Encoder) foreign(failed error) error {
	e.byte(remoteError)
	e.text(fmt.Sprintf("%T", failed))
	e.text(failed.Error())
	return nil
}

// encode writes the value of a type that p points to.
func (e *Encoder) encode(plan *plan, p unsafe.Pointer) error {
	t := plan.t
	if e.depth++; e.depth > maxDepth {
		return &Error{Type: t, Err: ErrDeep}
	}
	defer func() { e.depth-- }()
	switch plan.how {
	case plain:
		e.out = append(e.out, memory(p, t.Size())...)
		return nil
	case refused:
		return refusal(t)
	case nilOnly:
		if *(*unsafe.Pointer)(p) != nil {
			return refusal(t)
		}
		return nil
	case marshaled:
		return e.marshaled(t, p)
	case byHandle:
		handle := reflect.NewAt(t, p).Interface().(Handle)
		if _, ok := handle.(Roaming); !ok && e.Attach == nil {
			return &Error{Type: t, Err: ErrInherit}
		}
		if err := handle.EncodeHandle(e); err != nil {
			return &Error{Type: t, Err: err}
		}
		return nil
	}
	switch t.Kind() {
	case reflect.String:
		e.text(*(*string)(p))
	case reflect.Pointer:
		to := *(*unsafe.Pointer)(p)
		if to == nil {
			e.byte(0)
			return nil
		}
		if e.again(pointer{to, t}) {
			return nil
		}
		return e.encode(plan.elem(), to)
	case reflect.Interface:
		return e.iface(reflect.NewAt(t, p).Elem().Elem())
	case reflect.Slice:
		return e.slice(plan, reflect.NewAt(t, p).Elem())
	case reflect.Array:
		elem := plan.elem()
		for i := range t.Len() {
			if err := e.encode(elem, unsafe.Add(p, uintptr(i)*elem.t.Size())); err != nil {
				return below(index(i), err)
			}
		}
	case reflect.Map:
		return e.mapping(plan, reflect.NewAt(t, p).Elem())
	case reflect.Struct:
		for _, f := range plan.fields {
			if err := e.encode(planOf(f.t), unsafe.Add(p, f.offset)); err != nil {
				return below("."+f.name, err)
			}
		}
	}
	return nil
}

// again writes 2 and the number of a pointer that was written before, else 1.
func (e *Encoder) again(p pointer) bool {
	if n, known := e.pointers[p]; known {
		e.byte(2)
		e.length(n)
		return true
	}
	if e.pointers == nil {
		e.pointers = map[pointer]int{}
	}
	e.pointers[p] = len(e.pointers)
	e.byte(1)
	return false
}

func (e *Encoder) slice(plan *plan, v reflect.Value) error {
	if v.IsNil() {
		e.byte(0)
		return nil
	}
	e.byte(1)
	n := v.Len()
	e.length(n)
	if n == 0 {
		return nil
	}
	elem, first := plan.elem(), v.UnsafePointer()
	if elem.how == plain {
		e.out = append(e.out, memory(first, uintptr(n)*elem.t.Size())...)
		return nil
	}
	for i := range n {
		if err := e.encode(elem, unsafe.Add(first, uintptr(i)*elem.t.Size())); err != nil {
			return below(index(i), err)
		}
	}
	return nil
}

func (e *Encoder) mapping(plan *plan, v reflect.Value) error {
	if v.IsNil() {
		e.byte(0)
		return nil
	}
	if e.again(pointer{v.UnsafePointer(), plan.t}) {
		return nil
	}
	e.length(v.Len())
	key, elem := reflect.New(plan.t.Key()), reflect.New(plan.t.Elem())
	keyPlan, elemPlan := planOf(plan.t.Key()), plan.elem()
	for it := v.MapRange(); it.Next(); {
		key.Elem().Set(it.Key())
		elem.Elem().Set(it.Value())
		if err := e.encode(keyPlan, key.UnsafePointer()); err != nil {
			return below("[key]", err)
		}
		if err := e.encode(elemPlan, elem.UnsafePointer()); err != nil {
			return below("[…]", err)
		}
	}
	return nil
}

func (e *Encoder) marshaled(t reflect.Type, p unsafe.Pointer) (err error) {
	var text []byte
	switch v := reflect.NewAt(t, p).Interface().(type) {
	case encoding.BinaryMarshaler:
		text, err = v.MarshalBinary()
	case gob.GobEncoder:
		text, err = v.GobEncode()
	}
	if err != nil {
		return &Error{Type: t, Err: err}
	}
	e.block(text)
	return nil
}
