package thread

import (
	"sync"
	"time"

	"lockstep/runtime/internal/sched"
)

// RMutex is a recursive lock: the thread that holds it may lock it again, and
// holds it until it has unlocked it as often. The zero value is unlocked. Python:
// threading.RLock.
//
// Its owner is a thread; in the real world a goroutine started by a go statement
// counts as one of its own.
type RMutex struct {
	m     sched.Monitor
	owner int64 // a World's SelfID; 0 if unlocked
	count int
}

var _ sync.Locker = (*RMutex)(nil)

var (
	opRMutexLock   = sched.NewOp("RMutex", "Lock").Acquires()
	opRMutexUnlock = sched.NewOp("RMutex", "Unlock").Releases()
)

// NewRMutex returns an unlocked recursive mutex that reports call by the given
// name.
func NewRMutex(name string) *RMutex {
	mu := &RMutex{}
	mu.m.SetName("RMutex " + name)
	return mu
}

// Lock locks the mutex, waiting as long as another thread holds it. Python:
// RLock.acquire().
func (mu *RMutex) Lock() { mu.lock(NoLimit) }

// TryLock locks the mutex unless another thread holds it, and reports whether it
// did. Python: RLock.acquire(blocking=False).
func (mu *RMutex) TryLock() bool { return mu.lock(0) }

// LockTimeout is Lock for at most limit, and reports whether it locked the mutex.
// Misuse: ErrTimeout. Python: RLock.acquire(timeout=…).
func (mu *RMutex) LockTimeout(limit time.Duration) bool {
	sched.CheckLimit(opRMutexLock, limit)
	return mu.lock(limit)
}

func (mu *RMutex) lock(limit time.Duration) bool {
	w := mu.m.Enter(opRMutexLock, (*rmutexState)(mu))
	self := w.SelfID()
	if mu.owner != 0 && mu.owner != self &&
		!w.Wait(&mu.m, opRMutexLock, func() bool { return mu.owner == 0 }, limit) {
		mu.m.Exit()
		return false
	}
	mu.owner = self
	mu.count++
	mu.m.Hold(w)
	mu.m.Exit()
	return true
}

// Unlock takes one Lock back. Misuse: ErrNotLocked if nobody holds the mutex,
// ErrNotOwner if another thread does. Python: RLock.release.
func (mu *RMutex) Unlock() {
	w := mu.m.Enter(opRMutexUnlock, (*rmutexState)(mu))
	mu.checkOwner(w, opRMutexUnlock)
	mu.release(w, 1)
	mu.m.Exit()
}

// checkOwner ends op with a misuse unless the calling thread holds the mutex,
// which it has entered.
func (mu *RMutex) checkOwner(w sched.World, op *sched.Op) {
	switch mu.owner {
	case w.SelfID():
	case 0:
		mu.m.Fail(w, op, ErrNotLocked, "")
	default:
		detail := ""
		if holder := mu.m.Holder(); holder != nil {
			detail = holder.Name() + " does"
		}
		mu.m.Fail(w, op, ErrNotOwner, detail)
	}
}

func (mu *RMutex) release(w sched.World, times int) {
	for range times {
		mu.count--
		mu.m.Unhold()
	}
	if mu.count == 0 {
		mu.owner = 0
		w.Wake(&mu.m, 1)
	}
}
