package wire

import (
	"context"
	"sync"
)

// outgoing is a message on its way to a peer, or a PONG with its context.
type outgoing struct {
	frames Frames
	pong   bool
	size   int
}

// queue holds what waits for one peer. It is full while more than mark bytes wait, so it exceeds the mark by one message.
type queue struct {
	mark int

	mu       sync.Mutex
	filled   sync.Cond // something to take, or no more to come
	drained  sync.Cond // room again, or no use waiting for it
	items    []outgoing
	bytes    int  // of items, and of those taken and not yet written
	busy     bool // something taken may still be in the writer's hands
	draining bool // takes no more
	ended    bool
}

func newQueue(mark int) *queue {
	q := &queue{mark: mark}
	q.filled.L = &q.mu
	q.drained.L = &q.mu
	return q
}

// offer adds a message unless the queue is full; it doesn't wait. After drain or end it returns ErrClosed.
func (q *queue) offer(m outgoing) (bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.draining || q.ended {
		return false, ErrClosed
	}
	if q.bytes > q.mark {
		return false, nil
	}
	q.addLocked(m)
	return true, nil
}

// force adds a message even if the queue is full.
func (q *queue) force(m outgoing) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.draining || q.ended {
		return ErrClosed
	}
	q.addLocked(m)
	return nil
}

func (q *queue) addLocked(m outgoing) {
	q.items = append(q.items, m)
	q.bytes += m.size
	if len(q.items) == 1 {
		q.filled.Signal()
	}
}

// push adds a message, waiting while the queue is full. After drain or end it returns ErrClosed.
func (q *queue) push(ctx context.Context, m outgoing) error {
	for {
		if ok, err := q.offer(m); ok || err != nil {
			return err
		}
		if err := q.room(ctx); err != nil {
			return err
		}
	}
}

// room waits until the queue isn't full, or takes nothing any more.
func (q *queue) room(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.drained.Broadcast()
	})
	defer stop()
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.bytes > q.mark && !q.draining && !q.ended {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		q.drained.Wait()
	}
	return nil
}

// take moves all that waits into batch, without waiting.
func (q *queue) take(batch []outgoing) []outgoing {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.takeLocked(batch)
}

func (q *queue) takeLocked(batch []outgoing) []outgoing {
	const keep = 1024 // messages; the room of a longer burst isn't held on to
	if cap(batch) > keep {
		batch = nil
	}
	batch, q.items = q.items, batch[:0]
	q.busy = q.busy || len(batch) > 0
	return batch
}

// wait is take for a writer that has sent all that it took, but waits until there is something. It returns nothing when
// nothing more will come.
func (q *queue) wait(batch []outgoing) []outgoing {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.busy = false
	for len(q.items) == 0 && !q.draining && !q.ended {
		q.filled.Wait()
	}
	return q.takeLocked(batch)
}

// written gives back the room of a message that was taken.
func (q *queue) written(size int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	wasFull := q.bytes > q.mark
	q.bytes -= size
	if wasFull && q.bytes <= q.mark {
		q.drained.Broadcast()
	}
}

// waiting reports the bytes not yet written and whether they are more than the mark.
func (q *queue) waiting() (bytes int, full bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.bytes, q.bytes > q.mark
}

// unsent reports whether anything taken or to be taken hasn't been sent.
func (q *queue) unsent() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.busy || len(q.items) > 0
}

// drain refuses further messages; those in the queue can still be taken.
func (q *queue) drain() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.draining = true
	q.filled.Broadcast()
	q.drained.Broadcast()
}

// end drops what waits and refuses more.
func (q *queue) end() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ended = true
	q.items = nil
	q.filled.Broadcast()
	q.drained.Broadcast()
}
