package gosim

import (
	"math"
	"math/rand"
	randv2 "math/rand/v2"

	"lockstep/runtime/internal/gosim"
)

// Rand has the functions of package math/rand, RandV2 those of math/rand/v2. In a
// simulation its schedule chooses the numbers.
var (
	Rand   RandFunctions
	RandV2 RandV2Functions
)

// drawn is real where the real world draws a random number, and in a simulation
// what its schedule chooses.
func drawn[R any](simulated func(s *gosim.Sim) R, real func() R) R {
	if s := gosim.Current(); s != nil {
		return simulated(s)
	}
	return real()
}

// below is drawn for numbers below a limit.
func below[N int | int32 | int64 | uint | uint32 | uint64](n N, real func(N) N) N {
	if s := gosim.Current(); s != nil && n > 0 {
		return N(s.Uint64n(uint64(n)))
	}
	return real(n)
}

// bits is drawn for numbers of some bits.
func bits[N int | int32 | int64 | uint | uint32 | uint64](shift int, real func() N) N {
	return drawn(func(s *gosim.Sim) N { return N(s.Uint64() >> shift) }, real)
}

func float32s(real func() float32) float32 {
	return drawn(func(s *gosim.Sim) float32 { return float32(s.Uint64n(1<<24)) / (1 << 24) }, real)
}

func normal(real func() float64) float64 {
	return drawn(func(s *gosim.Sim) float64 { return s.Rand().NormFloat64() }, real)
}

func exponential(real func() float64) float64 {
	return drawn(func(s *gosim.Sim) float64 { return s.Rand().ExpFloat64() }, real)
}

func perm(n int, real func(int) []int) []int {
	if s := gosim.Current(); s != nil && n >= 0 {
		return s.Perm(n)
	}
	return real(n)
}

func shuffle(n int, swap func(i, j int), real func(int, func(i, j int))) {
	if s := gosim.Current(); s != nil && n >= 0 {
		s.Shuffle(n, swap)
		return
	}
	real(n, swap)
}

// RandFunctions are those of package math/rand.
type RandFunctions struct{}

// Int is rand.Int.
func (RandFunctions) Int() int { return bits(1, rand.Int) }

// Int31 is rand.Int31.
func (RandFunctions) Int31() int32 { return bits(33, rand.Int31) }

// Int63 is rand.Int63.
func (RandFunctions) Int63() int64 { return bits(1, rand.Int63) }

// Uint32 is rand.Uint32.
func (RandFunctions) Uint32() uint32 { return bits(32, rand.Uint32) }

// Uint64 is rand.Uint64.
func (RandFunctions) Uint64() uint64 { return bits(0, rand.Uint64) }

// Intn is rand.Intn.
func (RandFunctions) Intn(n int) int { return below(n, rand.Intn) }

// Int31n is rand.Int31n.
func (RandFunctions) Int31n(n int32) int32 { return below(n, rand.Int31n) }

// Int63n is rand.Int63n.
func (RandFunctions) Int63n(n int64) int64 { return below(n, rand.Int63n) }

// Float32 is rand.Float32.
func (RandFunctions) Float32() float32 { return float32s(rand.Float32) }

// Float64 is rand.Float64.
func (RandFunctions) Float64() float64 { return drawn((*gosim.Sim).Float64, rand.Float64) }

// NormFloat64 is rand.NormFloat64.
func (RandFunctions) NormFloat64() float64 { return normal(rand.NormFloat64) }

// ExpFloat64 is rand.ExpFloat64.
func (RandFunctions) ExpFloat64() float64 { return exponential(rand.ExpFloat64) }

// Perm is rand.Perm.
func (RandFunctions) Perm(n int) []int { return perm(n, rand.Perm) }

// Shuffle is rand.Shuffle.
func (RandFunctions) Shuffle(n int, swap func(i, j int)) { shuffle(n, swap, rand.Shuffle) }

// Read is rand.Read.
func (RandFunctions) Read(p []byte) (int, error) {
	if s := gosim.Current(); s != nil {
		for i := range p {
			p[i] = byte(s.Intn(math.MaxUint8 + 1))
		}
		return len(p), nil
	}
	//lint:ignore SA1019 it is what the code calls
	return rand.Read(p)
}

// RandV2Functions are those of package math/rand/v2.
type RandV2Functions struct{}

// Int is rand.Int.
func (RandV2Functions) Int() int { return bits(1, randv2.Int) }

// Int32 is rand.Int32.
func (RandV2Functions) Int32() int32 { return bits(33, randv2.Int32) }

// Int64 is rand.Int64.
func (RandV2Functions) Int64() int64 { return bits(1, randv2.Int64) }

// Uint is rand.Uint.
func (RandV2Functions) Uint() uint { return bits(0, randv2.Uint) }

// Uint32 is rand.Uint32.
func (RandV2Functions) Uint32() uint32 { return bits(32, randv2.Uint32) }

// Uint64 is rand.Uint64.
func (RandV2Functions) Uint64() uint64 { return bits(0, randv2.Uint64) }

// IntN is rand.IntN.
func (RandV2Functions) IntN(n int) int { return below(n, randv2.IntN) }

// Int32N is rand.Int32N.
func (RandV2Functions) Int32N(n int32) int32 { return below(n, randv2.Int32N) }

// Int64N is rand.Int64N.
func (RandV2Functions) Int64N(n int64) int64 { return below(n, randv2.Int64N) }

// UintN is rand.UintN.
func (RandV2Functions) UintN(n uint) uint { return below(n, randv2.UintN) }

// Uint32N is rand.Uint32N.
func (RandV2Functions) Uint32N(n uint32) uint32 { return below(n, randv2.Uint32N) }

// Uint64N is rand.Uint64N.
func (RandV2Functions) Uint64N(n uint64) uint64 { return below(n, randv2.Uint64N) }

// Float32 is rand.Float32.
func (RandV2Functions) Float32() float32 { return float32s(randv2.Float32) }

// Float64 is rand.Float64.
func (RandV2Functions) Float64() float64 { return drawn((*gosim.Sim).Float64, randv2.Float64) }

// NormFloat64 is rand.NormFloat64.
func (RandV2Functions) NormFloat64() float64 { return normal(randv2.NormFloat64) }

// ExpFloat64 is rand.ExpFloat64.
func (RandV2Functions) ExpFloat64() float64 { return exponential(randv2.ExpFloat64) }

// Perm is rand.Perm.
func (RandV2Functions) Perm(n int) []int { return perm(n, randv2.Perm) }

// Shuffle is rand.Shuffle.
func (RandV2Functions) Shuffle(n int, swap func(i, j int)) { shuffle(n, swap, randv2.Shuffle) }
