package simworld

import (
	"container/heap"
	"time"
)

// timers is a heap of what waits for a time, the earliest first.
type timers []*alarm

// alarm is one time that is waited for: by a coroutine, or by a Timer.
type alarm struct {
	at    time.Duration
	order int64 // what decides between two at the same time
	index int   // in timers; -1 if not there
	c     *coroutine
	timer *Timer
}

func (t timers) Len() int { return len(t) }

func (t timers) Less(i, j int) bool {
	if t[i].at != t[j].at {
		return t[i].at < t[j].at
	}
	return t[i].order < t[j].order
}

func (t timers) Swap(i, j int) {
	t[i], t[j] = t[j], t[i]
	t[i].index, t[j].index = i, j
}

// Push is for container/heap.
func (t *timers) Push(x any) {
	a := x.(*alarm)
	a.index = len(*t)
	*t = append(*t, a)
}

// Pop is for container/heap.
func (t *timers) Pop() any {
	last := len(*t) - 1
	a := (*t)[last]
	(*t)[last] = nil
	*t = (*t)[:last]
	a.index = -1
	return a
}

func (t *timers) add(a *alarm) { heap.Push(t, a) }

func (t *timers) remove(a *alarm) bool {
	if a.index < 0 {
		return false
	}
	heap.Remove(t, a.index)
	return true
}

// Timer calls a function at a time of its world's clock.
type Timer struct {
	w     *World
	fire  func()
	space *space // of the task that made it
	alarm alarm
	sync  Sync
}

// Timer returns a timer that calls fire d from now; for d <= 0 at the next
// scheduling point. fire is called by the scheduler, as a task named clock: it may
// enter monitors, wake tasks and spawn some, but it must not wait. It happens after
// the call of Timer or Reset. A timer keeps no world alive.
func (w *World) Timer(d time.Duration, fire func()) *Timer {
	t := &Timer{w: w, fire: fire, space: w.self().space, alarm: alarm{index: -1}}
	t.alarm.timer = t
	t.start(d)
	return t
}

func (t *Timer) start(d time.Duration) {
	w := t.w
	if w.unwind {
		return
	}
	w.serial++
	t.alarm.at, t.alarm.order = w.deadline(max(0, d)), 1<<32+w.serial // after the tasks that wake then
	w.timers.add(&t.alarm)
	w.Release(&t.sync)
}

// Stop keeps the timer from firing and reports whether it was going to.
func (t *Timer) Stop() bool {
	t.w.self()
	return t.w.timers.remove(&t.alarm)
}

// Reset makes the timer fire d from now, and not when it was going to; it reports
// whether it was.
func (t *Timer) Reset(d time.Duration) bool {
	was := t.Stop()
	t.start(d)
	return was
}

// wakeDue wakes those whose time has come, and lets their timers fire.
func (w *World) wakeDue() {
	for len(w.timers) > 0 && w.timers[0].at <= w.result.Elapsed {
		a := w.timers[0]
		w.timers.remove(a)
		if a.c != nil {
			w.insert(a.c)
			continue
		}
		in := a.timer.space
		if in != nil && in.killed {
			continue
		}
		before, entered := w.current, w.space
		w.current, w.clock.space = w.clock, in
		w.enter(in)
		// It knows what this timer's maker knew, and nothing of other timers.
		own := w.clock.known.at(0)
		w.clock.known = append(w.clock.known[:0], a.timer.sync.known...)
		w.clock.known.join(vector{own})
		a.timer.fire()
		w.current = before
		w.enter(entered)
	}
}
