package jobs

import (
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"lockstep/runtime/internal/render"
	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
)

// What a future gives instead of a result.
var (
	ErrCancelled = errors.New("the job was cancelled (Python: CancelledError)")
	ErrTimedOut  = errors.New("the job was not done in time (Python: TimeoutError)")
	ErrExited    = errors.New("the job ended its thread (Python: SystemExit)")
)

// PanicError is what a future gives if its job panicked.
type PanicError struct {
	Value  any      // of the panic
	Thread string   // the name of the thread that ran the job
	Frames []string // the calls that led there, the innermost first, as far as known
}

// Error returns what Go says of the panic.
func (e *PanicError) Error() string { return "panic: " + render.PanicText(e.Value) }

// Unwrap returns the value of the panic if that is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Future is the result of a job, which may not be there yet. The zero value is to
// be submitted.
type Future struct {
	m         sched.Monitor
	executor  *Executor
	job       Job
	state     state
	over      atomic.Bool // it is finished or cancelled
	value     any
	err       error
	callbacks []func()
	watches   []*Watch
}

type state int

const (
	pending state = iota
	running
	finished
	cancelled
)

var (
	opResult = sched.NewOp("Future", "Result")
	opCancel = sched.NewOp("Future", "Cancel")
	opRun    = sched.NewOp("Future", "Run")
	opAdd    = sched.NewOp("Future", "AddDoneCallback")
	opState  = sched.NewOp("Future", "Done").Looks()
)

// Keep implements sched.Kept.
func (f *Future) Keep() (setBack func()) {
	executor, job, state, over, value, err := f.executor, f.job, f.state, f.over.Load(), f.value, f.err
	callbacks, watches := slices.Clone(f.callbacks), slices.Clone(f.watches)
	return func() {
		f.executor, f.job, f.state, f.value, f.err = executor, job, state, value, err
		f.over.Store(over)
		f.callbacks, f.watches = callbacks, watches
	}
}

// run runs the job unless it has been cancelled.
func (f *Future) run(worker Worker) (broken error) {
	w := sched.Current()
	f.m.EnterAgain(w, opRun, f)
	if f.state != pending {
		f.m.Exit()
		return nil
	}
	f.state = running
	f.m.Exit()
	returned := false
	defer func() {
		if returned {
			return
		}
		if value := recover(); value != nil {
			// The value is as the cell's own recover would see it.
			f.finish(nil, &PanicError{scope.PanicValue(value), w.Self().Name(), sched.PanicFrames(value)})
		} else if f.executor.kind.Post == nil || w.Ending() { // else Executor.Left follows
			f.finish(nil, ErrExited)
		}
	}()
	value, err, broken := worker.Run(f.job)
	returned = true
	f.finish(value, err)
	return broken
}

// finish makes the job's result known.
func (f *Future) finish(value any, err error) {
	w := sched.Current()
	f.m.EnterAgain(w, opRun, f)
	f.state, f.value, f.err = finished, value, err
	f.tell(w)
}

// tell lets all know that the job is over. The caller has entered the monitor,
// which is exited.
func (f *Future) tell(w sched.World) {
	f.over.Store(true)
	f.job = Job{}
	callbacks, watches := f.callbacks, f.watches
	f.callbacks, f.watches = nil, nil
	w.Wake(&f.m, len(f.m.Waiters()))
	f.m.Exit()
	for _, watch := range watches {
		watch.add(w, f)
	}
	for _, callback := range callbacks {
		call(w, callback)
	}
}

// call calls a callback. A panic is reported only: whoever happens to end the job
// is not to blame.
func call(w sched.World, callback func()) {
	if w.Ending() {
		return
	}
	defer func() {
		if value := recover(); value != nil {
			report(value)
		}
	}()
	callback()
}

// report writes that a panic has ended something that nobody waits for.
func report(value any) {
	name := "Dummy"
	if task := sched.Current().Self(); task != nil {
		name = task.Name()
	}
	_, stderr := scope.Current().Streams()
	sched.ReportPanic(stderr, "thread "+name, value, sched.PanicFrames(value))
}

// Result waits until the job is over, at most for limit, and returns its result.
// Misuse: ErrDeadlock if it never can be, sched.ErrTimeout.
func (f *Future) Result(limit time.Duration) (any, error) {
	sched.CheckLimit(opResult, limit)
	w := f.m.Enter(opResult, f)
	if limit == sched.Forever && !f.over.Load() {
		f.m.Exit()
		defer waiting(w, opResult, f.over.Load, f)()
		f.m.EnterAgain(w, opResult, f)
	}
	over := w.Wait(&f.m, opResult, f.over.Load, limit)
	value, err := f.value, f.err
	f.m.Exit()
	if !over {
		return nil, ErrTimedOut
	}
	return value, err
}

// Cancel keeps the job from being run, and reports whether it could: it is too
// late once the job has begun.
func (f *Future) Cancel() bool {
	w := f.m.Enter(opCancel, f)
	switch f.state {
	case cancelled:
		f.m.Exit()
		return true
	case running, finished:
		f.m.Exit()
		return false
	}
	f.state, f.err = cancelled, ErrCancelled
	f.tell(w)
	return true
}

// OnDone has callback called when the job is over, by the thread that ends or
// cancels it; at once if it is.
func (f *Future) OnDone(callback func()) {
	w := f.m.Enter(opAdd, f)
	if !f.over.Load() {
		f.callbacks = append(f.callbacks, callback)
		f.m.Exit()
		return
	}
	f.m.Exit()
	call(w, callback)
}

func (f *Future) is(states ...state) bool {
	f.m.Enter(opState, f)
	defer f.m.Exit()
	for _, s := range states {
		if f.state == s {
			return true
		}
	}
	return false
}

// Running reports whether the job is being run.
func (f *Future) Running() bool { return f.is(running) }

// Done reports whether the job is over: finished or cancelled.
func (f *Future) Done() bool { return f.is(finished, cancelled) }

// Cancelled reports whether the job was cancelled.
func (f *Future) Cancelled() bool { return f.is(cancelled) }

// String says what state the job is in.
func (f *Future) String() string {
	f.m.Enter(opState, f)
	defer f.m.Exit()
	return "Future: " + [...]string{"pending", "running", "finished", "cancelled"}[f.state]
}
