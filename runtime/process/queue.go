package process

import (
	"iter"
	"time"

	"lockstep/runtime/support/processes"
)

// Queue is a first-in, first-out queue of values of type T between any number of
// processes and threads. It is handed to a process as an argument of its start.
//
// What a process puts goes into a pipe, and while that is full waits in the process:
// it ends only when all has been taken. Whoever joins it before getting the items
// would wait for ever; Process.Join tells (ErrUndrained).
//
// The queue is at its end once it is empty and nobody can put any more: each process
// that has it has closed it or has ended, however it did. Then Get fails with
// ErrNoProducer. A process that only gets says so by Close. Without that the process
// that has made the queue finds out by itself, a little later, when the others have
// ended and in it no thread or goroutine is left that does anything but wait.
//
// A process that is killed while it puts or gets can leave the queue unusable: then
// others panic with an *AbandonedError. Python: multiprocessing.Queue.
type Queue[T any] struct {
	_ carried[T]
	u processes.Queue
}

// NewQueue returns an empty queue of at most size items, of any number if size < 1.
// Misuse: ErrValue for more than 65,536. Python: multiprocessing.Queue(maxsize).
func NewQueue[T any](size int) *Queue[T] { return &Queue[T]{u: processes.NewQueue(size, false)} }

// Put puts a copy of v into the queue, waiting for room as long as it takes. The error
// is ErrClosed if this process has closed the queue. Misuse: what can't go to another
// process. Python: Queue.put.
func (q *Queue[T]) Put(v T) error { return q.u.Put(v, NoLimit) }

// TryPut is Put that doesn't wait: without room the error is ErrFull. Python:
// Queue.put_nowait.
func (q *Queue[T]) TryPut(v T) error { return q.u.Put(v, 0) }

// PutTimeout is Put for at most limit: then the error is ErrFull. Misuse:
// ErrTimeout. Python: Queue.put(timeout=…).
func (q *Queue[T]) PutTimeout(v T, limit time.Duration) error { return q.u.Put(v, limit) }

// Get takes the next item, waiting for one as long as it takes. The error is
// ErrNoProducer if none will come. Python: Queue.get.
func (q *Queue[T]) Get() (T, error) { return q.GetTimeout(NoLimit) }

// TryGet is Get that doesn't wait: without an item the error is ErrEmpty, at the end
// of the queue ErrNoProducer. Python: Queue.get_nowait.
func (q *Queue[T]) TryGet() (T, error) { return q.GetTimeout(0) }

// GetTimeout is Get for at most limit: then the error is ErrEmpty. At the end of the
// queue it is ErrNoProducer, if all have closed the queue or have ended. Misuse:
// ErrTimeout. Python: Queue.get(timeout=…).
func (q *Queue[T]) GetTimeout(limit time.Duration) (T, error) {
	v, err := q.u.Get(limit)
	t, _ := v.(T)
	return t, err
}

// All is the items to be taken, one after the other, until the end of the queue.
// Python: while True: item = q.get().
func (q *Queue[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		for {
			item, err := q.Get()
			if err != nil || !yield(item) {
				return
			}
		}
	}
}

// Len returns how many items were put and not taken; others may change it at any
// time. Python: Queue.qsize.
func (q *Queue[T]) Len() int { return q.u.Len() }

// Empty reports whether there is no item. Python: Queue.empty.
func (q *Queue[T]) Empty() bool { return q.u.Len() == 0 }

// Full reports whether Put would have to wait. Python: Queue.full.
func (q *Queue[T]) Full() bool { return q.u.Full() }

// Close says that this process puts nothing more: a later Put is ErrClosed. It can
// still get, and others can go on. A process that is handed the queue later can put
// nothing either. Python: Queue.close.
func (q *Queue[T]) Close() { q.u.Close() }

// CancelJoin lets this process end without waiting until what it has put has been
// taken; it may be lost. Python: Queue.cancel_join_thread.
func (q *Queue[T]) CancelJoin() { q.u.CancelJoin() }

// JoinableQueue is a Queue that counts the items that have been dealt with. Python:
// multiprocessing.JoinableQueue.
type JoinableQueue[T any] struct{ Queue[T] }

// NewJoinableQueue returns an empty queue. See NewQueue.
func NewJoinableQueue[T any](size int) *JoinableQueue[T] {
	return &JoinableQueue[T]{Queue[T]{u: processes.NewQueue(size, true)}}
}

// TaskDone says that an item that was taken has been dealt with. Misuse:
// ErrTaskDone. Python: JoinableQueue.task_done.
func (q *JoinableQueue[T]) TaskDone() { q.u.TaskDone() }

// Join waits until each item that was put has been dealt with: taking it is not
// enough. Misuse: ErrUndone, found out as Get finds out that the queue is at its end.
// Python: JoinableQueue.join.
func (q *JoinableQueue[T]) Join() { q.u.Join(NoLimit) }

// JoinTimeout is Join for at most limit, and reports whether all has been dealt
// with. Misuse: ErrTimeout.
func (q *JoinableQueue[T]) JoinTimeout(limit time.Duration) bool { return q.u.Join(limit) }
