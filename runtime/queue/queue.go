package queue

import (
	"iter"
	"time"

	"lockstep/runtime/support/queues"
)

// Queue hands items from threads to threads, with a bound or without. Make it with
// New, NewLIFO or NewPriority; the zero value is New's without bound. It must not
// be copied after first use.
type Queue[T any] struct {
	core queues.Queue
}

// New returns a queue that gives its items in the order in which they were put.
// It holds at most maxSize of them, any number for 0 or less. Python:
// queue.Queue(maxsize).
func New[T any](maxSize int) *Queue[T] {
	q := &Queue[T]{}
	q.core.Init(maxSize)
	return q
}

// NewLIFO returns a queue that gives the item first that was put last. Python:
// queue.LifoQueue(maxsize).
func NewLIFO[T any](maxSize int) *Queue[T] {
	q := &Queue[T]{}
	q.core.InitLIFO(maxSize)
	return q
}

// NewPriority returns a queue that gives the least item first, by a comparison
// like cmp.Compare: negative if a comes before b. Of equal items that comes first
// which was put first. A comparison that uses the queue is a misuse: ErrCompare.
// It panics if compare is nil. Python: queue.PriorityQueue(maxsize).
func NewPriority[T any](maxSize int, compare func(a, b T) int) *Queue[T] {
	if compare == nil {
		panic("queue.NewPriority: the comparison is nil")
	}
	q := &Queue[T]{}
	q.core.InitPriority(maxSize, func(a, b any) int {
		x, _ := a.(T) // not ok for a nil interface
		y, _ := b.(T)
		return compare(x, y)
	})
	return q
}

// SetName gives the queue the name by which reports call it.
func (q *Queue[T]) SetName(name string) { q.core.SetName(name) }

// Put puts an item, waiting as long as the queue is full. The error is ErrClosed
// if the queue is closed, or gets closed meanwhile. Python: Queue.put(item).
func (q *Queue[T]) Put(item T) error { return q.core.Put(item, NoLimit) }

// TryPut puts an item if there is room. The error is ErrFull or ErrClosed. Python:
// Queue.put_nowait(item).
func (q *Queue[T]) TryPut(item T) error { return q.core.Put(item, 0) }

// PutTimeout is Put for at most limit; after that the error is ErrFull. Misuse:
// ErrTimeout. Python: Queue.put(item, timeout=…).
func (q *Queue[T]) PutTimeout(item T, limit time.Duration) error { return q.core.Put(item, limit) }

// Get takes the next item, waiting as long as there is none. The error is
// ErrClosed if the queue is closed and empty, or gets so meanwhile. Python:
// Queue.get().
func (q *Queue[T]) Get() (T, error) { return q.GetTimeout(NoLimit) }

// TryGet takes the next item if there is one. The error is ErrEmpty or ErrClosed.
// Python: Queue.get_nowait().
func (q *Queue[T]) TryGet() (T, error) { return q.GetTimeout(0) }

// GetTimeout is Get for at most limit; after that the error is ErrEmpty. Misuse:
// ErrTimeout. Python: Queue.get(timeout=…).
func (q *Queue[T]) GetTimeout(limit time.Duration) (T, error) {
	v, err := q.core.Get(limit)
	item, _ := v.(T) // not ok for an error and for a nil interface
	return item, err
}

// All is the items to be taken, one after the other, until the queue is closed and
// empty. Python: while True: item = q.get().
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

// TaskDone says that what an item asked for has been done, once for each item that
// was taken. Once too often is a misuse: ErrTaskDone. Python: Queue.task_done.
func (q *Queue[T]) TaskDone() { q.core.TaskDone() }

// Join waits until TaskDone has been called for every item that was put; that all
// were taken is not enough. Python: Queue.join.
func (q *Queue[T]) Join() { q.core.Join(NoLimit) }

// JoinTimeout is Join for at most limit, and reports whether all is done. Misuse:
// ErrTimeout. Python has none.
func (q *Queue[T]) JoinTimeout(limit time.Duration) bool { return q.core.Join(limit) }

// Close makes every later Put fail with ErrClosed, and those that wait. What is in
// the queue can still be taken; then Get fails, too. A second Close does nothing.
// Python 3.13: Queue.shutdown().
func (q *Queue[T]) Close() { q.core.Close(false) }

// CloseNow is Close for a queue that it empties: every Get fails from now on. What
// it held counts as done, so that Join waits only for items that were taken.
// Python 3.13: Queue.shutdown(immediate=True).
func (q *Queue[T]) CloseNow() { q.core.Close(true) }

// Closed reports whether the queue has been closed. Python 3.13: Queue.is_shutdown.
func (q *Queue[T]) Closed() bool { return q.core.Closed() }

// Len returns the number of items in the queue. With other threads about it may
// have changed already. Python: Queue.qsize.
func (q *Queue[T]) Len() int { return q.core.Len() }

// Empty reports whether no item is in the queue; see Len. Python: Queue.empty.
func (q *Queue[T]) Empty() bool { return q.core.Len() == 0 }

// Full reports whether as many items are in the queue as may be, false for one
// without bound; see Len. Python: Queue.full.
func (q *Queue[T]) Full() bool { return q.core.Full() }

// MaxSize returns how many items may be in the queue, 0 if there is no bound.
// Python: Queue.maxsize.
func (q *Queue[T]) MaxSize() int { return q.core.MaxSize() }

// String says how many items are in the queue. It gives no order or contents: they
// may change meanwhile.
func (q *Queue[T]) String() string { return q.core.String() }
