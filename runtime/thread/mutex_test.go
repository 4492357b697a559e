package thread_test

import (
	"sync"
	"testing"
	"time"

	"lockstep/runtime/internal/scope"
	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/thread"
)

// locker is what the two kinds of mutex share.
type locker interface {
	sync.Locker
	TryLock() bool
	LockTimeout(time.Duration) bool
}

var lockers = map[string]func() locker{
	"Mutex":  func() locker { return new(thread.Mutex) },
	"RMutex": func() locker { return new(thread.RMutex) },
}

func forEachLocker(t *testing.T, body func(t *testing.T, mu locker)) {
	for name, create := range lockers {
		t.Run(name, func(t *testing.T) {
			worldtest.Both(t, func(t *testing.T) { body(t, create()) })
		})
	}
}

func TestALockExcludes(t *testing.T) {
	forEachLocker(t, func(t *testing.T, mu locker) {
		inside, total := 0, 0
		work := func() {
			for range 20 {
				mu.Lock()
				inside++
				thread.Yield()
				if inside != 1 {
					t.Errorf("%d threads are inside", inside)
				}
				n := total
				thread.Yield()
				total = n + 1
				inside--
				mu.Unlock()
			}
		}
		var threads []*thread.Thread
		for range 5 {
			threads = append(threads, thread.Go(work))
		}
		for _, th := range threads {
			th.Join()
		}
		if total != 100 {
			t.Errorf("total %d, want 100", total)
		}
	})
}

func TestALockHeldByAnotherThread(t *testing.T) {
	forEachLocker(t, func(t *testing.T, mu locker) {
		mu.Lock()
		other := thread.Go(func() {
			if mu.TryLock() {
				t.Error("TryLock took a held lock")
			}
			start := thread.Now()
			if mu.LockTimeout(5 * time.Millisecond) {
				t.Error("LockTimeout took a held lock")
			}
			if waited := thread.Since(start); waited < 5*time.Millisecond {
				t.Errorf("LockTimeout gave up after %v", waited)
			}
			if mu.LockTimeout(0) {
				t.Error("LockTimeout(0) took a held lock")
			}
		})
		other.Join()
		waiter := thread.Go(func() {
			if !mu.LockTimeout(time.Hour) {
				t.Error("LockTimeout missed the Unlock")
			}
			mu.Unlock()
		})
		thread.Sleep(time.Millisecond)
		mu.Unlock()
		waiter.Join()
		if !mu.TryLock() {
			t.Error("TryLock failed on a free lock")
		}
		mu.Unlock()
	})
}

func TestMisuseOfLocks(t *testing.T) {
	forEachLocker(t, func(t *testing.T, mu locker) {
		worldtest.Misuse(t, thread.ErrNotLocked, mu.Unlock)
		worldtest.Misuse(t, thread.ErrTimeout, func() { mu.LockTimeout(-time.Second) })
		if !mu.LockTimeout(thread.NoLimit) {
			t.Error("a Lock without limit gave up")
		}
		mu.Unlock()
		worldtest.Misuse(t, thread.ErrNotLocked, mu.Unlock)
	})
}

func TestAnyThreadMayUnlockAMutex(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var mu thread.Mutex
		mu.Lock()
		thread.Go(mu.Unlock).Join()
		if mu.Locked() {
			t.Error("another thread's Unlock had no effect")
		}
	})
}

func TestTheHolderOfAMutexCannotLockItAgain(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var mu thread.Mutex
		mu.Lock()
		if mu.TryLock() || mu.LockTimeout(time.Millisecond) {
			t.Error("the holder locked it again")
		}
		if !mu.Locked() {
			t.Error("it is not locked")
		}
		mu.Unlock()
	})
}

func TestTheHolderOfAnRMutexLocksItAgain(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var mu thread.RMutex
		mu.Lock()
		if !mu.TryLock() || !mu.LockTimeout(time.Millisecond) {
			t.Error("the holder could not lock it again")
		}
		free := func() (ok bool) {
			thread.Go(func() {
				if ok = mu.TryLock(); ok {
					mu.Unlock()
				}
			}).Join()
			return ok
		}
		for left := 3; left > 0; left-- {
			if free() {
				t.Errorf("it is free with %d locks left", left)
			}
			mu.Unlock()
		}
		if !free() {
			t.Error("it is not free after as many Unlocks")
		}
	})
}

func TestOnlyTheOwnerUnlocksAnRMutex(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var mu thread.RMutex
		mu.Lock()
		thread.Go(func() { worldtest.Misuse(t, thread.ErrNotOwner, mu.Unlock) }).Join()
		mu.Unlock()
	})
}

// BenchmarkUncontended compares a lock and an unlock with sync.Mutex's, in a plain
// program and in a cell.
func BenchmarkUncontended(b *testing.B) {
	cell := &scope.Scope{}
	defer cell.Release()
	for name, mu := range map[string]sync.Locker{
		"sync.Mutex": new(sync.Mutex), "Mutex": new(thread.Mutex), "RMutex": new(thread.RMutex),
	} {
		loop := func(b *testing.B) {
			for b.Loop() {
				mu.Lock()
				mu.Unlock() //lint:ignore SA2001 the pair is what is measured
			}
		}
		b.Run(name, loop)
		b.Run(name+"InCell", func(b *testing.B) { cell.Do(func() { loop(b) }) })
	}
}

// BenchmarkStartAndJoin is the cost of a thread in the real world.
func BenchmarkStartAndJoin(b *testing.B) {
	for b.Loop() {
		thread.Go(func() {}).Join()
	}
}
