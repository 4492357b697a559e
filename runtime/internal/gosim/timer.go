package gosim

import (
	"reflect"
	"time"
	"unsafe"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/simworld"
)

var (
	opTimer = sched.NewOp("time.Timer", "fire").NoEdge()
	opStop  = sched.NewOp("time.Timer", "Stop").NoEdge()
	opReset = sched.NewOp("time.Timer", "Reset").NoEdge()
)

// timer is the state of a time.Timer or time.Ticker, and of what time.After and
// time.Tick give.
type timer struct {
	s      *Sim
	on     *simworld.Timer
	ch     *channel // nil for that of AfterFunc
	m      *sched.Monitor
	period time.Duration // of a ticker
	due    time.Time     // when it fires
	idle   bool          // a ticker that has ticked with nobody to take the tick
}

// start makes a timer that sends on a channel.
func (s *Sim) start(d, period time.Duration, name string) (*timer, chan time.Time) {
	ch := make(chan time.Time, 1)
	c := &channel{elem: reflect.TypeFor[time.Time](), real: reflect.ValueOf(ch), limit: 1, slots: slots(1)}
	c.m.SetName(name)
	t := &timer{s: s, ch: c, m: &c.m, period: period, due: s.w.Now().Add(d)}
	c.timer = t
	s.channels[unsafe.Pointer(reflect.ValueOf(ch).Pointer())] = c
	t.on = s.w.Timer(d, t.fire)
	return t, ch
}

// fire is what happens at the timer's time: it sends, unless what it has sent
// before is still there.
func (t *timer) fire() {
	c := t.ch
	c.m.EnterAgain(t.s.w, opTimer, nil)
	sent := t.s.trySend(c, t.s.w.Now())
	c.m.Exit()
	switch {
	case t.period == 0:
	case sent && len(c.queue) == 0:
		t.again()
	default:
		// The next tick would be dropped too until this one is taken. Not to wait
		// for it lets a program end, or a deadlock be seen, all the same.
		t.idle = true
	}
}

// taken is what happens when a tick that has waited is received.
func (t *timer) taken() {
	if t.idle {
		t.again()
	}
}

// again sets a ticker to its next tick that is still to come.
func (t *timer) again() {
	t.idle = false
	now := t.s.w.Now()
	t.due = t.due.Add(t.period)
	if late := now.Sub(t.due); late >= 0 {
		t.due = t.due.Add((late/t.period + 1) * t.period)
	}
	t.on.Reset(t.due.Sub(now))
}

// After is time.After(d).
func (s *Sim) After(d time.Duration) <-chan time.Time {
	_, ch := s.start(d, 0, "time.After("+d.String()+")")
	return ch
}

// Tick is time.Tick(d).
func (s *Sim) Tick(d time.Duration) <-chan time.Time {
	if d <= 0 {
		return nil
	}
	_, ch := s.start(d, d, "time.Tick("+d.String()+")")
	return ch
}

// NewTimer is time.NewTimer(d).
func (s *Sim) NewTimer(d time.Duration) *time.Timer {
	t, ch := s.start(d, 0, say("Timer of %v", d))
	outside := &time.Timer{C: ch}
	s.objects[s.at(unsafe.Pointer(outside))] = t
	return outside
}

// NewTicker is time.NewTicker(d).
func (s *Sim) NewTicker(d time.Duration) *time.Ticker {
	if d <= 0 {
		panic("non-positive interval for NewTicker")
	}
	t, ch := s.start(d, d, say("Ticker of %v", d))
	outside := &time.Ticker{C: ch}
	s.objects[s.at(unsafe.Pointer(outside))] = t
	return outside
}

// AfterFunc is time.AfterFunc(d, f).
func (s *Sim) AfterFunc(d time.Duration, f func()) *time.Timer {
	outside := &time.Timer{}
	t := &timer{s: s, m: new(sched.Monitor)}
	t.m.SetName(say("AfterFunc of %v", d))
	at := here()
	t.on = s.w.Timer(d, func() { s.spawn("AfterFunc", at, f) })
	s.objects[s.at(unsafe.Pointer(outside))] = t
	return outside
}

// timer is the state of a timer, which the run must have made.
func (s *Sim) timer(p unsafe.Pointer, what string) *timer {
	t, ok := s.objects[s.at(p)].(*timer)
	if !ok {
		s.refuse("the " + what + " was made before the simulation: make it inside")
	}
	return t
}

// StopTimer is t.Stop().
func (s *Sim) StopTimer(outside *time.Timer) bool {
	return s.timer(unsafe.Pointer(outside), "time.Timer").stop()
}

func (t *timer) stop() bool {
	t.m.Enter(opStop, nil)
	defer t.m.Exit()
	return t.cease()
}

// cease stops the timer. As since Go 1.23 nothing is received afterwards that was
// sent before.
func (t *timer) cease() bool {
	pending := t.on.Stop()
	t.idle = false
	if t.ch != nil && len(t.ch.queue) > 0 {
		t.ch.queue = nil
		t.ch.got++
		pending = true
	}
	return pending
}

// ResetTimer is t.Reset(d).
func (s *Sim) ResetTimer(outside *time.Timer, d time.Duration) bool {
	t := s.timer(unsafe.Pointer(outside), "time.Timer")
	t.m.Enter(opReset, nil)
	defer t.m.Exit()
	pending := t.cease()
	t.due = s.w.Now().Add(d)
	t.on.Reset(d)
	return pending
}

// StopTicker is t.Stop().
func (s *Sim) StopTicker(outside *time.Ticker) {
	s.timer(unsafe.Pointer(outside), "time.Ticker").stop()
}

// ResetTicker is t.Reset(d).
func (s *Sim) ResetTicker(outside *time.Ticker, d time.Duration) {
	if d <= 0 {
		panic("non-positive interval for Ticker.Reset")
	}
	t := s.timer(unsafe.Pointer(outside), "time.Ticker")
	t.m.Enter(opReset, nil)
	defer t.m.Exit()
	t.cease()
	t.period, t.due = d, s.w.Now().Add(d)
	t.on.Reset(d)
}
