package sim_test

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"lockstep/runtime/internal/scope"
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

// joinAll starts a thread for each task and waits for them.
func joinAll(tasks ...func()) {
	var threads []*thread.Thread
	for _, task := range tasks {
		threads = append(threads, thread.Go(task))
	}
	for _, t := range threads {
		t.Join()
	}
}

// printer is three writers at one printer, a line each in three pieces.
func printer(out *strings.Builder, lock func() (unlock func())) func() {
	writer := func(name string) func() {
		return func() {
			unlock := lock()
			defer unlock()
			for i := range 3 {
				fmt.Fprintf(out, "%s%d ", name, i)
				thread.Yield()
			}
		}
	}
	return func() { joinAll(writer("a"), writer("b"), writer("c")) }
}

func unlocked() func() { return func() {} }

func TestTheSameSeedGivesTheSameRun(t *testing.T) {
	distinct := map[string]bool{}
	for seed := range uint64(100) {
		var first, second strings.Builder
		r1 := sim.Run(seed, printer(&first, unlocked))
		r2 := sim.Run(seed, printer(&second, unlocked))
		if !r1.OK() {
			t.Fatalf("seed %d: %v", seed, r1)
		}
		if first.String() != second.String() || r1.String() != r2.String() || r1.Hash != r2.Hash {
			t.Fatalf("seed %d gave two runs:\n%s\n%v\n%s\n%v", seed, &first, r1, &second, r2)
		}
		distinct[first.String()] = true
	}
	if len(distinct) < 50 {
		t.Errorf("100 seeds gave %d outputs only", len(distinct))
	}
}

func TestSimulationsBesideEachOtherDontMix(t *testing.T) {
	var alone strings.Builder
	want := sim.Run(5, printer(&alone, unlocked))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				var out strings.Builder
				if r := sim.Run(5, printer(&out, unlocked)); r.Hash != want.Hash || out.String() != alone.String() {
					t.Errorf("%q beside others, %q alone", &out, &alone)
				}
			}
		})
	}
	all.Wait()
}

// The schedules that people share must mean the same for ever: what seed 1 does is
// fixed by version 1 of the schedules.
func TestVersionOneOfTheSeededSchedules(t *testing.T) {
	var out strings.Builder
	r := sim.Run(1, printer(&out, unlocked))
	if want := "c0 a0 a1 b0 b1 a2 b2 c1 c2 "; out.String() != want {
		t.Errorf("seed 1 prints %q, want %q", &out, want)
	}
	if want := "1:a2dba2b2a2bcacab2"; r.Schedule != want {
		t.Errorf("seed 1 has the schedule %q, want %q", r.Schedule, want)
	}
}

func TestAMutexKeepsThePiecesOfAWriterTogether(t *testing.T) {
	const seeds = 500
	mixed := 0
	orders := map[string]bool{}
	for seed := range uint64(seeds) {
		var without, with strings.Builder
		sim.Run(seed, printer(&without, unlocked))
		if !whole(without.String()) {
			mixed++
		}
		var mu thread.Mutex
		r := sim.Run(seed, printer(&with, func() func() { mu.Lock(); return mu.Unlock }))
		if !r.OK() || !whole(with.String()) {
			t.Fatalf("seed %d with a mutex: %q\n%v", seed, &with, r)
		}
		orders[with.String()] = true
	}
	if mixed < seeds/2 {
		t.Errorf("without a mutex %d of %d runs are mixed", mixed, seeds)
	}
	if len(orders) != 6 {
		t.Errorf("with a mutex %d orders of the writers came up, want all 6", len(orders))
	}
}

// whole reports whether no writer's line has another's pieces in it.
func whole(out string) bool {
	for _, line := range []string{"a0 a1 a2 ", "b0 b1 b2 ", "c0 c1 c2 "} {
		if !strings.Contains(out, line) {
			return false
		}
	}
	return true
}

func TestLockAgainstJoin(t *testing.T) {
	const n = 10
	began := time.Now()
	for seed := range uint64(20) {
		var log []string
		say := func(what string) { log = append(log, thread.Current().Name()+" "+what) }
		together := sim.Run(seed, func() {
			var mu thread.Mutex
			var tasks []func()
			for range n {
				tasks = append(tasks, func() {
					thread.Sleep(time.Second)
					mu.Lock()
					say("running")
					thread.Sleep(500 * time.Millisecond)
					say("done")
					mu.Unlock()
				})
			}
			joinAll(tasks...)
		})
		if !together.OK() || together.Elapsed != 6*time.Second || together.Threads != n+1 {
			t.Fatalf("locked part only: %v", together)
		}
		for i := 0; i < len(log); i += 2 {
			name := strings.TrimSuffix(log[i], " running")
			if log[i+1] != name+" done" {
				t.Fatalf("line %d of %q is inside another's pair", i, log)
			}
		}
		oneByOne := sim.Run(seed, func() {
			for range n {
				thread.Go(func() {
					thread.Sleep(time.Second)
					thread.Sleep(500 * time.Millisecond)
				}).Join()
			}
		})
		if !oneByOne.OK() || oneByOne.Elapsed != 15*time.Second {
			t.Fatalf("joined one by one: %v", oneByOne)
		}
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("40 runs took %v of real time", took)
	}
}

func TestVirtualTime(t *testing.T) {
	r := sim.Run(1, func() {
		start := thread.Now()
		if want := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC); !start.Equal(want) {
			t.Errorf("it begins at %v", start)
		}
		var order []string
		sleeper := func(name string, d time.Duration) func() {
			return func() { thread.Sleep(d); order = append(order, name) }
		}
		joinAll(sleeper("long", 3*time.Hour), sleeper("short", time.Hour), sleeper("middle", 2*time.Hour))
		if got := strings.Join(order, " "); got != "short middle long" {
			t.Errorf("they woke in the order %s", got)
		}
		thread.Sleep(-time.Hour)
		if got := thread.Since(start); got != 3*time.Hour {
			t.Errorf("%v have passed", got)
		}
		thread.Sleep(1<<63 - 1)
		thread.Sleep(1<<63 - 1) // beyond what a duration holds: the clock stops there
	})
	if !r.OK() || r.Elapsed != 1<<63-1 {
		t.Error(r)
	}
}

// opposite is two threads that lock two mutexes in opposite orders.
func opposite() {
	a, b := thread.NewMutex("A"), thread.NewMutex("B")
	both := func(first, second *thread.Mutex) func() {
		return func() {
			first.Lock()
			defer first.Unlock()
			second.Lock()
			defer second.Unlock()
		}
	}
	p1 := thread.Go(both(a, b), thread.Name("P1"))
	p2 := thread.Go(both(b, a), thread.Name("P2"))
	p1.Join()
	p2.Join()
}

func TestADeadlockSaysWhoWaitsForWhatAndWhoHoldsIt(t *testing.T) {
	found, fine := 0, 0
	for seed := range uint64(100) {
		r := sim.Run(seed, opposite)
		var deadlock *sim.DeadlockError
		if r.OK() {
			fine++
			continue
		}
		if !errors.As(r.Err, &deadlock) {
			t.Fatalf("seed %d: %v", seed, r)
		}
		found++
		want := "deadlock: MainThread waits for P1 to end (Join); " +
			"P1 waits for Mutex B, held by P2 (Lock); P2 waits for Mutex A, held by P1 (Lock)"
		if r.Err.Error() != want {
			t.Fatalf("seed %d: %q\nwant %q", seed, r.Err, want)
		}
		if w := deadlock.Waits; w[0].InCycle || !w[1].InCycle || !w[2].InCycle {
			t.Fatalf("the circle is not marked: %+v", w)
		}
	}
	if found < 5 || fine < 5 {
		t.Errorf("%d of 100 runs deadlock, %d don't", found, fine)
	}
}

func TestAMutexLockedTwiceByItsHolderIsADeadlock(t *testing.T) {
	r := sim.Run(1, func() {
		var mu thread.Mutex
		mu.Lock()
		mu.Lock()
	})
	if want := "deadlock: MainThread waits for Mutex-1, held by itself (Lock)"; r.Err == nil || r.Err.Error() != want {
		t.Errorf("error %v, want %q", r.Err, want)
	}
}

func TestThreadsLeftForEverAfterTheMainCode(t *testing.T) {
	r := sim.Run(1, func() {
		var e thread.Event
		thread.Go(e.Wait, thread.Name("P1"))
	})
	var leak *sim.LeakError
	if !errors.As(r.Err, &leak) || r.Err.Error() != "threads left for ever: P1 waits for Event-1 (Wait)" {
		t.Errorf("error %v", r.Err)
	}
}

func TestTheRunEndsWithItsLastNonDaemon(t *testing.T) {
	ticks, deferred, finished := 0, false, false
	r := sim.Run(1, func() {
		thread.Go(func() {
			defer func() { deferred = true }()
			for {
				thread.Sleep(time.Second)
				ticks++
			}
		}, thread.Daemon(true))
		thread.Go(func() { thread.Sleep(9500 * time.Millisecond); finished = true })
	})
	if !r.OK() || !finished || ticks != 9 || !deferred || r.Elapsed != 9500*time.Millisecond {
		t.Errorf("finished %t, %d ticks of the daemon, its deferred call %t\n%v", finished, ticks, deferred, r)
	}
}

func TestADeadlockRunsDeferredCallsWhichSeeNoPanicAndPrintNothing(t *testing.T) {
	out, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	s := &scope.Scope{Stdout: out, Stderr: out}
	defer s.Release()
	var recovered any = "not run"
	after := false
	s.Do(func() {
		r := sim.Run(1, func() {
			fmt.Fprint(scope.Current().Stdout, "before ")
			var mu thread.Mutex
			func() {
				defer func() {
					recovered = recover()
					fmt.Fprint(scope.Current().Stdout, "deferred ")
					mu.Unlock() // spared, though it may be wrong by now
					mu.Unlock()
				}()
				mu.Lock()
				mu.Lock()
			}()
			after = true
		})
		if r.OK() {
			t.Error(r)
		}
		fmt.Fprint(scope.Current().Stdout, "afterwards")
	})
	text, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != "before afterwards" || recovered != nil || after {
		t.Errorf("printed %q, recovered %v, went on %t", text, recovered, after)
	}
}

func TestDeferredCallsCannotKeepAnEndedRunAlive(t *testing.T) {
	r := sim.Run(1, func() {
		var mu, other thread.Mutex
		defer func() {
			for {
				other.Lock()
				thread.Sleep(time.Second)
				other.Unlock()
			}
		}()
		defer func() { thread.Go(func() {}) }()
		defer mu.Lock()
		mu.Lock()
		mu.Lock()
	})
	var deadlock *sim.DeadlockError
	if !errors.As(r.Err, &deadlock) {
		t.Error(r)
	}
}

func TestAPanicEndsItsThreadOnly(t *testing.T) {
	s := &scope.Scope{Stderr: nil}
	defer s.Release()
	s.Do(func() {
		otherRan := false
		r := sim.Run(1, func() {
			joinAll(func() { panic("boom") }, func() { otherRan = true })
			new(thread.Mutex).Unlock()
		})
		var p *sim.PanicError
		if !errors.As(r.Err, &p) || p.Thread != "Thread-1" || p.Value != "boom" || len(p.Frames) == 0 || !otherRan {
			t.Errorf("other ran %t\n%v", otherRan, r)
		}
		if !errors.Is(r.Err, thread.ErrNotLocked) {
			t.Errorf("the misuse by the main code is missing: %v", r)
		}
	})
}

func TestALivelockEndsAtTheBound(t *testing.T) {
	r := sim.Run(1, func() {
		for {
			thread.Yield()
		}
	}, sim.MaxSteps(1000))
	if !errors.Is(r.Err, sim.ErrTooManySteps) || !strings.Contains(r.Err.Error(), "1000") || r.Steps > 1001 {
		t.Error(r)
	}
}

func TestASimulationInsideASimulation(t *testing.T) {
	quiet(func() {
		r := sim.Run(1, func() { sim.Run(2, func() {}) })
		if !errors.Is(r.Err, sim.ErrNested) {
			t.Error(r)
		}
	})
}

// quiet runs f without a standard error.
func quiet(f func()) {
	s := &scope.Scope{}
	defer s.Release()
	s.Do(f)
}

func TestAGoStatementsGoroutineIsNoThread(t *testing.T) {
	for name, use := range map[string]func(mu *thread.Mutex){
		"Lock":    func(mu *thread.Mutex) { mu.Lock() },
		"Sleep":   func(*thread.Mutex) { thread.Sleep(1) },
		"Now":     func(*thread.Mutex) { thread.Now() },
		"Current": func(*thread.Mutex) { thread.Current() },
		"Go":      func(*thread.Mutex) { thread.Go(func() {}) },
	} {
		t.Run(name, func(t *testing.T) {
			r := sim.Run(1, func() {
				var mu thread.Mutex
				value := make(chan any)
				go func() {
					defer func() { value <- recover() }()
					use(&mu)
				}()
				if v := <-value; v != thread.ErrForeignGoroutine {
					t.Errorf("panic value %v", v)
				}
			})
			if !errors.Is(r.Err, sim.ErrForeignGoroutine) {
				t.Error(r)
			}
		})
	}
}

func TestUseAcrossWorlds(t *testing.T) {
	quiet(func() {
		var free, left, held thread.Mutex
		held.Lock()
		running := thread.New(func() { held.Lock() })
		running.Start()
		ended := thread.Go(func() {})
		ended.Join()

		r := sim.Run(1, func() {
			if free.TryLock() {
				free.Unlock()
			}
			ended.Join()
			left.Lock()
		})
		if !r.OK() {
			t.Errorf("what is free may be used in another world: %v", r)
		}
		for name, use := range map[string]func(){"held": held.Lock, "joined": running.Join} {
			r := sim.Run(1, use)
			if !errors.Is(r.Err, thread.ErrOtherWorld) {
				t.Errorf("%s: %v", name, r)
			}
		}
		if r := sim.Run(1, left.Unlock); !errors.Is(r.Err, thread.ErrOtherWorld) {
			t.Errorf("left locked by another simulation: %v", r)
		}
		func() {
			defer func() {
				if err, _ := recover().(error); !errors.Is(err, thread.ErrOtherWorld) {
					t.Errorf("left locked, used in the real world: %v", err)
				}
			}()
			left.Lock()
		}()
		if !free.TryLock() {
			t.Error("the simulation kept what it unlocked")
		}
		held.Unlock()
		running.Join()
	})
}

func TestGoexitOfTheBodyEndsTheCaller(t *testing.T) {
	ended := make(chan bool)
	go func() {
		returned := false
		defer func() { ended <- !returned }()
		sim.Run(1, func() {
			thread.Go(func() { thread.Sleep(1) })
			runtime.Goexit()
		})
		returned = true
	}()
	if !<-ended {
		t.Error("Run returned")
	}
}

func TestRunFromALockedOSThread(t *testing.T) {
	th := thread.Go(func() {
		if r := sim.Run(1, opposite); r.Threads != 3 {
			t.Error(r)
		}
	})
	th.Join()
}

func TestNoGoroutineIsLeftBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	for seed := range uint64(50) {
		sim.Run(seed, opposite)
	}
	// A coroutine's goroutine is gone when its last resume returns; that of the
	// simulation itself may take a moment more.
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}

// host is a kernel whose user has interrupted the cell.
type host struct {
	scope.Host
	cancelled chan struct{}
}

func (h host) Cancelled() <-chan struct{} { return h.cancelled }

func TestAnInterruptEndsTheRunAndItsCaller(t *testing.T) {
	cancelled := make(chan struct{})
	close(cancelled)
	s := &scope.Scope{Host: host{cancelled: cancelled}}
	defer s.Release()
	ended := make(chan bool)
	go s.Do(func() {
		returned := false
		defer func() { ended <- !returned }()
		sim.Run(1, func() {
			for {
				thread.Yield()
			}
		}, sim.MaxSteps(1<<40))
		returned = true
	})
	if !<-ended {
		t.Error("Run returned")
	}
}

func TestReplayRepeatsASchedule(t *testing.T) {
	for seed := range uint64(30) {
		var first, second strings.Builder
		r1 := sim.Run(seed, printer(&first, unlocked))
		r2 := sim.Replay(r1.Schedule, printer(&second, unlocked))
		if !r2.OK() || first.String() != second.String() || r1.Hash != r2.Hash {
			t.Fatalf("%q was replayed as %q\n%v", &first, &second, r2)
		}
	}
}

func TestReplayOfWhatDoesNotFit(t *testing.T) {
	for _, schedule := range []string{"", "2:a", "1:!", "1:a0", "1:A", "1:a99999999999", "1:a", "1:z", "1:a900"} {
		r := sim.Replay(schedule, opposite)
		var bad *sim.ScheduleError
		if !errors.As(r.Err, &bad) || !strings.Contains(r.Err.Error(), fmt.Sprintf("%q", schedule)) {
			t.Errorf("%q: %v", schedule, r.Err)
		}
	}
}

// BenchmarkSwitchPoints is the cost of a switch point at which every other time
// another thread goes on.
func BenchmarkSwitchPoints(b *testing.B) {
	yield := func() {
		for range b.N / 2 {
			thread.Yield()
		}
	}
	b.ReportAllocs()
	r := sim.Run(1, func() { joinAll(yield, yield) }, sim.MaxSteps(1<<40))
	b.ReportMetric(float64(r.Switches)/float64(r.Steps), "switches/op")
}

// BenchmarkSmallRun is the cost of a whole run of two threads and two mutexes.
func BenchmarkSmallRun(b *testing.B) {
	seed := uint64(0)
	for b.Loop() {
		sim.Run(seed, opposite)
		seed++
	}
}
