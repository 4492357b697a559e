package core

import (
	"math/rand/v2"
	"reflect"
	"unsafe"

	"lockstep/runtime/support"
)

// Case is one case of a select statement.
type Case struct {
	dir reflect.SelectDir
	typ *channelType
	ch  unsafe.Pointer
	at  unsafe.Pointer // the element to send, or where one that is received goes
	// site is what the program calls the channel, for simulations.
	site string
}

// SendCase is case ch <- v. See Core.Send.
func (c *Core) SendCase(ch, v any, site ...string) Case {
	t, to := channelOf(ch)
	return Case{reflect.SelectSend, t, to, c.element(t, v), named(site)}
}

// RecvCase is case *to = <-ch, for a pointer to an element, or nil to drop it.
func RecvCase(ch, to any, site ...string) Case {
	t, from := channelOf(ch)
	return Case{reflect.SelectRecv, t, from, t.target(to), named(site)}
}

// DefaultCase is default.
func DefaultCase() Case { return Case{dir: reflect.SelectDefault} }

// Select is the select statement: it waits until one of the cases can go on, or
// takes the default, and gives the chosen case's index. Of several that can go on
// it takes any with the same chance. ok is what a receive gives beside the value,
// false for other cases.
func (c *Core) Select(cases ...Case) (index int, ok bool) {
	s := support.CurrentScope()
	if s.World != nil {
		return c.simulatedSelect(cases)
	}
	return choose(cases, s, &waiting{what: "select", at: c.here()})
}

// simulatedSelect is Select in a simulation.
func (c *Core) simulatedSelect(cases []Case) (index int, ok bool) {
	list, fallback := make([]support.SimulatedCase, len(cases)), -1
	for i, k := range cases {
		switch k.dir {
		case reflect.SelectDefault:
			fallback = i
		case reflect.SelectSend:
			list[i] = support.SimulatedCase{Chan: k.typ.channel(k.ch).Interface(), Send: true, Value: k.element().Interface(), Site: k.site}
		default:
			list[i] = support.SimulatedCase{Chan: k.typ.channel(k.ch).Interface(), Site: k.site}
		}
	}
	at := c.here()
	index, value, ok := support.Simulated().Select(list, fallback)
	c.resume(at)
	if index != fallback && !list[index].Send {
		set(cases[index].element(), value)
	}
	return index, ok
}

func choose(cases []Case, s *support.Scope, w *waiting) (index int, ok bool) {
	if i, ok := poll(cases); i >= 0 {
		pass()
		return i, ok
	}
	fallback := -1
	for i, k := range cases {
		if k.dir == reflect.SelectDefault {
			fallback = i
		}
	}
	// A look at one channel after the other doesn't tell that none was ready at
	// any one time. With a single channel it does.
	if fallback >= 0 && len(cases) <= 2 {
		return fallback, false
	}
	list := make([]reflect.SelectCase, len(cases), len(cases)+1)
	for i, k := range cases {
		list[i].Dir = k.dir
		if k.dir == reflect.SelectDefault {
			continue
		}
		list[i].Chan = k.typ.channel(k.ch)
		if k.dir == reflect.SelectSend {
			list[i].Send = k.element()
		}
	}
	if fallback < 0 {
		list = append(list, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(cancelled(s))})
	}
	chosen, received := 0, reflect.Value{}
	func() {
		if fallback < 0 {
			r, before := begin(w, s)
			defer r.end(before)
		}
		chosen, received, ok = reflect.Select(list)
	}()
	switch {
	case chosen == len(cases):
		unwind()
	case list[chosen].Dir == reflect.SelectRecv:
		cases[chosen].element().Set(received)
	}
	pass()
	return chosen, ok
}

func (k Case) element() reflect.Value { return reflect.NewAt(k.typ.elem, k.at).Elem() }

// poll does one of the cases that can go on at once, chosen at random; index is
// -1 if there is none.
func poll(cases []Case) (index int, ok bool) {
	var room [8]int
	order := room[:0]
	for i := range cases {
		// Shuffled from the inside out.
		j := rand.IntN(i + 1)
		order = append(order, i)
		order[i], order[j] = order[j], order[i]
	}
	for _, i := range order {
		k := &cases[i]
		switch k.dir {
		case reflect.SelectSend:
			if k.typ.trySend(k.ch, k.at) {
				return i, false
			}
		case reflect.SelectRecv:
			if ok, ready := k.typ.tryRecv(k.ch, k.at); ready {
				return i, ok
			}
		}
	}
	return -1, false
}
