package thread_test

import (
	"testing"
	"time"

	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/thread"
)

// forEachCond runs body with the conditions that can be made.
func forEachCond(t *testing.T, body func(t *testing.T, c *thread.Cond)) {
	for name, create := range map[string]func() *thread.Cond{
		"zero value": func() *thread.Cond { return new(thread.Cond) },
		"Mutex":      func() *thread.Cond { return thread.NewCond(new(thread.Mutex)) },
		"RMutex":     func() *thread.Cond { return thread.NewCond(new(thread.RMutex)) },
	} {
		t.Run(name, func(t *testing.T) {
			worldtest.Both(t, func(t *testing.T) { body(t, create()) })
		})
	}
}

func TestWaitForSeesWhatAnotherThreadChanged(t *testing.T) {
	forEachCond(t, func(t *testing.T, c *thread.Cond) {
		var items []int
		consumer := thread.Go(func() {
			for want := range 5 {
				c.Lock()
				c.WaitFor(func() bool { return len(items) > 0 })
				if items[0] != want {
					t.Errorf("got %d, want %d", items[0], want)
				}
				items = items[1:]
				c.Unlock()
			}
		})
		for i := range 5 {
			c.Lock()
			items = append(items, i)
			c.Signal()
			c.Unlock()
		}
		consumer.Join()
	})
}

// waiters starts n threads that wait in c; the function returned tells how many
// have been notified. All wait when waiters returns.
func waiters(c *thread.Cond, n int) (threads []*thread.Thread, notified func() int) {
	waiting, done := 0, 0
	for range n {
		threads = append(threads, thread.Go(func() {
			c.Lock()
			defer c.Unlock()
			waiting++
			c.Wait()
			done++
		}))
	}
	for ready := false; !ready; thread.Yield() {
		c.Lock()
		ready = waiting == n // each gives the lock up only by waiting
		c.Unlock()
	}
	return threads, func() int {
		c.Lock()
		defer c.Unlock()
		return done
	}
}

func TestNotifyLetsAsManyGoOn(t *testing.T) {
	forEachCond(t, func(t *testing.T, c *thread.Cond) {
		threads, notified := waiters(c, 4)
		tell := func(f func()) {
			c.Lock()
			f()
			c.Unlock()
		}
		tell(c.Signal)
		for notified() < 1 {
			thread.Yield()
		}
		tell(func() { c.Notify(2) })
		for notified() < 3 {
			thread.Yield()
		}
		for range 20 {
			thread.Yield()
		}
		if n := notified(); n != 3 {
			t.Errorf("%d went on, want 3", n)
		}
		tell(c.Broadcast)
		for _, th := range threads {
			th.Join()
		}
		tell(c.Broadcast) // nobody waits: no effect
	})
}

func TestTimedWaitTellsWhetherItWasNotified(t *testing.T) {
	forEachCond(t, func(t *testing.T, c *thread.Cond) {
		c.Lock()
		defer c.Unlock()
		if c.WaitTimeout(time.Millisecond) || c.WaitTimeout(0) {
			t.Error("notified by nobody")
		}
		calls := 0
		if c.WaitForTimeout(func() bool { calls++; return false }, time.Millisecond) || calls < 2 {
			t.Errorf("WaitForTimeout after %d looks", calls)
		}
		th := thread.Go(func() {
			c.Lock()
			c.Signal()
			c.Unlock()
		})
		if !c.WaitTimeout(time.Hour) {
			t.Error("Signal was missed")
		}
		th.Join()
	})
}

func TestWaitGivesARecursiveLockUpWholly(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var c thread.Cond
		c.Lock()
		c.Lock()
		th := thread.Go(func() {
			c.Lock()
			c.Signal()
			c.Unlock()
		})
		c.Wait()
		th.Join()
		c.Unlock()
		c.Unlock()
		worldtest.Misuse(t, thread.ErrNotLocked, c.Unlock)
	})
}

func TestMisuseOfConditions(t *testing.T) {
	forEachCond(t, func(t *testing.T, c *thread.Cond) {
		worldtest.Misuse(t, thread.ErrNotLocked, c.Wait)
		worldtest.Misuse(t, thread.ErrNotLocked, c.Signal)
		worldtest.Misuse(t, thread.ErrNotLocked, c.Broadcast)
		worldtest.Misuse(t, thread.ErrNotLocked, func() { c.WaitFor(func() bool { return true }) })
		worldtest.Misuse(t, thread.ErrTimeout, func() { c.WaitTimeout(-2) })
	})
	worldtest.Both(t, func(t *testing.T) {
		var c thread.Cond
		c.Lock()
		thread.Go(func() { worldtest.Misuse(t, thread.ErrNotOwner, c.Signal) }).Join()
		c.Unlock()
	})
}
