//go:build linux || darwin

package gil

import (
	"time"

	"golang.org/x/sys/unix"
)

// work computes until the calling OS thread has had a processor for d, and returns
// for how long it has.
func work(d time.Duration) time.Duration {
	start := threadTime()
	seed := uint64(start)
	for {
		seed = turn(seed)
		if had := threadTime() - start; had >= d {
			if seed == 0 {
				sink.Add(1)
			}
			return had
		}
	}
}

// threadTime is how long the calling OS thread has had a processor.
func threadTime() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &ts); err != nil {
		return time.Duration(time.Now().UnixNano())
	}
	return time.Duration(ts.Nano())
}
