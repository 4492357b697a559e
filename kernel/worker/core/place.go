package core

import (
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/petermattis/goid"
)

// places are where the program has been last. Lowered code writes at before each
// statement that may panic, without regard to other goroutines: it costs next to
// nothing, and is of use where only one goroutine runs.
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

// At is the mark of the statement that was begun last. certain is set where it is
// of the calling goroutine, which has called panic there.
func (c *Core) At() (mark int64, certain bool) {
	if mark, ok := c.places.panics.LoadAndDelete(goid.Get()); ok {
		return mark.(int64), true
	}
	return atomic.LoadInt64(c.places.at), false
}

// Top is the mark of the cell's own statement that was begun last.
func (c *Core) Top() int64 { return atomic.LoadInt64(c.places.top) }

// notePanic keeps where the calling goroutine panics.
func (c *Core) notePanic() {
	c.places.panics.Store(goid.Get(), atomic.LoadInt64(c.places.at))
}

// ForgetPlaces drops where earlier cells have been.
func (c *Core) ForgetPlaces() {
	c.places.panics.Clear()
	atomic.StoreInt64(c.places.top, 0)
}
