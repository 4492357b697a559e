package sim_test

import (
	"errors"
	"testing"

	"lockstep/runtime/futures"
	"lockstep/runtime/queue"
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

// What is made before an exploration is the same for each of its schedules, and
// afterwards what it was. The check sees what the schedule has left.
func TestExploreSetsBackWhatWasMadeBefore(t *testing.T) {
	var (
		mutex     thread.Mutex
		recursive thread.RMutex
		permits   = thread.NewSemaphore(2)
		event     thread.Event
		barrier   = thread.NewBarrier(2, nil)
		cond      thread.Cond
		numbers   = queue.New[int](0)
		least     = queue.NewPriority(0, func(a, b int) int { return a - b })
		n         = sim.NewVar("n", 1)
		th        *thread.Thread
		executor  *futures.Executor
	)
	nothing := func() {}
	quiet(func() {
		th = thread.New(nothing, thread.Name("made before"))
		executor = futures.NewThreads(2)
		if err := numbers.Put(7); err != nil {
			t.Fatal(err)
		}
	})
	for _, test := range []struct {
		name        string
		body        func()
		left, after func() bool
	}{
		{"a mutex left locked", func() { sim.Threads(mutex.Lock, nothing) },
			mutex.Locked, func() bool { return !mutex.Locked() && mutex.TryLock() }},
		{"a recursive mutex left locked", func() { sim.Threads(func() { recursive.Lock(); recursive.Lock() }, nothing) },
			func() bool { return true }, recursive.TryLock},
		{"permits not given back", func() { sim.Threads(permits.Acquire, permits.Acquire) },
			func() bool { return permits.Value() == 0 && !permits.TryAcquire() }, func() bool { return permits.Value() == 2 }},
		{"an event", func() { sim.Threads(event.Set, event.Wait) },
			event.IsSet, func() bool { return !event.IsSet() }},
		{"a barrier", func() { sim.Threads(barrier.Abort, nothing) },
			barrier.Broken, func() bool { return !barrier.Broken() }},
		{"a condition variable", func() {
			sim.Threads(func() { cond.Lock(); cond.Signal(); cond.Unlock() }, nothing)
		}, func() bool { return true }, func() bool { cond.Lock(); defer cond.Unlock(); return true }},
		{"a queue", func() {
			sim.Threads(func() { numbers.Get(); numbers.Put(8); numbers.Put(9) }, nothing)
		}, func() bool { return numbers.Len() == 2 }, func() bool {
			v, err := numbers.TryGet()
			return v == 7 && err == nil && numbers.Len() == 0
		}},
		{"a priority queue", func() { sim.Threads(func() { least.Put(2) }, func() { least.Put(1); least.Close() }) },
			func() bool { return least.Closed() }, func() bool { return !least.Closed() && least.Len() == 0 }},
		{"a thread", func() { sim.Threads(func() { th.Start(); th.Join() }, nothing) },
			func() bool { return !th.Alive() }, func() bool { th.Start(); th.Join(); return th.Name() == "made before" }},
		{"an executor", func() {
			f := futures.Submit(executor, func() int { return 42 })
			if v, err := f.Result(); v != 42 || err != nil {
				panic(err)
			}
			executor.Shutdown(true, false)
		}, func() bool { return true }, func() bool {
			v, err := futures.Submit(executor, func() int { return 43 }).Result()
			executor.Shutdown(true, false)
			return v == 43 && err == nil
		}},
		{"a variable", func() { sim.Threads(func() { n.Store(n.Load() + 1) }, nothing) },
			func() bool { return n.Load() == 2 }, func() bool { return n.Load() == 1 }},
	} {
		t.Run(test.name, func(t *testing.T) {
			quiet(func() {
				r := sim.Explore(test.body, sim.Check(func() error {
					if !test.left() {
						return errors.New("the check sees something else")
					}
					return nil
				}))
				if !r.OK() || r.Explored.Schedules < 2 {
					t.Error(r)
				}
				if !test.after() {
					t.Error("it isn't what it was")
				}
			})
		})
	}
}

// A deadlock leaves nothing held in the world after it.
func TestWhatEndsBadlyIsSetBack(t *testing.T) {
	quiet(func() {
		var a, b thread.Mutex
		cross := func() {
			sim.Threads(func() { a.Lock(); thread.Sleep(1); b.Lock() }, func() { b.Lock(); thread.Sleep(1); a.Lock() })
		}
		for seed := range uint64(3) {
			r := sim.Run(seed, cross)
			var deadlock *sim.DeadlockError
			if !errors.As(r.Err, &deadlock) {
				t.Fatalf("seed %d: %v", seed, r)
			}
			if again := sim.Replay(r.Schedule, cross); again.Hash != r.Hash {
				t.Errorf("seed %d: the schedule again is another: %v", seed, again)
			}
		}
		if !a.TryLock() || !b.TryLock() {
			t.Error("the mutexes are still held")
		}
	})
}

// A semaphore counts, and its permits have no holder: what a run took is taken.
func TestPermitsThatARunTookAreTaken(t *testing.T) {
	quiet(func() {
		s := thread.NewSemaphore(1)
		if r := sim.Run(1, s.Acquire); !r.OK() {
			t.Error(r)
		}
		if s.Value() != 0 || s.TryAcquire() {
			t.Error("the permit is there again")
		}
		if r := sim.Run(1, s.Release); !r.OK() || s.Value() != 1 {
			t.Errorf("%v\n%d permits", r, s.Value())
		}
	})
}
