package thread

import (
	"errors"
	"time"

	"lockstep/runtime/internal/sched"
)

// NoLimit is the time-out of an operation that waits as long as it takes.
// Python: timeout=-1, or None.
const NoLimit time.Duration = sched.Forever

// Misuse is the value of the panic that a wrong use causes. errors.Is tells what
// was wrong.
type Misuse = sched.Misuse

// What a Misuse wraps.
var (
	// ErrNotLocked: a lock was unlocked that nobody holds.
	ErrNotLocked = errors.New("it is not locked (Python: RuntimeError)")
	// ErrNotOwner: a recursive lock was unlocked, or a condition used, by a thread
	// that doesn't hold the lock.
	ErrNotOwner = errors.New("this thread does not hold the lock (Python: RuntimeError)")
	// ErrTimeout: a time-out was negative and not NoLimit.
	ErrTimeout = sched.ErrTimeout
	// ErrStarted: a thread was started twice, or changed when it had been started.
	ErrStarted = errors.New("the thread has been started already (Python: RuntimeError)")
	// ErrNotStarted: a thread was joined before it was started.
	ErrNotStarted = errors.New("the thread has not been started (Python: RuntimeError)")
	// ErrJoinSelf: a thread waited for its own end.
	ErrJoinSelf = errors.New("a thread can't wait for its own end (Python: RuntimeError)")
	// ErrNotJoinable: the main code, or a goroutine that isn't a Thread, was joined.
	ErrNotJoinable = errors.New("only a thread made by New can be joined (Python: AssertionError or RuntimeError, but the join of the main thread waits)")
	// ErrValue: a count was too small.
	ErrValue = sched.ErrValue
	// ErrOverRelease: a bounded semaphore was released more often than acquired.
	ErrOverRelease = errors.New("released too many times (Python: ValueError)")
	// ErrNotThread: a Local was used by a goroutine that isn't a Thread.
	ErrNotThread = errors.New("the calling goroutine is not a thread")
	// ErrTooManyThreads: the system has no room for another thread.
	ErrTooManyThreads = sched.ErrTooManyThreads
	// ErrOtherWorld: a primitive is held or awaited in one world and was used in
	// another, such as a mutex that a simulation left locked.
	ErrOtherWorld = sched.ErrOtherWorld
	// ErrForeignGoroutine: a goroutine that a go statement started used the runtime
	// inside a simulation.
	ErrForeignGoroutine = sched.ErrForeignGoroutine
)
