package process

import (
	"iter"
	"time"

	"lockstep/runtime/support/jobs"
	"lockstep/runtime/support/processes"
)

// Pool is a number of processes that call functions for others, each call as soon as
// one of them is free. What they call is a declared function of one parameter; its
// argument and its result are copied, and package-level variables have their initial
// values, whatever the default mode is. The processes are daemonic. Python:
// multiprocessing.Pool.
//
// End it with Close or Terminate, and then Join. The end of the program, in a
// notebook that of a cell, waits for what is asked for and ends the processes
// (Python's drops the calls); a later cell that uses the pool starts others.
type Pool struct {
	// Core is the pool for calls of any type. It is there for the functions of this
	// package.
	Core *processes.Pool
}

// PoolOption changes how a pool is made.
type PoolOption func(*poolOptions)

type poolOptions struct{ first *processes.First }

// PoolInitializer has each process of a pool call a declared function before all
// else. If that fails, so do all calls. Python: Pool(initializer=, initargs=).
func PoolInitializer(target any, args ...any) PoolOption {
	return func(o *poolOptions) { o.first = &processes.First{Target: target, Args: args} }
}

// NewPool starts a pool of the given number of processes, 1 or more. Misuse:
// ErrValue, ErrDaemonChild, ErrMain. Python: Pool(processes).
func NewPool(workers int, opts ...PoolOption) *Pool {
	var o poolOptions
	for _, opt := range opts {
		opt(&o)
	}
	return &Pool{processes.NewPool(workers, o.first)}
}

// Close says that nothing more will be asked for: Apply and its kin are a misuse from
// now on. The processes end when all has been done. Python: Pool.close.
func (p *Pool) Close() { p.Core.Close() }

// Terminate ends the processes at once. What has not been done ends with
// ErrTerminated. Python: Pool.terminate, or the end of a with statement.
func (p *Pool) Terminate() { p.Core.Terminate() }

// Join waits until the processes have ended. Misuse: ErrPoolOpen before Close or
// Terminate. Python: Pool.join.
func (p *Pool) Join() { p.Core.Join() }

// Workers returns the ids of the pool's processes.
func (p *Pool) Workers() []int { return p.Core.Workers() }

// Result is what a call returns, which may not be there yet. Python: AsyncResult.
type Result[R any] struct{ u *processes.Result }

// Get waits until the call is over and returns its result. The error is a
// *PanicError if it panicked, a *WorkerError if the process ended meanwhile (Python
// hangs), ErrTerminated, or says why the call or the result could not be passed on.
// Python: AsyncResult.get().
func (r *Result[R]) Get() (R, error) { return r.GetTimeout(NoLimit) }

// GetTimeout is Get for at most limit; after that the error is ErrTimedOut. Misuse:
// ErrTimeout. Python: AsyncResult.get(timeout).
func (r *Result[R]) GetTimeout(limit time.Duration) (R, error) {
	v, err := r.u.Get(limit)
	result, _ := v.(R)
	return result, err
}

// Ready reports whether the call is over. Python: AsyncResult.ready.
func (r *Result[R]) Ready() bool { return r.u.Ready() }

// ApplyAsync has a process of the pool call target with an argument, and returns at
// once. target is a declared function. Misuse: ErrPoolClosed, ErrTarget, ErrRegister,
// and what says that the argument can't go to another process. Python:
// Pool.apply_async.
func ApplyAsync[A, R any](p *Pool, target func(A) R, arg A) *Result[R] {
	return &Result[R]{p.Core.Submit(target, arg)}
}

// Apply is ApplyAsync and Get. Python: Pool.apply.
func Apply[A, R any](p *Pool, target func(A) R, arg A) (R, error) {
	return ApplyAsync(p, target, arg).Get()
}

// Map calls target once for each argument, and returns the results in the order of
// these when all calls are over. The error is the first one in that order. See
// ApplyAsync. Python: Pool.map.
func Map[A, R any](p *Pool, target func(A) R, args []A) ([]R, error) {
	var failure error
	results := make([]R, len(args))
	for i, r := range submitAll(p, target, args) {
		v, err := r.Get(NoLimit)
		results[i], _ = v.(R)
		if failure == nil {
			failure = err
		}
	}
	return results, failure
}

func submitAll[A, R any](p *Pool, target func(A) R, args []A) []*processes.Result {
	results := make([]*processes.Result, len(args))
	for i, arg := range args {
		results[i] = p.Core.Submit(target, arg)
	}
	return results
}

// IMap calls target once for each argument, and returns an iterator over the results
// in the order of these, which waits for each. See ApplyAsync. Python: Pool.imap.
func IMap[A, R any](p *Pool, target func(A) R, args []A) iter.Seq2[R, error] {
	results := submitAll(p, target, args)
	return func(yield func(R, error) bool) {
		for _, r := range results {
			v, err := r.Get(NoLimit)
			result, _ := v.(R)
			if !yield(result, err) {
				return
			}
		}
	}
}

// IMapUnordered is IMap with the results in the order in which the calls end.
// Python: Pool.imap_unordered.
func IMapUnordered[A, R any](p *Pool, target func(A) R, args []A) iter.Seq2[R, error] {
	results := submitAll(p, target, args)
	return func(yield func(R, error) bool) {
		next := processes.NewResults(results)
		defer next.Close()
		for range results {
			v, err := next.Next()
			result, _ := v.(R)
			if !yield(result, err) {
				return
			}
		}
	}
}

// PanicError is the error of a call that panicked.
type PanicError = jobs.PanicError

// WorkerError says that a process ended that worked for others.
type WorkerError = processes.WorkerError
