package thread_test

import (
	"testing"
	"time"

	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/thread"
)

func TestASemaphoreLimitsHolders(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		s := thread.NewSemaphore(3)
		var mu thread.Mutex
		inside, most := 0, 0
		var threads []*thread.Thread
		for range 10 {
			threads = append(threads, thread.Go(func() {
				s.Acquire()
				mu.Lock()
				inside++
				most = max(most, inside)
				mu.Unlock()
				thread.Sleep(time.Millisecond)
				mu.Lock()
				inside--
				mu.Unlock()
				s.Release()
			}))
		}
		for _, th := range threads {
			th.Join()
		}
		if most > 3 || most < 1 || s.Value() != 3 {
			t.Errorf("at most %d were inside, %d permits are left; want 3 and 3", most, s.Value())
		}
	})
}

func TestASemaphoreIsACounterWithoutOwner(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		s := thread.NewSemaphore(0)
		if s.TryAcquire() || s.AcquireTimeout(time.Millisecond) {
			t.Error("acquired a permit of none")
		}
		var waiters []*thread.Thread
		for range 3 {
			waiters = append(waiters, thread.Go(s.Acquire))
		}
		thread.Go(func() { s.ReleaseN(4) }).Join()
		for _, th := range waiters {
			th.Join()
		}
		if !s.TryAcquire() || s.TryAcquire() {
			t.Error("want one permit left of 4 for 3")
		}
	})
}

func TestMisuseOfSemaphores(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		worldtest.Misuse(t, thread.ErrValue, func() { thread.NewSemaphore(-1) })
		worldtest.Misuse(t, thread.ErrValue, func() { thread.NewBoundedSemaphore(-1) })
		worldtest.Misuse(t, thread.ErrOverRelease, thread.NewBoundedSemaphore(0).Release)
		worldtest.Misuse(t, thread.ErrValue, func() { thread.NewSemaphore(1).ReleaseN(0) })
		worldtest.Misuse(t, thread.ErrTimeout, func() { thread.NewSemaphore(1).AcquireTimeout(-3) })

		b := thread.NewBoundedSemaphore(2)
		worldtest.Misuse(t, thread.ErrOverRelease, b.Release)
		b.Acquire()
		worldtest.Misuse(t, thread.ErrOverRelease, func() { b.ReleaseN(2) })
		b.Release()
		if b.Value() != 2 {
			t.Errorf("%d permits, want 2", b.Value())
		}
	})
}
