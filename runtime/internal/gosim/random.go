package gosim

import (
	"math"
	randv2 "math/rand/v2"
)

// Random numbers are choices of the schedule: a random one for a schedule that is
// made up by a seed, each in turn where all schedules are tried.

const randomWhy = "random number"

// Intn returns one of 0 … n-1. It panics for n < 1.
func (s *Sim) Intn(n int) int {
	if n < 1 {
		panic("invalid argument to Intn")
	}
	return s.w.Choose(n, randomWhy)
}

// Uint64 returns any number of 64 bits.
func (s *Sim) Uint64() uint64 {
	return uint64(s.w.Choose(1<<32, randomWhy))<<32 | uint64(s.w.Choose(1<<32, randomWhy))
}

// Uint64n returns one of 0 … n-1 for n > 0.
func (s *Sim) Uint64n(n uint64) uint64 {
	if n <= math.MaxInt32 {
		return uint64(s.w.Choose(int(n), randomWhy))
	}
	return s.Rand().Uint64N(n)
}

// Float64 returns a number of [0, 1).
func (s *Sim) Float64() float64 { return float64(s.w.Choose(1<<53, randomWhy)) / (1 << 53) }

// Shuffle is rand.Shuffle.
func (s *Sim) Shuffle(n int, swap func(i, j int)) {
	if n < 0 {
		panic("invalid argument to Shuffle")
	}
	for i := n - 1; i > 0; i-- {
		swap(i, s.Intn(i+1))
	}
}

// Perm is rand.Perm.
func (s *Sim) Perm(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	s.Shuffle(n, func(i, j int) { p[i], p[j] = p[j], p[i] })
	return p
}

// Rand draws by Uint64, for what else package rand can do.
func (s *Sim) Rand() *randv2.Rand { return randv2.New(s) }
