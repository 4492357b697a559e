package processes

import (
	"errors"
	"strconv"
	"time"

	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/sched"
)

var (
	opQueueNew   = sched.NewOp("Queue", "make")
	opQueuePut   = sched.NewOp("Queue", "Put")
	opQueueGet   = sched.NewOp("Queue", "Get")
	opQueueSize  = sched.NewOp("Queue", "Len")
	opQueueClose = sched.NewOp("Queue", "Close")
	opQueueDone  = sched.NewOp("JoinableQueue", "TaskDone")
	opQueueJoin  = sched.NewOp("JoinableQueue", "Join")
)

// Queue is a queue between processes.
type Queue struct {
	q   *proc.Queue
	sim *simQueueEnd
}

// NewQueue returns a queue of at most size items, of any number if size < 1.
func NewQueue(size int, joinable bool) Queue {
	if size > proc.MaxCount {
		Fail(opQueueNew, "Queue", ErrValue, "the size of a queue is at most "+strconv.Itoa(proc.MaxCount)+", not "+strconv.Itoa(size))
	}
	if makes(opQueueNew) {
		p := newSimProducer(&simQueue{size: size}, false)
		simOwns(p)
		return Queue{sim: &simQueueEnd{p}}
	}
	q, err := proc.NewQueue(size, joinable)
	check(opQueueNew, err)
	return Queue{q: q}
}

// Put puts v. Its errors are proc.ErrFull and ErrClosed.
func (q *Queue) Put(v any, limit time.Duration) error {
	if inSim(opQueuePut, q.sim != nil) {
		if q.sim.p.closed {
			return ErrClosed
		}
		return q.sim.p.q.put(encoded(opQueuePut, v), limit)
	}
	sched.CheckLimit(opQueuePut, limit)
	err := q.q.Put(encoded(opQueuePut, v), limit, Cancelled())
	switch {
	case errors.Is(err, proc.ErrFull):
		return err
	case errors.Is(err, proc.ErrClosed):
		return ErrClosed
	}
	check(opQueuePut, err)
	return nil
}

// Get takes the next item. Its errors are proc.ErrEmpty and proc.ErrNoProducer.
func (q *Queue) Get(limit time.Duration) (any, error) {
	sched.CheckLimit(opQueueGet, limit)
	var bytes []byte
	var err error
	if inSim(opQueueGet, q.sim != nil) {
		bytes, err = q.sim.p.q.get(limit)
	} else {
		bytes, err = q.q.Get(limit, Cancelled(), alone(opQueueGet))
	}
	if errors.Is(err, proc.ErrEmpty) || errors.Is(err, proc.ErrNoProducer) {
		return nil, err
	}
	check(opQueueGet, err)
	return decoded(opQueueGet, bytes), nil
}

// Len is how many items there are.
func (q *Queue) Len() int {
	if inSim(opQueueSize, q.sim != nil) {
		return q.sim.p.q.len()
	}
	return q.q.Size()
}

// Full reports whether there is no room.
func (q *Queue) Full() bool {
	if inSim(opQueueSize, q.sim != nil) {
		return q.sim.p.q.full()
	}
	return q.q.Full()
}

// Close says that this process puts nothing more.
func (q *Queue) Close() {
	if inSim(opQueueClose, q.sim != nil) {
		q.sim.p.drop()
		return
	}
	q.q.Close()
}

// CancelJoin lets the process end without waiting for its items to be taken.
func (q *Queue) CancelJoin() {
	if !inSim(opQueuePut, q.sim != nil) {
		q.q.Drop()
	} else if self := simSelf(simWorld()); self != nil {
		self.forgets(q.sim.p.q)
	}
}

// TaskDone says that an item has been dealt with.
func (q *Queue) TaskDone() {
	if inSim(opQueueDone, q.sim != nil) {
		q.sim.p.q.taskDone()
		return
	}
	check(opQueueDone, q.q.TaskDone())
}

// Join waits until all items have been dealt with, at most for limit.
func (q *Queue) Join(limit time.Duration) bool {
	if inSim(opQueueJoin, q.sim != nil) {
		return q.sim.p.q.join(limit)
	}
	sched.CheckLimit(opQueueJoin, limit)
	err := q.q.Join(limit, Cancelled(), alone(opQueueJoin))
	switch {
	case errors.Is(err, proc.ErrTimeout):
		return false
	case errors.Is(err, proc.ErrNoProducer):
		Fail(opQueueJoin, "JoinableQueue", ErrUndone, strconv.Itoa(q.q.Unfinished())+" of its items are not done")
	}
	check(opQueueJoin, err)
	return true
}
