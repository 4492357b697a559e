package processes

import (
	"errors"
	"strconv"
	"sync"
	"time"

	"lockstep/runtime/internal/encode"
	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/sched"
)

var (
	opLock         = sched.NewOp("Lock", "Lock")
	opUnlock       = sched.NewOp("Lock", "Unlock")
	opRLock        = sched.NewOp("RLock", "Lock")
	opRUnlock      = sched.NewOp("RLock", "Unlock")
	opSemNew       = sched.NewOp("Semaphore", "make")
	opSemAcquire   = sched.NewOp("Semaphore", "Acquire")
	opSemRelease   = sched.NewOp("Semaphore", "Release")
	opEventChange  = sched.NewOp("Event", "Set")
	opEventWaiting = sched.NewOp("Event", "Wait")
)

// Lock is a lock that any process may unlock.
type Lock struct {
	m   *proc.Mutex
	sim *shared
}

// NewLock returns an unlocked lock.
func NewLock() *Lock {
	if makes(opLock) {
		return &Lock{sim: &shared{&simLock{}}}
	}
	m, err := proc.NewMutex()
	check(opLock, err)
	return &Lock{m: m}
}

// Lock locks it, waiting at most for limit, and reports whether it did.
func (l *Lock) Lock(limit time.Duration) bool {
	if inSim(opLock, l.sim != nil) {
		return l.sim.to.(*simLock).lock(opLock, false, limit)
	}
	sched.CheckLimit(opLock, limit)
	return inTime(opLock, l.m.Lock(limit, Cancelled()))
}

// inTime reports whether there was no time-out; it panics about any other error.
func inTime(op *sched.Op, err error) bool {
	if errors.Is(err, proc.ErrTimeout) {
		return false
	}
	check(op, err)
	return true
}

// Unlock unlocks it.
func (l *Lock) Unlock() {
	if inSim(opUnlock, l.sim != nil) {
		l.sim.to.(*simLock).unlock(opUnlock, false)
		return
	}
	err := l.m.Unlock()
	if errors.Is(err, proc.ErrCount) {
		err = ErrNotLocked
	}
	check(opUnlock, err)
}

// RLock is a lock that its holder may lock again. The holder is a goroutine.
type RLock struct {
	m     *proc.Mutex
	sim   *shared
	mu    sync.Mutex
	owner int64 // the goroutine of this process that holds it, 0 for none
	count int
}

var _ encode.Handle = (*RLock)(nil)

// NewRLock returns an unlocked lock.
func NewRLock() *RLock {
	if makes(opRLock) {
		return &RLock{sim: &shared{&simLock{}}}
	}
	m, err := proc.NewMutex()
	check(opRLock, err)
	return &RLock{m: m}
}

// EncodeHandle implements encode.Handle.
func (l *RLock) EncodeHandle(e *encode.Encoder) error {
	e.Int(kindOf(l.sim != nil))
	if l.sim != nil {
		return l.sim.EncodeHandle(e)
	}
	return l.m.EncodeHandle(e)
}

// DecodeHandle implements encode.Handle.
func (l *RLock) DecodeHandle(d *encode.Decoder) error {
	simulated, err := d.Int()
	if err != nil {
		return err
	}
	if simulated != 0 {
		l.sim = &shared{}
		return l.sim.DecodeHandle(d)
	}
	l.m = &proc.Mutex{}
	return l.m.DecodeHandle(d)
}

// Lock locks it, waiting at most for limit, and reports whether it did.
func (l *RLock) Lock(limit time.Duration) bool {
	if inSim(opRLock, l.sim != nil) {
		return l.sim.to.(*simLock).lock(opRLock, true, limit)
	}
	sched.CheckLimit(opRLock, limit)
	me := sched.Real.SelfID()
	l.mu.Lock()
	if l.owner == me {
		l.count++
		l.mu.Unlock()
		return true
	}
	l.mu.Unlock()
	if !inTime(opRLock, l.m.Lock(limit, Cancelled())) {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.owner, l.count = me, 1
	return true
}

// Unlock takes one Lock back.
func (l *RLock) Unlock() {
	if inSim(opRUnlock, l.sim != nil) {
		l.sim.to.(*simLock).unlock(opRUnlock, true)
		return
	}
	l.unlock(opRUnlock)
}

// unlock is Unlock in the real world, as part of op.
func (l *RLock) unlock(op *sched.Op) {
	l.mu.Lock()
	if l.owner != sched.Real.SelfID() {
		l.mu.Unlock()
		Fail(op, op.Kind, ErrNotOwner, "")
	}
	l.count--
	last := l.count == 0
	if last {
		l.owner = 0
	}
	l.mu.Unlock()
	if last {
		check(op, l.m.Unlock())
	}
}

// Semaphore counts units.
type Semaphore struct {
	c   *proc.Counter
	sim *shared
}

// NewSemaphore returns one of n units, and never more than most.
func NewSemaphore(n, most int) *Semaphore {
	if n < 0 || n > proc.MaxCount {
		Fail(opSemNew, "Semaphore", ErrValue, strconv.Itoa(n))
	}
	if makes(opSemNew) {
		return &Semaphore{sim: &shared{&simSemaphore{n: n, most: most}}}
	}
	c, err := proc.NewCounter(n, most)
	check(opSemNew, err)
	return &Semaphore{c: c}
}

// Acquire takes a unit, waiting at most for limit, and reports whether it did.
func (s *Semaphore) Acquire(limit time.Duration) bool {
	if inSim(opSemAcquire, s.sim != nil) {
		return s.sim.to.(*simSemaphore).acquire(limit)
	}
	sched.CheckLimit(opSemAcquire, limit)
	return inTime(opSemAcquire, s.c.Acquire(limit, Cancelled()))
}

// Release gives n units.
func (s *Semaphore) Release(n int) {
	if n < 1 {
		Fail(opSemRelease, "Semaphore", ErrValue, strconv.Itoa(n))
	}
	if inSim(opSemRelease, s.sim != nil) {
		s.sim.to.(*simSemaphore).release(n)
		return
	}
	check(opSemRelease, s.c.Release(n))
}

// Value is how many units there are.
func (s *Semaphore) Value() int {
	if inSim(opSemAcquire, s.sim != nil) {
		return s.sim.to.(*simSemaphore).value()
	}
	return s.c.Value()
}

// Event is something that has happened or not.
type Event struct {
	f   *proc.Flag
	sim *shared
}

// NewEvent returns an event that is not set.
func NewEvent() *Event {
	if makes(opEventChange) {
		return &Event{sim: &shared{&simEvent{}}}
	}
	f, err := proc.NewFlag()
	check(opEventChange, err)
	return &Event{f: f}
}

// Set sets it.
func (e *Event) Set() {
	if inSim(opEventChange, e.sim != nil) {
		e.sim.to.(*simEvent).change(true)
		return
	}
	check(opEventChange, e.f.Set())
}

// Clear takes Set back.
func (e *Event) Clear() {
	if inSim(opEventChange, e.sim != nil) {
		e.sim.to.(*simEvent).change(false)
		return
	}
	check(opEventChange, e.f.Clear())
}

// IsSet reports whether it is set.
func (e *Event) IsSet() bool {
	if inSim(opEventWaiting, e.sim != nil) {
		return e.sim.to.(*simEvent).isSet()
	}
	return e.f.IsSet()
}

// Wait waits until it is set, at most for limit, and reports whether it is.
func (e *Event) Wait(limit time.Duration) bool {
	if inSim(opEventWaiting, e.sim != nil) {
		return e.sim.to.(*simEvent).wait(limit)
	}
	sched.CheckLimit(opEventWaiting, limit)
	return inTime(opEventWaiting, e.f.Wait(limit, Cancelled()))
}
