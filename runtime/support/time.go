package support

import (
	"runtime"
	"time"

	"lockstep/runtime/internal/scope"
)

// world is the part of a simulated world that the clock needs.
type world interface {
	Sleep(time.Duration)
	Now() time.Time
}

// Sleep stands for time.Sleep, by the simulated clock in a simulated world. When
// the user interrupts the cell, a real sleep ends its goroutine, running its
// deferred calls.
func Sleep(d time.Duration) {
	s := scope.Current()
	if w, ok := s.World.(world); ok {
		w.Sleep(d)
		return
	}
	if s.Host == nil {
		time.Sleep(d)
		return
	}
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.Host.Cancelled():
		runtime.Goexit()
	}
}

// Now stands for time.Now.
func Now() time.Time {
	if w, ok := scope.Current().World.(world); ok {
		return w.Now()
	}
	return time.Now()
}

// Since stands for time.Since.
func Since(t time.Time) time.Duration { return Now().Sub(t) }

// Until stands for time.Until.
func Until(t time.Time) time.Duration { return t.Sub(Now()) }

// AfterFunc stands for time.AfterFunc, in real time: task belongs to the cell
// that calls AfterFunc, as if a go statement had started it.
func AfterFunc(d time.Duration, task func()) *time.Timer {
	s := scope.Current()
	if s.Host == nil {
		return time.AfterFunc(d, task)
	}
	return time.AfterFunc(d, func() { s.Do(task) })
}
