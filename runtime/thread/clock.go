package thread

import (
	"time"

	"lockstep/runtime/internal/clock"
	"lockstep/runtime/internal/sched"
)

// Sleep pauses the calling thread for at least d, in a simulation for exactly d
// of virtual time. Python: time.sleep.
func Sleep(d time.Duration) { clock.Sleep(d) }

// Now returns the time: in a simulation the virtual time, which begins at
// 2000-01-01 00:00 UTC. Python: time.time, time.monotonic.
func Now() time.Time { return clock.Now() }

// Since returns the time that has passed since t, by the clock of Now.
func Since(t time.Time) time.Duration { return clock.Since(t) }

// Yield lets another thread run: a switch point where the code has none of its
// own. In the real world it is runtime.Gosched. Python: time.sleep(0).
func Yield() { sched.Current().Sleep(0) }
