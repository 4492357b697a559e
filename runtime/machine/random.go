package machine

import (
	"math/bits"
	"time"
)

// random is the source of a process's random times: SplitMix64 (Steele, Lea,
// Flood 2014). Each process has one of its own, so that what it draws doesn't
// depend on the others.
type random uint64

func newRandom(seed uint64, process int) random {
	a, b := random(seed), random(process)
	a.next() // the first of seed 0 would be that of process 0
	return random(a.next() ^ b.next())
}

func (r *random) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// exponential returns a time of the exponential distribution with the given mean,
// at least 1 ns and at most 40 times the mean. It is von Neumann's method ("Various
// techniques used in connection with random digits", 1951), which compares random
// numbers only: logarithms round differently on different machines.
func (r *random) exponential(mean time.Duration) time.Duration {
	for whole := uint64(0); whole < 40; whole++ {
		first := r.next()
		last, n := first, 1
		for next := r.next(); next < last; next = r.next() {
			last = next
			n++
		}
		if n%2 == 1 {
			part, _ := bits.Mul64(first, uint64(mean))
			over, all := bits.Mul64(whole, uint64(mean))
			if sum := all + part; over == 0 && sum < 1<<62 {
				return max(1, time.Duration(sum))
			}
			return 1 << 62
		}
	}
	return min(mean, 1<<56) * 40
}
