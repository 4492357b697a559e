package encode

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// Types names the types that interface values hold, so that another process finds
// them again.
type Types interface {
	// Name is the name of a type that has one, or whose parts no expression can
	// name; ok is false if the type is not known.
	Name(t reflect.Type) (name string, ok bool)
	// Type is the type that Name gave a name.
	Type(name string) (t reflect.Type, ok bool)
}

// Table is a Types of a program whose types are all there when it is compiled. The
// zero value is ready for use, and safe for concurrent use.
type Table struct {
	mu    sync.RWMutex
	types map[string]reflect.Type
	names map[reflect.Type]string
}

// Add makes t known, and all types that it is made of.
func (b *Table) Add(t reflect.Type) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.types == nil {
		b.types, b.names = map[string]reflect.Type{}, map[reflect.Type]string{}
	}
	b.add(t)
}

func (b *Table) add(t reflect.Type) {
	if _, known := b.names[t]; known {
		return
	}
	if t.Name() != "" || t.Kind() == reflect.Struct || t.Kind() == reflect.Interface {
		name := fullName(t)
		for n := 2; b.types[name] != nil; n++ { // types local to functions may share one
			name = fmt.Sprintf("%s#%d", fullName(t), n)
		}
		b.types[name] = t
		b.names[t] = name
	} else {
		b.names[t] = ""
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		b.add(t.Elem())
	case reflect.Map:
		b.add(t.Key())
		b.add(t.Elem())
	case reflect.Struct:
		if !fromStandardLibrary(t) {
			for f := range t.Fields() {
				b.add(f.Type)
			}
		}
	}
}

func fullName(t reflect.Type) string {
	if t.PkgPath() != "" && t.Name() != "" {
		return t.PkgPath() + "." + t.Name()
	}
	return t.String()
}

// Name implements Types.
func (b *Table) Name(t reflect.Type) (string, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	name, ok := b.names[t]
	return name, ok && name != ""
}

// Type implements Types.
func (b *Table) Type(name string) (reflect.Type, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	t, ok := b.types[name]
	return t, ok
}

// standard are the first elements of the standard library's import paths.
var standard = strings.Fields(`archive bufio bytes cmp compress container context crypto database debug embed
	encoding errors expvar flag fmt go hash html image index internal io iter log maps math mime net os path
	plugin reflect regexp runtime slices sort strconv strings structs sync syscall testing text time unicode
	unique unsafe weak vendor`)

// fromStandardLibrary says of a named type that the standard library declares it.
// What such a struct hides is its own, and not ours to copy.
func fromStandardLibrary(t reflect.Type) bool {
	first, _, _ := strings.Cut(t.PkgPath(), "/")
	return first != "" && slices.Contains(standard, first)
}

// basic are the predeclared types by name.
var basic = map[string]reflect.Type{}

func init() {
	for _, t := range []reflect.Type{
		reflect.TypeFor[bool](), reflect.TypeFor[string](),
		reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[int16](), reflect.TypeFor[int32](), reflect.TypeFor[int64](),
		reflect.TypeFor[uint](), reflect.TypeFor[uint8](), reflect.TypeFor[uint16](), reflect.TypeFor[uint32](), reflect.TypeFor[uint64](), reflect.TypeFor[uintptr](),
		reflect.TypeFor[float32](), reflect.TypeFor[float64](), reflect.TypeFor[complex64](), reflect.TypeFor[complex128](),
		reflect.TypeFor[error](), reflect.TypeFor[struct{}](), reflect.TypeFor[any](),
	} {
		basic[t.String()] = t
	}
}

// The first byte of a type's description. The name of a type follows namedType.
const (
	namedType = 'n'
	ptrType   = '*'
	sliceType = '['
	arrayType = 'a'
	mapType   = 'm'
	// remoteError stands for the type and the value: its type's name and its text.
	remoteError = 'e'
)

// describe appends the description of t.
func (e *Encoder) describe(t reflect.Type) error {
	if known := basic[t.String()]; known == t {
		e.byte(namedType)
		e.text(t.String())
		return nil
	}
	if name, ok := e.types.Name(t); ok {
		e.Seen[t] = true
		e.byte(namedType)
		e.text(name)
		return nil
	}
	if t.Name() == "" {
		switch t.Kind() {
		case reflect.Pointer:
			e.byte(ptrType)
			return e.describe(t.Elem())
		case reflect.Slice:
			e.byte(sliceType)
			return e.describe(t.Elem())
		case reflect.Array:
			e.byte(arrayType)
			e.length(t.Len())
			return e.describe(t.Elem())
		case reflect.Map:
			e.byte(mapType)
			if err := e.describe(t.Key()); err != nil {
				return err
			}
			return e.describe(t.Elem())
		case reflect.Chan, reflect.Func, reflect.UnsafePointer:
			return refusal(t)
		}
	}
	return &Error{Type: t, Err: e.unknown(t)}
}

// Hinter is a Types that knows how to make a type known.
type Hinter interface {
	// Hint is what the user is to write for a type.
	Hint(t reflect.Type) string
}

func (e *Encoder) unknown(t reflect.Type) error {
	if h, ok := e.types.(Hinter); ok {
		return fmt.Errorf("%w: %s", ErrUnknownType, h.Hint(t))
	}
	return ErrUnknownType
}

// described reads what describe has written.
func (d *Decoder) described() (reflect.Type, error) {
	kind, err := d.byte()
	if err != nil {
		return nil, err
	}
	switch kind {
	case namedType:
		name, err := d.text()
		if err != nil {
			return nil, err
		}
		if t := basic[name]; t != nil {
			return t, nil
		}
		if t, ok := d.types.Type(name); ok {
			return t, nil
		}
		return nil, fmt.Errorf("%w: %s", ErrUnknownType, name)
	case ptrType:
		elem, err := d.described()
		if err != nil {
			return nil, err
		}
		return reflect.PointerTo(elem), nil
	case sliceType:
		elem, err := d.described()
		if err != nil {
			return nil, err
		}
		return reflect.SliceOf(elem), nil
	case arrayType:
		n, err := d.size()
		if err != nil {
			return nil, err
		}
		elem, err := d.described()
		if err != nil {
			return nil, err
		}
		if elem.Size() > 0 && uintptr(n) > maxArray/elem.Size() {
			return nil, ErrMalformed
		}
		return reflect.ArrayOf(n, elem), nil
	case mapType:
		key, err := d.described()
		if err != nil {
			return nil, err
		}
		elem, err := d.described()
		if err != nil {
			return nil, err
		}
		if !key.Comparable() {
			return nil, ErrMalformed
		}
		return reflect.MapOf(key, elem), nil
	}
	return nil, ErrMalformed
}

// maxArray bounds the arrays whose types are read, in bytes.
const maxArray = 1 << 30
