//go:build !linux && !darwin

package gil

import (
	"sync"
	"time"
)

// perTurn is how long a processor needs for a turn: the shortest of some, as others
// may have had the processor during the rest.
var perTurn = sync.OnceValue(func() time.Duration {
	best := time.Duration(1<<63 - 1)
	for range 200 {
		start := time.Now()
		seed := turn(uint64(start.UnixNano()))
		if seed == 0 {
			sink.Add(1)
		}
		if d := time.Since(start); d > 0 {
			best = min(best, d)
		}
	}
	return best
})

// work does what takes a processor d, and returns d, or a little more.
func work(d time.Duration) time.Duration {
	n := (d + perTurn() - 1) / perTurn()
	seed := uint64(n)
	for range n {
		seed = turn(seed)
	}
	if seed == 0 {
		sink.Add(1)
	}
	return n * perTurn()
}
