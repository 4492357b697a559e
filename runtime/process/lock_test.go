package process_test

import (
	"errors"
	"testing"
	"time"

	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/process"
	"lockstep/runtime/thread"
)

func init() {
	targets = append(targets, unlocks, dies, takesUnits, waitsForEvent, nestedLock)
}

func unlocks(l *process.Lock) { l.Unlock() }

func dies(l *process.Lock, ready *process.Event) {
	l.Lock()
	ready.Set()
	thread.Sleep(time.Hour)
}

func takesUnits(s *process.Semaphore, got *process.Queue[int]) {
	s.Acquire()
	got.Put(s.Value())
	s.Release(1)
}

func waitsForEvent(e *process.Event, q *process.Queue[bool]) { e.Wait(); q.Put(e.IsSet()) }

func nestedLock(l *process.RLock, q *process.Queue[bool]) {
	q.Put(l.TryLock())
	l.Lock()
	l.Lock()
	q.Put(true)
	l.Unlock()
	l.Unlock()
}

func TestAnyProcessMayUnlock(t *testing.T) { worldtest.Both(t, anyProcessMayUnlock) }

func anyProcessMayUnlock(t *testing.T) {
	l := process.NewLock()
	l.Lock()
	if l.TryLock() {
		t.Error("locked twice")
	}
	if begin := thread.Now(); l.LockTimeout(20*time.Millisecond) || thread.Since(begin) < 20*time.Millisecond {
		t.Error("locked twice, or too early")
	}
	p := process.Start(unlocks, l)
	l.Lock() // the other process has unlocked it
	p.Join()
	l.Unlock()
	misuse(t, process.ErrNotLocked, "ValueError", l.Unlock)
	misuse(t, process.ErrTimeout, "", func() { l.LockTimeout(-2) })
}

// Python hangs here.
func TestALockWhoseHolderHasEndedIsReported(t *testing.T) {
	worldtest.Both(t, aLockWhoseHolderHasEndedIsReported)
}

func aLockWhoseHolderHasEndedIsReported(t *testing.T) {
	l, ready := process.NewLock(), process.NewEvent()
	abandoned(t, process.Start(dies, l, ready), ready, "lock", l.Lock)
}

// abandoned asserts that what a process holds that has been killed says so when it
// is used. The process sets ready once it holds it.
func abandoned(t *testing.T, p *process.Process, ready *process.Event, what string, use func()) {
	t.Helper()
	ready.Wait()
	p.Kill()
	p.Join()
	defer func() {
		var abandoned *process.AbandonedError
		if err, ok := recover().(error); !ok || !errors.As(err, &abandoned) || abandoned.PID != p.PID() {
			t.Errorf("the %s says %v", what, err)
		}
	}()
	use()
}

func TestARecursiveLockBelongsToAThread(t *testing.T) {
	worldtest.Both(t, aRecursiveLockBelongsToAThread)
}

func aRecursiveLockBelongsToAThread(t *testing.T) {
	l, q := process.NewRLock(), process.NewQueue[bool](0)
	l.Lock()
	l.Lock()
	p := process.Start(nestedLock, l, q)
	if must(q.Get()) {
		t.Error("another process locked it, too")
	}
	thread.Go(func() { misuse(t, process.ErrNotOwner, "AssertionError", l.Unlock) }).Join()
	l.Unlock()
	if _, err := q.GetTimeout(20 * time.Millisecond); err == nil {
		t.Error("one Unlock of two made it free")
	}
	l.Unlock()
	if !must(q.Get()) {
		t.Error("it never got it")
	}
	p.Join()
	misuse(t, process.ErrNotOwner, "", l.Unlock)
}

func TestASemaphoreCountsForAllProcesses(t *testing.T) {
	worldtest.Both(t, aSemaphoreCountsForAllProcesses)
}

func aSemaphoreCountsForAllProcesses(t *testing.T) {
	s, got := process.NewSemaphore(1), process.NewQueue[int](0)
	s.Acquire()
	if s.TryAcquire() || s.AcquireTimeout(time.Millisecond) {
		t.Error("two passed")
	}
	p := process.Start(takesUnits, s, got)
	if _, err := got.GetTimeout(30 * time.Millisecond); err == nil {
		t.Error("another process passed")
	}
	s.Release(1)
	if n := must(got.Get()); n != 0 {
		t.Errorf("%d units left", n)
	}
	p.Join()
	s.Release(2)
	if s.Value() != 3 {
		t.Errorf("%d units", s.Value())
	}
	b := process.NewBoundedSemaphore(2)
	misuse(t, process.ErrOverRelease, "ValueError", func() { b.Release(1) })
	misuse(t, process.ErrValue, "", func() { b.Release(0) })
	misuse(t, process.ErrValue, "-1", func() { process.NewSemaphore(-1) })
}

func TestAnEventIsSeenByAllProcesses(t *testing.T) { worldtest.Both(t, anEventIsSeenByAllProcesses) }

func anEventIsSeenByAllProcesses(t *testing.T) {
	e, q := process.NewEvent(), process.NewQueue[bool](0)
	if e.IsSet() || e.WaitTimeout(time.Millisecond) {
		t.Error("set from the beginning")
	}
	var waiting []*process.Process
	for range 3 {
		waiting = append(waiting, process.Start(waitsForEvent, e, q))
	}
	if _, err := q.GetTimeout(30 * time.Millisecond); err == nil {
		t.Error("one didn't wait")
	}
	e.Set()
	e.Set()
	for range waiting {
		if !must(q.Get()) {
			t.Error("not set where it was waited for")
		}
	}
	for _, p := range waiting {
		p.Join()
	}
	e.Clear()
	if e.IsSet() {
		t.Error("one Clear was not enough")
	}
}
