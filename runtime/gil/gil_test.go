package gil_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lockstep/runtime/gil"
	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/queue"
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
	"lockstep/runtime/trace"
)

const ms = time.Millisecond

// simulated runs tasks in a simulation.
func simulated(t *testing.T, seed uint64, tasks []func(), opts ...gil.Option) (r gil.Report) {
	t.Helper()
	if run := sim.Run(seed, func() { r = gil.Run(tasks, opts...) }); !run.OK() {
		t.Fatal(run)
	}
	check(t, r)
	return r
}

// check checks what must hold of every report.
func check(t *testing.T, r gil.Report) {
	t.Helper()
	for _, x := range r.Threads {
		if sum := x.Holding + x.Waiting + x.Free; sum != x.Lasted() || x.Ended > r.Elapsed || x.Holding < 0 || x.Waiting < 0 || x.Free < 0 {
			t.Errorf("%s: holding, waiting and free for %v together, there for %v of %v", x.Name, sum, x.Lasted(), r.Elapsed)
		}
	}
	if err := r.Trace().Err(); err != nil {
		t.Error(err)
	}
}

func computing(d time.Duration) func() { return func() { gil.Compute(d) } }

// Four threads that compute for 1 s each take 4 s under the lock and 1 s without one,
// on two processors 2 s: worked out by hand.
func TestTheLockHasThreadsThatComputeTakeTurns(t *testing.T) {
	tasks := gil.Repeat(4, computing(time.Second))
	for seed := range uint64(5) {
		r := simulated(t, seed, tasks)
		if r.Elapsed != 4*time.Second || r.Parallelism() != 1 {
			t.Errorf("seed %d: under the lock %v, %v at a time", seed, r.Elapsed, r.Parallelism())
		}
		// In rounds of 20 ms each has a slice of 5 ms, 200 in all. The one that is first
		// has its last from 3980 to 3985 ms, and waits for all but 1000 of that.
		var ends []time.Duration
		for _, x := range r.Threads {
			ends = append(ends, x.Ended)
			if x.Holding != time.Second || x.Waiting != x.Ended-time.Second || x.Free != 0 || x.Taken != 200 {
				t.Errorf("seed %d: %+v", seed, x)
			}
		}
		for _, want := range []time.Duration{3985 * ms, 3990 * ms, 3995 * ms, 4000 * ms} {
			if !contains(ends, want) {
				t.Errorf("seed %d: none ends after %v, but after %v", seed, want, ends)
			}
		}
		if r.Switches != 799 {
			t.Errorf("seed %d: the lock went round %d times, want 799 for 800 slices", seed, r.Switches)
		}
	}
	for _, test := range []struct {
		opts []gil.Option
		want time.Duration
	}{
		{[]gil.Option{gil.Off()}, time.Second},
		{[]gil.Option{gil.Off(), gil.Processors(4)}, time.Second},
		{[]gil.Option{gil.Processors(2), gil.Off()}, 2 * time.Second},
		{[]gil.Option{gil.Processors(1), gil.Off()}, 4 * time.Second},
		{[]gil.Option{gil.Processors(4)}, 4 * time.Second},
		{[]gil.Option{gil.SwitchInterval(time.Hour)}, 4 * time.Second},
		{[]gil.Option{gil.PerOperation(ms)}, 4 * time.Second},
	} {
		if r := simulated(t, 1, tasks, test.opts...); r.Elapsed != test.want {
			t.Errorf("%s: %v, want %v", r.Lock, r.Elapsed, test.want)
		}
	}
}

func contains(list []time.Duration, d time.Duration) bool {
	for _, other := range list {
		if d == other {
			return true
		}
	}
	return false
}

// A hundred threads that sleep for 2 s are done after 2 s, lock or none.
func TestTheLockIsFreeDuringIO(t *testing.T) {
	tasks := gil.Repeat(100, func() { thread.Sleep(2 * time.Second) })
	for _, opts := range [][]gil.Option{nil, {gil.Off()}, {gil.PerOperation(ms)}} {
		r := simulated(t, 3, tasks, opts...)
		if r.Elapsed != 2*time.Second || r.Parallelism() != 0 {
			t.Errorf("%s: %v, %v at a time", r.Lock, r.Elapsed, r.Parallelism())
		}
	}
}

// The convoy effect: one thread computes, the other needs the processor for 1 ms
// after each of its waits of 1 ms, and waits for an interval each time.
func TestAThreadThatWaitsForIOWaitsForAnInterval(t *testing.T) {
	io := func() {
		for range 5 {
			thread.Sleep(ms)
			gil.Compute(ms)
		}
	}
	// The one that does I/O comes first, and sleeps at once. From 1 ms on it waits
	// until 6 (the other has the lock since 0, and is waited for since 1), computes
	// until 7, sleeps until 8, waits until 13: rounds of 7 ms.
	var r gil.Report
	if run := sim.Run(1, func() {
		l := gil.New()
		var came thread.Event
		first := l.Go(func() { came.Set(); io() }, thread.Name("IO"))
		came.Wait()
		second := l.Go(computing(100*ms), thread.Name("CPU"))
		first.Join()
		second.Join()
		r = l.Report()
	}); !run.OK() {
		t.Fatal(run)
	}
	check(t, r)
	x, _ := r.Thread("IO")
	if x.Ended != 35*ms || x.Holding != 5*ms || x.Waiting != 25*ms || x.Free != 5*ms {
		t.Errorf("I/O: %+v", x)
	}
	if x, _ := r.Thread("CPU"); x.Ended != 105*ms || x.Holding != 100*ms || x.Forced != 5 {
		t.Errorf("computing: %+v", x)
	}
	// With intervals of 1 ms it waits for 1 ms: rounds of 3 ms.
	if run := sim.Run(1, func() {
		r = gil.Run([]func(){io, func() { thread.Sleep(ms / 2); gil.Compute(100 * ms) }}, gil.SwitchInterval(ms))
	}); !run.OK() {
		t.Fatal(run)
	}
	if x, _ := r.Thread("T1"); x.Ended != 15*ms {
		t.Errorf("intervals of 1 ms: %+v", x)
	}
}

// The lost update of the lesson: the lock does not help a sequence of operations.
func TestAHundredThreadsLoseUpdatesUnderTheLock(t *testing.T) {
	for _, test := range []struct {
		locked  bool
		want    int
		elapsed time.Duration
	}{{false, 99, ms * 500}, {true, 0, 100 * ms * 500}} {
		var n *sim.Var[int]
		r := sim.Run(7, func() {
			n = sim.NewVar("n", 100)
			var mu thread.Mutex
			gil.Run(gil.Repeat(100, func() {
				if test.locked {
					mu.Lock()
					defer mu.Unlock()
				}
				temp := n.Load()
				thread.Sleep(500 * ms)
				n.Store(temp - 1)
			}))
		})
		// The interpreter's lock orders all accesses: a lost update, but no data race.
		if !r.OK() || r.Elapsed != test.elapsed {
			t.Errorf("with a lock %t: %v\n%v", test.locked, r.Elapsed, r)
		}
		if n.Load() != test.want {
			t.Errorf("with a lock %t: n is %d, want %d", test.locked, n.Load(), test.want)
		}
	}
}

// With no I/O in between, updates are lost where the interval ends in between, or
// where each operation may be the last.
func TestReadModifyWriteUnderTheLock(t *testing.T) {
	take := func(between func()) func() {
		return func() {
			n := sim.NewVar("n", 2)
			gil.Run(gil.Repeat(2, func() {
				temp := n.Load()
				between()
				n.Store(temp - 1)
			}))
			if n.Load() != 0 {
				panic(fmt.Sprintf("n is %d", n.Load()))
			}
		}
	}
	if r := sim.Explore(take(func() {})); !r.OK() {
		t.Errorf("operations take no time, so the interval never ends:\n%v", r)
	}
	if r := sim.Explore(take(computing(4 * ms))); !r.OK() {
		t.Errorf("4 ms are less than the interval:\n%v", r)
	}
	if r := sim.Explore(take(computing(6 * ms))); r.OK() {
		t.Errorf("6 ms are more than the interval:\n%v", r)
	}
	n := 0
	lossy := func() {
		v := sim.NewVar("n", 2)
		gil.Run(gil.Repeat(2, func() { v.Store(v.Load() - 1) }), gil.PerOperation(ms))
		n = v.Load()
	}
	r := sim.Explore(lossy, sim.Check(func() error {
		if n != 0 {
			return fmt.Errorf("n is %d", n)
		}
		return nil
	}))
	if r.OK() || !strings.Contains(r.Err.Error(), "n is 1") {
		t.Fatalf("no schedule loses an update:\n%v", r)
	}
	if sim.Replay(r.Schedule, lossy); n != 1 {
		t.Errorf("the replay of %s gives %d", r.Schedule, n)
	}
}

// Whatever a thread waits for, it does without the lock, and has it afterwards.
func TestThreadsWaitWithoutTheLock(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var q queue.Queue[int]
		var e thread.Event
		var mu thread.Mutex
		cond := thread.NewCond(new(thread.RMutex))
		barrier := thread.NewBarrier(2, nil)
		said := false
		l := gil.New()
		var inside atomic.Int32 // threads that have the lock
		alone := func() {
			if inside.Add(1) != 1 {
				t.Error("two threads have the lock")
			}
			inside.Add(-1)
		}
		a := l.Go(func() {
			alone()
			mu.Lock()
			e.Wait()
			alone()
			v, err := q.Get()
			alone()
			if v != 1 || err != nil {
				t.Errorf("got %v, %v", v, err)
			}
			mu.Unlock()
			cond.Lock()
			cond.WaitFor(func() bool { return said })
			cond.Unlock()
			alone()
			barrier.Wait()
			alone()
			thread.Sleep(ms)
			alone()
			gil.Release(func() {})
		})
		b := l.Go(func() {
			alone()
			e.Set()
			alone()
			_ = q.Put(1)
			mu.Lock()
			alone()
			mu.Unlock()
			cond.Lock()
			said = true
			cond.Broadcast()
			cond.Unlock()
			alone()
			barrier.Wait()
			alone()
			a.Join()
			alone()
			child := l.Go(alone)
			child.Join()
		})
		l.Do(func() { // the main code under the lock, too
			alone()
			b.Join()
			alone()
			l.Do(alone)
		})
		r := l.Report()
		check(t, r)
		if len(r.Threads) != 4 {
			t.Errorf("%d threads", len(r.Threads))
		}
	})
}

func TestMisuse(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		l, other := gil.New(), gil.New()
		l.Do(func() { worldtest.Misuse(t, gil.ErrOtherLock, func() { other.Do(func() {}) }) })
		worldtest.Misuse(t, gil.ErrValue, func() { gil.Compute(-1) })
		worldtest.Misuse(t, gil.ErrValue, func() { gil.SwitchInterval(0) })
		worldtest.Misuse(t, gil.ErrValue, func() { gil.PerOperation(-1) })
		worldtest.Misuse(t, gil.ErrValue, func() { gil.Processors(0) })
		if len(gil.Repeat(-1, nil)) != 0 || len(gil.Run(nil).Threads) != 0 {
			t.Error("no task is not nothing")
		}
		if r := other.Report(); len(r.Threads) != 0 || r.Elapsed != 0 || r.HTML() == "" {
			t.Errorf("a lock that was never used: %+v", r)
		}
	})
	worldtest.Real(t, func(t *testing.T) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			worldtest.Misuse(t, gil.ErrNotThread, func() { gil.New().Do(func() {}) })
		}()
		<-done
	})
}

// In the real world the work is real: under the lock it takes as long as all of it
// together.
func TestRealThreadsComputeOneAtATime(t *testing.T) {
	worldtest.Real(t, func(t *testing.T) {
		for _, opts := range [][]gil.Option{nil, {gil.PerOperation(ms)}, {gil.Off(), gil.Processors(1)}} {
			start := time.Now()
			r := gil.Run(gil.Repeat(4, computing(20*ms)), append(opts, gil.SwitchInterval(2*ms))...)
			check(t, r)
			if d := time.Since(start); d < 80*ms || r.Elapsed < 80*ms || r.Parallelism() > 1 {
				t.Errorf("%s: four times 20 ms of work took %v, %v at a time", r.Lock, d, r.Parallelism())
			}
			if r.Switches < 4 {
				t.Errorf("%s: no turns were taken: %d switches", r.Lock, r.Switches)
			}
		}
		check(t, gil.Run(gil.Repeat(4, computing(ms)), gil.Off()))
	})
}

// A thread that panics gives the lock back.
func TestAThreadThatPanicsGivesTheLockBack(t *testing.T) {
	got := false
	r := sim.Run(1, func() {
		gil.Run([]func(){func() { panic("boom") }, func() { gil.Compute(ms); got = true }})
	})
	if !got || r.OK() || !strings.Contains(r.Err.Error(), "boom") {
		t.Errorf("%t\n%v", got, r)
	}
}

func TestADeadlockUnderTheLockIsReported(t *testing.T) {
	r := sim.Run(1, func() {
		a, b := thread.NewMutex("A"), thread.NewMutex("B")
		both := func(x, y *thread.Mutex) func() {
			return func() { x.Lock(); thread.Sleep(ms); y.Lock() }
		}
		gil.Run([]func(){both(a, b), both(b, a)})
	})
	if r.OK() || !strings.Contains(r.String(), "circular wait: T1 → T2 → T1") {
		t.Error(r)
	}
}

// Threads let go of the lock before they wait for a mutex: taking it once more while
// holding one is no second order, and it doesn't keep mutexes apart.
func TestTheOrderOfMutexesIsWarnedOfUnderTheLock(t *testing.T) {
	a, b := thread.NewMutex("A"), thread.NewMutex("B")
	both := func(first, second *thread.Mutex) func() {
		return func() {
			first.Lock()
			gil.Step()
			second.Lock()
			gil.Step()
			second.Unlock()
			first.Unlock()
		}
	}
	run := func(tasks ...func()) []string {
		return sim.Run(1, func() {
			for _, task := range tasks {
				gil.Run([]func(){task, task}, gil.PerOperation(time.Millisecond))
			}
		}).Warnings
	}
	if got := run(both(a, b)); len(got) != 0 {
		t.Errorf("one order: %q", got)
	}
	if got := run(both(a, b), both(b, a)); len(got) != 1 || !strings.Contains(got[0], "Mutex A and Mutex B are taken in both orders") {
		t.Errorf("both orders: %q", got)
	}
}

func TestTheReportShowsTheShares(t *testing.T) {
	var r gil.Report
	sim.Run(1, func() {
		r = gil.Run([]func(){func() { gil.Compute(3 * ms); thread.Sleep(ms) }})
	})
	text := r.String()
	for _, part := range []string{"GIL, switch interval 5ms", "T1      4ms  3ms (75.0%)  0s (0.0%)  1ms (25.0%)", "computing at a time  0.75"} {
		if !strings.Contains(text, part) {
			t.Errorf("the text lacks %q:\n%s", part, text)
		}
	}
	if html := r.HTML(); !strings.Contains(html, ">3ms (75.0%)</td>") || !strings.Contains(html, "<svg") {
		t.Errorf("HTML: %s", html)
	}
	if r.Trace().Err() != nil || !strings.Contains(string(r.Trace().Chrome()), "GIL") {
		t.Error("the trace lacks the lock")
	}
	var _ trace.Timeline = r.Timeline()
}

// What a thread does between two points at which it may let go of the lock is whole:
// of a plain variable no update is lost, and the race detector has nothing to say.
func TestTheLockMakesOperationsWhole(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		n := 0
		gil.Run(gil.Repeat(4, func() {
			for range 50 {
				n++
				gil.Step()
			}
		}), gil.SwitchInterval(time.Microsecond))
		if n != 200 {
			t.Errorf("n is %d, want 200", n)
		}
	})
}

// A trace of the real world shows who has the lock, too.
func TestATraceOfRealThreadsShowsTheLock(t *testing.T) {
	worldtest.Real(t, func(t *testing.T) {
		rec := trace.Start()
		gil.Run(gil.Repeat(2, computing(ms)))
		tr := rec.Stop()
		if text := tr.Timeline().String(); tr.Err() != nil || !strings.Contains(text, "T1 holds GIL") {
			t.Errorf("error %v\n%s", tr.Err(), text)
		}
	})
}

// After a thread was ended from outside, by the end of a simulation or by an
// interrupt, the lock works again.
func TestTheLockOutlivesThreadsThatAreEnded(t *testing.T) {
	l := gil.New()
	var never thread.Event
	sim.Run(1, func() {
		for range 3 {
			l.Go(func() { never.Wait() }, thread.Daemon(true))
			l.Go(func() { gil.Compute(time.Hour) }, thread.Daemon(true))
		}
		l.Do(func() { gil.Compute(ms) })
	})
	for range 2 {
		if r := sim.Run(2, func() {
			l.Go(computing(ms)).Join()
			l.Do(computing(ms))
		}); !r.OK() || r.Elapsed != 2*ms {
			t.Error(r)
		}
	}
	worldtest.Real(t, func(t *testing.T) {
		l.Go(computing(ms)).Join()
		if r := l.Report(); len(r.Threads) != 1 {
			t.Errorf("%d threads in the real world, want 1", len(r.Threads))
		}
	})
}
