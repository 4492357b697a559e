package core

import (
	"context"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"time"

	"github.com/petermattis/goid"

	"lockstep/runtime/support"
)

// Wait is an operation of lowered code that has to wait.
type Wait struct {
	What      string // "chan receive"
	Thread    string // the name of the thread that waits, "" if it isn't one
	Goroutine uint64 // its number
	Cell      int    // the cell that it belongs to
	// At is the mark of the statement, Started that of the go statement which
	// started the goroutine, 0 if none did. Another goroutine that runs at the
	// same time may have noted its own statement instead.
	At, Started int64

	in             *shard
	previous, next *Wait
}

// shard is a part of the operations that wait now.
type shard struct {
	mu     sync.Mutex
	first  *Wait
	serial uint64   // counts begins and ends
	_      [40]byte // to the end of the cache line
}

// waits are the operations that wait now, in parts by goroutine: goroutines that
// pass values to each other shall not meet here too.
var waits [16]shard

// starts leads from the number of a goroutine to the mark of its go statement.
var starts sync.Map

// Waits returns the operations that wait now. serial is another number when any
// has begun or ended since.
func Waits() (list []Wait, serial uint64) {
	for i := range waits {
		in := &waits[i]
		in.mu.Lock()
		for w := in.first; w != nil; w = w.next {
			list = append(list, *w)
			if at, ok := starts.Load(w.Goroutine); ok {
				list[len(list)-1].Started = at.(int64)
			}
		}
		serial += in.serial
		in.mu.Unlock()
	}
	return list, serial
}

// begin notes that the calling goroutine waits from here on.
func (c *Core) begin(what string, s *support.Scope) *Wait {
	w := &Wait{What: what, Goroutine: uint64(goid.Get()), Cell: s.Cell, At: c.here()}
	w.in = &waits[w.Goroutine%uint64(len(waits))]
	w.in.mu.Lock()
	defer w.in.mu.Unlock()
	w.in.serial++
	if w.next = w.in.first; w.next != nil {
		w.next.previous = w
	}
	w.in.first = w
	return w
}

// Waiting notes that the calling goroutine, a thread, waits until it calls end.
func (c *Core) Waiting(thread, what string) (end func()) {
	w := c.begin(what, support.CurrentScope())
	w.in.mu.Lock()
	w.Thread = thread
	w.in.mu.Unlock()
	return w.end
}

// end ends what begin began.
func (w *Wait) end() {
	w.in.mu.Lock()
	defer w.in.mu.Unlock()
	w.in.serial++
	if w.next != nil {
		w.next.previous = w.previous
	}
	if w.previous == nil {
		w.in.first = w.next
	} else {
		w.previous.next = w.next
	}
}

// here is the mark of the statement that was begun last.
func (c *Core) here() int64 { return atomic.LoadInt64(c.places.at) }

// await calls wait, which nothing can interrupt, on a goroutine of its own, so that
// the caller can be. If the caller is gone by the time wait returns, undo is called.
func (c *Core) await(what string, wait, undo func()) {
	s := support.CurrentScope()
	if s.Host == nil {
		wait()
		return
	}
	w := c.begin(what, s)
	defer w.end()
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

// Lock is m.Lock.
func (c *Core) Lock(m *sync.Mutex) {
	if !m.TryLock() {
		c.await("Mutex.Lock", m.Lock, m.Unlock)
	}
	pass()
}

// WriteLock is m.Lock.
func (c *Core) WriteLock(m *sync.RWMutex) {
	if !m.TryLock() {
		c.await("RWMutex.Lock", m.Lock, m.Unlock)
	}
	pass()
}

// ReadLock is m.RLock.
func (c *Core) ReadLock(m *sync.RWMutex) {
	if !m.TryRLock() {
		c.await("RWMutex.RLock", m.RLock, m.RUnlock)
	}
	pass()
}

// WaitGroupWait is g.Wait.
func (c *Core) WaitGroupWait(g *sync.WaitGroup) {
	c.await("WaitGroup.Wait", g.Wait, func() {})
	pass()
}

// CondWait is cond.Wait.
func (c *Core) CondWait(cond *sync.Cond) {
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
	w := c.begin("Cond.Wait", s)
	defer w.end()
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
