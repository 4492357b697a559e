//go:build unix

package proc

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"lockstep/runtime/internal/encode"
)

// Counter is a semaphore of several processes. A unit is a byte in a pipe, which
// the operating system hands to one of those that wait for it.
type Counter struct {
	r, w *descriptor
	most int
}

var _ encode.Handle = (*Counter)(nil)

// NewCounter returns a semaphore of n units. It never has more than most.
func NewCounter(n, most int) (*Counter, error) {
	if most > MaxCount {
		return nil, fmt.Errorf("%d is more than the most that a semaphore of processes can count, %d", most, MaxCount)
	}
	r, w, err := newPipe()
	if err != nil {
		return nil, err
	}
	c := &Counter{}
	if err := c.set(r, w, most); err != nil {
		return nil, err
	}
	return c, c.put(n)
}

func (c *Counter) set(r, w, most int) (err error) {
	c.most = most
	if c.r, err = newDescriptor(r, "counter"); err != nil {
		unix.Close(w)
		return err
	}
	c.w, err = newDescriptor(w, "counter")
	return err
}

// EncodeHandle implements encode.Handle.
func (c *Counter) EncodeHandle(e *encode.Encoder) error {
	e.Int(c.most)
	if err := attach(e, c.r); err != nil {
		return err
	}
	return attach(e, c.w)
}

// DecodeHandle implements encode.Handle.
func (c *Counter) DecodeHandle(d *encode.Decoder) error {
	most, err := d.Int()
	if err != nil {
		return err
	}
	r, err := attached(d)
	if err != nil {
		return err
	}
	w, err := attached(d)
	if err != nil {
		unix.Close(r)
		return err
	}
	return c.set(r, w, most)
}

func (c *Counter) put(n int) error {
	if n == 0 {
		return nil
	}
	var err error
	if closed := c.w.number(func(fd int) {
		for err = unix.EINTR; err == unix.EINTR; {
			_, err = unix.Write(fd, make([]byte, n))
		}
	}); closed != nil {
		return closed
	}
	return err
}

// Acquire takes a unit, and waits for one at most for limit.
func (c *Counter) Acquire(limit time.Duration, cancel <-chan struct{}) error {
	return c.r.read(limit, cancel, func(fd int) bool {
		var one [1]byte
		n, err := unix.Read(fd, one[:])
		return n == 1 && err == nil
	})
}

// Release gives n units. More than the maximum is ErrCount.
func (c *Counter) Release(n int) error {
	if c.Value()+n > c.most {
		return ErrCount
	}
	return c.put(n)
}

// Value is how many units there are.
func (c *Counter) Value() (n int) {
	_ = c.r.number(func(fd int) { n = pending(fd) }) // of a closed one it is 0
	return n
}

// Flag is something that has happened or not, for several processes.
type Flag struct{ Counter }

var _ encode.Handle = (*Flag)(nil)

// NewFlag returns a flag that is not set.
func NewFlag() (*Flag, error) {
	c, err := NewCounter(0, MaxCount)
	if err != nil {
		return nil, err
	}
	return &Flag{*c}, nil
}

// Set sets the flag, and lets all pass who wait.
func (f *Flag) Set() error {
	if f.IsSet() {
		return nil
	}
	return f.put(1)
}

// Clear takes Set back.
func (f *Flag) Clear() error {
	return f.r.number(func(fd int) {
		var some [16]byte
		for n := 1; n > 0; {
			n, _ = unix.Read(fd, some[:]) // it ends when there is nothing to be read
		}
	})
}

// IsSet reports whether the flag is set.
func (f *Flag) IsSet() bool { return f.Value() > 0 }

// Wait waits until the flag is set.
func (f *Flag) Wait(limit time.Duration, cancel <-chan struct{}) error {
	return f.r.read(limit, cancel, ready)
}
