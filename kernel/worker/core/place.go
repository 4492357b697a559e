package core

import (
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/petermattis/goid"

	"lockstep/kernel/worker/steps"
)

// places are where the program has been last, as far as goroutines are concerned
// that aren't known: callbacks of native code, threads of a simulation. Lowered code
// notes a mark before each statement that may panic. What such goroutines note is of
// use where only one of them runs; it costs next to nothing.
type places struct {
	at, top *int64
	// panics leads from the number of a goroutine to where it called panic.
	panics sync.Map
}

func newPlaces() places {
	memory := words(2)
	return places{at: &memory[0], top: &memory[1]}
}

// pointer is a variable that holds p, as lowered code needs it to assign to *p.
func pointer[T any](p *T) reflect.Value {
	v := reflect.New(reflect.TypeFor[*T]()).Elem()
	v.Set(reflect.ValueOf(p))
	return v
}

// arrive notes the mark of the statement that is begun in a call of a function.
func (c *Core) arrive(f *steps.Frame, at int64) {
	known := f.Local()
	r := (*routine)(*known)
	if r == nil {
		if r = current(); r == nil {
			*c.places.at = at
			return
		}
		*known = unsafe.Pointer(r)
	}
	r.at = at
}

// here is the mark of the statement that was begun last.
func (c *Core) here() int64 {
	if r := current(); r != nil && r.lasting {
		return r.at
	}
	return atomic.LoadInt64(c.places.at)
}

// At is the mark of the statement that was begun last. certain is set where it is
// of the calling goroutine.
func (c *Core) At() (mark int64, certain bool) {
	if mark, ok := c.places.panics.LoadAndDelete(goid.Get()); ok {
		return mark.(int64), true
	}
	r := current()
	return c.here(), r != nil && r.lasting
}

// Top is the mark of the cell's own statement that was begun last.
func (c *Core) Top() int64 { return atomic.LoadInt64(c.places.top) }

// notePanic keeps where the calling goroutine panics.
func (c *Core) notePanic() {
	c.places.panics.Store(goid.Get(), c.here())
}

// ForgetPlaces drops where earlier cells have been.
func (c *Core) ForgetPlaces() {
	c.places.panics.Clear()
	atomic.StoreInt64(c.places.top, 0)
}
