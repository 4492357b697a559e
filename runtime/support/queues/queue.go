// Package queues is what runtime/queue has that does not depend on the type of
// the items: the queue itself. Package queue gives it types.
//
// It is not meant to be imported by hand.
package queues

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"

	"lockstep/runtime/internal/sched"
)

// What the operations of a queue return.
var (
	ErrEmpty  = errors.New("the queue is empty (Python: queue.Empty)")
	ErrFull   = errors.New("the queue is full (Python: queue.Full)")
	ErrClosed = errors.New("the queue is closed (Python: queue.ShutDown)")
)

// What a misuse wraps.
var (
	ErrTaskDone = errors.New("called more often than items were put (Python: ValueError)")
	ErrCompare  = errors.New("the comparison of a priority queue uses that queue")
)

// Queue hands items from threads to threads. The zero value is without bound, and
// first in, first out.
type Queue struct {
	m       sched.Monitor
	maxSize int
	order   order
	compare func(a, b any) int

	// items[first:] are in the queue: of a FIFO the next one first, else last.
	items      []any
	first      int
	unfinished int
	closed     bool
	// comparing is the SelfID of the thread that looks for the place of its item,
	// or 0. It has left the monitor, as the comparison is the user's code.
	comparing int64
}

type order int

const (
	fifo order = iota
	lifo
	priority
)

var (
	opPut      = sched.NewOp("Queue", "Put")
	opGet      = sched.NewOp("Queue", "Get")
	opTaskDone = sched.NewOp("Queue", "TaskDone")
	opJoin     = sched.NewOp("Queue", "Join")
	opClose    = sched.NewOp("Queue", "Close")
	opLook     = sched.NewOp("Queue", "Len").Looks()
)

// Init makes a zero Queue one of at most maxSize items, of any number for 0 or
// less.
func (q *Queue) Init(maxSize int) { q.maxSize = maxSize }

// InitLIFO is Init for a queue that is last in, first out.
func (q *Queue) InitLIFO(maxSize int) { q.maxSize, q.order = maxSize, lifo }

// InitPriority is Init for a queue that gives the least item first, of equal ones
// that which was put first.
func (q *Queue) InitPriority(maxSize int, compare func(a, b any) int) {
	q.maxSize, q.order, q.compare = maxSize, priority, compare
}

// Keep implements sched.Kept.
func (q *Queue) Keep() (setBack func()) {
	items := slices.Clone(q.items[q.first:])
	unfinished, closed, comparing := q.unfinished, q.closed, q.comparing
	return func() {
		q.items, q.first = items, 0
		q.unfinished, q.closed, q.comparing = unfinished, closed, comparing
	}
}

// SetName gives the queue the name that reports use.
func (q *Queue) SetName(name string) { q.m.SetName("Queue " + name) }

func (q *Queue) len() int { return len(q.items) - q.first }

func (q *Queue) full() bool { return q.maxSize > 0 && q.len() >= q.maxSize }

func (q *Queue) free() bool { return q.comparing == 0 }

// enter begins an operation that changes the items.
func (q *Queue) enter(op *sched.Op) sched.World {
	w := q.m.Enter(op, q)
	if !q.free() && q.comparing == w.SelfID() {
		q.m.Fail(w, op, ErrCompare, "")
	}
	w.Wait(&q.m, op, q.free, sched.Forever)
	return w
}

// wait waits until the items may be changed and ready holds, at most for limit. It
// gives no more time to ready than limit, but what it takes to be free.
func (q *Queue) wait(w sched.World, op *sched.Op, ready func() bool, limit time.Duration) {
	if limit != 0 && !w.Wait(&q.m, op, func() bool { return ready() && q.free() }, limit) {
		w.Wait(&q.m, op, q.free, sched.Forever)
	}
}

// exit ends an operation. One of those that can go on does, and wakes the next when
// it has: what one item or one place lets go on is one.
func (q *Queue) exit(w sched.World) {
	w.Wake(&q.m, 1)
	q.m.Exit()
}

// exitAll ends an operation after which many may go on.
func (q *Queue) exitAll(w sched.World) {
	w.Wake(&q.m, len(q.m.Waiters()))
	q.m.Exit()
}

// Put puts an item when there is room, for which it waits at most for limit. The
// error is ErrFull or ErrClosed.
func (q *Queue) Put(item any, limit time.Duration) error {
	sched.CheckLimit(opPut, limit)
	w := q.enter(opPut)
	if !q.closed && q.full() {
		q.wait(w, opPut, func() bool { return q.closed || !q.full() }, limit)
	}
	switch {
	case q.closed:
		q.exit(w)
		return ErrClosed
	case q.full():
		q.exit(w)
		return ErrFull
	case q.order == priority:
		q.items = slices.Insert(q.items, q.place(w, item), item)
	default:
		q.items = append(q.items, item)
	}
	q.unfinished++
	q.exit(w)
	return nil
}

// place finds where in the order an item belongs: after those that it precedes.
func (q *Queue) place(w sched.World, item any) int {
	q.comparing = w.SelfID()
	q.m.Exit()
	returned := false
	defer func() {
		q.m.Reenter()
		q.comparing = 0
		if !returned { // but panicked: that ends the operation
			q.exit(w)
		}
	}()
	i := sort.Search(len(q.items), func(i int) bool { return q.compare(q.items[i], item) <= 0 })
	returned = true
	return i
}

// Get takes the next item when there is one, for which it waits at most for limit.
// The error is ErrEmpty, or ErrClosed if there won't be one any more.
func (q *Queue) Get(limit time.Duration) (any, error) {
	sched.CheckLimit(opGet, limit)
	w := q.enter(opGet)
	if !q.closed && q.len() == 0 {
		q.wait(w, opGet, func() bool { return q.closed || q.len() > 0 }, limit)
	}
	switch {
	case q.len() > 0:
	case q.closed:
		q.exit(w)
		return nil, ErrClosed
	default:
		q.exit(w)
		return nil, ErrEmpty
	}
	item := q.pop()
	q.exit(w)
	return item, nil
}

// pop takes the next of at least one item.
func (q *Queue) pop() any {
	if q.order != fifo {
		last := len(q.items) - 1
		item := q.items[last]
		q.items[last] = nil
		q.items = q.items[:last]
		return item
	}
	item := q.items[q.first]
	q.items[q.first] = nil
	q.first++
	switch {
	case q.first == len(q.items):
		q.items, q.first = q.items[:0], 0
	case q.first > 1024 && q.first > len(q.items)/2:
		q.items = slices.Delete(q.items, 0, q.first)
		q.first = 0
	}
	return item
}

// TaskDone says that what an item asked for has been done. Misuse: ErrTaskDone.
func (q *Queue) TaskDone() {
	w := q.m.Enter(opTaskDone, q)
	if q.unfinished == 0 {
		q.m.Fail(w, opTaskDone, ErrTaskDone, "")
	}
	q.unfinished--
	if q.unfinished > 0 {
		q.m.Exit()
		return
	}
	q.exitAll(w)
}

// Join waits until TaskDone has been called for all that was put, at most for
// limit, and reports whether it has.
func (q *Queue) Join(limit time.Duration) bool {
	sched.CheckLimit(opJoin, limit)
	w := q.m.Enter(opJoin, q)
	done := w.Wait(&q.m, opJoin, func() bool { return q.unfinished == 0 }, limit)
	q.m.Exit()
	return done
}

// Close makes every later Put fail, and every Get once the queue is empty. With
// drop the queue is emptied now, and what it held counts as done.
func (q *Queue) Close(drop bool) {
	w := q.enter(opClose)
	q.closed = true
	if drop {
		q.unfinished = max(0, q.unfinished-q.len())
		q.items, q.first = nil, 0
	}
	q.exitAll(w)
}

// Len returns the number of items in the queue.
func (q *Queue) Len() int {
	q.m.Enter(opLook, q)
	defer q.m.Exit()
	return q.len()
}

// Full reports whether as many items are in the queue as may be.
func (q *Queue) Full() bool {
	q.m.Enter(opLook, q)
	defer q.m.Exit()
	return q.full()
}

// Closed reports whether Close has been called.
func (q *Queue) Closed() bool {
	q.m.Enter(opLook, q)
	defer q.m.Exit()
	return q.closed
}

// MaxSize returns how many items may be in the queue, 0 if there is no bound.
func (q *Queue) MaxSize() int { return max(0, q.maxSize) }

// String says how many items are in the queue, and how many may be.
func (q *Queue) String() string {
	q.m.Enter(opLook, q)
	defer q.m.Exit()
	text := fmt.Sprintf("%s of %d", q.m.Label(), q.len())
	if q.maxSize > 0 {
		text += fmt.Sprintf("/%d", q.maxSize)
	}
	text += " items"
	if q.closed {
		text += ", closed"
	}
	return text
}
