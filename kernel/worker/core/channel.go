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
func (c *Core) Send(ch, v any) {
	s := inChannelWorld()
	to := c.channel(ch)
	if !to.trySend(c, v) {
		c.waitSend(to, v, s)
	}
	pass()
}

// Recv is <-ch: an open value, or what an interface holds.
func (c *Core) Recv(ch any) any {
	v, _ := c.Recv2(ch)
	return v
}

// Recv2 is v, ok := <-ch.
func (c *Core) Recv2(ch any) (v any, ok bool) {
	s := inChannelWorld()
	from := c.channel(ch)
	v, ok, ready := from.tryRecv()
	if !ready {
		v, ok = c.waitRecv(from, s)
	}
	pass()
	return v, ok
}

func (c *Core) waitSend(to channel, v any, s *support.Scope) {
	defer c.begin("chan send", s).end()
	to.send(c, v, cancelled(s))
}

func (c *Core) waitRecv(from channel, s *support.Scope) (v any, ok bool) {
	defer c.begin("chan receive", s).end()
	return from.recv(cancelled(s))
}

// Close is the built-in function close.
func (c *Core) Close(ch any) {
	inChannelWorld()
	c.channel(ch).close()
}

func inChannelWorld() *support.Scope {
	return refuseInSimulation("a channel", "a queue.Queue")
}

// channel is a Go channel of any element type, nil ones included. What waits gives
// up, and the goroutine with it, when cancelled is closed.
type channel interface {
	trySend(c *Core, v any) bool
	send(c *Core, v any, cancelled <-chan struct{})
	tryRecv() (v any, ok, ready bool)
	recv(cancelled <-chan struct{}) (v any, ok bool)
	close()
}

// channel is ch behind typed operations where its type is a common one.
func (c *Core) channel(ch any) channel {
	switch ch := ch.(type) {
	case chan int:
		return typed[int](ch)
	case <-chan int:
		return receiver(ch)
	case chan<- int:
		return sender(ch)
	case chan struct{}:
		return typed[struct{}](ch)
	case <-chan struct{}:
		return receiver(ch)
	case chan<- struct{}:
		return sender(ch)
	case chan bool:
		return typed[bool](ch)
	case <-chan bool:
		return receiver(ch)
	case chan<- bool:
		return sender(ch)
	case chan string:
		return typed[string](ch)
	case <-chan string:
		return receiver(ch)
	case chan<- string:
		return sender(ch)
	case chan error:
		return typed[error](ch)
	case <-chan error:
		return receiver(ch)
	case chan<- error:
		return sender(ch)
	case chan any:
		return typed[any](ch)
	case <-chan any:
		return receiver(ch)
	case chan<- any:
		return sender(ch)
	case chan float64:
		return typed[float64](ch)
	case <-chan float64:
		return receiver(ch)
	case chan<- float64:
		return sender(ch)
	case chan byte:
		return typed[byte](ch)
	case <-chan byte:
		return receiver(ch)
	case chan<- byte:
		return sender(ch)
	case chan int64:
		return typed[int64](ch)
	case chan []int:
		return typed[[]int](ch)
	case chan []byte:
		return typed[[]byte](ch)
	case chan func():
		return typed[func()](ch)
	case chan chan int:
		return typed[chan int](ch)
	}
	v := reflect.ValueOf(ch)
	if v.Kind() != reflect.Chan {
		panic(fmt.Sprintf("core: %T is no channel", ch))
	}
	return untyped{v}
}

// typed is a channel of a type known here. It is one pointer, so that making an
// interface value of it allocates nothing.
type typed[T any] chan T

// receiver and sender drop the direction, which the checker of the source has seen to.
func receiver[T any](ch <-chan T) channel { return typed[T](*(*chan T)(unsafe.Pointer(&ch))) }

func sender[T any](ch chan<- T) channel { return typed[T](*(*chan T)(unsafe.Pointer(&ch))) }

// element is v as an element of a channel.
func element[T any](c *Core, v any) T {
	e, ok := v.(T)
	if !ok && v != nil {
		e = c.fit(v, reflect.TypeFor[T]()).Interface().(T)
	}
	return e
}

func (ch typed[T]) trySend(c *Core, v any) bool {
	select {
	case ch <- element[T](c, v):
		return true
	default:
		return false
	}
}

func (ch typed[T]) send(c *Core, v any, cancelled <-chan struct{}) {
	select {
	case ch <- element[T](c, v):
	case <-cancelled:
		unwind()
	}
}

func (ch typed[T]) tryRecv() (v any, ok, ready bool) {
	select {
	case v, ok := <-ch:
		return v, ok, true
	default:
		return nil, false, false
	}
}

func (ch typed[T]) recv(cancelled <-chan struct{}) (any, bool) {
	select {
	case v, ok := <-ch:
		return v, ok
	case <-cancelled:
		unwind()
		return nil, false
	}
}

func (ch typed[T]) close() { close(ch) }

// untyped is a channel of any other type.
type untyped struct{ reflect.Value }

// trySend and tryRecv of a nil channel are never ready; package reflect would
// have it otherwise.
func (ch untyped) trySend(c *Core, v any) bool {
	return !ch.IsNil() && ch.TrySend(c.fit(v, ch.Type().Elem()))
}

func (ch untyped) send(c *Core, v any, cancelled <-chan struct{}) {
	chosen, _, _ := reflect.Select([]reflect.SelectCase{
		{Dir: reflect.SelectSend, Chan: ch.Value, Send: c.fit(v, ch.Type().Elem())},
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(cancelled)},
	})
	if chosen == 1 {
		unwind()
	}
}

func (ch untyped) tryRecv() (v any, ok, ready bool) {
	if ch.IsNil() {
		return nil, false, false
	}
	e, ok := ch.TryRecv()
	if !e.IsValid() {
		return nil, false, false
	}
	return e.Interface(), ok, true
}

func (ch untyped) recv(cancelled <-chan struct{}) (any, bool) {
	chosen, e, ok := reflect.Select([]reflect.SelectCase{
		{Dir: reflect.SelectRecv, Chan: ch.Value},
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(cancelled)},
	})
	if chosen == 1 {
		unwind()
	}
	return e.Interface(), ok
}

func (ch untyped) close() { ch.Close() }
