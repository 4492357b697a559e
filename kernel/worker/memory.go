package worker

import (
	"fmt"
	"os"
	"runtime/debug"

	"github.com/KimMachineGun/automemlimit/memlimit"
	"github.com/dustin/go-humanize"

	"lockstep/kernel/link"
)

// leastMemory is the smallest limit that leaves a worker room to work in.
const leastMemory = 128 << 20

// memoryShare is the part of all memory that a worker may use by default: the
// other half is the front's, the browser's and everybody else's.
const memoryShare = 0.5

// memoryLimit is how many bytes of data this worker may have, 0 if there is no
// limit. The error names a value of link.MemoryVariable that isn't one.
func memoryLimit() (uint64, error) {
	switch text := os.Getenv(link.MemoryVariable); text {
	case "none":
		return 0, nil
	case "":
		all, err := memlimit.ApplyFallback(memlimit.FromCgroup, memlimit.FromSystem)()
		if err != nil {
			return 0, nil // a system that doesn't tell
		}
		return max(leastMemory, uint64(float64(all)*memoryShare)), nil
	default:
		limit, err := humanize.ParseBytes(text)
		if err != nil {
			return 0, fmt.Errorf("%s=%s: not an amount of memory such as 2GiB", link.MemoryVariable, text)
		}
		if limit < leastMemory {
			return 0, fmt.Errorf("%s=%s: a worker needs at least %s", link.MemoryVariable, text, humanize.IBytes(leastMemory))
		}
		return limit, nil
	}
}

// LimitMemory sees to it that this process ends, rather than the machine's other
// ones, when cells use too much memory. It returns the limit, in bytes, 0 if there is
// none. The error names a value of link.MemoryVariable that isn't one.
func LimitMemory() (uint64, error) {
	limit, err := memoryLimit()
	if err != nil || limit == 0 {
		return 0, err
	}
	if err := limitData(limit); err != nil {
		return 0, nil // a system that has no such limit
	}
	// Garbage is collected more often before the end than usual. It is a request
	// of a program's own that stays as it is.
	const part = 0.9
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(int64(float64(limit) * part))
	}
	return limit, nil
}

// stackLimit is the size in bytes at which a goroutine's stack counts as endless
// recursion. Go's own limit takes a gigabyte and seconds to reach. A stack that
// grows is copied, and so takes several times its size.
func stackLimit(memory uint64) int {
	const most, part = 256 << 20, 8
	if memory == 0 {
		return most
	}
	return int(min(most, memory/part))
}
