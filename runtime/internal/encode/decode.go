package encode

import (
	"encoding"
	"encoding/binary"
	"encoding/gob"
	"fmt"
	"reflect"
	"unsafe"
)

// Decoder reads what an Encoder has written.
type Decoder struct {
	types    Types
	in       []byte
	pointers []unsafe.Pointer
	depth    int

	// Attached gives the descriptor of a number that Attach gave.
	Attached func(number int) (fd uintptr, err error)
	// Kept gives what Keep gave a number to.
	Kept func(number int) (shared any)
}

// NewDecoder reads from bytes.
func NewDecoder(types Types, bytes []byte) *Decoder { return &Decoder{types: types, in: bytes} }

// Unmarshal decodes what Marshal has encoded.
func Unmarshal(types Types, bytes []byte) (any, error) { return NewDecoder(types, bytes).Value() }

// Value reads the next value.
func (d *Decoder) Value() (v any, err error) {
	defer func() {
		// Package reflect panics on values that can't be, such as a map's key that
		// can't be compared.
		if p := recover(); p != nil {
			v, err = nil, fmt.Errorf("decoding a value: %w: %v", ErrMalformed, p)
		}
	}()
	value, err := d.iface()
	if err != nil {
		return nil, fmt.Errorf("decoding a value: %w", err)
	}
	if !value.IsValid() {
		return nil, nil
	}
	return value.Interface(), nil
}

// Rest says how many bytes are left.
func (d *Decoder) Rest() int { return len(d.in) }

func (d *Decoder) take(n uintptr) ([]byte, error) {
	if n > uintptr(len(d.in)) {
		return nil, ErrMalformed
	}
	b := d.in[:n]
	d.in = d.in[n:]
	return b, nil
}

func (d *Decoder) byte() (byte, error) {
	b, err := d.take(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

// size reads a number that is not negative.
func (d *Decoder) size() (int, error) {
	n, used := binary.Uvarint(d.in)
	if used <= 0 || n > 1<<40 {
		return 0, ErrMalformed
	}
	d.in = d.in[used:]
	return int(n), nil
}

// length reads how many elements follow, each of which takes at least the given
// number of bytes.
func (d *Decoder) length(least uintptr) (int, error) {
	n, err := d.size()
	if err == nil && least > 0 && uintptr(n) > uintptr(len(d.in))/least {
		err = ErrMalformed
	}
	return n, err
}

func (d *Decoder) text() (string, error) {
	n, err := d.size()
	if err != nil {
		return "", err
	}
	b, err := d.take(uintptr(n))
	return string(b), err
}

// Int reads what Encoder.Int has written.
func (d *Decoder) Int() (int, error) {
	n, used := binary.Varint(d.in)
	if used <= 0 {
		return 0, ErrMalformed
	}
	d.in = d.in[used:]
	return int(n), nil
}

// Text reads what Encoder.Text has written.
func (d *Decoder) Text() (string, error) { return d.text() }

func (d *Decoder) iface() (reflect.Value, error) {
	there, err := d.byte()
	if err != nil || there == 0 {
		return reflect.Value{}, err
	}
	if len(d.in) > 0 && d.in[0] == remoteError {
		d.in = d.in[1:]
		typ, err := d.text()
		if err != nil {
			return reflect.Value{}, err
		}
		text, err := d.text()
		return reflect.ValueOf(&RemoteError{typ, text}), err
	}
	t, err := d.described()
	if err != nil {
		return reflect.Value{}, err
	}
	p := reflect.New(t)
	if err := d.decode(planOf(t), p.UnsafePointer()); err != nil {
		return reflect.Value{}, err
	}
	return p.Elem(), nil
}

func (d *Decoder) decode(plan *plan, p unsafe.Pointer) error {
	t := plan.t
	if d.depth++; d.depth > maxDepth {
		return ErrMalformed
	}
	defer func() { d.depth-- }()
	switch plan.how {
	case plain:
		b, err := d.take(t.Size())
		copy(memory(p, t.Size()), b)
		return err
	case refused:
		return refusal(t)
	case nilOnly:
		return nil
	case marshaled:
		return d.marshaled(t, p)
	case byHandle:
		return reflect.NewAt(t, p).Interface().(Handle).DecodeHandle(d)
	}
	switch t.Kind() {
	case reflect.String:
		s, err := d.text()
		*(*string)(p) = s
		return err
	case reflect.Pointer:
		known, fresh, err := d.again()
		if err != nil || !fresh {
			*(*unsafe.Pointer)(p) = known
			return err
		}
		to := reflect.New(t.Elem()).UnsafePointer()
		*(*unsafe.Pointer)(p) = to
		d.pointers = append(d.pointers, to)
		return d.decode(plan.elem(), to)
	case reflect.Interface:
		v, err := d.iface()
		if err != nil || !v.IsValid() {
			return err
		}
		if !v.Type().AssignableTo(t) {
			return ErrMalformed
		}
		reflect.NewAt(t, p).Elem().Set(v)
	case reflect.Slice:
		return d.slice(plan, reflect.NewAt(t, p).Elem())
	case reflect.Array:
		elem := plan.elem()
		for i := range t.Len() {
			if err := d.decode(elem, unsafe.Add(p, uintptr(i)*elem.t.Size())); err != nil {
				return err
			}
		}
	case reflect.Map:
		return d.mapping(plan, p)
	case reflect.Struct:
		for _, f := range plan.fields {
			if err := d.decode(planOf(f.t), unsafe.Add(p, f.offset)); err != nil {
				return err
			}
		}
	}
	return nil
}

// again reads what Encoder.again has written, or the 0 of a nil.
func (d *Decoder) again() (known unsafe.Pointer, fresh bool, err error) {
	switch kind, err := d.byte(); {
	case err != nil:
		return nil, false, err
	case kind == 0:
		return nil, false, nil
	case kind == 1:
		return nil, true, nil
	}
	n, err := d.size()
	if err != nil || n >= len(d.pointers) {
		return nil, false, ErrMalformed
	}
	return d.pointers[n], false, nil
}

func (d *Decoder) slice(plan *plan, v reflect.Value) error {
	there, err := d.byte()
	if err != nil || there == 0 {
		return err
	}
	elem := plan.elem()
	least := uintptr(0)
	switch {
	case elem.how == plain:
		least = elem.t.Size()
	case elem.t.Kind() != reflect.Struct && elem.t.Kind() != reflect.Array:
		least = 1
	}
	n, err := d.length(least)
	if err != nil {
		return err
	}
	if elem.t.Size() > 0 && uintptr(n) > maxArray/elem.t.Size()*16 {
		return ErrMalformed
	}
	made := reflect.MakeSlice(plan.t, n, n)
	v.Set(made)
	if n == 0 {
		return nil
	}
	first := made.UnsafePointer()
	if elem.how == plain {
		b, err := d.take(uintptr(n) * elem.t.Size())
		copy(memory(first, uintptr(len(b))), b)
		return err
	}
	for i := range n {
		if err := d.decode(elem, unsafe.Add(first, uintptr(i)*elem.t.Size())); err != nil {
			return err
		}
	}
	return nil
}

func (d *Decoder) mapping(plan *plan, p unsafe.Pointer) error {
	known, fresh, err := d.again()
	if err != nil || !fresh {
		*(*unsafe.Pointer)(p) = known
		return err
	}
	n, err := d.size()
	if err != nil {
		return err
	}
	made := reflect.MakeMap(plan.t)
	reflect.NewAt(plan.t, p).Elem().Set(made)
	d.pointers = append(d.pointers, made.UnsafePointer())
	keyPlan, elemPlan := planOf(plan.t.Key()), plan.elem()
	for range n {
		key, elem := reflect.New(plan.t.Key()), reflect.New(plan.t.Elem())
		if err := d.decode(keyPlan, key.UnsafePointer()); err != nil {
			return err
		}
		if err := d.decode(elemPlan, elem.UnsafePointer()); err != nil {
			return err
		}
		made.SetMapIndex(key.Elem(), elem.Elem())
	}
	return nil
}

func (d *Decoder) marshaled(t reflect.Type, p unsafe.Pointer) error {
	n, err := d.size()
	if err != nil {
		return err
	}
	text, err := d.take(uintptr(n))
	if err != nil {
		return err
	}
	switch v := reflect.NewAt(t, p).Interface().(type) {
	case encoding.BinaryUnmarshaler:
		return v.UnmarshalBinary(text)
	case gob.GobDecoder:
		return v.GobDecode(text)
	}
	return ErrMalformed
}
