package gosim

import (
	"reflect"
	"sync"
	"unsafe"
)

// undo is what the schedules of one exploration have to take back: what each
// variable was before it was written to. So every schedule begins with the values
// that the first one began with, also of variables that a function literal shares
// with the function around it, and afterwards all is as it was before.
type undo struct {
	s    *Sim
	maps map[unsafe.Pointer]bool // those that are copied already
}

type undoKey struct{}

// undo is what remembers the changes of a run, nil if they are kept, or go with the
// simulated process that makes them.
func (s *Sim) undo() *undo {
	if s.Space() != nil || s.w.KeepsValues() {
		return nil
	}
	return s.Local(undoKey{}, func() any { return &undo{s: s, maps: map[unsafe.Pointer]bool{}} }).(*undo)
}

// step keeps what takes back a change.
func (u *undo) step(setBack func()) { u.s.w.UndoValue(setBack) }

// variable remembers the variable at an address, which is about to change.
func (u *undo) variable(t reflect.Type, address unsafe.Pointer) {
	if u == nil {
		return
	}
	if t == reflect.TypeFor[sync.Map]() {
		u.syncMap((*sync.Map)(address))
		return
	}
	v := reflect.NewAt(t, address).Elem()
	before := reflect.New(t).Elem()
	before.Set(v)
	u.step(func() { v.Set(before) })
}

// mapping remembers a map that is about to change.
func (u *undo) mapping(m reflect.Value) {
	if u == nil || u.maps[m.UnsafePointer()] {
		return
	}
	u.maps[m.UnsafePointer()] = true
	var keys, values []reflect.Value
	for i := m.MapRange(); i.Next(); {
		keys, values = append(keys, i.Key()), append(values, i.Value())
	}
	u.step(func() {
		m.Clear()
		for i, k := range keys {
			m.SetMapIndex(k, values[i])
		}
	})
}

func (u *undo) syncMap(m *sync.Map) {
	if u.maps[unsafe.Pointer(m)] {
		return
	}
	u.maps[unsafe.Pointer(m)] = true
	before := map[any]any{}
	m.Range(func(k, v any) bool { before[k] = v; return true })
	u.step(func() {
		m.Clear()
		for k, v := range before {
			m.Store(k, v)
		}
	})
}

// maxKept bounds the parts of an object of compiled code that are remembered.
const maxKept = 1 << 16

// object remembers all that an object of compiled code is made of, which a method
// of it is about to change. It reports whether that isn't too much.
func (u *undo) object(p reflect.Value) bool {
	if u == nil || u.maps[p.UnsafePointer()] {
		return true
	}
	u.maps[p.UnsafePointer()] = true
	k := &keeper{u: u, left: maxKept, seen: map[keptAt]bool{}}
	k.keep(p.Elem())
	return k.left >= 0
}

type keptAt struct {
	p unsafe.Pointer
	t reflect.Type
}

// keeper remembers what can be reached from a variable.
type keeper struct {
	u    *undo
	left int
	seen map[keptAt]bool
}

func (k *keeper) keep(v reflect.Value) {
	at := keptAt{unsafe.Pointer(v.UnsafeAddr()), v.Type()}
	if k.seen[at] {
		return
	}
	k.seen[at] = true
	k.u.variable(v.Type(), at.p)
	k.follow(v)
}

// follow remembers what the value of a variable leads to.
func (k *keeper) follow(v reflect.Value) {
	if k.left--; k.left < 0 {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && v.Type().Elem().Size() > 0 {
			k.keep(reflect.NewAt(v.Type().Elem(), v.UnsafePointer()).Elem())
		}
	case reflect.Interface:
		if e := v.Elem(); e.IsValid() && e.Kind() == reflect.Pointer && !e.IsNil() {
			k.follow(reflect.NewAt(e.Type().Elem(), e.UnsafePointer()))
		}
	case reflect.Slice:
		for i := range v.Len() {
			k.keep(v.Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			k.follow(v.Index(i))
		}
	case reflect.Map:
		if !v.IsNil() {
			k.u.mapping(v)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			// As if it were exported.
			f := v.Field(i)
			k.follow(reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem())
		}
	}
}
