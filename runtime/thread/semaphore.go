package thread

import (
	"fmt"
	"time"

	"lockstep/runtime/internal/sched"
)

// Semaphore is a counter of permits. It has no owner: a permit may be released by
// a thread that acquired none. The zero value has no permits. Python:
// threading.Semaphore.
type Semaphore struct {
	m       sched.Monitor
	value   int
	bounded bool
	bound   int // the most that value may be if it is bounded
}

var (
	opSemaphoreNew     = sched.NewOp("Semaphore", "NewSemaphore")
	opSemaphoreAcquire = sched.NewOp("Semaphore", "Acquire").Acquires()
	opSemaphoreRelease = sched.NewOp("Semaphore", "Release").Releases()
	opSemaphoreValue   = sched.NewOp("Semaphore", "Value").Looks()
)

// NewSemaphore returns a semaphore with the given number of permits, 0 or more;
// else it is a misuse: ErrValue.
func NewSemaphore(permits int) *Semaphore {
	sched.CheckValue(opSemaphoreNew, permits, 0)
	return &Semaphore{value: permits}
}

// Acquire takes a permit, waiting as long as there is none. Python:
// Semaphore.acquire().
func (s *Semaphore) Acquire() { s.acquire(NoLimit) }

// TryAcquire takes a permit if there is one, and reports whether it did. Python:
// Semaphore.acquire(blocking=False).
func (s *Semaphore) TryAcquire() bool { return s.acquire(0) }

// AcquireTimeout is Acquire for at most limit, and reports whether it took a
// permit. Misuse: ErrTimeout. Python: Semaphore.acquire(timeout=…).
func (s *Semaphore) AcquireTimeout(limit time.Duration) bool {
	sched.CheckLimit(opSemaphoreAcquire, limit)
	return s.acquire(limit)
}

func (s *Semaphore) acquire(limit time.Duration) bool {
	w := s.m.Enter(opSemaphoreAcquire, (*semaphoreState)(s))
	if s.value == 0 && !w.Wait(&s.m, opSemaphoreAcquire, func() bool { return s.value > 0 }, limit) {
		s.m.Exit()
		return false
	}
	s.value--
	s.m.Lend() // it counts permits, not holders
	s.m.Exit()
	return true
}

// Release gives a permit back, or adds one. Python: Semaphore.release().
func (s *Semaphore) Release() { s.ReleaseN(1) }

// ReleaseN gives n permits back. Misuse: ErrValue for n < 1, ErrOverRelease on a
// BoundedSemaphore. Python: Semaphore.release(n).
func (s *Semaphore) ReleaseN(n int) {
	sched.CheckValue(opSemaphoreRelease, n, 1)
	w := s.m.Enter(opSemaphoreRelease, (*semaphoreState)(s))
	if s.bounded && n > s.bound-s.value {
		s.m.Fail(w, opSemaphoreRelease, ErrOverRelease, fmt.Sprintf("%d of %d permits are free, %d more are released", s.value, s.bound, n))
	}
	s.value += n
	for range min(n, s.m.Lent()) {
		s.m.Unhold()
	}
	w.Wake(&s.m, n)
	s.m.Exit()
}

// Value returns the number of permits that can be acquired now.
func (s *Semaphore) Value() int {
	s.m.Enter(opSemaphoreValue, (*semaphoreState)(s))
	defer s.m.Exit()
	return s.value
}

// BoundedSemaphore is a Semaphore that never has more permits than it began with:
// releasing one too many is a misuse, ErrOverRelease. Make it with
// NewBoundedSemaphore; the zero value has no bound. Python:
// threading.BoundedSemaphore.
type BoundedSemaphore struct{ Semaphore }

// NewBoundedSemaphore returns a semaphore with the given number of permits, 0 or
// more; else it is a misuse: ErrValue.
func NewBoundedSemaphore(permits int) *BoundedSemaphore {
	sched.CheckValue(opSemaphoreNew, permits, 0)
	return &BoundedSemaphore{Semaphore{value: permits, bounded: true, bound: permits}}
}
