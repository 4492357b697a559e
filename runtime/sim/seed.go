package sim

import (
	"os"
	"strconv"
	"sync"
)

// SeedVariable is the environment variable whose number is mixed into the seed of
// every Run. What is said of a program for one schedule should hold for others too:
// with another number all that is simulated runs in other orders.
const SeedVariable = "LOCKSTEP_SEED"

// mixed is the number that a seed stands for in this process.
func mixed(seed uint64) uint64 {
	const golden = 0x9e3779b97f4a7c15 // numbers one apart lead far apart
	return seed ^ variation()*golden
}

var variation = sync.OnceValue(func() uint64 {
	n, err := strconv.ParseUint(os.Getenv(SeedVariable), 10, 64)
	if err != nil {
		return 0 // not set, or not a number: nothing to mix in
	}
	return n
})
