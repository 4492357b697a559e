//go:build !unix

package proc

import (
	"os"
	"syscall"
	"time"

	"lockstep/runtime/internal/encode"
	"sync/atomic"
)

// What follows is what the package offers, on a system where nothing of it works
// yet: all that makes something fails with ErrUnsupported.

// Conn is one end of a pipe.
type Conn struct{}

// NewPipe fails.
func NewPipe(bool) (a, b *Conn, err error) { return nil, nil, ErrUnsupported }

// Close fails.
func (*Conn) Close() error { return ErrUnsupported }

// Readable is false.
func (*Conn) Readable() bool { return false }

// Writable is false.
func (*Conn) Writable() bool { return false }

// Send fails.
func (*Conn) Send(<-chan struct{}, []byte) error { return ErrUnsupported }

// Receive fails.
func (*Conn) Receive(time.Duration, <-chan struct{}) ([]byte, error) { return nil, ErrUnsupported }

// Await fails.
func (*Conn) Await(<-chan struct{}, Alone) error { return ErrUnsupported }

// Poll fails.
func (*Conn) Poll(time.Duration, <-chan struct{}) (bool, error) { return false, ErrUnsupported }

// Counter is a semaphore of several processes.
type Counter struct{}

// NewCounter fails.
func NewCounter(int, int) (*Counter, error) { return nil, ErrUnsupported }

// Acquire fails.
func (*Counter) Acquire(time.Duration, <-chan struct{}) error { return ErrUnsupported }

// Release fails.
func (*Counter) Release(int) error { return ErrUnsupported }

// Value is 0.
func (*Counter) Value() int { return 0 }

// Flag is something that has happened or not, for several processes.
type Flag struct{}

// NewFlag fails.
func NewFlag() (*Flag, error) { return nil, ErrUnsupported }

// Set fails.
func (*Flag) Set() error { return ErrUnsupported }

// Clear fails.
func (*Flag) Clear() error { return ErrUnsupported }

// IsSet is false.
func (*Flag) IsSet() bool { return false }

// Wait fails.
func (*Flag) Wait(time.Duration, <-chan struct{}) error { return ErrUnsupported }

// Memory is memory that several processes share.
type Memory struct{}

// NewMemory fails.
func NewMemory(int) (*Memory, error) { return nil, ErrUnsupported }

// Bytes is nil.
func (*Memory) Bytes() []byte { return nil }

// Word is no memory that is shared.
func (*Memory) Word(int) *atomic.Int64 { return new(atomic.Int64) }

// EncodeHandle fails.
func (*Memory) EncodeHandle(*encode.Encoder) error { return ErrUnsupported }

// DecodeHandle fails.
func (*Memory) DecodeHandle(*encode.Decoder) error { return ErrUnsupported }

// Named is memory that several processes share, and know by a name.
type Named struct{}

// CreateNamed fails.
func CreateNamed(string, int) (*Named, error) { return nil, ErrUnsupported }

// OpenNamed fails.
func OpenNamed(string) (*Named, error) { return nil, ErrUnsupported }

// Name is empty.
func (*Named) Name() string { return "" }

// Size is 0.
func (*Named) Size() int { return 0 }

// Use fails.
func (*Named) Use(func([]byte)) error { return ErrUnsupported }

// Close fails.
func (*Named) Close() error { return ErrUnsupported }

// Unlink fails.
func (*Named) Unlink() error { return ErrUnsupported }

// Mutex is a lock of several processes.
type Mutex struct{}

// NewMutex fails.
func NewMutex() (*Mutex, error) { return nil, ErrUnsupported }

// Lock fails.
func (*Mutex) Lock(time.Duration, <-chan struct{}) error { return ErrUnsupported }

// Unlock fails.
func (*Mutex) Unlock() error { return ErrUnsupported }

// Locked is false.
func (*Mutex) Locked() bool { return false }

// EncodeHandle fails.
func (*Mutex) EncodeHandle(*encode.Encoder) error { return ErrUnsupported }

// DecodeHandle fails.
func (*Mutex) DecodeHandle(*encode.Decoder) error { return ErrUnsupported }

// Queue is a queue of messages that several processes use.
type Queue struct{}

// NewQueue fails.
func NewQueue(int, bool) (*Queue, error) { return nil, ErrUnsupported }

// ID is empty.
func (*Queue) ID() string { return "" }

// Put fails.
func (*Queue) Put([]byte, time.Duration, <-chan struct{}) error { return ErrUnsupported }

// Get fails.
func (*Queue) Get(time.Duration, <-chan struct{}, Alone) ([]byte, error) { return nil, ErrUnsupported }

// Size is 0.
func (*Queue) Size() int { return 0 }

// Full is false.
func (*Queue) Full() bool { return false }

// TaskDone fails.
func (*Queue) TaskDone() error { return ErrUnsupported }

// Join fails.
func (*Queue) Join(time.Duration, <-chan struct{}, Alone) error { return ErrUnsupported }

// Unfinished is 0.
func (*Queue) Unfinished() int { return 0 }

// Close does nothing.
func (*Queue) Close() {}

// Drop does nothing.
func (*Queue) Drop() {}

// Flush fails.
func (*Queue) Flush(time.Duration, func(int)) error { return ErrUnsupported }

// BeingDrained is false.
func BeingDrained(string) bool { return false }

// Feeding are none.
func Feeding() []*Queue { return nil }

// Files collects the descriptors that a child is to inherit.
type Files struct{}

// Attach is never called.
func (*Files) Attach(uintptr) int { return 0 }

// Child is a process that this one has started.
type Child struct {
	PID     int
	Control *Conn
	Exited  chan struct{}
	Code    int
}

// Spawn fails.
func Spawn(stdout, stderr *os.File, files *Files, heard func([]byte)) (*Child, error) {
	return nil, ErrUnsupported
}

// Cut does nothing.
func (*Child) Cut() {}

// Signal fails.
func (*Child) Signal(syscall.Signal) error { return ErrUnsupported }

// Terminate fails.
func (*Child) Terminate() error { return ErrUnsupported }

// Kill fails.
func (*Child) Kill() error { return ErrUnsupported }

// Reap fails.
func (*Child) Reap() error { return ErrUnsupported }

// Inherited is false.
func Inherited() bool { return false }

// Parent fails.
func Parent() (*Conn, error) { return nil, ErrUnsupported }

// Attached fails.
func Attached(int) (uintptr, error) { return 0, ErrUnsupported }

// Release does nothing.
func Release() {}

// Ended is false.
func Ended(int) bool { return false }
