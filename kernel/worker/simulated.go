package worker

import (
	"context"
	"math"
	"math/rand"
	randv2 "math/rand/v2"
	"reflect"
	"runtime"
	"time"

	"lockstep/kernel/worker/core"
	"lockstep/runtime/support"
)

// simulated are the functions of the standard library that a simulation has its own
// of: they wait, they start something that does, or they draw random numbers.
var simulated = map[string]map[string]reflect.Value{
	"sync":         {"OnceFunc": reflect.ValueOf(support.OnceFunc)},
	"runtime":      {"Gosched": reflect.ValueOf(yield)},
	"time":         {"AfterFunc": reflect.ValueOf(afterFunc), "After": reflect.ValueOf(after), "Tick": reflect.ValueOf(tick), "NewTimer": reflect.ValueOf(newTimer), "NewTicker": reflect.ValueOf(newTicker)},
	"context":      contexts,
	"math/rand":    random,
	"math/rand/v2": random2,
}

func init() {
	for path, table := range simulated {
		if overrides[path] == nil {
			overrides[path] = map[string]reflect.Value{}
		}
		for name, function := range table {
			overrides[path][name] = function
		}
	}
}

func yield() {
	if s := support.Simulated(); s != nil {
		s.Yield()
		return
	}
	runtime.Gosched()
}

func afterFunc(d time.Duration, f func()) *time.Timer {
	if s := support.Simulated(); s != nil {
		return s.AfterFunc(d, f)
	}
	core.ForEver() // who waits for a timer isn't asleep for ever
	return support.AfterFunc(d, f)
}

func after(d time.Duration) <-chan time.Time {
	if s := support.Simulated(); s != nil {
		return s.After(d)
	}
	core.Until(time.Now().Add(d))
	return time.After(d)
}

func tick(d time.Duration) <-chan time.Time {
	if s := support.Simulated(); s != nil {
		return s.Tick(d)
	}
	core.ForEver()
	return time.Tick(d)
}

func newTimer(d time.Duration) *time.Timer {
	if s := support.Simulated(); s != nil {
		return s.NewTimer(d)
	}
	core.ForEver()
	return time.NewTimer(d)
}

func newTicker(d time.Duration) *time.Ticker {
	if s := support.Simulated(); s != nil {
		return s.NewTicker(d)
	}
	core.ForEver()
	return time.NewTicker(d)
}

var contexts = map[string]reflect.Value{
	"WithCancel": reflect.ValueOf(func(parent context.Context) (context.Context, context.CancelFunc) {
		ctx, cancel := withCancelCause(parent)
		return ctx, func() { cancel(nil) }
	}),
	"WithCancelCause": reflect.ValueOf(withCancelCause),
	"WithTimeout": reflect.ValueOf(func(parent context.Context, d time.Duration) (context.Context, context.CancelFunc) {
		return withDeadlineCause(parent, support.Now().Add(d), nil)
	}),
	"WithTimeoutCause": reflect.ValueOf(func(parent context.Context, d time.Duration, cause error) (context.Context, context.CancelFunc) {
		return withDeadlineCause(parent, support.Now().Add(d), cause)
	}),
	"WithDeadline": reflect.ValueOf(func(parent context.Context, t time.Time) (context.Context, context.CancelFunc) {
		return withDeadlineCause(parent, t, nil)
	}),
	"WithDeadlineCause": reflect.ValueOf(withDeadlineCause),
	"Cause": reflect.ValueOf(func(ctx context.Context) error {
		if s := support.Simulated(); s != nil {
			if cause, ok := s.Cause(ctx); ok {
				return cause
			}
		}
		return context.Cause(ctx)
	}),
	"AfterFunc": reflect.ValueOf(func(ctx context.Context, f func()) (stop func() bool) {
		if s := support.Simulated(); s != nil {
			return s.AfterCancel(ctx, f)
		}
		in := support.CurrentScope()
		return context.AfterFunc(ctx, func() { in.Do(f) })
	}),
}

func withCancelCause(parent context.Context) (context.Context, context.CancelCauseFunc) {
	if s := support.Simulated(); s != nil {
		return s.WithCancelCause(parent)
	}
	ctx, cancel := context.WithCancelCause(parent)
	return ctx, func(cause error) {
		outside("the context")
		cancel(cause)
	}
}

func withDeadlineCause(parent context.Context, t time.Time, cause error) (context.Context, context.CancelFunc) {
	if s := support.Simulated(); s != nil {
		return s.WithDeadlineCause(parent, t, cause)
	}
	core.Until(t)
	ctx, cancel := context.WithDeadlineCause(parent, t, cause)
	return ctx, func() {
		outside("the context")
		cancel()
	}
}

// outside refuses to change in a simulation what was made outside of it.
func outside(what string) {
	if s := support.Simulated(); s != nil {
		s.Refuse(0, what+" was made before the simulation: make it inside")
	}
}

// drawn is real where the real world draws a random number, and in a simulation
// what its schedule chooses.
func drawn[R any](simulated func(s *support.Simulation) R, real func() R) func() R {
	return func() R {
		if s := support.Simulated(); s != nil {
			return simulated(s)
		}
		return real()
	}
}

// below is drawn for numbers below a limit.
func below[N int | int32 | int64 | uint | uint32 | uint64](real func(N) N) reflect.Value {
	return reflect.ValueOf(func(n N) N {
		if s := support.Simulated(); s != nil && n > 0 {
			return N(s.Uint64n(uint64(n)))
		}
		return real(n)
	})
}

// bits is drawn for numbers of some bits.
func bits[N int | int32 | int64 | uint | uint32 | uint64](shift int, real func() N) reflect.Value {
	return reflect.ValueOf(drawn(func(s *support.Simulation) N { return N(s.Uint64() >> shift) }, real))
}

func floats(real func() float64, simulated func(s *support.Simulation) float64) reflect.Value {
	return reflect.ValueOf(drawn(simulated, real))
}

func float32s(real func() float32) reflect.Value {
	return reflect.ValueOf(drawn(func(s *support.Simulation) float32 { return float32(s.Uint64n(1<<24)) / (1 << 24) }, real))
}

func perm(real func(int) []int) reflect.Value {
	return reflect.ValueOf(func(n int) []int {
		if s := support.Simulated(); s != nil && n >= 0 {
			return s.Perm(n)
		}
		return real(n)
	})
}

func shuffle(real func(int, func(i, j int))) reflect.Value {
	return reflect.ValueOf(func(n int, swap func(i, j int)) {
		if s := support.Simulated(); s != nil && n >= 0 {
			s.Shuffle(n, swap)
			return
		}
		real(n, swap)
	})
}

var random = map[string]reflect.Value{
	"Int": bits(1, rand.Int), "Int31": bits(33, rand.Int31), "Int63": bits(1, rand.Int63), "Uint32": bits(32, rand.Uint32), "Uint64": bits(0, rand.Uint64),
	"Intn": below(rand.Intn), "Int31n": below(rand.Int31n), "Int63n": below(rand.Int63n),
	"Float32": float32s(rand.Float32), "Float64": floats(rand.Float64, (*support.Simulation).Float64),
	"NormFloat64": floats(rand.NormFloat64, func(s *support.Simulation) float64 { return s.Rand().NormFloat64() }),
	"ExpFloat64":  floats(rand.ExpFloat64, func(s *support.Simulation) float64 { return s.Rand().ExpFloat64() }),
	"Perm":        perm(rand.Perm), "Shuffle": shuffle(rand.Shuffle),
	"Read": reflect.ValueOf(func(p []byte) (int, error) {
		if s := support.Simulated(); s != nil {
			for i := range p {
				p[i] = byte(s.Intn(math.MaxUint8 + 1))
			}
			return len(p), nil
		}
		//lint:ignore SA1019 it is what the cell calls
		return rand.Read(p)
	}),
}

var random2 = map[string]reflect.Value{
	"Int": bits(1, randv2.Int), "Int32": bits(33, randv2.Int32), "Int64": bits(1, randv2.Int64),
	"Uint": bits(0, randv2.Uint), "Uint32": bits(32, randv2.Uint32), "Uint64": bits(0, randv2.Uint64),
	"IntN": below(randv2.IntN), "Int32N": below(randv2.Int32N), "Int64N": below(randv2.Int64N),
	"UintN": below(randv2.UintN), "Uint32N": below(randv2.Uint32N), "Uint64N": below(randv2.Uint64N),
	"Float32": float32s(randv2.Float32), "Float64": floats(randv2.Float64, (*support.Simulation).Float64),
	"NormFloat64": floats(randv2.NormFloat64, func(s *support.Simulation) float64 { return s.Rand().NormFloat64() }),
	"ExpFloat64":  floats(randv2.ExpFloat64, func(s *support.Simulation) float64 { return s.Rand().ExpFloat64() }),
	"Perm":        perm(randv2.Perm), "Shuffle": shuffle(randv2.Shuffle),
}
