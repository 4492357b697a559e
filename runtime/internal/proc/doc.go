// Package proc is what processes of one program have in common on the operating
// system's side: descriptors to wait on, counters, memory, and children that are
// started, watched and reaped.
//
// The kinds of things that can be handed to a child (Conn, Counter, Memory) are
// encode.Handles.
package proc

import (
	"errors"
	"fmt"
	"time"
)

// Forever is the limit of a wait without one.
const Forever time.Duration = -1

var (
	// ErrTimeout says that a limit was reached first.
	ErrTimeout = errors.New("timed out")
	// ErrCancelled says that the user interrupted the cell that waited.
	ErrCancelled = errors.New("interrupted")
	// ErrUnsupported says that this operating system lacks what is needed.
	ErrUnsupported = errors.New("not supported on this operating system")
	// ErrClosed says that a descriptor was closed in this process.
	ErrClosed = errors.New("it is closed")
	// ErrBrokenPipe says that nobody can read what is sent.
	ErrBrokenPipe = errors.New("broken pipe: the other end is closed (Python: BrokenPipeError)")
	// ErrDirection says that a one-way pipe was used against its direction.
	ErrDirection = errors.New("the pipe is one-way (Python: OSError)")
	// ErrTooLarge says that a message is over the limit.
	ErrTooLarge = errors.New("the message is too large")
	// ErrFull says that a queue has no room.
	ErrFull = errors.New("the queue is full (Python: queue.Full)")
	// ErrEmpty says that a queue has no item.
	ErrEmpty = errors.New("the queue is empty (Python: queue.Empty)")
	// ErrNoProducer says that nothing will come any more.
	ErrNoProducer = errors.New("nobody is left who could send anything: the others have closed it or have ended (Python hangs here)")
	// ErrTaskDone says that more tasks were done than put.
	ErrTaskDone = errors.New("task done called too many times (Python: ValueError)")
	// ErrCount says that a Counter would exceed its maximum.
	ErrCount = errors.New("released too many times (Python: ValueError)")
)

// MaxCount is the largest value of a Counter.
const MaxCount = 1 << 16

// AbandonedError says that a process ended while it held what others wait for.
type AbandonedError struct{ PID int }

func (e *AbandonedError) Error() string {
	return fmt.Sprintf("process %d ended while it held it: nobody can go on (Python hangs here)", e.PID)
}
