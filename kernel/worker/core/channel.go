package core

import (
	"fmt"
	"reflect"
	"unsafe"

	"lockstep/runtime/support"
)

// Send is ch <- v; v is an open value, or what an interface holds. Like every
// operation here that has to wait it ends the goroutine, running its deferred
// calls, when the user interrupts the cell.
func (c *Core) Send(ch, v any, site ...string) {
	s := support.CurrentScope()
	if s.World != nil {
		at := c.here()
		support.Simulated().Send(ch, c.fit(v, reflect.TypeOf(ch).Elem()).Interface(), named(site))
		c.resume(at)
		return
	}
	t, to := channelOf(ch)
	send(t, to, c.element(t, v), s, &waiting{what: chanSend, at: c.here()})
}

// Recv is <-ch: an open value, or what an interface holds.
func (c *Core) Recv(ch any, site ...string) any {
	s := support.CurrentScope()
	if s.World != nil {
		at := c.here()
		v, _ := support.Simulated().Recv(ch, named(site))
		c.resume(at)
		return v
	}
	t, from := channelOf(ch)
	v := reflect.New(t.elem)
	recv(t, from, v.UnsafePointer(), s, &waiting{what: chanReceive, at: c.here()})
	return v.Elem().Interface()
}

// RecvTo is *to, ok = <-ch, for a pointer to an element, or nil to drop it.
func (c *Core) RecvTo(ch, to any, site ...string) (ok bool) {
	s := support.CurrentScope()
	if s.World != nil {
		at := c.here()
		v, ok := support.Simulated().Recv(ch, named(site))
		c.resume(at)
		if to != nil {
			set(reflect.ValueOf(to).Elem(), v)
		}
		return ok
	}
	t, from := channelOf(ch)
	return recv(t, from, t.target(to), s, &waiting{what: chanReceive, at: c.here()})
}

// Close is the built-in function close.
func (c *Core) Close(ch any, site ...string) {
	if s := support.Simulated(); s != nil {
		at := c.here()
		s.Close(ch, named(site))
		c.resume(at)
		return
	}
	reflect.ValueOf(ch).Close()
}

// set sets a variable to a value of its type, an interface's content perhaps.
func set(to reflect.Value, v any) {
	if v == nil {
		to.SetZero()
		return
	}
	to.Set(reflect.ValueOf(v))
}

// Len is len(ch) where it may be simulated.
func (c *Core) Len(ch any, site ...string) int {
	if s := support.Simulated(); s != nil {
		at := c.here()
		defer c.resume(at)
		return s.Len(ch, named(site))
	}
	return reflect.ValueOf(ch).Len()
}

// Cap is cap(ch) where it may be simulated.
func (c *Core) Cap(ch any) int {
	if s := support.Simulated(); s != nil {
		return s.Cap(ch)
	}
	return reflect.ValueOf(ch).Cap()
}

// How the waits are called.
const (
	chanSend    = "chan send"
	chanReceive = "chan receive"
)

// send sends what lies at an address now.
func send(t *channelType, to, from unsafe.Pointer, s *support.Scope, w *waiting) {
	if !t.trySend(to, from) {
		waitSend(t, to, from, s, w)
	}
	pass()
}

// recv receives to an address.
func recv(t *channelType, from, to unsafe.Pointer, s *support.Scope, w *waiting) (ok bool) {
	ok, ready := t.tryRecv(from, to)
	if !ready {
		ok = waitRecv(t, from, to, s, w)
	}
	pass()
	return ok
}

func waitSend(t *channelType, to, from unsafe.Pointer, s *support.Scope, w *waiting) {
	r, before := begin(w, s)
	defer r.end(before)
	t.send(to, from, cancelled(s))
}

func waitRecv(t *channelType, from, to unsafe.Pointer, s *support.Scope, w *waiting) bool {
	r, before := begin(w, s)
	defer r.end(before)
	return t.recv(from, to, cancelled(s))
}

// channelOf is the type of a channel, nil ones included, and the word that it is.
func channelOf(ch any) (*channelType, unsafe.Pointer) {
	v := reflect.ValueOf(ch)
	if v.Kind() != reflect.Chan {
		panic(fmt.Sprintf("core: %T is no channel", ch))
	}
	return channelTypeOf(v.Type()), v.UnsafePointer()
}

// element is the address of a copy of v as an element.
func (c *Core) element(t *channelType, v any) unsafe.Pointer {
	p := reflect.New(t.elem)
	p.Elem().Set(c.fit(v, t.elem))
	return p.UnsafePointer()
}

// target is the address of the variable that a pointer points to, of any if the
// pointer is nil.
func (t *channelType) target(to any) unsafe.Pointer {
	if to == nil {
		return reflect.New(t.elem).UnsafePointer()
	}
	return reflect.ValueOf(to).UnsafePointer()
}
