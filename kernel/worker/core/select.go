package core

import (
	"math/rand/v2"
	"reflect"
)

// Case is one case of a select statement.
type Case struct {
	dir   reflect.SelectDir
	ch, v any
}

// SendCase is case ch <- v. See Core.Send.
func SendCase(ch, v any) Case { return Case{reflect.SelectSend, ch, v} }

// RecvCase is case … <-ch.
func RecvCase(ch any) Case { return Case{dir: reflect.SelectRecv, ch: ch} }

// DefaultCase is default.
func DefaultCase() Case { return Case{dir: reflect.SelectDefault} }

// Select is the select statement: it waits until one of the cases can go on, or
// takes the default, and gives the chosen case's index. Of several that can go on
// it takes any with the same chance. value and ok are what a receive gave, as with
// Recv2; for other cases nil and false.
func (c *Core) Select(cases ...Case) (index int, value any, ok bool) {
	s := inChannelWorld()
	fallback := -1
	channels := make([]channel, len(cases))
	for i, k := range cases {
		if k.dir == reflect.SelectDefault {
			fallback = i
			continue
		}
		channels[i] = c.channel(k.ch)
	}
	if i, v, ok := c.poll(cases, channels); i >= 0 {
		pass()
		return i, v, ok
	}
	// A look at one channel after the other doesn't tell that none was ready at
	// any one time. With a single channel it does.
	if fallback >= 0 && len(cases) <= 2 {
		return fallback, nil, false
	}
	list := make([]reflect.SelectCase, len(cases), len(cases)+1)
	for i, k := range cases {
		list[i].Dir = k.dir
		if k.dir == reflect.SelectDefault {
			continue
		}
		list[i].Chan = reflect.ValueOf(k.ch)
		if k.dir == reflect.SelectSend {
			list[i].Send = c.fit(k.v, list[i].Chan.Type().Elem())
		}
	}
	if fallback < 0 {
		list = append(list, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(cancelled(s))})
	}
	chosen, received, ok := 0, reflect.Value{}, false
	func() {
		if fallback < 0 {
			defer c.begin("select", s).end()
		}
		chosen, received, ok = reflect.Select(list)
	}()
	switch {
	case chosen == len(cases):
		unwind()
	case list[chosen].Dir == reflect.SelectRecv:
		value = received.Interface()
	}
	pass()
	return chosen, value, ok
}

// poll does one of the cases that can go on at once, chosen at random; index is
// -1 if there is none.
func (c *Core) poll(cases []Case, channels []channel) (index int, value any, ok bool) {
	n := len(cases)
	order := make([]int, 0, 8)
	for i := range n {
		// Shuffled from the inside out.
		j := rand.IntN(i + 1)
		order = append(order, i)
		order[i], order[j] = order[j], order[i]
	}
	for _, i := range order {
		switch cases[i].dir {
		case reflect.SelectSend:
			if channels[i].trySend(c, cases[i].v) {
				return i, nil, false
			}
		case reflect.SelectRecv:
			if v, ok, ready := channels[i].tryRecv(); ready {
				return i, v, ok
			}
		}
	}
	return -1, nil, false
}
