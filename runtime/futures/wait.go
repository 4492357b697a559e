package futures

import (
	"iter"
	"time"

	"lockstep/runtime/support/jobs"
)

// When says what Wait waits for.
type When = jobs.When

// What Wait can wait for.
const (
	// AllCompleted: all are done. Python: ALL_COMPLETED.
	AllCompleted = jobs.AllCompleted
	// FirstCompleted: one is done or cancelled. Python: FIRST_COMPLETED.
	FirstCompleted = jobs.FirstCompleted
	// FirstException: one has failed, or all are done. A cancelled one has not
	// failed. Python: FIRST_EXCEPTION.
	FirstException = jobs.FirstException
)

// Wait waits for what when says, and returns the futures that are done and those
// that are not, each once and in the order of fs. Misuse: ErrDeadlock. Python:
// wait(fs, return_when=…).
func Wait[T any](fs []*Future[T], when When) (done, pending []*Future[T]) {
	return WaitTimeout(fs, when, NoLimit)
}

// WaitTimeout is Wait for at most limit. Misuse: also ErrTimeout. Python: wait(fs,
// timeout=…).
func WaitTimeout[T any](fs []*Future[T], when When, limit time.Duration) (done, pending []*Future[T]) {
	fs, cores := distinct(fs)
	watch := jobs.NewWatch(cores)
	defer watch.Close()
	for i, over := range watch.Wait(when, limit) {
		if over {
			done = append(done, fs[i])
		} else {
			pending = append(pending, fs[i])
		}
	}
	return done, pending
}

// distinct returns each of fs once, and what is in them.
func distinct[T any](fs []*Future[T]) ([]*Future[T], []*jobs.Future) {
	var each []*Future[T]
	var cores []*jobs.Future
	seen := map[*Future[T]]bool{}
	for _, f := range fs {
		if !seen[f] {
			seen[f] = true
			each = append(each, f)
			cores = append(cores, &f.core)
		}
	}
	return each, cores
}

// AsCompleted is the futures as they get done, each once: those that are done
// already, then each when its job ends. Misuse: ErrDeadlock. Python: as_completed(fs).
func AsCompleted[T any](fs []*Future[T]) iter.Seq[*Future[T]] {
	return func(yield func(*Future[T]) bool) {
		for f := range AsCompletedTimeout(fs, NoLimit) {
			if !yield(f) {
				return
			}
		}
	}
}

// AsCompletedTimeout is AsCompleted for at most limit in all, from the call on. If
// not all are done then, the last pair is nil and ErrTimedOut. Misuse: also
// ErrTimeout. Python: as_completed(fs, timeout).
func AsCompletedTimeout[T any](fs []*Future[T], limit time.Duration) iter.Seq2[*Future[T], error] {
	start := jobs.Start()
	return func(yield func(*Future[T], error) bool) {
		each, cores := distinct(fs)
		watch := jobs.NewWatch(cores)
		defer watch.Close()
		for range each {
			i := watch.Next(jobs.Left(limit, start))
			if i < 0 {
				yield(nil, ErrTimedOut)
				return
			}
			if !yield(each[i], nil) {
				return
			}
		}
	}
}

// Map has e run target for each of args, all submitted at the call, and is what they
// return, in the order of args. It ends with the first error: a panic's *PanicError,
// ErrBroken. Jobs that have not begun when the loop ends early are cancelled. Misuse:
// ErrShutdown, ErrDeadlock, and for processes as Call. It panics if target is nil.
// Python: Executor.map.
func Map[A, R any](e *Executor, target func(A) R, args []A) iter.Seq2[R, error] {
	return MapTimeout(e, target, args, NoLimit)
}

// MapTimeout is Map for at most limit in all, from the call on; after that the error
// is ErrTimedOut. Misuse: also ErrTimeout. Python: Executor.map(timeout=…).
func MapTimeout[A, R any](e *Executor, target func(A) R, args []A, limit time.Duration) iter.Seq2[R, error] {
	if target == nil {
		panic("futures.Map: the function is nil")
	}
	start := jobs.Start()
	var fs []*Future[R]
	for _, arg := range args {
		fs = append(fs, Call(e, target, arg))
	}
	return func(yield func(R, error) bool) {
		defer func() {
			for _, f := range fs {
				f.Cancel()
			}
		}()
		for _, f := range fs {
			result, err := f.ResultTimeout(jobs.Left(limit, start))
			if !yield(result, err) || err != nil {
				return
			}
		}
	}
}
