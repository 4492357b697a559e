package gosim

import (
	"fmt"
	"reflect"
	"sync"
	"unsafe"

	"lockstep/runtime/internal/simworld"
)

// header is the beginning of what the Go runtime keeps for a channel. Whether it
// is as written here is tried out before it is used.
type header struct {
	count, limit uint
	buffer       unsafe.Pointer
	elemSize     uint16
	closed       uint32
	_            [4]unsafe.Pointer // a timer, the type of elements, two indices
	receivers    [2]unsafe.Pointer
	senders      [2]unsafe.Pointer
}

// headersKnown reports whether channels of this version of Go look as header says.
var headersKnown = sync.OnceValue(func() bool {
	c := make(chan int16, 5)
	c <- 1
	c <- 1
	h := (*header)(word(c))
	open := h.count == 2 && h.limit == 5 && h.elemSize == 2 && h.closed == 0 && h.receivers[0] == nil && h.senders[0] == nil
	close(c)
	if !open || h.closed != 1 {
		return false
	}
	return reflect.TypeFor[header]().Size() <= 16*8
})

// load makes the state of a channel: as it is outside. What it holds was sent
// before the run began, and so happens before all of it.
func (s *Sim) load(ch any, site string) *channel {
	v := reflect.ValueOf(ch)
	c := &channel{elem: v.Type().Elem(), real: twoWay(v), limit: v.Cap()}
	c.slots = slots(c.limit)
	s.name(&c.m, word(ch), site)
	if !headersKnown() {
		s.refuse("the channels of this version of Go can't be simulated")
	}
	h := (*header)(word(ch))
	if h.receivers[0] != nil || h.senders[0] != nil {
		s.refuse(fmt.Sprintf("a goroutine outside of the simulation waits for the channel %s", site))
	}
	c.closed = h.closed != 0
	if h.count > 0 {
		if c.closed {
			s.refuse(fmt.Sprintf("the channel %s was closed before the simulation with values left in it: make it inside", site))
		}
		for range h.count { // round once, to look at them
			e, _ := c.real.Recv()
			c.real.Send(e)
			c.queue = append(c.queue, item{e.Interface(), new(simworld.Sync)})
			c.sent++
		}
	}
	return c
}

func slots(n int) []*simworld.Sync {
	s := make([]*simworld.Sync, n)
	for i := range s {
		s[i] = new(simworld.Sync)
	}
	return s
}

// twoWay is a channel of either direction as one of both.
func twoWay(v reflect.Value) reflect.Value {
	t := reflect.ChanOf(reflect.BothDir, v.Type().Elem())
	p := word(v.Interface())
	return reflect.NewAt(t, unsafe.Pointer(&p)).Elem()
}

// export leaves the channels as the run left them, if that has ended well and its
// effects stay: what it has sent can be received outside.
func (s *Sim) export(ok bool) {
	if !ok || !s.w.KeepsValues() {
		return
	}
	for _, c := range s.channels {
		if !c.used || c.timer != nil || (*header)(c.real.UnsafePointer()).closed != 0 {
			continue
		}
		for c.real.Len() > 0 {
			c.real.Recv()
		}
		for _, i := range c.queue {
			e := reflect.New(c.elem).Elem()
			if i.value != nil {
				e.Set(reflect.ValueOf(i.value))
			}
			c.real.Send(e)
		}
		if c.closed {
			c.real.Close()
		}
	}
}

// inUse refuses what was in use when the run began.
func (s *Sim) inUse(what, site string) {
	if site != "" {
		what += " " + site
	}
	s.refuse(what + " was in use before the simulation: make it inside, or free it")
}
