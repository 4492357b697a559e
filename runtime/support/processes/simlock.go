package processes

import (
	"strconv"
	"time"

	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/sched"
)

// simLock is a lock of the processes of a simulation.
type simLock struct {
	m      sched.Monitor
	locked bool
	holder *simulated // nil for the main program
	owner  int64      // the task that holds it, if it is recursive
	count  int
}

// abandoned reports whether the process that holds the lock has ended.
func (l *simLock) abandoned() bool { return l.locked && l.holder != nil && l.holder.ended }

func (l *simLock) lock(op *sched.Op, recursive bool, limit time.Duration) bool {
	sched.CheckLimit(op, limit)
	w := l.m.Enter(op, nil)
	if !l.await(w, op, recursive, limit) {
		l.m.Exit()
		return false
	}
	if l.locked {
		l.count++
		l.m.Exit()
		return true
	}
	l.locked, l.holder, l.owner, l.count = true, simSelf(simWorld()), w.SelfID(), 1
	if l.holder != nil {
		l.holder.tell(&l.m)
	}
	l.m.Hold(w)
	l.m.Exit()
	return true
}

// await waits until nobody else holds the lock, at most for limit, and reports whether
// that is so. The caller has entered the monitor.
func (l *simLock) await(w sched.World, op *sched.Op, recursive bool, limit time.Duration) bool {
	me := w.SelfID()
	free := w.Wait(&l.m, op, func() bool { return !l.locked || recursive && l.owner == me || l.abandoned() }, limit)
	if l.abandoned() {
		pid := l.holder.id.PID
		l.m.Exit()
		Fail(op, op.Kind, &proc.AbandonedError{PID: pid}, "")
	}
	return free
}

func (l *simLock) unlock(op *sched.Op, recursive bool) {
	w := l.m.Enter(op, nil)
	switch {
	case recursive && (!l.locked || l.owner != w.SelfID()):
		l.m.Exit()
		Fail(op, op.Kind, ErrNotOwner, "")
	case !l.locked:
		l.m.Exit()
		Fail(op, op.Kind, ErrNotLocked, "")
	}
	if l.count--; l.count == 0 {
		if l.holder != nil {
			l.holder.untell(&l.m)
		}
		l.locked, l.holder = false, nil
		l.m.Unhold()
		w.Wake(&l.m, 1)
	}
	l.m.Exit()
}

// simSemaphore is a semaphore of the processes of a simulation.
type simSemaphore struct {
	m       sched.Monitor
	n, most int
}

func (s *simSemaphore) acquire(limit time.Duration) bool {
	sched.CheckLimit(opSemAcquire, limit)
	w := s.m.Enter(opSemAcquire, nil)
	ok := w.Wait(&s.m, opSemAcquire, func() bool { return s.n > 0 }, limit)
	if ok {
		s.n--
	}
	s.m.Exit()
	return ok
}

func (s *simSemaphore) release(n int) {
	w := s.m.Enter(opSemRelease, nil)
	if s.n+n > s.most {
		s.m.Exit()
		Fail(opSemRelease, "Semaphore", proc.ErrCount, strconv.Itoa(n))
	}
	s.n += n
	w.Wake(&s.m, n)
	s.m.Exit()
}

func (s *simSemaphore) value() int {
	s.m.Enter(opSimLook, nil)
	defer s.m.Exit()
	return s.n
}

// simEvent is an event of the processes of a simulation.
type simEvent struct {
	m   sched.Monitor
	set bool
}

func (e *simEvent) change(set bool) {
	w := e.m.Enter(opEventChange, nil)
	if e.set = set; set {
		w.Wake(&e.m, len(e.m.Waiters()))
	}
	e.m.Exit()
}

func (e *simEvent) isSet() bool {
	e.m.Enter(opSimLook, nil)
	defer e.m.Exit()
	return e.set
}

func (e *simEvent) wait(limit time.Duration) bool {
	sched.CheckLimit(opEventWaiting, limit)
	w := e.m.Enter(opEventWaiting, nil)
	set := w.Wait(&e.m, opEventWaiting, func() bool { return e.set }, limit)
	e.m.Exit()
	return set
}
