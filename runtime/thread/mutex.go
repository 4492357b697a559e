package thread

import (
	"sync"
	"time"

	"lockstep/runtime/internal/sched"
)

// Mutex is a lock that one thread at a time can hold. It has no owner: any thread
// may unlock it. The holder that locks it again blocks, as everyone else does. It
// is not fair: who gets it next is not fixed. The zero value is an unlocked mutex.
// Python: threading.Lock.
type Mutex struct {
	m      sched.Monitor
	locked bool
}

var _ sync.Locker = (*Mutex)(nil)

var (
	opMutexLock   = sched.NewOp("Mutex", "Lock").Acquires()
	opMutexUnlock = sched.NewOp("Mutex", "Unlock").Releases()
	opMutexLocked = sched.NewOp("Mutex", "Locked").Looks()
)

// NewMutex returns an unlocked mutex that reports call by the given name.
func NewMutex(name string) *Mutex {
	mu := &Mutex{}
	mu.m.SetName("Mutex " + name)
	return mu
}

// Lock locks the mutex, waiting as long as it takes. Python: Lock.acquire().
func (mu *Mutex) Lock() { mu.lock(NoLimit) }

// TryLock locks the mutex if nobody holds it, and reports whether it did. Python:
// Lock.acquire(blocking=False).
func (mu *Mutex) TryLock() bool { return mu.lock(0) }

// LockTimeout is Lock for at most limit, and reports whether it locked the mutex.
// Misuse: ErrTimeout. Python: Lock.acquire(timeout=…).
func (mu *Mutex) LockTimeout(limit time.Duration) bool {
	sched.CheckLimit(opMutexLock, limit)
	return mu.lock(limit)
}

func (mu *Mutex) lock(limit time.Duration) bool {
	w := mu.m.Enter(opMutexLock, (*mutexState)(mu))
	if mu.locked && !w.Wait(&mu.m, opMutexLock, func() bool { return !mu.locked }, limit) {
		mu.m.Exit()
		return false
	}
	mu.locked = true
	mu.m.Hold(w)
	mu.m.Exit()
	return true
}

// Unlock unlocks the mutex, whoever holds it. Misuse: ErrNotLocked. Python:
// Lock.release.
func (mu *Mutex) Unlock() {
	w := mu.m.Enter(opMutexUnlock, (*mutexState)(mu))
	if !mu.locked {
		mu.m.Fail(w, opMutexUnlock, ErrNotLocked, "")
	}
	mu.locked = false
	mu.m.Unhold()
	w.Wake(&mu.m, 1)
	mu.m.Exit()
}

// Locked reports whether someone holds the mutex. Python: Lock.locked.
func (mu *Mutex) Locked() bool {
	mu.m.Enter(opMutexLocked, (*mutexState)(mu))
	defer mu.m.Exit()
	return mu.locked
}
