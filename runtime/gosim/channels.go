package gosim

import (
	"iter"
	"reflect"
	"runtime"

	"lockstep/runtime/internal/gosim"
)

// Go is go f().
func Go(f func()) {
	if s := gosim.Current(); s != nil {
		s.Go(f)
		return
	}
	go f()
}

// Gosched is runtime.Gosched.
func Gosched() {
	if s := gosim.Current(); s != nil {
		s.Yield()
		return
	}
	runtime.Gosched()
}

// Send is ch <- v.
func Send[C ~chan E | ~chan<- E, E any](ch C, v E, name string) {
	if s := gosim.Current(); s != nil {
		s.Send(ch, v, name)
		return
	}
	ch <- v
}

// Recv is <-ch.
func Recv[C ~chan E | ~<-chan E, E any](ch C, name string) E {
	v, _ := Recv2(ch, name)
	return v
}

// Recv2 is v, ok := <-ch.
func Recv2[C ~chan E | ~<-chan E, E any](ch C, name string) (v E, ok bool) {
	if s := gosim.Current(); s != nil {
		got, ok := s.Recv(ch, name)
		v, _ = got.(E) // what is no E is a nil interface value
		return v, ok
	}
	v, ok = <-ch
	return v, ok
}

// Received goes through what a channel gives until it is closed, as range does.
func Received[C ~chan E | ~<-chan E, E any](ch C, name string) iter.Seq[E] {
	return func(yield func(E) bool) {
		for v, ok := Recv2(ch, name); ok; v, ok = Recv2(ch, name) {
			if !yield(v) {
				return
			}
		}
	}
}

// Close is close(ch).
func Close[C ~chan E | ~chan<- E, E any](ch C, name string) {
	if s := gosim.Current(); s != nil {
		s.Close(ch, name)
		return
	}
	close(ch)
}

// Len is len(ch) of a channel.
func Len(ch any, name string) int {
	if s := gosim.Current(); s != nil {
		return s.Len(ch, name)
	}
	return reflect.ValueOf(ch).Len()
}

// Cap is cap(ch) of a channel.
func Cap(ch any, _ string) int {
	if s := gosim.Current(); s != nil {
		return s.Cap(ch)
	}
	return reflect.ValueOf(ch).Cap()
}

// Case is a case of a select statement: From, To or Default.
type Case interface {
	simulated() gosim.Case
	real() reflect.SelectCase
	receives(v any, ok bool)
}

// Receiving is a case that receives: what it has got, once it is chosen.
type Receiving[E any] struct {
	Value E
	OK    bool

	ch   any
	name string
}

// From is case <-ch.
func From[C ~chan E | ~<-chan E, E any](ch C, name string) *Receiving[E] {
	return &Receiving[E]{ch: ch, name: name}
}

func (r *Receiving[E]) simulated() gosim.Case { return gosim.Case{Chan: r.ch, Site: r.name} }

func (r *Receiving[E]) real() reflect.SelectCase {
	return reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(r.ch)}
}

func (r *Receiving[E]) receives(v any, ok bool) {
	r.Value, _ = v.(E)
	r.OK = ok
}

// sending is a case that sends.
type sending struct {
	ch, value any
	elem      reflect.Type
	name      string
}

// To is case ch <- v.
func To[C ~chan E | ~chan<- E, E any](ch C, v E, name string) Case {
	return sending{ch, v, reflect.TypeFor[E](), name}
}

func (t sending) simulated() gosim.Case {
	return gosim.Case{Chan: t.ch, Send: true, Value: t.value, Site: t.name}
}

func (t sending) real() reflect.SelectCase {
	v := reflect.New(t.elem).Elem()
	if t.value != nil {
		v.Set(reflect.ValueOf(t.value))
	}
	return reflect.SelectCase{Dir: reflect.SelectSend, Chan: reflect.ValueOf(t.ch), Send: v}
}

func (sending) receives(any, bool) {}

// fallback is a default case.
type fallback struct{}

// Default is the default case.
var Default Case = fallback{}

func (fallback) simulated() gosim.Case    { return gosim.Case{} }
func (fallback) real() reflect.SelectCase { return reflect.SelectCase{Dir: reflect.SelectDefault} }
func (fallback) receives(any, bool)       {}

// Select is the select statement: it returns the index of the chosen case.
func Select(cases ...Case) int {
	if s := gosim.Current(); s != nil {
		list, other := make([]gosim.Case, len(cases)), -1
		for i, c := range cases {
			if list[i] = c.simulated(); c == Default {
				other = i
			}
		}
		i, v, ok := s.Select(list, other)
		cases[i].receives(v, ok)
		return i
	}
	list := make([]reflect.SelectCase, len(cases))
	for i, c := range cases {
		list[i] = c.real()
	}
	i, v, ok := reflect.Select(list)
	if list[i].Dir == reflect.SelectRecv {
		cases[i].receives(v.Interface(), ok)
	}
	return i
}
