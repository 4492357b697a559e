package process

import (
	"errors"
	"time"

	"lockstep/runtime/internal/encode"
	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/sched"
	"lockstep/runtime/support/jobs"
	"lockstep/runtime/support/processes"
)

// NoLimit is the time-out of an operation that waits as long as it takes. Python:
// timeout=None.
const NoLimit time.Duration = sched.Forever

// Misuse is the value of the panic that a wrong use causes. errors.Is tells what
// was wrong.
type Misuse = sched.Misuse

// What a Misuse wraps.
var (
	// ErrStarted: a process was started twice, or changed when it had been started.
	ErrStarted = processes.ErrStarted
	// ErrNotStarted: a process was asked for what it has only once it is started.
	ErrNotStarted = processes.ErrNotStarted
	// ErrRunning: a process was asked for its exit code before it ended.
	ErrRunning = processes.ErrRunning
	// ErrNotParent: a process was joined, or asked for its end, by another than the
	// one that has started it.
	ErrNotParent = processes.ErrNotParent
	// ErrDaemonChild: a daemonic process tried to start another.
	ErrDaemonChild = processes.ErrDaemonChild
	// ErrArguments: the arguments are not those that the target takes.
	ErrArguments = processes.ErrArguments
	// ErrTarget: the target is not a declared function.
	ErrTarget = proc.ErrTarget
	// ErrRegister: a compiled program has not registered the target.
	ErrRegister = proc.ErrRegister
	// ErrMain: a compiled program has not handed over to Main.
	ErrMain = processes.ErrMain
	// ErrUndrained: a process was joined that can't end before someone takes the items
	// that it has put into a queue.
	ErrUndrained = processes.ErrUndrained
	// ErrUndone: a queue was joined whose items nobody is left to deal with.
	ErrUndone = processes.ErrUndone
	// ErrSimulated: processes were used in a simulation of a compiled program, which can't
	// give them variables of their own.
	ErrSimulated = processes.ErrSimulated
	// ErrOutside: a simulation used what was made outside of it.
	ErrOutside = processes.ErrOutside
	// ErrInside: what a simulation has made was used outside of it.
	ErrInside = processes.ErrInside
	// ErrUnsupported: this operating system lacks what is needed.
	ErrUnsupported = proc.ErrUnsupported
	// ErrProcessOnly: a value means something in its own process only.
	ErrProcessOnly = encode.ErrProcessOnly
	// ErrInherit: a queue, pipe, lock, … was sent other than as an argument of Start.
	ErrInherit = encode.ErrInherit
	// ErrUnknownType: an interface holds a value of a type that another process would
	// not find; register one (see Register).
	ErrUnknownType = encode.ErrUnknownType
	// ErrTimeout: a time-out was negative and not NoLimit.
	ErrTimeout = processes.ErrTimeout
	// ErrValue: a count was too small or too large.
	ErrValue = processes.ErrValue
	// ErrClosed: what this process has closed was used. Queue.Put returns it.
	ErrClosed = processes.ErrClosed
	// ErrNotOwner: a recursive lock was unlocked by a thread that doesn't hold it.
	ErrNotOwner = processes.ErrNotOwner
	// ErrNotLocked: a lock was unlocked that nobody holds.
	ErrNotLocked = processes.ErrNotLocked
	// ErrOverRelease: a bounded semaphore was released more often than acquired.
	ErrOverRelease = proc.ErrCount
	// ErrTaskDone: more tasks were done than put.
	ErrTaskDone = proc.ErrTaskDone
	// ErrNotFlat: a value of a type with pointers was to be shared.
	ErrNotFlat = processes.ErrNotFlat
	// ErrIndex: an index is out of range. Python: IndexError.
	ErrIndex = processes.ErrIndex
	// ErrNoLock: a Value or an Array that has no lock was to be locked.
	ErrNoLock = processes.ErrNoLock
	// ErrPoolClosed: a pool was asked for something after Close or Terminate. Python:
	// ValueError.
	ErrPoolClosed = processes.ErrPoolClosed
	// ErrPoolOpen: a pool was joined before Close or Terminate. Python: ValueError.
	ErrPoolOpen = processes.ErrPoolOpen
	// ErrManagerGone: a proxy was used when its manager had ended. Python:
	// ConnectionRefusedError, BrokenPipeError or EOFError.
	ErrManagerGone = processes.ErrManagerGone
	// ErrName: shared memory can't have the name.
	ErrName = processes.ErrName
)

// What operations return where the outcome is no misuse.
var (
	// ErrFull: there was no room in a queue in time. Python: queue.Full.
	ErrFull = proc.ErrFull
	// ErrEmpty: there was no item in a queue in time. Python: queue.Empty.
	ErrEmpty = proc.ErrEmpty
	// ErrNoProducer: nothing will come any more, since those that could put or send it
	// have closed the queue or the pipe, or have ended. Python: none, it waits for ever.
	ErrNoProducer = proc.ErrNoProducer
	// ErrBrokenPipe: nobody can receive any more what is sent into a pipe. Python:
	// BrokenPipeError.
	ErrBrokenPipe = proc.ErrBrokenPipe
	// ErrExists: shared memory of the name exists. Python: FileExistsError.
	ErrExists = processes.ErrExists
	// ErrNotExist: no shared memory has the name, or not any more. Python:
	// FileNotFoundError.
	ErrNotExist = processes.ErrNotExist
	// ErrTerminated: the pool was terminated before the call was over.
	ErrTerminated = processes.ErrTerminated
	// ErrTimedOut: a pool's call was not over in time. It goes on. Python:
	// multiprocessing.TimeoutError.
	ErrTimedOut = jobs.ErrTimedOut
	// ErrNoRoom: more was written to shared memory than it has bytes. Python:
	// ValueError.
	ErrNoRoom = errors.New("it ends before what is to be written (Python: ValueError)")
	// ErrDirection: a one-way pipe was used against its direction. Python: OSError.
	ErrDirection = proc.ErrDirection
)

// RemoteError is an error that has come from another process, and whose type is
// known there only.
type RemoteError = encode.RemoteError

// AbandonedError says that a process ended while it held what others wait for.
type AbandonedError = proc.AbandonedError
