package core

import (
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"
)

// channelType says how operations are done on channels of one type, whatever it is
// called. Elements are handled by their addresses.
type channelType struct {
	elem reflect.Type
	both reflect.Type // of channels of both directions
	transfer
	typeWord, elemWord unsafe.Pointer // typeWord of a channel, and of an element
}

// typeWord is v.Type() as one word, to compare.
func typeWord(v reflect.Value) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&v)) }

// transfer does operations of channels whose elements have one layout. What waits
// gives up, and the goroutine with it, when cancelled is closed.
type transfer interface {
	trySend(ch, from unsafe.Pointer) bool
	send(ch, from unsafe.Pointer, cancelled <-chan struct{})
	tryRecv(ch, to unsafe.Pointer) (ok, ready bool)
	recv(ch, to unsafe.Pointer, cancelled <-chan struct{}) (ok bool)
}

var channelTypes sync.Map // reflect.Type → *channelType

// channelTypeOf is that of a channel type in any direction, which the checker of
// the source has seen to.
func channelTypeOf(t reflect.Type) *channelType {
	if known, ok := channelTypes.Load(t); ok {
		return known.(*channelType)
	}
	both := reflect.ChanOf(reflect.BothDir, t.Elem())
	known, _ := channelTypes.LoadOrStore(t, &channelType{
		elem: t.Elem(), both: both, transfer: transferOf(both),
		typeWord: typeWord(reflect.Zero(t)), elemWord: typeWord(reflect.Zero(t.Elem())),
	})
	return known.(*channelType)
}

// channelTypeAt remembers the type of the channels that come by a place.
type channelTypeAt struct{ last atomic.Pointer[channelType] }

func (p *channelTypeAt) of(ch reflect.Value) *channelType {
	if last := p.last.Load(); last != nil && last.typeWord == typeWord(ch) {
		return last
	}
	known := channelTypeOf(ch.Type())
	p.last.Store(known)
	return known
}

// channel is a channel of the type, for package reflect.
func (t *channelType) channel(ch unsafe.Pointer) reflect.Value {
	return reflect.NewAt(t.both, unsafe.Pointer(&ch)).Elem()
}

// transferOf finds a type of the elements' layout that compiled code knows: what the
// Go runtime moves goes by how the channel was made.
func transferOf(both reflect.Type) transfer {
	switch both.Elem().Kind() {
	case reflect.Bool, reflect.Int8, reflect.Uint8:
		return compiled[uint8]{}
	case reflect.Int16, reflect.Uint16:
		return compiled[uint16]{}
	case reflect.Int32, reflect.Uint32, reflect.Float32:
		return compiled[uint32]{}
	case reflect.Int64, reflect.Uint64, reflect.Float64:
		return compiled[uint64]{}
	case reflect.Int, reflect.Uint, reflect.Uintptr:
		return compiled[uint]{}
	case reflect.String:
		return compiled[string]{}
	case reflect.Slice:
		return compiled[[]byte]{}
	case reflect.Interface:
		return compiled[[2]unsafe.Pointer]{}
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		// Not an unsafe.Pointer: reflect.ChanOf makes its types from chan unsafe.Pointer,
		// and gives them that type's pointer type, if compiled code uses one.
		return compiled[*byte]{}
	}
	if both.Elem().Size() == 0 {
		return compiled[struct{}]{}
	}
	return uncompiled{both}
}

// compiled is the transfer of elements that are laid out as a T.
type compiled[T any] struct{}

func (compiled[T]) channel(ch unsafe.Pointer) chan T { return *(*chan T)(unsafe.Pointer(&ch)) }

func (t compiled[T]) trySend(ch, from unsafe.Pointer) bool {
	select {
	case t.channel(ch) <- *(*T)(from):
		return true
	default:
		return false
	}
}

func (t compiled[T]) send(ch, from unsafe.Pointer, cancelled <-chan struct{}) {
	select {
	case t.channel(ch) <- *(*T)(from):
	case <-cancelled:
		unwind()
	}
}

func (t compiled[T]) tryRecv(ch, to unsafe.Pointer) (ok, ready bool) {
	select {
	case v, ok := <-t.channel(ch):
		*(*T)(to) = v
		return ok, true
	default:
		return false, false
	}
}

func (t compiled[T]) recv(ch, to unsafe.Pointer, cancelled <-chan struct{}) bool {
	select {
	case v, ok := <-t.channel(ch):
		*(*T)(to) = v
		return ok
	case <-cancelled:
		unwind()
		return false
	}
}

// uncompiled is the transfer of all other elements.
type uncompiled struct{ typ reflect.Type }

func (t uncompiled) channel(ch unsafe.Pointer) reflect.Value {
	return reflect.NewAt(t.typ, unsafe.Pointer(&ch)).Elem()
}

func (t uncompiled) element(at unsafe.Pointer) reflect.Value {
	return reflect.NewAt(t.typ.Elem(), at).Elem()
}

// trySend and tryRecv of a nil channel are never ready; package reflect would
// have it otherwise.
func (t uncompiled) trySend(ch, from unsafe.Pointer) bool {
	return ch != nil && t.channel(ch).TrySend(t.element(from))
}

func (t uncompiled) send(ch, from unsafe.Pointer, cancelled <-chan struct{}) {
	chosen, _, _ := reflect.Select([]reflect.SelectCase{
		{Dir: reflect.SelectSend, Chan: t.channel(ch), Send: t.element(from)},
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(cancelled)},
	})
	if chosen == 1 {
		unwind()
	}
}

func (t uncompiled) tryRecv(ch, to unsafe.Pointer) (ok, ready bool) {
	if ch == nil {
		return false, false
	}
	v, ok := t.channel(ch).TryRecv()
	if !v.IsValid() {
		return false, false
	}
	t.element(to).Set(v)
	return ok, true
}

func (t uncompiled) recv(ch, to unsafe.Pointer, cancelled <-chan struct{}) bool {
	chosen, v, ok := reflect.Select([]reflect.SelectCase{
		{Dir: reflect.SelectRecv, Chan: t.channel(ch)},
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(cancelled)},
	})
	if chosen == 1 {
		unwind()
	}
	t.element(to).Set(v)
	return ok
}
