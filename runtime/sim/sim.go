// Package sim runs code that uses the runtime's threads as a simulation: one
// thread at a time, in an order that a seed decides, on a virtual clock. The same
// seed gives the same run on every machine, and sleeping costs no time. Run runs
// one schedule, Explore all of them, Replay one again.
//
// At a switch point any thread that can go on may be next. Every operation on a
// primitive of the runtime is one, so is every use of a Var, Sleep, Yield, the
// start and the end of a thread. Between two switch points a thread runs
// undisturbed, and no time passes.
//
// In a Go program only the runtime's own types are simulated. What blocks in plain
// Go, such as a channel or a sync.Mutex, blocks the whole simulation; a goroutine
// started by a go statement is none of its threads, and its use of the runtime
// panics with ErrForeignGoroutine. Package gosim has counterparts that are simulated.
//
// In the cells of a notebook, and in the programs that these are exported as,
// ordinary Go is simulated too: the go statement, channels, select, the types of
// sync and sync/atomic, timers, contexts, the functions of math/rand, and the order
// of a map; and every use of a variable that goroutines share is a switch point. What would wait for the world outside, such
// as package net, ends the run with a *RefusedError. Mutexes are free and channels
// as they are outside when a run begins. Processes of package process are simulated
// as well: their threads take turns with all others, and see package-level variables
// of their own.
//
// Its kin: loom (Rust) and CHESS explore all schedules, Shuttle (Rust) and PCT
// choose at random, VeriSoft began it.
package sim

import (
	"errors"
	"runtime"

	"lockstep/runtime/internal/render"
	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
	"lockstep/runtime/internal/simworld"
)

// maxEvents is how many events of a run a report keeps.
const maxEvents = 2_000

// Run runs body as the main thread of a simulation, and the threads that it
// starts, in the order that seed decides. It returns when all have ended; daemon
// threads end, wherever they are, once the others have. What goes wrong inside is
// in the report: it doesn't panic, but for a simulation inside a simulation
// (ErrNested).
//
// When no thread can go on, or the run is given up, the threads left are ended as
// by runtime.Goexit: their deferred calls run, what these print is discarded. The
// primitives made before are then what they were when the run began; after a run
// that ended well they are as it has left them.
func Run(seed uint64, body func(), opts ...Option) Report {
	s := settle(opts)
	chooser := simworld.Random(mixed(seed))
	if s.scheduler.with != nil {
		chooser = s.scheduler.with(mixed(seed), 100)
	}
	r := one(chooser, body, s)
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
	r := one(script, body, settle(opts))
	if script.Strayed() {
		r.Err = &ScheduleError{Reason: say("schedule %q is of another body: this one made the choices %q", schedule, r.Schedule)}
	}
	return r
}

// begin checks that a simulation of body may begin here.
func begin(body func()) {
	if body == nil {
		panic("sim: the body is nil")
	}
	if scope.Current().World != nil {
		sched.Fail(sched.Current(), ErrNested)
	}
}

func one(chooser simworld.Chooser, body func(), s settings) Report {
	begin(body)
	if s.maxSteps == 0 {
		s.maxSteps = DefaultMaxSteps
	}
	config := simworld.Config{Chooser: chooser, MaxSteps: s.maxSteps, Record: maxEvents, NoRaces: s.noRaces}
	result := simworld.Run(config, body)
	if !result.Fine() {
		result.SetBack() // what its threads held nobody would give back
	}
	if result.Exited || result.Canceled {
		runtime.Goexit()
	}
	return report(result, s)
}

// report is what the result of a run comes to.
func report(result *simworld.Result, s settings) Report {
	r := Report{
		Elapsed:  result.Elapsed,
		Steps:    result.Steps,
		Switches: result.Switches,
		Threads:  result.Tasks,
		Schedule: result.Schedule,
		Hash:     result.Hash,
		Err:      verdict(result, s.maxSteps, s.check),
		run:      result,
	}
	for _, o := range result.Orders {
		r.Warnings = append(r.Warnings, warning(o))
	}
	return r
}

// checked returns what check returns; a panic in it is an error.
func checked(check func() error) (err error) {
	if check == nil {
		return nil
	}
	defer func() {
		if value := recover(); value != nil {
			err = &CheckError{errors.New(say("the check panicked: %s", render.PanicText(value)))}
		}
	}()
	if err := check(); err != nil {
		return &CheckError{err}
	}
	return nil
}
