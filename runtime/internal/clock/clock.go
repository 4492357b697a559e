// Package clock tells and waits for the time by the clock of the calling
// goroutine's world: the wall clock, or a simulated one.
//
// It is the one place for code that must sleep or read the clock in whichever
// world it runs; cells' time.Sleep and its kin come here too.
package clock

import (
	"runtime"
	"sync/atomic"
	"time"

	"lockstep/runtime/internal/scope"
)

// simulated is what a simulated world (scope.Scope.World) offers.
type simulated interface {
	Sleep(time.Duration)
	Now() time.Time
}

var watch atomic.Pointer[func(time.Duration) func()]

// Watch makes f be called before every real sleep, in place of an earlier f. What it
// returns, if not nil, is called when the sleep is over.
func Watch(f func(d time.Duration) (woke func())) { watch.Store(&f) }

// Sleep pauses the calling thread for at least d. It returns at once for d <= 0,
// but is a scheduling point even then. When the user interrupts the cell, a real
// sleep ends its goroutine, running its deferred calls.
func Sleep(d time.Duration) {
	s := scope.Current()
	if w, ok := s.World.(simulated); ok {
		w.Sleep(d)
		return
	}
	if d <= 0 {
		runtime.Gosched()
		return
	}
	if watch := watch.Load(); watch != nil {
		if woke := (*watch)(d); woke != nil {
			defer woke()
		}
	}
	cancelled := s.Cancelled()
	if cancelled == nil {
		time.Sleep(d)
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-cancelled:
		runtime.Goexit()
	}
}

// Now returns the time.
func Now() time.Time {
	if w, ok := scope.Current().World.(simulated); ok {
		return w.Now()
	}
	return time.Now()
}

// Since returns the time that has passed since t.
func Since(t time.Time) time.Duration { return Now().Sub(t) }

// Until returns the time that will pass until t.
func Until(t time.Time) time.Duration { return t.Sub(Now()) }
