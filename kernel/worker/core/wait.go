package core

import (
	"context"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"time"

	"lockstep/runtime/support"
)

// await calls wait, which nothing can interrupt, on a goroutine of its own, so that
// the caller can be. If the caller is gone by the time wait returns, undo is called.
func await(w *waiting, wait, undo func()) {
	s := support.CurrentScope()
	if s.Host == nil {
		wait()
		return
	}
	r, before := begin(w, s)
	defer r.end(before)
	done := make(chan any, 1)
	go func() {
		// It belongs to no cell, since it may be left over.
		pprof.SetGoroutineLabels(context.Background())
		defer func() { done <- recover() }()
		wait()
	}()
	select {
	case value := <-done:
		if value != nil {
			panic(value)
		}
	case <-cancelled(s):
		go func() {
			pprof.SetGoroutineLabels(context.Background())
			if <-done == nil {
				undo()
			}
		}()
		unwind()
	}
}

// WaitGroupWait is g.Wait.
func (c *Core) WaitGroupWait(g *sync.WaitGroup, site ...string) {
	if s := support.Simulated(); s != nil {
		at := c.here()
		s.GroupWait(g, named(site))
		c.resume(at)
		return
	}
	waitGroupWait(g, c.here())
}

func waitGroupWait(g *sync.WaitGroup, at int64) {
	await(&waiting{what: "WaitGroup.Wait", at: at}, g.Wait, func() {})
	pass()
}

// CondWait is cond.Wait.
func (c *Core) CondWait(cond *sync.Cond, site ...string) {
	if s := support.Simulated(); s != nil {
		at := c.here()
		s.CondWait(cond, named(site))
		c.resume(at)
		return
	}
	condWait(cond, c.here())
}

func condWait(cond *sync.Cond, at int64) {
	s := support.CurrentScope()
	switch cond.L.(type) {
	case *sync.Mutex, *sync.RWMutex:
	default: // code of a cell, perhaps, which is for the cell's own goroutines
		s = nil
	}
	if s == nil || s.Host == nil {
		cond.Wait()
		pass()
		return
	}
	r, before := begin(&waiting{what: "Cond.Wait", at: at}, s)
	defer r.end(before)
	done := make(chan any, 1)
	var settled atomic.Bool
	go func() {
		pprof.SetGoroutineLabels(context.Background())
		defer func() { done <- recover() }()
		cond.Wait()
		if !settled.CompareAndSwap(false, true) {
			// The caller is gone: the signal was for another.
			cond.L.Unlock()
			cond.Signal()
		}
	}()
	select {
	case value := <-done:
		if value != nil {
			panic(value)
		}
	case <-cancelled(s):
		// Deferred calls find the lock held, as after any Wait.
		if settled.CompareAndSwap(false, true) {
			cond.L.Lock()
		} else {
			<-done
		}
		unwind()
	}
	pass()
}

// timers is when the last of the timers that lowered code knows to have been
// started is over, in nanoseconds since 1970.
var timers atomic.Int64

const forever = int64(^uint64(0) >> 1)

// TimersPending reports whether a timer may still wake a goroutine.
func TimersPending() bool { return time.Now().UnixNano() <= timers.Load() }

func noteTimers(until int64) {
	for {
		known := timers.Load()
		if until <= known || timers.CompareAndSwap(known, until) {
			return
		}
	}
}

// Until notes that a timer runs until a time.
func Until(t time.Time) {
	// A moment more, for what the timer wakes to run.
	noteTimers(t.Add(time.Second).UnixNano())
}

// ForEver notes that a timer was started that can be set again at any time.
func ForEver() { noteTimers(forever) }
