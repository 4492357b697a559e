package support

import (
	"time"

	"lockstep/runtime/internal/clock"
	"lockstep/runtime/internal/scope"
)

// Sleep stands for time.Sleep, by the simulated clock in a simulated world. When
// the user interrupts the cell, a real sleep ends its goroutine, running its
// deferred calls.
func Sleep(d time.Duration) { clock.Sleep(d) }

// Now stands for time.Now, by the simulated clock in a simulated world.
func Now() time.Time { return clock.Now() }

// Since stands for time.Since.
func Since(t time.Time) time.Duration { return clock.Since(t) }

// Until stands for time.Until.
func Until(t time.Time) time.Duration { return clock.Until(t) }

// AfterFunc stands for time.AfterFunc, in real time: task belongs to the cell
// that calls AfterFunc, as if a go statement had started it.
func AfterFunc(d time.Duration, task func()) *time.Timer {
	s := scope.Current()
	if s.Host == nil {
		return time.AfterFunc(d, task)
	}
	return time.AfterFunc(d, func() { s.Do(task) })
}
