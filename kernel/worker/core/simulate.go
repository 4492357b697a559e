package core

import (
	"fmt"
	"io"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"lockstep/kernel/worker/marks"
	"lockstep/runtime/support"
)

// simulation is what the functions for simulations need.
type simulation struct {
	on      *bool // lowered code reads it: whether any simulation runs
	running int
	mu      sync.Mutex
	sites   map[siteKey]*support.AccessSite
	shapes  map[reflect.Type]*shape

	variables map[string]reflect.Value // pointers, by name in lowered code
	undoing   map[any]*undo            // by Host
}

type siteKey struct {
	kind support.AccessKind
	at   int64
	name string
	t    reflect.Type
}

// shape is what a variable of a type consists of.
type shape struct {
	leaves []uintptr // where its parts begin
	value  func(p unsafe.Pointer) any
}

func newSimulation() *simulation {
	memory := words(1)
	return &simulation{
		on:        (*bool)(unsafe.Pointer(&memory[0])),
		sites:     map[siteKey]*support.AccessSite{},
		shapes:    map[reflect.Type]*shape{},
		variables: map[string]reflect.Value{},
		undoing:   map[any]*undo{},
	}
}

// Simulating says that a simulation begins. It calls end when that is over.
func (c *Core) Simulating() (end func()) {
	s := c.simulation
	add := func(n int) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.running += n
		*s.on = s.running > 0
	}
	add(1)
	return func() { add(-1) }
}

// Here is the mark of the statement that was begun last.
func (c *Core) Here() int64 { return c.here() }

// Resume implements scope.Placer.
func (c *Core) Resume(mark int64) { c.resume(mark) }

// resume notes that the statement with a mark goes on: others were run meanwhile.
func (c *Core) resume(at int64) { atomic.StoreInt64(c.places.at, at) }

// Place says where the statement with a mark is: "In[3]:4".
func Place(mark int64) string {
	cell, _, line, _ := marks.Parts(mark)
	if line == 0 {
		return ""
	}
	return fmt.Sprintf("In[%d]:%d", cell, line)
}

// named is the argument that says what the program calls something, "" if there is
// none.
func named(site []string) string {
	if len(site) == 0 {
		return ""
	}
	return site[0]
}

// Read tells of a read of the variable at p, which follows. It is called in
// simulations, as are the other functions that tell of something; in the real world
// they do nothing.
func (c *Core) Read(p any, at int64, name string) { c.access(support.ReadAccess, p, at, name) }

// Write tells of a write to the variable at p, which follows.
func (c *Core) Write(p any, at int64, name string) { c.access(support.WriteAccess, p, at, name) }

// Atomic tells of an operation of package sync/atomic on the variable at p, or of
// one of a type of package sync that needs no waiting. kind is a
// support.AccessKind.
func (c *Core) Atomic(p any, kind int, at int64, name string) {
	c.access(support.AccessKind(kind), p, at, name)
}

func (c *Core) access(kind support.AccessKind, p any, at int64, name string) {
	s := support.Simulated()
	if s == nil {
		return
	}
	if at == 0 {
		at = c.here()
	}
	address := word(p)
	if address == nil {
		return // the access itself panics
	}
	t := reflect.TypeOf(p).Elem()
	site, shape := c.simulation.site(siteKey{kind, at, name, t})
	if len(shape.leaves) == 1 {
		s.Access(site, address)
	} else {
		s.Access(site, shape.at(address)...)
	}
	c.resume(at)
	if kind.Writes() {
		c.undo(s).variable(t, address)
	}
}

func (s *shape) at(address unsafe.Pointer) []unsafe.Pointer {
	list := make([]unsafe.Pointer, len(s.leaves))
	for i, offset := range s.leaves {
		list[i] = unsafe.Add(address, offset)
	}
	return list
}

// ReadMap tells of a read of a map, which follows.
func (c *Core) ReadMap(m any, at int64, name string) { c.mapAccess(support.ReadAccess, m, at, name) }

// WriteMap tells of a write to a map, which follows.
func (c *Core) WriteMap(m any, at int64, name string) { c.mapAccess(support.WriteAccess, m, at, name) }

func (c *Core) mapAccess(kind support.AccessKind, m any, at int64, name string) {
	s := support.Simulated()
	address := word(m)
	if s == nil || address == nil {
		return
	}
	if at == 0 {
		at = c.here()
	}
	site, _ := c.simulation.site(siteKey{kind, at, name, nil})
	s.Access(site, address)
	c.resume(at)
	if kind.Writes() {
		c.undo(s).mapping(reflect.ValueOf(m))
	}
}

// maxElements bounds how many elements of a slice an operation on all of them
// tells of.
const maxElements = 1 << 12

// elements tells of an access to elements of a slice, from and up to an index.
func (c *Core) elements(kind support.AccessKind, list reflect.Value, from, to int, at int64, name string) {
	s := support.Simulated()
	if s == nil || from >= to {
		return
	}
	if at == 0 {
		at = c.here()
	}
	t := list.Type().Elem()
	site, shape := c.simulation.site(siteKey{kind, at, name, t})
	base := list.UnsafePointer()
	var addresses []unsafe.Pointer
	for i := from; i < min(to, from+maxElements); i++ {
		addresses = append(addresses, shape.at(unsafe.Add(base, uintptr(i)*t.Size()))...)
	}
	if len(addresses) > 0 {
		s.Access(site, addresses...)
	}
	c.resume(at)
	if kind.Writes() {
		for i := from; i < to; i++ {
			c.undo(s).variable(t, unsafe.Add(base, uintptr(i)*t.Size()))
		}
	}
}

// Append tells of what append(list, …) does with n more elements: where there is
// room it writes them, else it reads those that are there.
func (c *Core) Append(list any, n int, at int64, name string) {
	v := reflect.ValueOf(list)
	if v.Len()+n <= v.Cap() {
		c.elements(support.WriteAccess, v, v.Len(), v.Len()+n, at, name)
	} else {
		c.elements(support.ReadAccess, v, 0, v.Len(), at, name)
	}
}

// Copy tells of what copy(to, from) does.
func (c *Core) Copy(to, from any, at int64) {
	t, f := reflect.ValueOf(to), reflect.ValueOf(from)
	n := min(t.Len(), f.Len())
	if f.Kind() == reflect.Slice {
		c.elements(support.ReadAccess, f, 0, n, at, "copy")
	}
	c.elements(support.WriteAccess, t, 0, n, at, "copy")
}

// ClearElements tells of what clear(list) does.
func (c *Core) ClearElements(list any, at int64, name string) {
	v := reflect.ValueOf(list)
	c.elements(support.WriteAccess, v, 0, v.Len(), at, name)
}

// Swap tells of an atomic compare-and-swap at p, which follows: one that is going
// to fail is a load.
func (c *Core) Swap(p, old any, at int64, name string) {
	s := support.Simulated()
	if s == nil {
		return
	}
	s.Yield()
	kind := support.AtomicLoad
	if holds(reflect.ValueOf(p).Elem(), old) {
		kind = support.AtomicUpdate
	}
	t := reflect.TypeOf(p).Elem()
	site, shape := c.simulation.site(siteKey{kind, at, name, t})
	s.Note(site, shape.at(word(p))...)
	c.resume(at)
	c.undo(s).variable(t, word(p))
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

// Elements tells of a compiled function's access to all elements of a slice, or to
// a map.
func (c *Core) Elements(x any, writes bool, at int64, name string) {
	kind := support.ReadAccess
	if writes {
		kind = support.WriteAccess
	}
	switch v := reflect.ValueOf(x); v.Kind() {
	case reflect.Slice:
		c.elements(kind, v, 0, v.Len(), at, name)
	case reflect.Map:
		c.mapAccess(kind, x, at, name)
	}
}

// What a method of compiled code does with its receiver, as Object is told.
const (
	KeepsObject = iota // who knows; what it changes is set back
	ReadsObject        // it only looks
	ChangesObject
)

// Object tells of a call of a compiled method with a pointer as its receiver.
func (c *Core) Object(p any, does int, at int64, name string) {
	s := support.Simulated()
	v := reflect.ValueOf(p)
	if s == nil || v.IsNil() {
		return
	}
	switch does {
	case ReadsObject:
		c.access(support.ReadAccess, p, at, name)
		return
	case ChangesObject:
		c.access(support.WriteAccess, p, at, name)
	}
	if !c.undo(s).object(v) {
		s.Refuse(at, name+" holds too much to be set back for each schedule: make it inside")
	}
}

// Refuse ends a simulation in which something is called that isn't controlled.
func (c *Core) Refuse(what string, at int64) {
	if s := support.Simulated(); s != nil {
		if at == 0 {
			at = c.here()
		}
		s.Refuse(at, what+" can't be simulated: it may wait for what is outside of the program")
	}
}

// Stdin is os.Stdin, which a simulation can't wait for.
func (c *Core) Stdin() io.Reader {
	c.Refuse("os.Stdin", 0)
	return support.Stdin()
}

// Stale ends a simulation in which a function is used that was made by a cell
// before the session could simulate: it wouldn't tell of what it does.
func (c *Core) Stale(name string, at int64) {
	if s := support.Simulated(); s != nil {
		s.Refuse(at, name+" was given its value before the session imported a package that simulates: run its cell again")
	}
}

// word is the pointer that a pointer, map or channel in an interface is.
func word(v any) unsafe.Pointer { return Interface(v)[1] }

func (s *simulation) site(key siteKey) (*support.AccessSite, *shape) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var shape *shape
	if key.t != nil {
		if shape = s.shapes[key.t]; shape == nil {
			shape = newShape(key.t)
			s.shapes[key.t] = shape
		}
	}
	site := s.sites[key]
	if site == nil {
		site = &support.AccessSite{Kind: key.kind, Name: key.name, Mark: key.at, Silent: key.name == ""}
		if shape != nil {
			site.Value = shape.value
		}
		s.sites[key] = site
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
