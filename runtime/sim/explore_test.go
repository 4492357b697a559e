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

// lostUpdate is threads that each take 1 from n, which is 100, in two steps.
func lostUpdate(n **sim.Var[int], threads int) func() {
	return func() {
		*n = sim.NewVar("n", 100)
		tasks := make([]func(), threads)
		for i := range tasks {
			tasks[i] = func() {
				temp := (*n).Load()
				(*n).Store(temp - 1)
			}
		}
		sim.Threads(tasks...)
	}
}

// pass locks l and unlocks it.
func pass(l sync.Locker) {
	l.Lock()
	defer l.Unlock()
}

// want checks that n has the value in the end.
func want(n **sim.Var[int], value int) sim.Option {
	return sim.Check(func() error {
		if got := (*n).Load(); got != value {
			return fmt.Errorf("n is %d, want %d", got, value)
		}
		return nil
	})
}

func TestExploreCountsTheSchedulesThatLoseAnUpdate(t *testing.T) {
	var n *sim.Var[int]
	r := sim.Explore(lostUpdate(&n, 2), want(&n, 98))
	e := r.Explored
	if e.Schedules != 70 || e.Failing != 36 || e.Racing != 70 || e.Proved || e.Limit != "" || r.OK() || r.Proved() {
		t.Errorf("explored %+v", e)
	}
	if len(e.Failures) != 1 || e.Failures[0] != (sim.Failure{What: "n is 99, want 98", Count: 36}) {
		t.Errorf("failures %+v", e.Failures)
	}
	var failed *sim.CheckError
	if !errors.As(r.Err, &failed) {
		t.Errorf("the error %v isn't of the check", r.Err)
	}
	// The shortest has one preemption: one thread reads, the other reads and writes.
	if text := r.Table().String(); !strings.Contains(text, "n → 100") || !strings.Contains(text, "n = 99") || strings.Contains(text, "n = 98") {
		t.Errorf("the table:\n%s", text)
	}
	if again := sim.Replay(r.Schedule, lostUpdate(&n, 2), want(&n, 98)); !errors.As(again.Err, &failed) || again.Hash != r.Hash {
		t.Errorf("the replay came to\n%v", again)
	}

	began := time.Now()
	for range 10 {
		sim.Explore(lostUpdate(&n, 2), want(&n, 98))
	}
	if each := time.Since(began) / 10; each > 50*time.Millisecond {
		t.Errorf("70 schedules took %v", each)
	}
}

func TestExploreThreeThreads(t *testing.T) {
	var n *sim.Var[int]
	all := sim.Explore(lostUpdate(&n, 3), want(&n, 97))
	if all.Explored.Schedules != 34650 || all.Explored.Limit != "" {
		t.Errorf("explored %+v", all.Explored)
	}
	reduced := sim.Explore(lostUpdate(&n, 3), want(&n, 97), sim.Reduce())
	if reduced.Explored.Schedules > 100 || len(reduced.Explored.Failures) != len(all.Explored.Failures) || reduced.Explored.Limit != "" {
		t.Errorf("reduced: %+v\nall: %+v", reduced.Explored, all.Explored)
	}
}

func TestExploreOrdinaryThreads(t *testing.T) {
	// The main thread's starting and joining takes no schedules of its own.
	var n *sim.Var[int]
	r := sim.Explore(func() {
		n = sim.NewVar("n", 100)
		task := func() {
			temp := n.Load()
			n.Store(temp - 1)
		}
		joinAll(task, task)
	}, want(&n, 98))
	if r.Explored.Schedules != 70 || r.Explored.Failing != 36 {
		t.Errorf("explored %+v", r.Explored)
	}
}

func TestALockMakesItAProof(t *testing.T) {
	var n *sim.Var[int]
	body := func() {
		n = sim.NewVar("n", 100)
		var mu thread.Mutex
		task := func() {
			mu.Lock()
			defer mu.Unlock()
			n.Update(func(n int) int { return n - 1 })
		}
		joinAll(task, task)
	}
	r := sim.Explore(body, want(&n, 98))
	if !r.Proved() || r.Explored.Given != "" || r.Explored.Failing+r.Explored.Racing != 0 {
		t.Errorf("want a proof:\n%v", r)
	}
	if text := r.String(); !strings.Contains(text, fmt.Sprintf("none of %d schedules goes wrong: proved", r.Explored.Schedules)) {
		t.Errorf("it doesn't say so:\n%s", text)
	}
	if r := sim.Explore(body, want(&n, 98), sim.Reduce()); !r.Proved() || r.Explored.Given == "" {
		t.Errorf("want a proof that takes something for granted:\n%v", r)
	}
	if r := sim.Explore(body, want(&n, 98), sim.Preemptions(1)); r.Proved() || !r.OK() || !strings.Contains(r.String(), "not a proof: those with more than 1 preemptions were left out") {
		t.Errorf("want no proof:\n%v", r)
	}
}

func TestBeyondTheBudgetThereIsNoProof(t *testing.T) {
	var n *sim.Var[int]
	body := func() {
		n = sim.NewVar("n", 0)
		var mu thread.Mutex
		task := func() {
			for range 4 {
				mu.Lock()
				n.Update(func(n int) int { return n + 1 })
				mu.Unlock()
			}
		}
		sim.Threads(task, task, task)
	}
	r := sim.Explore(body, want(&n, 12), sim.MaxSchedules(100))
	if !r.OK() || r.Proved() || r.Explored.Schedules != 100+sim.DefaultSamples || !strings.Contains(r.String(), "not a proof: the budget is used up") {
		t.Errorf("explored %+v\n%v", r.Explored, r)
	}
	r = sim.Explore(body, want(&n, 12), sim.MaxTime(time.Nanosecond))
	if r.Explored.Proved || r.Explored.Limit == "" {
		t.Errorf("with no time: %+v", r.Explored)
	}
}

func TestSchedulersFindALostUpdate(t *testing.T) {
	var n *sim.Var[int]
	for name, o := range map[string]sim.Option{"random": sim.Random(), "PCT": sim.PCT(2), "round robin": sim.RoundRobin(2)} {
		r := sim.Explore(lostUpdate(&n, 3), want(&n, 97), sim.NoRaces(), o, sim.Seed(7))
		e := r.Explored
		if e.Failing == 0 || e.Proved || e.Limit == "" || name != "round robin" && e.Schedules != sim.DefaultSamples {
			t.Errorf("%s: %+v", name, e)
		}
		if again := sim.Explore(lostUpdate(&n, 3), want(&n, 97), sim.NoRaces(), o, sim.Seed(7)); again.String() != r.String() {
			t.Errorf("%s: the same seed gave\n%v\nand then\n%v", name, r, again)
		}
		if again := sim.Replay(r.Schedule, lostUpdate(&n, 3), want(&n, 97), sim.NoRaces()); again.Hash != r.Hash || again.OK() {
			t.Errorf("%s: the replay came to\n%v", name, again)
		}
	}
}

func TestTheShortestScheduleHasTheFewestPreemptions(t *testing.T) {
	// Of random schedules that fail most are long; the one shown isn't.
	var n *sim.Var[int]
	r := sim.Explore(lostUpdate(&n, 4), want(&n, 96), sim.NoRaces(), sim.Random())
	if got := strings.Count(r.Table().String(), "is let go on"); got != 1 {
		t.Errorf("%d preemptions:\n%v", got, r)
	}
}

func TestExploreFindsWhatElseGoesWrong(t *testing.T) {
	for name, c := range map[string]struct {
		body func()
		want string
	}{
		"deadlock": {opposite, "deadlock"},
		"panic": {func() {
			v := sim.NewVar("v", 0)
			sim.Threads(func() { v.Store(1) }, func() {
				if v.Load() == 1 {
					panic("boom")
				}
			})
		}, "panic in P2: boom"},
		"leak": {func() {
			var e thread.Event
			thread.Go(e.Wait)
		}, "threads are left for ever"},
		"misuse": {func() {
			var mu thread.Mutex
			sim.Threads(func() { pass(&mu) }, func() { mu.Unlock() })
		}, "panic in P2: Mutex-1: Unlock: "},
		"endless": {func() {
			for {
				thread.Yield()
			}
		}, "no end within 50 switch points"},
	} {
		t.Run(name, func(t *testing.T) {
			r := sim.Explore(c.body, sim.MaxSteps(50))
			if r.OK() || len(r.Explored.Failures) == 0 || !strings.HasPrefix(r.Explored.Failures[0].What, c.want) {
				t.Errorf("want %q:\n%v", c.want, r)
			}
		})
	}
}

func TestARaceThatOnlySomeSchedulesShow(t *testing.T) {
	// The read races only where it isn't skipped.
	r := sim.Explore(func() {
		n, open := sim.NewVar("n", 0), thread.Event{}
		sim.Threads(func() { open.Set(); n.Store(1) }, func() {
			if open.IsSet() {
				n.Load()
			}
		})
	})
	e := r.Explored
	if e.Racing == 0 || e.Racing == e.Schedules || e.Failing != 0 || r.OK() {
		t.Fatalf("explored %+v", e)
	}
	var race *sim.RaceError
	if !errors.As(r.Err, &race) || len(race.Races) != 1 {
		t.Fatalf("error %v", r.Err)
	}
	got := race.Races[0]
	if got.Name != "n" || !strings.HasPrefix(got.First.Where, "explore_test.go:") || !strings.HasPrefix(got.Second.Where, "explore_test.go:") ||
		got.First.Thread == got.Second.Thread {
		t.Errorf("race %+v", got)
	}
}

func TestWhatExploreRunsPrintsNothing(t *testing.T) {
	out, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	s := &scope.Scope{Stdout: out, Stderr: out}
	defer s.Release()
	printed := func() string {
		text, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	s.Do(func() {
		body := func() { fmt.Fprint(scope.Current().Stdout, "x"); panic("boom") }
		r := sim.Explore(body)
		if got := printed(); got != "" {
			t.Errorf("Explore printed %q", got)
		}
		sim.Replay(r.Schedule, body)
		if got := printed(); !strings.HasPrefix(got, "xpanic in thread MainThread: boom") {
			t.Errorf("Replay printed %q", got)
		}
	})
}

func TestABodyThatIsntTheSameEachTimeIsSaid(t *testing.T) {
	runs := 1
	r := sim.Explore(func() {
		runs++
		v := sim.NewVar("v", 0)
		tasks := make([]func(), min(runs, 3))
		for i := range tasks {
			tasks[i] = func() { v.Store(i) }
		}
		sim.Threads(tasks...)
	})
	var bad *sim.BodyError
	if !errors.As(r.Err, &bad) || r.OK() {
		t.Errorf("error %v", r.Err)
	}
}

func TestAPanicOfTheCheckFailsTheSchedule(t *testing.T) {
	r := sim.Explore(func() {}, sim.Check(func() error { panic("no idea") }))
	if r.Explored.Failing != 1 || !strings.Contains(fmt.Sprint(r.Err), "no idea") {
		t.Error(r)
	}
}

func TestAnInterruptEndsExploreAndItsCaller(t *testing.T) {
	cancelled := make(chan struct{})
	s := &scope.Scope{Host: host{cancelled: cancelled}}
	defer s.Release()
	ended := make(chan bool)
	go s.Do(func() {
		returned := false
		defer func() { ended <- !returned }()
		runs := 0
		sim.Explore(func() {
			if runs++; runs == 10 {
				close(cancelled)
			}
			task := func() {
				for range 200 {
					thread.Yield()
				}
			}
			sim.Threads(task, task, task)
		})
		returned = true
	})
	if !<-ended {
		t.Error("Explore returned")
	}
}

func TestExploreLeavesNoGoroutineBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 5 {
		sim.Explore(opposite)
	}
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}

func TestLocksTakenInBothOrdersAreWarnedOf(t *testing.T) {
	ordered := func() {
		a, b := thread.NewMutex("A"), thread.NewMutex("B")
		both := func(first, second *thread.Mutex) func() {
			return func() { first.Lock(); pass(second); first.Unlock() }
		}
		// One after the other: this one can't deadlock, but the habit can.
		thread.Go(both(a, b), thread.Name("P1")).Join()
		thread.Go(both(b, a), thread.Name("P2")).Join()
	}
	r := sim.Run(1, ordered)
	if !r.OK() || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "Mutex A and Mutex B are taken in both orders") ||
		!strings.Contains(r.Warnings[0], "P1 took Mutex A and then Mutex B (explore_test.go:") {
		t.Errorf("warnings %q", r.Warnings)
	}
	r = sim.Run(1, func() {
		var gate thread.Mutex
		a, b := thread.NewMutex("A"), thread.NewMutex("B")
		both := func(first, second *thread.Mutex) func() {
			return func() {
				gate.Lock()
				first.Lock()
				pass(second)
				first.Unlock()
				gate.Unlock()
			}
		}
		joinAll(both(a, b), both(b, a))
	})
	if !r.OK() || len(r.Warnings) != 0 {
		t.Errorf("with a lock around: warnings %q", r.Warnings)
	}
}

func TestStarvationIsNamed(t *testing.T) {
	// P1 and P2 pass the lock to each other; P3 only ever asks at a bad time.
	r := sim.Run(1, func() {
		mu := thread.NewMutex("A")
		var go1, go2 thread.Semaphore
		go1.Release()
		thread.Go(func() {
			for {
				go1.Acquire()
				go2.Release()
			}
		}, thread.Name("P1"))
		thread.Go(func() {
			mu.Lock()
			for {
				go2.Acquire()
				go1.Release()
			}
		}, thread.Name("P2"))
		thread.Go(func() { mu.Lock() }, thread.Name("P3"))
	}, sim.MaxSteps(400))
	text := r.String()
	if !strings.Contains(text, "P3 starves: it has waited for Mutex A since switch point") || !strings.Contains(text, "P1 goes on and on") {
		t.Errorf("the report:\n%s", text)
	}
}

func TestOptionsRefuseWhatMakesNoSense(t *testing.T) {
	for name, option := range map[string]func(){
		"MaxSteps":     func() { sim.MaxSteps(0) },
		"MaxSchedules": func() { sim.MaxSchedules(0) },
		"MaxTime":      func() { sim.MaxTime(0) },
		"Preemptions":  func() { sim.Preemptions(-1) },
		"PCT":          func() { sim.PCT(0) },
		"RoundRobin":   func() { sim.RoundRobin(0) },
		"Check":        func() { sim.Check(nil) },
		"Explore":      func() { sim.Explore(nil) },
		"Threads":      func() { sim.Threads(nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s accepts it", name)
				}
			}()
			option()
		}()
	}
}

func TestVarAndThreadsInTheRealWorld(t *testing.T) {
	s := &scope.Scope{Stdout: os.Stdout, Stderr: os.Stderr}
	defer s.Release()
	s.Do(func() {
		v := sim.NewVar("v", 0)
		var mu thread.Mutex
		add := func() {
			mu.Lock()
			defer mu.Unlock()
			v.Update(func(n int) int { return n + 1 })
		}
		sim.Threads(add, add, add)
		if got := v.Load(); got != 3 {
			t.Errorf("v is %d", got)
		}
	})
}
