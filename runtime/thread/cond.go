package thread

import (
	"slices"
	"sync"
	"time"

	"lockstep/runtime/internal/sched"
)

// Cond is a condition variable: threads that hold its lock wait in it until
// another that holds the lock tells them that something has changed. A thread that
// goes on should look at its condition again, as WaitFor does. The zero value has
// an RMutex of its own. Python: threading.Condition.
type Cond struct {
	m       sched.Monitor
	lock    Lock
	own     RMutex
	waiting []*notice // the longest waiting first
}

// notice is what one waiting thread waits for.
type notice struct{ given bool }

// Lock is a lock on which a Cond can be built: a *Mutex or an *RMutex.
type Lock interface {
	sync.Locker
	// requireHeld ends op with a misuse unless the calling thread may unlock it.
	requireHeld(w sched.World, op *sched.Op)
	// giveUp unlocks it wholly, and returns what takeBack needs.
	giveUp(w sched.World) (depth int)
	takeBack(depth int)
}

var (
	opCondWait   = sched.NewOp("Cond", "Wait").NoEdge()
	opCondWoken  = sched.NewOp("Cond", "Wait").Acquires()
	opCondSignal = sched.NewOp("Cond", "Signal").Releases()
)

// NewCond returns a condition variable whose lock is l. It panics if l is nil.
// Python: threading.Condition(lock).
func NewCond(l Lock) *Cond {
	if l == nil {
		panic("thread.NewCond: the lock is nil")
	}
	return &Cond{lock: l}
}

func (c *Cond) l() Lock {
	if c.lock == nil {
		return &c.own
	}
	return c.lock
}

// Lock locks the condition's lock. Python: Condition.acquire.
func (c *Cond) Lock() { c.l().Lock() }

// Unlock unlocks the condition's lock. Misuse: as the lock's Unlock. Python:
// Condition.release.
func (c *Cond) Unlock() { c.l().Unlock() }

// Wait unlocks the lock, however often it is locked, waits for Signal, Broadcast
// or Notify, and locks it again as often. Misuse: ErrNotOwner or ErrNotLocked
// without the lock. Python: Condition.wait().
func (c *Cond) Wait() { c.WaitTimeout(NoLimit) }

// WaitTimeout is Wait for at most limit, and reports whether it was notified. The
// lock is held again in either case. Misuse: also ErrTimeout. Python:
// Condition.wait(timeout).
func (c *Cond) WaitTimeout(limit time.Duration) bool {
	sched.CheckLimit(opCondWait, limit)
	w := c.m.Enter(opCondWait, (*condState)(c))
	c.m.Exit()
	c.l().requireHeld(w, opCondWait)

	c.m.Reenter()
	n := &notice{}
	c.waiting = append(c.waiting, n)
	depth := c.l().giveUp(w)
	returned := false
	defer func() {
		if !returned { // ended from outside: take no notification from others
			c.m.Reenter()
			c.forget(n)
			c.m.Exit()
		}
	}()
	notified := w.Wait(&c.m, opCondWoken, func() bool { return n.given }, limit)
	returned = true
	c.forget(n)
	c.m.Exit()
	c.l().takeBack(depth)
	return notified
}

func (c *Cond) forget(n *notice) {
	if i := slices.Index(c.waiting, n); i >= 0 {
		c.waiting = slices.Delete(c.waiting, i, i+1)
	}
}

// WaitFor waits until holds returns true, which is called with the lock held.
// Misuse: as Wait. Python: Condition.wait_for(predicate).
func (c *Cond) WaitFor(holds func() bool) { c.WaitForTimeout(holds, NoLimit) }

// WaitForTimeout is WaitFor for at most limit in all, and returns what holds
// returned last. Python: Condition.wait_for(predicate, timeout).
func (c *Cond) WaitForTimeout(holds func() bool, limit time.Duration) bool {
	sched.CheckLimit(opCondWait, limit)
	c.l().requireHeld(sched.Current(), opCondWait)
	start := Now()
	for !holds() {
		left := limit
		if limit != NoLimit {
			if left = limit - Since(start); left <= 0 {
				return false
			}
		}
		c.WaitTimeout(left)
	}
	return true
}

// Signal lets one waiting thread go on, the one that waits longest. It does
// nothing if none waits. Misuse: as Wait. Python: Condition.notify().
func (c *Cond) Signal() { c.Notify(1) }

// Notify lets n waiting threads go on, or as many as wait. Misuse: as Wait.
// Python: Condition.notify(n).
func (c *Cond) Notify(n int) {
	c.notify(func() int { return n })
}

// Broadcast lets all waiting threads go on. Misuse: as Wait. Python:
// Condition.notify_all.
func (c *Cond) Broadcast() {
	c.notify(func() int { return len(c.waiting) })
}

func (c *Cond) notify(count func() int) {
	w := c.m.Enter(opCondSignal, (*condState)(c))
	c.m.Exit()
	c.l().requireHeld(w, opCondSignal)
	c.m.Reenter()
	n := max(0, min(count(), len(c.waiting)))
	for _, notice := range c.waiting[:n] {
		notice.given = true
	}
	c.waiting = slices.Delete(c.waiting, 0, n)
	if n > 0 {
		w.Wake(&c.m, len(c.m.Waiters()))
	}
	c.m.Exit()
}

func (mu *Mutex) requireHeld(w sched.World, op *sched.Op) {
	mu.m.EnterAgain(w, op, (*mutexState)(mu))
	if !mu.locked {
		mu.m.Fail(w, op, ErrNotLocked, "")
	}
	mu.m.Exit()
}

func (mu *Mutex) giveUp(w sched.World) int {
	mu.m.EnterAgain(w, opMutexUnlock, (*mutexState)(mu))
	mu.locked = false
	mu.m.Unhold()
	w.Wake(&mu.m, 1)
	mu.m.Exit()
	return 1
}

func (mu *Mutex) takeBack(int) { mu.Lock() }

func (mu *RMutex) requireHeld(w sched.World, op *sched.Op) {
	mu.m.EnterAgain(w, op, (*rmutexState)(mu))
	mu.checkOwner(w, op)
	mu.m.Exit()
}

func (mu *RMutex) giveUp(w sched.World) int {
	mu.m.EnterAgain(w, opRMutexUnlock, (*rmutexState)(mu))
	depth := mu.count
	mu.release(w, depth)
	mu.m.Exit()
	return depth
}

func (mu *RMutex) takeBack(depth int) {
	for range depth {
		mu.Lock()
	}
}
