// Package sim runs code that uses the runtime's threads as a simulation: one
// thread at a time, in an order that a seed decides, on a virtual clock. The same
// seed gives the same run on every machine, and sleeping costs no time.
//
// At a switch point any thread that can go on may be next. Every operation on a
// primitive of the runtime is one, so is Sleep, Yield, the start and the end of a
// thread. Between two switch points a thread runs undisturbed, and no time
// passes.
//
// Only the runtime's own types are simulated. What blocks in plain Go, such as a
// channel or a sync.Mutex, blocks the whole simulation; a goroutine started by a
// go statement is none of its threads, and its use of the runtime panics with
// ErrForeignGoroutine.
package sim

import (
	"fmt"
	"runtime"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
	"lockstep/runtime/internal/simworld"
)

// DefaultMaxSteps is the number of switch points after which a run is given up
// unless MaxSteps says otherwise.
const DefaultMaxSteps = 1_000_000

// Option changes how a simulation runs.
type Option struct{ apply func(*simworld.Config) }

// MaxSteps ends the run with ErrTooManySteps after n switch points. It panics for
// n < 1.
func MaxSteps(n int) Option {
	if n < 1 {
		panic(fmt.Sprintf("sim.MaxSteps: %d is not positive", n))
	}
	return Option{func(c *simworld.Config) { c.MaxSteps = n }}
}

// Run runs body as the main thread of a simulation, and the threads that it
// starts, in the order that seed decides. It returns when all have ended; daemon
// threads end, wherever they are, once the others have. What goes wrong inside is
// in the report: it doesn't panic, but for a simulation inside a simulation
// (ErrNested).
//
// When no thread can go on, or the run is given up, the threads left are ended as
// by runtime.Goexit: their deferred calls run, what these print is discarded.
func Run(seed uint64, body func(), opts ...Option) Report {
	r := run(simworld.Random(seed), body, opts)
	r.Seed, r.Seeded = seed, true
	return r
}

// Replay runs body with the choices of a schedule from an earlier Report. The
// report's error is a *ScheduleError if the text can't be read, or if the body
// meets other choices than those recorded.
func Replay(schedule string, body func(), opts ...Option) Report {
	choices, err := simworld.ParseSchedule(schedule)
	if err != nil {
		return Report{Err: &ScheduleError{Reason: err.Error()}}
	}
	script := simworld.Script(choices)
	r := run(script, body, opts)
	if script.Strayed() {
		r.Err = &ScheduleError{Reason: fmt.Sprintf("schedule %q is of another body: this one made the choices %q", schedule, r.Schedule)}
	}
	return r
}

func run(chooser simworld.Chooser, body func(), opts []Option) Report {
	if body == nil {
		panic("sim: the body is nil")
	}
	if scope.Current().World != nil {
		sched.Fail(sched.Current(), ErrNested)
	}
	config := simworld.Config{Chooser: chooser, MaxSteps: DefaultMaxSteps}
	for _, o := range opts {
		if o.apply != nil {
			o.apply(&config)
		}
	}
	result := simworld.Run(config, body)
	if result.Exited || result.Canceled {
		runtime.Goexit()
	}
	return Report{
		Elapsed:  result.Elapsed,
		Steps:    result.Steps,
		Switches: result.Switches,
		Threads:  result.Tasks,
		Schedule: result.Schedule,
		Hash:     result.Hash,
		Err:      verdict(result, config.MaxSteps),
	}
}
