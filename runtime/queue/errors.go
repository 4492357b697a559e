package queue

import (
	"time"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/support/queues"
)

// NoLimit is the time-out of an operation that waits as long as it takes. Python:
// timeout=None.
const NoLimit time.Duration = sched.Forever

// Misuse is the value of the panic that a wrong use causes. errors.Is tells what
// was wrong.
type Misuse = sched.Misuse

// What the operations of a queue return.
var (
	// ErrEmpty: there was no item, in time. Python: queue.Empty.
	ErrEmpty = queues.ErrEmpty
	// ErrFull: there was no room, in time. Python: queue.Full.
	ErrFull = queues.ErrFull
	// ErrClosed: nothing can be put any more, or there is nothing left to take.
	// Python 3.13: queue.ShutDown.
	ErrClosed = queues.ErrClosed
)

// What a Misuse wraps.
var (
	// ErrTaskDone: TaskDone was called more often than items were put. Python:
	// ValueError.
	ErrTaskDone = queues.ErrTaskDone
	// ErrCompare: the comparison of a priority queue used that queue.
	ErrCompare = queues.ErrCompare
	// ErrTimeout: a time-out was negative and not NoLimit. Python: ValueError.
	ErrTimeout = sched.ErrTimeout
	// ErrOtherWorld: threads of one world wait in the queue, and it was used in
	// another.
	ErrOtherWorld = sched.ErrOtherWorld
	// ErrForeignGoroutine: a goroutine that a go statement started used the queue
	// inside a simulation.
	ErrForeignGoroutine = sched.ErrForeignGoroutine
)
