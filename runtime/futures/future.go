package futures

import (
	"time"

	"lockstep/runtime/support/jobs"
)

// Future is the result of a job, which may not be there yet. Python: Future.
type Future[T any] struct {
	core jobs.Future
}

// Submit has e run target, a job, and returns its future. A panic of the job is the
// future's error. If e is broken, so is the future: ErrBroken. Misuse: ErrShutdown,
// and ErrTarget where e's workers are processes and target is no declared function.
// It panics if target is nil. Python: Executor.submit.
func Submit[T any](e *Executor, target func() T) *Future[T] {
	if target == nil {
		panic("futures.Submit: the job is nil")
	}
	f := &Future[T]{}
	e.Core.Submit(&f.core, jobs.Job{Func: target, Run: func() (any, error) { return target(), nil }})
	return f
}

// SubmitErr is Submit for a job that may fail: its error is the future's.
func SubmitErr[T any](e *Executor, target func() (T, error)) *Future[T] {
	if target == nil {
		panic("futures.SubmitErr: the job is nil")
	}
	f := &Future[T]{}
	e.Core.Submit(&f.core, jobs.Job{Func: target, Run: func() (any, error) { return target() }})
	return f
}

// Call is Submit for the call target(arg). Where e's workers are processes, target is
// a declared function, and its argument and result are copied. Misuse: ErrShutdown,
// and of processes ErrTarget and what says that the argument can't go to another.
// Python: Executor.submit(fn, arg).
func Call[A, R any](e *Executor, target func(A) R, arg A) *Future[R] {
	if target == nil {
		panic("futures.Call: the function is nil")
	}
	f := &Future[R]{}
	e.Core.Submit(&f.core, jobs.Job{Func: target, Args: []any{arg}, Run: func() (any, error) { return target(arg), nil }})
	return f
}

// CallErr is Call for a function that may fail: its error is the future's.
func CallErr[A, R any](e *Executor, target func(A) (R, error), arg A) *Future[R] {
	if target == nil {
		panic("futures.CallErr: the function is nil")
	}
	f := &Future[R]{}
	e.Core.Submit(&f.core, jobs.Job{Func: target, Args: []any{arg}, Run: func() (any, error) { return target(arg) }})
	return f
}

// Result waits until the job is over and returns what it returned. The error is
// the job's, a *PanicError if it panicked, ErrCancelled, ErrExited or ErrBroken.
// Waiting for what never can come is a misuse: ErrDeadlock. Python: Future.result().
func (f *Future[T]) Result() (T, error) { return f.ResultTimeout(NoLimit) }

// ResultTimeout is Result for at most limit; after that the error is ErrTimedOut.
// Misuse: ErrTimeout. Python: Future.result(timeout).
func (f *Future[T]) ResultTimeout(limit time.Duration) (T, error) {
	v, err := f.core.Result(limit)
	result, _ := v.(T) // not ok for an error and for a nil interface
	return result, err
}

// Err waits until the job is over and returns the error that Result would. Python:
// Future.exception.
func (f *Future[T]) Err() error {
	_, err := f.core.Result(NoLimit)
	return err
}

// Cancel keeps the job from being run, and reports whether it could: a job that
// runs or has run can't be cancelled. Python: Future.cancel.
func (f *Future[T]) Cancel() bool { return f.core.Cancel() }

// Cancelled reports whether the job was cancelled. Python: Future.cancelled.
func (f *Future[T]) Cancelled() bool { return f.core.Cancelled() }

// Running reports whether the job is being run. Python: Future.running.
func (f *Future[T]) Running() bool { return f.core.Running() }

// Done reports whether the job is over: it has run or was cancelled. Python:
// Future.done.
func (f *Future[T]) Done() bool { return f.core.Done() }

// AddDoneCallback has callback called with the future when the job is over, by the
// worker that ran it or the thread that cancelled it; at once if it is over.
// Callbacks are called in the order in which they were added. A panic in one is
// reported on standard error, and the next is called. It panics if callback is nil.
// Python: Future.add_done_callback.
func (f *Future[T]) AddDoneCallback(callback func(*Future[T])) {
	if callback == nil {
		panic("futures: AddDoneCallback of a nil function")
	}
	f.core.OnDone(func() { callback(f) })
}

// String says what state the job is in.
func (f *Future[T]) String() string { return f.core.String() }
