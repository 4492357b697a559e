package futures

import (
	"time"

	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/sched"
	"lockstep/runtime/support/jobs"
)

// NoLimit is the time-out of an operation that waits as long as it takes. Python:
// timeout=None.
const NoLimit time.Duration = sched.Forever

// Misuse is the value of the panic that a wrong use causes. errors.Is tells what
// was wrong.
type Misuse = sched.Misuse

// PanicError is the error of a future whose job panicked. It wraps the panic's
// value where that is an error.
type PanicError = jobs.PanicError

// What futures give instead of a result.
var (
	// ErrCancelled: the job was cancelled before it began. Python: CancelledError.
	ErrCancelled = jobs.ErrCancelled
	// ErrTimedOut: the job was not done in time. It goes on. Python: TimeoutError.
	ErrTimedOut = jobs.ErrTimedOut
	// ErrExited: the job ended its thread with runtime.Goexit. Python: SystemExit.
	ErrExited = jobs.ErrExited
	// ErrBroken: the executor's workers can't be used any more: an initializer
	// panicked, or a worker process died. Python: BrokenExecutor.
	ErrBroken = jobs.ErrBroken
)

// What a Misuse wraps.
var (
	// ErrShutdown: a job was submitted after Shutdown. Python: RuntimeError.
	ErrShutdown = jobs.ErrShutdown
	// ErrTarget: what is to run in another process is no declared function.
	ErrTarget = proc.ErrTarget
	// ErrDeadlock: the last worker that was not waiting for a job of its own
	// executor began to. Python: hangs.
	ErrDeadlock = jobs.ErrDeadlock
	// ErrOwnEnd: a worker waited for the end of its own executor. Python:
	// RuntimeError.
	ErrOwnEnd = jobs.ErrOwnEnd
	// ErrValue: the number of workers was 0 or less. Python: ValueError.
	ErrValue = sched.ErrValue
	// ErrTimeout: a time-out was negative and not NoLimit.
	ErrTimeout = sched.ErrTimeout
	// ErrTooManyThreads: the system has no room for another thread. Python:
	// RuntimeError.
	ErrTooManyThreads = sched.ErrTooManyThreads
	// ErrOtherWorld: an executor that is at work in one world was used in another.
	ErrOtherWorld = sched.ErrOtherWorld
)
