package sim_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

// Known programs with known output: what two locks, or one recursive lock, do to
// three threads that each lock A and B, and then B and, after 2 s, A.
func lockTwice(a, b thread.Lock, log *[]string) func() {
	say := func(what string) { *log = append(*log, thread.Current().Name()+" "+what) }
	task := func() {
		a.Lock()
		say("acquire A")
		b.Lock()
		say("acquire B")
		b.Unlock()
		say("release B")
		a.Unlock()
		say("release A")

		b.Lock()
		say("acquire B")
		thread.Sleep(2 * time.Second)
		a.Lock()
		say("acquire A")
		a.Unlock()
		say("release A")
		b.Unlock()
		say("release B")
	}
	return func() {
		*log = nil
		for _, name := range []string{"t1", "t2", "t3"} {
			thread.Go(task, thread.Name(name))
		}
	}
}

func TestTheTraceOfTwoLocksUpToWhereItSticks(t *testing.T) {
	var log []string
	body := func() { lockTwice(thread.NewMutex("A"), thread.NewMutex("B"), &log)() }
	// t1 does its first half, t2 takes A, t1 takes B; the rest follows.
	r := sim.Replay("1:a8b2a2", body)
	want := []string{"t1 acquire A", "t1 acquire B", "t1 release B", "t1 release A", "t2 acquire A", "t1 acquire B"}
	if strings.Join(log, ", ") != strings.Join(want, ", ") {
		t.Errorf("the trace is %q, want %q\n%v", log, want, r)
	}
	var deadlock *sim.DeadlockError
	if !errors.As(r.Err, &deadlock) || r.Elapsed != 2*time.Second {
		t.Errorf("want a deadlock after 2 s:\n%v", r)
	}
	text := r.String()
	for _, line := range []string{"✓ mutual exclusion", "✓ hold and wait", "✓ no preemption", "✓ circular wait: t1 → t2 → t1"} {
		if !strings.Contains(text, line) {
			t.Errorf("the report lacks %q:\n%s", line, text)
		}
	}
}

func TestTheTraceOfOneRecursiveLock(t *testing.T) {
	f := func(name string) []string {
		return []string{name + " acquire A", name + " acquire B", name + " release B", name + " release A"}
	}
	g := func(name string) []string {
		return []string{name + " acquire B", name + " acquire A", name + " release A", name + " release B"}
	}
	var want []string
	for _, part := range [][]string{f("t1"), g("t1"), f("t2"), f("t3"), g("t2"), g("t3")} {
		want = append(want, part...)
	}
	var log []string
	body := func() {
		both := thread.NewRMutex("A and B")
		lockTwice(both, both, &log)()
	}
	// To find a schedule is to have Explore take it for an error.
	found := errors.New("found")
	r := sim.Explore(body, sim.Preemptions(2), sim.Check(func() error {
		if strings.Join(log, ",") == strings.Join(want, ",") {
			return found
		}
		return nil
	}))
	if !errors.Is(r.Err, found) {
		t.Fatalf("no schedule has these %d lines:\n%v", len(want), r)
	}
	if again := sim.Replay(r.Schedule, body); !again.OK() || len(log) != 24 || strings.Join(log, ",") != strings.Join(want, ",") || again.Elapsed != 6*time.Second {
		t.Errorf("the replay of %s printed %q\n%v", r.Schedule, log, again)
	}
}

func TestTwoRecursiveLocksStillDeadlock(t *testing.T) {
	var log []string
	r := sim.Explore(func() { lockTwice(thread.NewRMutex("A"), thread.NewRMutex("B"), &log)() }, sim.Preemptions(2))
	var deadlock *sim.DeadlockError
	if !errors.As(r.Err, &deadlock) {
		t.Error(r)
	}
}

func TestAHundredThreadsTakeOneEach(t *testing.T) {
	for _, locked := range []bool{false, true} {
		for seed := range uint64(3) {
			n := sim.NewVar("n", 100)
			r := sim.Run(seed, func() {
				var mu thread.Mutex
				var tasks []func()
				for range 100 {
					tasks = append(tasks, func() {
						if locked {
							mu.Lock()
							defer mu.Unlock()
						}
						temp := n.Load()
						thread.Sleep(500 * time.Millisecond)
						n.Store(temp - 1)
					})
				}
				joinAll(tasks...)
			}, sim.NoRaces())
			want, elapsed := 99, 500*time.Millisecond
			if locked {
				want, elapsed = 0, 50*time.Second
			}
			if got := n.Load(); got != want || r.Elapsed != elapsed || !r.OK() {
				t.Errorf("locked %t, seed %d: n is %d after %v, want %d after %v", locked, seed, got, r.Elapsed, want, elapsed)
			}
		}
	}
}
