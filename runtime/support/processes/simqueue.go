package processes

import (
	"io"
	"slices"
	"time"

	"lockstep/runtime/internal/encode"
	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/sched"
)

// pipeRoom is how many bytes a pipe of a simulation holds, as Linux's do.
const pipeRoom = 64 << 10

// simQueue is a queue of the processes of a simulation.
type simQueue struct {
	m          sched.Monitor
	size       int
	items      [][]byte
	bytes      int
	unfinished int
	producers  int // processes that have not closed it
}

func (q *simQueue) put(item []byte, limit time.Duration) error {
	sched.CheckLimit(opQueuePut, limit)
	w := q.m.Enter(opQueuePut, nil)
	room := w.Wait(&q.m, opQueuePut, func() bool { return q.size < 1 || len(q.items) < q.size }, limit)
	defer q.m.Exit() // a Wait that ends the task has exited
	if !room {
		return proc.ErrFull
	}
	if self := simSelf(simWorld()); self != nil && !slices.Contains(self.queues, q) {
		self.queues = append(self.queues, q)
	}
	q.items = append(q.items, item)
	q.bytes += len(item) + 4
	q.unfinished++
	w.Wake(&q.m, len(q.m.Waiters()))
	return nil
}

func (q *simQueue) get(limit time.Duration) ([]byte, error) {
	sched.CheckLimit(opQueueGet, limit)
	w := q.m.Enter(opQueueGet, nil)
	there := w.Wait(&q.m, opQueueGet, func() bool { return len(q.items) > 0 || q.producers == 0 }, limit)
	defer q.m.Exit()
	switch {
	case !there:
		return nil, proc.ErrEmpty
	case len(q.items) == 0:
		return nil, proc.ErrNoProducer
	}
	item := q.items[0]
	q.items[0], q.items = nil, q.items[1:]
	q.bytes -= len(item) + 4
	w.Wake(&q.m, len(q.m.Waiters()))
	return item, nil
}

func (q *simQueue) len() int {
	q.m.Enter(opSimLook, nil)
	defer q.m.Exit()
	return len(q.items)
}

func (q *simQueue) full() bool { return q.size > 0 && q.len() >= q.size }

func (q *simQueue) taskDone() {
	w := q.m.Enter(opQueueDone, nil)
	if q.unfinished == 0 {
		q.m.Exit()
		Fail(opQueueDone, "JoinableQueue", proc.ErrTaskDone, "")
	}
	if q.unfinished--; q.unfinished == 0 {
		w.Wake(&q.m, len(q.m.Waiters()))
	}
	q.m.Exit()
}

func (q *simQueue) join(limit time.Duration) bool {
	sched.CheckLimit(opQueueJoin, limit)
	w := q.m.Enter(opQueueJoin, nil)
	done := w.Wait(&q.m, opQueueJoin, func() bool { return q.unfinished == 0 }, limit)
	q.m.Exit()
	return done
}

var opQueueFlush = sched.NewOp("Queue", "flush")

// flush waits until the pipe below the queue holds what is left of it.
func (q *simQueue) flush() {
	w := q.m.Enter(opQueueFlush, nil)
	w.Wait(&q.m, opQueueFlush, func() bool { return q.bytes <= pipeRoom }, sched.Forever)
	q.m.Exit()
}

// simOwned is what a simulated process lets go of at its end.
type simOwned interface{ drop() }

// simOwns notes that the calling simulated process has made something.
func simOwns(made ...simOwned) {
	if s := simSelf(simWorld()); s != nil {
		s.ends = append(s.ends, made...)
	}
}

// simProducer is what one process of a simulation has of a queue.
type simProducer struct {
	q      *simQueue
	closed bool
}

// newSimProducer returns what a process more has of a queue.
func newSimProducer(q *simQueue, closed bool) *simProducer {
	if !closed {
		q.producers++
	}
	return &simProducer{q, closed}
}

// drop closes the queue in its process unless it is closed.
func (p *simProducer) drop() {
	if p.closed {
		return
	}
	p.closed = true
	w := sched.Current()
	p.q.m.EnterAgain(w, opQueueClose, nil)
	p.q.producers--
	w.Wake(&p.q.m, len(p.q.m.Waiters()))
	p.q.m.Exit()
}

// simQueueEnd is a handle of a queue: each process has a producer of its own.
type simQueueEnd struct{ p *simProducer }

// EncodeHandle implements encode.Handle.
func (h *simQueueEnd) EncodeHandle(e *encode.Encoder) error {
	if e.Keep == nil {
		return ErrInside
	}
	e.Int(e.Keep(newSimProducer(h.p.q, h.p.closed)))
	return nil
}

// DecodeHandle implements encode.Handle.
func (h *simQueueEnd) DecodeHandle(d *encode.Decoder) error {
	n, err := d.Int()
	if err != nil {
		return err
	}
	var ok bool
	if h.p, ok = d.Kept(n).(*simProducer); !ok {
		return encode.ErrMalformed
	}
	return nil
}

// simPipe is one direction of a pipe of a simulation.
type simPipe struct {
	m                sched.Monitor
	messages         [][]byte
	bytes            int
	readers, writers int // ends that are open
}

// simConn is an end of a pipe of a simulation, of one process.
type simConn struct {
	in, out *simPipe // nil where the pipe is one-way
	closed  bool
}

// newSimConn returns an end more of a pipe.
func newSimConn(in, out *simPipe) *simConn {
	if in != nil {
		in.readers++
	}
	if out != nil {
		out.writers++
	}
	return &simConn{in: in, out: out}
}

// simEnd is a handle of an end: each process has an end of its own.
type simEnd struct{ c *simConn }

// EncodeHandle implements encode.Handle.
func (h *simEnd) EncodeHandle(e *encode.Encoder) error {
	switch {
	case e.Keep == nil:
		return ErrInside
	case h.c.closed:
		return ErrClosed
	}
	e.Int(e.Keep(newSimConn(h.c.in, h.c.out)))
	return nil
}

// DecodeHandle implements encode.Handle.
func (h *simEnd) DecodeHandle(d *encode.Decoder) error {
	n, err := d.Int()
	if err != nil {
		return err
	}
	var ok bool
	if h.c, ok = d.Kept(n).(*simConn); !ok {
		return encode.ErrMalformed
	}
	return nil
}

func (c *simConn) check(op *sched.Op) {
	if c.closed {
		Fail(op, "Pipe", ErrClosed, "")
	}
}

func (c *simConn) send(message []byte) error {
	c.check(opConnSend)
	p := c.out
	if p == nil {
		return proc.ErrDirection
	}
	w := p.m.Enter(opConnSend, nil)
	w.Wait(&p.m, opConnSend, func() bool { return p.readers == 0 || len(p.messages) == 0 || p.bytes+len(message) <= pipeRoom }, sched.Forever)
	defer p.m.Exit()
	if p.readers == 0 {
		return proc.ErrBrokenPipe
	}
	p.messages = append(p.messages, message)
	p.bytes += len(message)
	w.Wake(&p.m, len(p.m.Waiters()))
	return nil
}

func (c *simConn) receive() ([]byte, error) {
	c.check(opConnRecv)
	p := c.in
	if p == nil {
		return nil, proc.ErrDirection
	}
	w := p.m.Enter(opConnRecv, nil)
	w.Wait(&p.m, opConnRecv, p.ready, sched.Forever)
	defer p.m.Exit()
	if len(p.messages) == 0 {
		return nil, io.EOF
	}
	message := p.messages[0]
	p.messages = slices.Delete(p.messages, 0, 1)
	p.bytes -= len(message)
	w.Wake(&p.m, len(p.m.Waiters()))
	return message, nil
}

// ready reports whether there is something to be received, be it the end.
func (p *simPipe) ready() bool { return len(p.messages) > 0 || p.writers == 0 }

func (c *simConn) poll(limit time.Duration) (bool, error) {
	c.check(opConnPoll)
	p := c.in
	if p == nil {
		return false, proc.ErrDirection
	}
	w := p.m.Enter(opConnPoll, nil)
	ready := w.Wait(&p.m, opConnPoll, p.ready, limit)
	p.m.Exit()
	return ready, nil
}

// drop closes the end unless it is closed.
func (c *simConn) drop() {
	if c.closed {
		return
	}
	c.closed = true
	w := sched.Current()
	for _, p := range []*simPipe{c.in, c.out} {
		if p == nil {
			continue
		}
		p.m.EnterAgain(w, opConnClose, nil)
		if p == c.in {
			p.readers--
		} else {
			p.writers--
		}
		w.Wake(&p.m, len(p.m.Waiters()))
		p.m.Exit()
	}
}
