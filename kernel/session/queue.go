package session

import (
	"context"
	"sync"
)

// queue holds the requests of a shell until it is their turn, and the means to
// interrupt the one that is being answered.
type queue struct {
	mu       sync.Mutex
	changed  *sync.Cond
	waiting  []*request
	failed   failure // the last
	closed   bool
	stopTurn context.CancelFunc // of the request being answered; nil if there is none
}

func newQueue() *queue {
	q := &queue{}
	q.changed = sync.NewCond(&q.mu)
	return q
}

// push adds a request. It reports false after close, and then drops it.
func (q *queue) push(r *request) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	r.aborted = q.failed.covers(r.message)
	q.waiting = append(q.waiting, r)
	q.changed.Signal()
	return true
}

// next waits for the next request. From then until done, interrupt cancels the
// context that comes with it. ok is false when the queue is closed and empty.
func (q *queue) next(parent context.Context) (ctx context.Context, r *request, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) == 0 {
		if q.closed {
			return nil, nil, false
		}
		q.changed.Wait()
	}
	r = q.waiting[0]
	q.waiting[0] = nil
	q.waiting = q.waiting[1:]
	ctx, q.stopTurn = context.WithCancel(parent)
	return ctx, r, true
}

// done says that the request that next returned is answered.
func (q *queue) done() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.stopTurn()
	q.stopTurn = nil
}

// interrupt cancels the context of the request that is being answered.
func (q *queue) interrupt() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.stopTurn != nil {
		q.stopTurn()
	}
}

// abort marks the waiting requests, and those that were sent before the failure,
// so that those to execute are not run.
func (q *queue) abort(because failure) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.failed = because
	q.abortLocked()
}

func (q *queue) abortLocked() {
	for _, r := range q.waiting {
		r.aborted = true
	}
}

// close aborts what is waiting, interrupts what is running and takes nothing more.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.abortLocked()
	if q.stopTurn != nil {
		q.stopTurn()
	}
	q.changed.Broadcast()
}
