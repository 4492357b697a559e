package gosim

import (
	"reflect"
	"sync"
	"unsafe"

	"lockstep/runtime/internal/simworld"
)

// What follows tells of uses of variables, which are what happens next: at is the
// mark of the statement, or of the place in a program, name what the code calls the
// variable there. What is written is set back where the run is to leave no trace.

// sites and shapes are kept for all runs: there is one of each for a place, and for
// a type.
var (
	kept   sync.Mutex
	sites  = map[siteKey]*simworld.Site{}
	shapes = map[reflect.Type]*shape{}
)

type siteKey struct {
	kind simworld.Kind
	at   int64
	name string
	t    reflect.Type
}

// shape is what a variable of a type consists of.
type shape struct {
	leaves []uintptr // where its parts begin
	value  func(p unsafe.Pointer) any
}

// Use tells of a use of the variable that p points to, which is a scheduling point.
func (s *Sim) Use(kind simworld.Kind, p any, at int64, name string) {
	address := word(p)
	if address == nil {
		return // the use itself panics
	}
	t := reflect.TypeOf(p).Elem()
	site, shape := siteOf(siteKey{kind, at, name, t})
	if len(shape.leaves) == 1 {
		s.w.Access(site, address)
	} else {
		s.w.Access(site, shape.at(address)...)
	}
	if kind.Writes() {
		s.undo().variable(t, address)
	}
}

func (s *shape) at(address unsafe.Pointer) []unsafe.Pointer {
	list := make([]unsafe.Pointer, len(s.leaves))
	for i, offset := range s.leaves {
		list[i] = unsafe.Add(address, offset)
	}
	return list
}

// UseMap tells of a use of a map.
func (s *Sim) UseMap(kind simworld.Kind, m any, at int64, name string) {
	address := word(m)
	if address == nil {
		return
	}
	site, _ := siteOf(siteKey{kind, at, name, nil})
	s.w.Access(site, address)
	if kind.Writes() {
		s.undo().mapping(reflect.ValueOf(m))
	}
}

// maxElements bounds how many elements of a slice an operation on all of them
// tells of.
const maxElements = 1 << 12

// elements tells of a use of elements of a slice, from and up to an index.
func (s *Sim) elements(kind simworld.Kind, list reflect.Value, from, to int, at int64, name string) {
	if from >= to {
		return
	}
	t := list.Type().Elem()
	site, shape := siteOf(siteKey{kind, at, name, t})
	base := list.UnsafePointer()
	var addresses []unsafe.Pointer
	for i := from; i < min(to, from+maxElements); i++ {
		addresses = append(addresses, shape.at(unsafe.Add(base, uintptr(i)*t.Size()))...)
	}
	if len(addresses) > 0 {
		s.w.Access(site, addresses...)
	}
	if kind.Writes() {
		for i := from; i < to; i++ {
			s.undo().variable(t, unsafe.Add(base, uintptr(i)*t.Size()))
		}
	}
}

// Append tells of what append(list, …) does with n more elements: where there is
// room it writes them, else it reads those that are there.
func (s *Sim) Append(list any, n int, at int64, name string) {
	v := reflect.ValueOf(list)
	if v.Len()+n <= v.Cap() {
		s.elements(simworld.Write, v, v.Len(), v.Len()+n, at, name)
	} else {
		s.elements(simworld.Read, v, 0, v.Len(), at, name)
	}
}

// Copy tells of what copy(to, from) does.
func (s *Sim) Copy(to, from any, at int64) {
	t, f := reflect.ValueOf(to), reflect.ValueOf(from)
	n := min(t.Len(), f.Len())
	if f.Kind() == reflect.Slice {
		s.elements(simworld.Read, f, 0, n, at, "copy")
	}
	s.elements(simworld.Write, t, 0, n, at, "copy")
}

// UseAll tells of a use of all elements of a slice, or of a map.
func (s *Sim) UseAll(kind simworld.Kind, x any, at int64, name string) {
	switch v := reflect.ValueOf(x); v.Kind() {
	case reflect.Slice:
		s.elements(kind, v, 0, v.Len(), at, name)
	case reflect.Map:
		s.UseMap(kind, x, at, name)
	}
}

// Swap tells of an atomic compare-and-swap at p: one that is going to fail is a
// load.
func (s *Sim) Swap(p, old any, at int64, name string) {
	s.Yield()
	kind := simworld.AtomicLoad
	if holds(reflect.ValueOf(p).Elem(), old) {
		kind = simworld.AtomicUpdate
	}
	t := reflect.TypeOf(p).Elem()
	site, shape := siteOf(siteKey{kind, at, name, t})
	s.w.Note(site, shape.at(word(p))...)
	s.undo().variable(t, word(p))
}

// holds reports whether a variable, or a value of a type of package sync/atomic,
// holds what a compare-and-swap expects.
func holds(v reflect.Value, old any) bool {
	if v.Kind() == reflect.Struct {
		if v = v.FieldByName("v"); !v.IsValid() {
			return true // sync.Map: who knows
		}
		v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
	}
	o := reflect.ValueOf(old)
	switch {
	case o.Kind() == reflect.Bool && v.CanUint():
		return v.Uint() != 0 == o.Bool()
	case v.CanInt() && o.CanInt():
		return v.Int() == o.Int()
	case v.CanUint() && o.CanUint():
		return v.Uint() == o.Uint()
	case v.Kind() == reflect.UnsafePointer && o.Kind() == reflect.UnsafePointer:
		return v.UnsafePointer() == o.UnsafePointer()
	}
	return true
}

// UseObject tells of a call of a method that changes the object at p, or only looks
// at it.
func (s *Sim) UseObject(kind simworld.Kind, p any, at int64, name string) {
	s.Use(kind, p, at, name)
	if kind.Writes() {
		s.KeepObject(p, at, name)
	}
}

// KeepObject has the object at p set back, which a method may change.
func (s *Sim) KeepObject(p any, at int64, name string) {
	if !s.undo().object(reflect.ValueOf(p)) {
		s.Refuse(at, name+" holds too much to be set back for each schedule: make it inside")
	}
}

func siteOf(key siteKey) (*simworld.Site, *shape) {
	kept.Lock()
	defer kept.Unlock()
	var shape *shape
	if key.t != nil {
		if shape = shapes[key.t]; shape == nil {
			shape = newShape(key.t)
			shapes[key.t] = shape
		}
	}
	site := sites[key]
	if site == nil {
		site = &simworld.Site{Kind: key.kind, Name: key.name, Mark: key.at, Silent: key.name == ""}
		if shape != nil {
			site.Value = shape.value
		}
		sites[key] = site
	}
	return site, shape
}

// maxLeaves bounds the parts of a variable that accesses are told apart by.
const maxLeaves = 1 << 12

func newShape(t reflect.Type) *shape {
	s := &shape{}
	var walk func(t reflect.Type, offset uintptr)
	walk = func(t reflect.Type, offset uintptr) {
		switch {
		case len(s.leaves) >= maxLeaves || t.Size() == 0:
		case t.Kind() == reflect.Struct:
			for i := range t.NumField() {
				walk(t.Field(i).Type, offset+t.Field(i).Offset)
			}
		case t.Kind() == reflect.Array:
			for i := range t.Len() {
				walk(t.Elem(), offset+uintptr(i)*t.Elem().Size())
			}
		default:
			s.leaves = append(s.leaves, offset)
		}
	}
	walk(t, 0)
	if basic(t) || t.Kind() == reflect.Slice && basic(t.Elem()) {
		s.value = func(p unsafe.Pointer) any { return reflect.NewAt(t, p).Elem().Interface() }
	}
	return s
}

// basic says that values of a type are shown in reports.
func basic(t reflect.Type) bool {
	return t.Kind() >= reflect.Bool && t.Kind() <= reflect.Complex128 && t.Kind() != reflect.Uintptr || t.Kind() == reflect.String
}
