package process

import (
	"sync"
	"time"

	"lockstep/runtime/internal/proc"
	"lockstep/runtime/support/processes"
)

// Lock is a lock that one thread of all processes can hold. It has no owner: any
// thread of any process may unlock it. It is handed to a process as an argument of
// its start. If the process that holds it ends, the others panic with an
// *AbandonedError rather than wait for ever. Python: multiprocessing.Lock.
type Lock struct{ u *processes.Lock }

var _ sync.Locker = (*Lock)(nil)

// NewLock returns an unlocked lock.
func NewLock() *Lock { return &Lock{processes.NewLock()} }

// Lock locks it, waiting as long as it takes. Python: Lock.acquire().
func (l *Lock) Lock() { l.u.Lock(NoLimit) }

// TryLock locks it if nobody holds it, and reports whether it did. Python:
// Lock.acquire(block=False).
func (l *Lock) TryLock() bool { return l.u.Lock(0) }

// LockTimeout is Lock for at most limit, and reports whether it locked. Misuse:
// ErrTimeout. Python: Lock.acquire(timeout=…).
func (l *Lock) LockTimeout(limit time.Duration) bool { return l.u.Lock(limit) }

// Unlock unlocks it, whoever holds it. Misuse: ErrNotLocked. Python: Lock.release.
func (l *Lock) Unlock() { l.u.Unlock() }

// RLock is a Lock that the thread which holds it may lock again; it is free when
// each Lock has been followed by an Unlock. Python: multiprocessing.RLock.
type RLock struct{ u *processes.RLock }

var _ sync.Locker = (*RLock)(nil)

// NewRLock returns an unlocked lock.
func NewRLock() *RLock { return &RLock{processes.NewRLock()} }

// Lock locks it, waiting as long as it takes. Python: RLock.acquire().
func (l *RLock) Lock() { l.u.Lock(NoLimit) }

// TryLock locks it if no other thread holds it, and reports whether it did. Python:
// RLock.acquire(block=False).
func (l *RLock) TryLock() bool { return l.u.Lock(0) }

// LockTimeout is Lock for at most limit, and reports whether it locked. Misuse:
// ErrTimeout. Python: RLock.acquire(timeout=…).
func (l *RLock) LockTimeout(limit time.Duration) bool { return l.u.Lock(limit) }

// Unlock takes one Lock back. Misuse: ErrNotOwner. Python: RLock.release.
func (l *RLock) Unlock() { l.u.Unlock() }

// Semaphore lets at most n threads of all processes pass. It counts units, and has
// no owner. Python: multiprocessing.Semaphore.
type Semaphore struct{ u *processes.Semaphore }

// NewSemaphore returns a semaphore of n units. Misuse: ErrValue if n is negative or
// over 65,536. Python: multiprocessing.Semaphore(n).
func NewSemaphore(n int) *Semaphore { return &Semaphore{processes.NewSemaphore(n, proc.MaxCount)} }

// NewBoundedSemaphore returns a semaphore that never has more than its n units: one
// Release too many is a misuse, ErrOverRelease. Python:
// multiprocessing.BoundedSemaphore(n).
func NewBoundedSemaphore(n int) *Semaphore { return &Semaphore{processes.NewSemaphore(n, n)} }

// Acquire takes a unit, waiting for one as long as it takes. Python:
// Semaphore.acquire().
func (s *Semaphore) Acquire() { s.u.Acquire(NoLimit) }

// TryAcquire takes a unit if there is one, and reports whether it did. Python:
// Semaphore.acquire(block=False).
func (s *Semaphore) TryAcquire() bool { return s.u.Acquire(0) }

// AcquireTimeout is Acquire for at most limit, and reports whether it took a unit.
// Misuse: ErrTimeout. Python: Semaphore.acquire(timeout=…).
func (s *Semaphore) AcquireTimeout(limit time.Duration) bool { return s.u.Acquire(limit) }

// Release gives n units. Misuse: ErrValue if n < 1, ErrOverRelease. Python:
// Semaphore.release, of one unit.
func (s *Semaphore) Release(n int) { s.u.Release(n) }

// Value returns how many units there are. Python: Semaphore.get_value.
func (s *Semaphore) Value() int { return s.u.Value() }

// Event is something that has happened or not, for all processes. Python:
// multiprocessing.Event.
type Event struct{ u *processes.Event }

// NewEvent returns an event that is not set.
func NewEvent() *Event { return &Event{processes.NewEvent()} }

// Set sets the event, and lets all go on that wait for it. Python: Event.set.
func (e *Event) Set() { e.u.Set() }

// Clear takes Set back. Python: Event.clear.
func (e *Event) Clear() { e.u.Clear() }

// IsSet reports whether the event is set. Python: Event.is_set.
func (e *Event) IsSet() bool { return e.u.IsSet() }

// Wait waits until the event is set. Python: Event.wait().
func (e *Event) Wait() { e.u.Wait(NoLimit) }

// WaitTimeout is Wait for at most limit, and reports whether the event is set.
// Misuse: ErrTimeout. Python: Event.wait(timeout).
func (e *Event) WaitTimeout(limit time.Duration) bool { return e.u.Wait(limit) }
