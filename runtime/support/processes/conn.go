package processes

import (
	"errors"
	"io"
	"time"

	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/sched"
)

var (
	opPipe      = sched.NewOp("Pipe", "make")
	opConnSend  = sched.NewOp("Pipe", "Send")
	opConnRecv  = sched.NewOp("Pipe", "Recv")
	opConnPoll  = sched.NewOp("Pipe", "Poll")
	opConnClose = sched.NewOp("Pipe", "Close")
)

// Conn is one end of a pipe.
type Conn struct {
	c   *proc.Conn
	sim *simEnd
}

// Pipe returns the ends of a pipe. Without duplex the first receives and the second
// sends.
func Pipe(duplex bool) (Conn, Conn) {
	if makes(opPipe) {
		there, back := &simPipe{}, (*simPipe)(nil)
		if duplex {
			back = &simPipe{}
		}
		a, b := newSimConn(there, back), newSimConn(back, there)
		simOwns(a, b)
		return Conn{sim: &simEnd{a}}, Conn{sim: &simEnd{b}}
	}
	a, b, err := proc.NewPipe(duplex)
	check(opPipe, err)
	return Conn{c: a}, Conn{c: b}
}

// Send sends v. Its errors are proc.ErrBrokenPipe and proc.ErrDirection.
func (c *Conn) Send(v any) error {
	if inSim(opConnSend, c.sim != nil) {
		return c.sim.c.send(encoded(opConnSend, v))
	}
	err := c.c.Send(Cancelled(), encoded(opConnSend, v))
	return expected(opConnSend, err)
}

// Recv receives a value. Its errors are io.EOF, proc.ErrNoProducer and
// proc.ErrDirection.
func (c *Conn) Recv() (any, error) {
	var bytes []byte
	var err error
	if inSim(opConnRecv, c.sim != nil) {
		bytes, err = c.sim.c.receive()
	} else {
		// Another thread may be faster.
		for err = proc.ErrTimeout; errors.Is(err, proc.ErrTimeout); {
			if err = c.c.Await(Cancelled(), alone(opConnRecv)); err == nil {
				bytes, err = c.c.Receive(0, Cancelled())
			}
		}
	}
	if err := expected(opConnRecv, err); err != nil {
		return nil, err
	}
	return decoded(opConnRecv, bytes), nil
}

// Poll reports whether Recv would not wait.
func (c *Conn) Poll(limit time.Duration) (bool, error) {
	sched.CheckLimit(opConnPoll, limit)
	if inSim(opConnPoll, c.sim != nil) {
		return c.sim.c.poll(limit)
	}
	ok, err := c.c.Poll(limit, Cancelled())
	return ok, expected(opConnPoll, err)
}

// Close closes this process's copy.
func (c *Conn) Close() {
	if inSim(opConnClose, c.sim != nil) {
		c.sim.c.check(opConnClose)
		c.sim.c.drop()
		return
	}
	check(opConnClose, c.c.Close())
}

// Readable reports whether the end can receive, Writable whether it can send.
func (c *Conn) Readable() bool {
	if c.sim != nil {
		return c.sim.c.in != nil
	}
	return c.c.Readable()
}

// Writable reports whether the end can send.
func (c *Conn) Writable() bool {
	if c.sim != nil {
		return c.sim.c.out != nil
	}
	return c.c.Writable()
}

// expected returns an error that a program deals with, and panics for any other.
func expected(op *sched.Op, err error) error {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, proc.ErrBrokenPipe) || errors.Is(err, proc.ErrDirection) || errors.Is(err, proc.ErrNoProducer) {
		return err
	}
	check(op, err)
	return err
}
