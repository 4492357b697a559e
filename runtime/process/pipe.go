package process

import (
	"time"

	"lockstep/runtime/support/processes"
)

// Conn is one end of a pipe that carries values of type T. It can be handed to a
// process as an argument of its start; then both have a copy of it. Several threads
// may use it, and several processes if one of them at a time sends and one
// receives. Python: multiprocessing.connection.Connection.
type Conn[T any] struct {
	_ carried[T]
	u processes.Conn
}

// Pipe returns the two ends of a pipe, each of which sends and receives. Python:
// multiprocessing.Pipe().
func Pipe[T any]() (a, b *Conn[T]) {
	first, second := processes.Pipe(true)
	return &Conn[T]{u: first}, &Conn[T]{u: second}
}

// OneWay returns the two ends of a pipe, of which the first only receives and the
// second only sends. Python: multiprocessing.Pipe(duplex=False).
func OneWay[T any]() (receiver, sender *Conn[T]) {
	first, second := processes.Pipe(false)
	return &Conn[T]{u: first}, &Conn[T]{u: second}
}

// Send sends a copy of v. It waits while the pipe is full, which holds some ten
// kilobytes. The error is ErrBrokenPipe if every process has closed the other end,
// or ErrDirection. Misuse: ErrClosed, and what can't go to another process. Python:
// Connection.send.
func (c *Conn[T]) Send(v T) error { return c.u.Send(v) }

// Recv waits for a value and returns it. The error is io.EOF if there is none left
// and every process has closed its copy of the other end; ErrNoProducer if this process
// has a copy itself, but the others have ended and nothing here is left that could
// send; or ErrDirection. Misuse: ErrClosed. Python: Connection.recv, which raises
// EOFError.
func (c *Conn[T]) Recv() (T, error) {
	v, err := c.u.Recv()
	t, _ := v.(T)
	return t, err
}

// Poll reports whether Recv would return at once, be it with io.EOF; it waits for
// that at most for limit. The error is ErrDirection. Misuse: ErrTimeout. Python:
// Connection.poll.
func (c *Conn[T]) Poll(limit time.Duration) (bool, error) { return c.u.Poll(limit) }

// Close closes this process's copy of the end. Misuse: ErrClosed. Python:
// Connection.close, which may be called twice.
func (c *Conn[T]) Close() { c.u.Close() }

// Readable reports whether the end can receive. Python: Connection.readable.
func (c *Conn[T]) Readable() bool { return c.u.Readable() }

// Writable reports whether the end can send. Python: Connection.writable.
func (c *Conn[T]) Writable() bool { return c.u.Writable() }
