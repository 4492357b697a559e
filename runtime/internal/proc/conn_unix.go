//go:build unix

package proc

import (
	"encoding/binary"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"lockstep/runtime/internal/encode"
)

// maxMessage is the size of the largest message, in bytes.
const maxMessage = 1 << 30

// Conn is one end of a pipe that carries whole messages. Several goroutines may
// use it; several processes may share it as long as one of them at a time sends
// and one receives.
type Conn struct {
	d                 *descriptor
	canRead, canWrite bool
	lent              *lending // the children that have a copy of this end
	other             *lending // those that have one of the other end, nil if that is not known
	// A message that a limit cut is gone on with by the next call.
	sending, receiving gate
}

var _ encode.Handle = (*Conn)(nil)

// NewPipe returns the two ends of a pipe. With duplex both send and receive, else
// the first receives and the second sends.
func NewPipe(duplex bool) (a, b *Conn, err error) {
	make := newPipe
	if duplex {
		make = newSocketPair
	}
	first, second, err := make()
	if err != nil {
		return nil, nil, err
	}
	if a, err = newConn(first, true, duplex); err != nil {
		unix.Close(second)
		return nil, nil, err
	}
	if b, err = newConn(second, duplex, true); err != nil {
		a.Close()
		return nil, nil, err
	}
	a.lent.begin()
	b.lent.begin()
	a.other, b.other = b.lent, a.lent
	return a, b, nil
}

func newConn(fd int, canRead, canWrite bool) (*Conn, error) {
	c := &Conn{}
	return c, c.set(fd, canRead, canWrite)
}

func (c *Conn) set(fd int, canRead, canWrite bool) error {
	d, err := newDescriptor(fd, "pipe")
	*c = Conn{d: d, lent: &lending{}, canRead: canRead, canWrite: canWrite, sending: make(gate, 1), receiving: make(gate, 1)}
	return err
}

// Close closes this process's copy of the end. The other end sees the end of the
// stream once every process has closed its copy.
func (c *Conn) Close() error {
	if c.d.close() != nil {
		return ErrClosed
	}
	return nil
}

// Readable reports whether the end can receive.
func (c *Conn) Readable() bool { return c.canRead }

// Writable reports whether the end can send.
func (c *Conn) Writable() bool { return c.canWrite }

// EncodeHandle implements encode.Handle.
func (c *Conn) EncodeHandle(e *encode.Encoder) error {
	flags := 0
	if c.canRead {
		flags |= 1
	}
	if c.canWrite {
		flags |= 2
	}
	e.Int(flags)
	e.Given = append(e.Given, c.lent)
	return attach(e, c.d)
}

// DecodeHandle implements encode.Handle.
func (c *Conn) DecodeHandle(d *encode.Decoder) error {
	flags, err := d.Int()
	if err != nil {
		return err
	}
	fd, err := attached(d)
	if err != nil {
		return err
	}
	return c.set(fd, flags&1 != 0, flags&2 != 0)
}

// attach sends a descriptor along.
func attach(e *encode.Encoder, d *descriptor) error {
	var number int
	if err := d.number(func(fd int) { number = e.Attach(uintptr(fd)) }); err != nil {
		return err
	}
	e.Int(number)
	return nil
}

// attached receives one. Each call has a descriptor of its own.
func attached(d *encode.Decoder) (int, error) {
	number, err := d.Int()
	if err != nil {
		return 0, err
	}
	fd, err := d.Attached(number)
	if err != nil {
		return 0, err
	}
	return duplicate(int(fd))
}

// attachedDescriptor is what attached receives, ready for use.
func attachedDescriptor(d *encode.Decoder, name string) (*descriptor, error) {
	fd, err := attached(d)
	if err != nil {
		return nil, err
	}
	return newDescriptor(fd, name)
}

// Send sends one message. Nobody at the other end is ErrBrokenPipe.
func (c *Conn) Send(cancel <-chan struct{}, message []byte) error {
	switch {
	case !c.canWrite:
		return ErrDirection
	case len(message) > maxMessage:
		return ErrTooLarge
	}
	select {
	case c.sending <- struct{}{}:
		defer func() { <-c.sending }()
	case <-cancel:
		return ErrCancelled
	}
	frame := make([]byte, 4, 4+len(message))
	binary.LittleEndian.PutUint32(frame, uint32(len(message)))
	return c.writeAll(cancel, append(frame, message...))
}

func (c *Conn) writeAll(cancel <-chan struct{}, rest []byte) error {
	for len(rest) > 0 {
		var failure error
		err := c.d.write(Forever, cancel, func(fd int) bool {
			n, err := unix.Write(fd, rest)
			if again(err) {
				return false
			}
			if err != nil {
				failure = err
				return true
			}
			rest = rest[n:]
			return true
		})
		if err == nil {
			err = failure
		}
		if err == unix.EPIPE || err == unix.ECONNRESET {
			return ErrBrokenPipe
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Receive waits for a message to begin, at most for limit, and returns it. At the
// end of the stream the error is io.EOF.
func (c *Conn) Receive(limit time.Duration, cancel <-chan struct{}) ([]byte, error) {
	if !c.canRead {
		return nil, ErrDirection
	}
	begin := time.Now()
	var timeout <-chan time.Time
	if limit >= 0 {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		timeout = timer.C
	}
	select {
	case c.receiving <- struct{}{}:
		defer func() { <-c.receiving }()
	default:
		select {
		case c.receiving <- struct{}{}:
			defer func() { <-c.receiving }()
		case <-timeout:
			return nil, ErrTimeout
		case <-cancel:
			return nil, ErrCancelled
		}
	}
	if limit > 0 {
		limit = max(0, limit-time.Since(begin))
	}
	var header [4]byte
	if err := c.readAll(limit, cancel, header[:], false); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(header[:])
	if size > maxMessage {
		return nil, ErrTooLarge
	}
	message := make([]byte, size)
	return message, c.readAll(Forever, cancel, message, true)
}

// readAll fills b. limit is for the first byte.
func (c *Conn) readAll(limit time.Duration, cancel <-chan struct{}, b []byte, within bool) error {
	for len(b) > 0 {
		var failure error
		n := 0
		err := c.d.read(limit, cancel, func(fd int) bool {
			n, failure = unix.Read(fd, b)
			return !again(failure)
		})
		if err == nil {
			err = failure
		}
		switch {
		case err == nil && n == 0, err == unix.ECONNRESET:
			if within {
				return io.ErrUnexpectedEOF
			}
			return io.EOF
		case err != nil:
			return err
		}
		b, limit, within = b[n:], Forever, true
	}
	return nil
}

// Await waits until Receive would not. If none will come it is ErrNoProducer.
func (c *Conn) Await(cancel <-chan struct{}, alone Alone) error {
	if !c.canRead {
		return ErrDirection
	}
	return c.d.await(Forever, cancel, c.other, alone)
}

// Poll waits for a message, or the end of the stream, and reports whether there is
// one.
func (c *Conn) Poll(limit time.Duration, cancel <-chan struct{}) (bool, error) {
	if !c.canRead {
		return false, ErrDirection
	}
	err := c.d.read(limit, cancel, ready)
	if err == ErrTimeout {
		return false, nil
	}
	return err == nil, err
}

// ready reports whether a read from fd would return at once.
func ready(fd int) bool {
	fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, 0)
	return err == nil && n > 0
}

// pending is how many bytes can be read from fd at once.
func pending(fd int) int {
	n, err := unix.IoctlGetInt(fd, ioctlPending)
	if err != nil {
		return 0
	}
	return n
}

// fileOf is a descriptor as a file of os.
func fileOf(fd int, name string) *os.File { return os.NewFile(uintptr(fd), name) }
