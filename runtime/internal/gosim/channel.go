package gosim

import (
	"reflect"
	"runtime"
	"sync"
	"unsafe"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/simworld"
)

// The edges of channels are finer than an operation's on its monitor: see
// channel.
var (
	opSend   = sched.NewOp("channel", "send").NoEdge()
	opRecv   = sched.NewOp("channel", "receive").NoEdge()
	opClose  = sched.NewOp("channel", "close").NoEdge()
	opLength = sched.NewOp("channel", "len").NoEdge().Looks()
	opSelect = sched.NewOp("select", "wait").NoEdge()
)

// channel is the state of a channel during a run. What happens before what is as
// the memory model has it: a send before its receive, the k-th receive before the
// k+C-th send on a channel of capacity C, a receive before the end of its send on
// one of capacity 0, and close before a receive that notices.
type channel struct {
	m         sched.Monitor
	elem      reflect.Type
	real      reflect.Value
	limit     int
	queue     []item
	senders   []*waiter // in the order of their coming
	receivers []*waiter
	closed    bool
	closing   simworld.Sync
	slots     []*simworld.Sync // what the receives that freed each slot give
	sent, got int              // how many sends and receives there were
	timer     *timer           // what sends on it, nil for a program's own channel
	used      bool             // since the run's begin
}

// item is a value that is under way.
type item struct {
	value any
	from  *simworld.Sync // what its send gives
}

// waiter is a goroutine that waits at a channel, to send item or to receive into
// it.
type waiter struct {
	item
	ok    bool
	index int        // of the case, in a select
	group *selection // shared by what waits for one statement
	back  simworld.Sync
	slot  int // of a send, as channel.sent counts
}

// selection is a statement that waits at one or several channels.
type selection struct{ fired *waiter }

func (g *selection) done() bool { return g.fired != nil }

// The errors that Go itself raises, so that they are of its own types.
var (
	sendOnClosed  = raised(func() { c := make(chan int); close(c); c <- 1 })
	closeOfClosed = raised(func() { c := make(chan int); close(c); close(c) })
	closeOfNil    = raised(func() { var c chan int; close(c) })
)

func raised(cause func()) func() error {
	return sync.OnceValue(func() (err error) {
		defer func() { err, _ = recover().(runtime.Error) }()
		cause()
		return nil
	})
}

// word is the pointer that a value of pointer shape in an interface is.
func word(v any) unsafe.Pointer { return (*[2]unsafe.Pointer)(unsafe.Pointer(&v))[1] }

// channel is the state of a channel of any type and direction, nil for a nil one.
func (s *Sim) channel(ch any, site string) *channel {
	p := word(ch)
	if p == nil {
		return nil
	}
	if c := s.channels[p]; c != nil {
		return c
	}
	c := s.load(ch, site)
	s.channels[p] = c
	return c
}

// isTimer says that a channel is that of a timer, which to a program has no
// buffer.
func (s *Sim) isTimer(ch any) bool {
	c := s.channels[word(ch)]
	return c != nil && c.timer != nil
}

// Send is ch <- v. site is what the program calls the channel, "" if that is not
// known.
func (s *Sim) Send(ch, v any, site string) {
	c := s.channel(ch, site)
	if c == nil {
		s.never(opSend, nilName(site))
	}
	c.m.Enter(opSend, nil)
	if s.trySend(c, v) {
		c.m.Exit()
		return
	}
	w := s.queueSend(c, v, &selection{})
	s.w.Wait(&c.m, opSend, w.group.done, sched.Forever)
	c.m.Exit()
	s.sent(c, w)
}

// nilName is what reports call a nil channel.
func nilName(site string) string {
	if site == "" {
		return say("a nil channel")
	}
	return say("%s, a nil channel", site)
}

// trySend sends if that needs no waiting. It panics on a closed channel, having
// left the monitor.
func (s *Sim) trySend(c *channel, v any) bool {
	c.used = true
	if c.closed {
		c.m.Exit()
		panic(sendOnClosed())
	}
	if r := next(&c.receivers); r != nil {
		r.value, r.ok, r.from = v, true, new(simworld.Sync)
		s.w.Release(r.from)
		if c.limit > 0 {
			s.w.Acquire(c.slots[c.sent%c.limit])
			c.slots[c.got%c.limit] = &r.back
			c.sent++
			c.got++
		} else {
			s.w.Acquire(&r.back)
		}
		s.fire(c, r)
		return true
	}
	if len(c.queue) == c.limit {
		return false
	}
	s.w.Acquire(c.slots[c.sent%c.limit])
	c.sent++
	from := new(simworld.Sync)
	s.w.Release(from)
	c.queue = append(c.queue, item{v, from})
	return true
}

func (s *Sim) queueSend(c *channel, v any, group *selection) *waiter {
	w := &waiter{item: item{v, new(simworld.Sync)}, group: group}
	s.w.Release(w.from)
	c.senders = append(c.senders, w)
	return w
}

// sent is what a sender does that had to wait and was woken.
func (s *Sim) sent(c *channel, w *waiter) {
	if !w.ok {
		s.w.Acquire(&c.closing)
		panic(sendOnClosed())
	}
	if c.limit > 0 {
		s.w.Acquire(c.slots[w.slot%c.limit])
	} else {
		s.w.Acquire(&w.back)
	}
}

// Recv is v, ok := <-ch.
func (s *Sim) Recv(ch any, site string) (v any, ok bool) {
	c := s.channel(ch, site)
	if c == nil {
		s.never(opRecv, nilName(site))
	}
	c.m.Enter(opRecv, nil)
	if v, ok, ready := s.tryRecv(c); ready {
		c.m.Exit()
		return v, ok
	}
	w := s.queueRecv(c, &selection{})
	s.w.Wait(&c.m, opRecv, w.group.done, sched.Forever)
	c.m.Exit()
	return s.received(c, w)
}

// tryRecv receives if that needs no waiting.
func (s *Sim) tryRecv(c *channel) (v any, ok, ready bool) {
	c.used = true
	if len(c.queue) > 0 {
		first := c.queue[0]
		c.queue = c.queue[1:]
		s.w.Acquire(first.from)
		s.w.Release(c.slots[c.got%c.limit])
		c.got++
		if w := next(&c.senders); w != nil {
			c.queue = append(c.queue, w.item)
			w.ok, w.slot = true, c.sent
			c.sent++
			s.fire(c, w)
		} else if c.timer != nil {
			c.timer.taken()
		}
		return first.value, true, true
	}
	if w := next(&c.senders); w != nil {
		s.w.Acquire(w.from)
		s.w.Release(&w.back)
		w.ok = true
		s.fire(c, w)
		return w.value, true, true
	}
	if c.closed {
		s.w.Acquire(&c.closing)
		return c.zero(), false, true
	}
	return nil, false, false
}

func (s *Sim) queueRecv(c *channel, group *selection) *waiter {
	w := &waiter{group: group}
	s.w.Release(&w.back)
	c.receivers = append(c.receivers, w)
	return w
}

// received is what a receiver does that had to wait and was woken.
func (s *Sim) received(c *channel, w *waiter) (v any, ok bool) {
	if !w.ok {
		s.w.Acquire(&c.closing)
		return c.zero(), false
	}
	s.w.Acquire(w.from)
	return w.value, true
}

// Close is close(ch).
func (s *Sim) Close(ch any, site string) {
	c := s.channel(ch, site)
	if c == nil {
		panic(closeOfNil())
	}
	c.m.Enter(opClose, nil)
	if c.closed {
		c.m.Exit()
		panic(closeOfClosed())
	}
	c.used, c.closed = true, true
	s.w.Release(&c.closing)
	for _, queue := range []*[]*waiter{&c.receivers, &c.senders} {
		for w := next(queue); w != nil; w = next(queue) {
			s.fire(c, w)
		}
	}
	c.m.Exit()
}

// Done is a channel on which nothing is sent, and which end closes, at a moment that
// is no scheduling point: by it something that isn't the program's own tells that it is
// over. site is as for Send.
func (s *Sim) Done(site string) (done <-chan struct{}, end func()) {
	ch := make(chan struct{})
	c := s.channel(ch, site)
	return ch, func() { s.shut(c) }
}

// shut closes a channel that is open and on which nobody sends.
func (s *Sim) shut(c *channel) {
	c.m.EnterAgain(s.w, opClose, nil)
	c.used, c.closed = true, true
	s.w.Release(&c.closing)
	for r := next(&c.receivers); r != nil; r = next(&c.receivers) {
		s.fire(c, r)
	}
	c.m.Exit()
}

// Len is len(ch).
func (s *Sim) Len(ch any, site string) int {
	c := s.channel(ch, site)
	if c == nil || c.timer != nil {
		return 0
	}
	c.m.Enter(opLength, nil)
	defer c.m.Exit()
	return len(c.queue)
}

// Cap is cap(ch).
func (s *Sim) Cap(ch any) int {
	if s.isTimer(ch) {
		return 0
	}
	return reflect.ValueOf(ch).Cap()
}

// fire lets a waiter go on.
func (s *Sim) fire(c *channel, w *waiter) {
	w.group.fired = w
	s.w.Wake(&c.m, len(c.m.Waiters()))
}

// next takes the waiter from a queue that has waited longest, and that no other
// case of its statement has let go on.
func next(queue *[]*waiter) *waiter {
	for len(*queue) > 0 {
		w := (*queue)[0]
		*queue = (*queue)[1:]
		if !w.group.done() {
			return w
		}
	}
	return nil
}

func (c *channel) zero() any { return reflect.Zero(c.elem).Interface() }

// Case is one case of a select statement.
type Case struct {
	Chan  any  // nil for the default
	Send  bool // else it receives
	Value any  // to send
	Site  string
}

// Select is the select statement: index is the chosen case's; value and ok are
// what it has received. fallback is the index of the default case, negative for
// none.
func (s *Sim) Select(cases []Case, fallback int) (index int, value any, ok bool) {
	channels := make([]*channel, len(cases))
	for i, k := range cases {
		if i != fallback {
			channels[i] = s.channel(k.Chan, k.Site)
		}
	}
	s.w.Point()
	monitors := s.enter(channels)
	var ready []int
	for i, c := range channels {
		if c != nil && c.ready(cases[i].Send) {
			ready = append(ready, i)
		}
	}
	switch {
	case len(ready) > 0:
		i := ready[0]
		if len(ready) > 1 {
			i = ready[s.w.Choose(len(ready), "select")]
		}
		return s.proceed(channels[i], cases[i], i)
	case fallback >= 0:
		return fallback, nil, false
	}
	if len(monitors) == 0 {
		s.never(opSelect, say("a select without a channel"))
	}
	group := &selection{}
	for i, c := range channels {
		switch {
		case c == nil:
		case cases[i].Send:
			s.queueSend(c, cases[i].Value, group).index = i
		default:
			s.queueRecv(c, group).index = i
		}
	}
	s.w.WaitAny(monitors, opSelect, group.done, sched.Forever)
	w := group.fired
	s.forget(channels, group)
	if cases[w.index].Send {
		s.sent(channels[w.index], w)
		return w.index, nil, false
	}
	value, ok = s.received(channels[w.index], w)
	return w.index, value, ok
}

// enter records that a select looks at channels, and gives their monitors.
func (s *Sim) enter(channels []*channel) []*sched.Monitor {
	var monitors []*sched.Monitor
	seen := make(map[*channel]bool, len(channels))
	for _, c := range channels {
		if c != nil && !seen[c] {
			seen[c] = true
			monitors = append(monitors, &c.m)
			c.m.EnterAgain(s.w, opSelect, nil)
			c.m.Exit()
		}
	}
	return monitors
}

// ready says that a send or receive would not wait.
func (c *channel) ready(send bool) bool {
	if send {
		return c.closed || len(c.queue) < c.limit || waits(c.receivers)
	}
	return c.closed || len(c.queue) > 0 || waits(c.senders)
}

func waits(queue []*waiter) bool {
	for _, w := range queue {
		if !w.group.done() {
			return true
		}
	}
	return false
}

// proceed does a case that is ready.
func (s *Sim) proceed(c *channel, k Case, i int) (index int, value any, ok bool) {
	c.m.Reenter()
	if k.Send {
		s.trySend(c, k.Value)
	} else {
		value, ok, _ = s.tryRecv(c)
	}
	c.m.Exit()
	return i, value, ok
}

// forget takes what is left of a statement out of the queues.
func (s *Sim) forget(channels []*channel, group *selection) {
	for _, c := range channels {
		if c == nil {
			continue
		}
		for _, queue := range []*[]*waiter{&c.senders, &c.receivers} {
			kept := (*queue)[:0]
			for _, w := range *queue {
				if w.group != group {
					kept = append(kept, w)
				}
			}
			*queue = kept
		}
	}
}
