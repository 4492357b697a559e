package gil

import "sync/atomic"

// turns is a piece of work that takes some microseconds.
const turns = 5000

// sink keeps the compiler from leaving the work out.
var sink atomic.Int64

//go:noinline
func turn(seed uint64) uint64 {
	for range turns {
		seed = seed*6364136223846793005 + 1442695040888963407
	}
	return seed
}
