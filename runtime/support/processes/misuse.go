package processes

import (
	"errors"
	"runtime"

	"lockstep/runtime/internal/encode"
	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
)

// What a misuse is. Package process documents them.
var (
	ErrStarted     = errors.New("the process has been started already (Python: AssertionError)")
	ErrNotStarted  = errors.New("the process has not been started (Python: AssertionError)")
	ErrRunning     = errors.New("the process has not ended (Python: the exit code is None)")
	ErrNotParent   = errors.New("only the process that has started it can do that (Python: AssertionError: can only join a child process)")
	ErrDaemonChild = errors.New("daemonic processes are not allowed to have children (Python: AssertionError)")
	ErrArguments   = errors.New("the arguments don't fit the target (Python: TypeError)")
	ErrMain        = errors.New("main has to hand over to process.Main: a new process starts the program again, and would start processes of its own (Python: RuntimeError: … if __name__ == '__main__')")
	ErrUndrained   = errors.New("the process can't end before someone gets what it has put into a queue; get it before you join (Python hangs here)")
	ErrUndone      = errors.New("nobody is left who could say that an item is done: the other processes have ended (Python hangs here)")
	ErrSimulated   = errors.New("a simulation can't control it")
	ErrOutside     = errors.New("it was made outside of the simulation; make it inside")
	ErrInside      = errors.New("it was made in a simulation, which is over or not this one")
	ErrTimeout     = sched.ErrTimeout
	ErrValue       = sched.ErrValue
	ErrClosed      = errors.New("it is closed (Python: OSError: handle is closed)")
	ErrNotOwner    = errors.New("this thread does not hold the lock (Python: AssertionError)")
	ErrNotFlat     = errors.New("processes can share numbers, truth values, and arrays and structs of these only: what lies elsewhere means nothing to another process (Python: TypeError)")
	ErrIndex       = errors.New("the index is out of range (Python: IndexError)")
	ErrPoolClosed  = errors.New("the pool has been closed (Python: ValueError: Pool not running)")
	ErrPoolOpen    = errors.New("the pool has to be closed or terminated first (Python: ValueError: Pool is still running)")
	ErrManagerGone = errors.New("its manager has ended: by Shutdown, or with the program or the cell that has started it (Python: ConnectionRefusedError)")
	ErrName        = errors.New("it is no name for shared memory, which has no slashes (Python: ValueError)")
	ErrExists      = errors.New("the name is taken (Python: FileExistsError)")
	ErrNotExist    = errors.New("there is none of that name (Python: FileNotFoundError)")
	ErrNoLock      = errors.New("it was made without a lock (Python: AttributeError: no attribute 'get_lock')")
	ErrNotLocked   = errors.New("it is not locked (Python: ValueError)")
)

// What calls that others were to make end with.
var (
	ErrTerminated = errors.New("the pool was terminated before (Python hangs here)")
	ErrCall       = errors.New("the worker could not make the call")
)

// Fail panics with a Misuse that wraps err, unless the calling goroutine is being
// ended.
func Fail(op *sched.Op, name string, err error, detail string) {
	var misuse *sched.Misuse
	if errors.As(err, &misuse) {
		sched.Fail(sched.Current(), misuse)
	}
	if errors.Is(err, proc.ErrClosed) {
		err = ErrClosed
	}
	sched.Fail(sched.Current(), &sched.Misuse{Op: op, Name: name, Err: err, Detail: detail})
}

// Cancelled is closed when the user interrupts the cell; nil where there is no
// cell.
func Cancelled() <-chan struct{} { return scope.Current().Cancelled() }

// alone is what is told when a wait for op is one that only this process can end.
func alone(op *sched.Op) proc.Alone {
	host, ok := scope.Current().Host.(scope.Waiter)
	if !ok {
		return proc.WatchAlone
	}
	return func() (<-chan struct{}, func()) {
		name := ""
		if t := sched.Real.Self(); t != nil {
			name = t.Name()
		}
		forget := host.Waiting(name, op.Kind+"."+op.Verb)
		giveUp, end := proc.NoteAlone()
		return giveUp, func() { end(); forget() }
	}
}

// check ends the calling goroutine if err says that the user wants it, and panics
// with a Misuse about any other error.
func check(op *sched.Op, err error) {
	if err == nil {
		return
	}
	interrupted(err)
	Fail(op, op.Kind, err, "")
}

// interrupted ends the calling goroutine if err says that the user wants it.
func interrupted(err error) {
	if errors.Is(err, proc.ErrCancelled) {
		runtime.Goexit()
	}
}

// encoded is a value for another process.
func encoded(op *sched.Op, v any) []byte {
	bytes, err := encode.Marshal(proc.Current, v)
	check(op, err)
	return bytes
}

// decoded is a value of another process.
func decoded(op *sched.Op, bytes []byte) any {
	v, err := encode.Unmarshal(proc.Current, bytes)
	check(op, err)
	return v
}
