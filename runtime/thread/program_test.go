package thread_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

// notes are what threads say, in order.
type notes struct {
	mu   sync.Mutex
	said []string
}

func (n *notes) say(what string) {
	n.mu.Lock()
	n.said = append(n.said, what)
	n.mu.Unlock()
}

func (n *notes) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Join(n.said, ", ")
}

// notebook is a kernel whose user doesn't interrupt the cell.
type notebook struct {
	scope.Host
	cancelled chan struct{}
}

func (h notebook) Cancelled() <-chan struct{} { return h.cancelled }

// programs runs main as a program of each world, to its end: a cell, a simulation.
func programs(t *testing.T, main func(n *notes), check func(t *testing.T, n *notes)) {
	t.Run("real", func(t *testing.T) {
		s := &scope.Scope{Host: notebook{cancelled: make(chan struct{})}}
		defer s.Release()
		var n notes
		s.Do(func() {
			main(&n)
			sched.WaitThreads()
		})
		check(t, &n)
	})
	t.Run("sim", func(t *testing.T) {
		for seed := range uint64(20) {
			var n notes
			if r := sim.Run(seed, func() { main(&n) }); !r.OK() {
				t.Fatal(r)
			}
			check(t, &n)
		}
	})
}

// A daemon thread lives until every thread has ended that is none, though the main
// code has ended long before, and ends then. The others are joined.
func TestADaemonThreadLivesUntilTheLastThreadHasEnded(t *testing.T) {
	programs(t, func(n *notes) {
		var worked thread.Event
		thread.Go(func() {
			defer n.say("daemon ends")
			for {
				thread.Sleep(time.Millisecond)
				worked.Set()
			}
		}, thread.Daemon(true))
		var mainEnds thread.Event
		thread.Go(func() {
			mainEnds.Wait()
			worked.Clear()
			worked.Wait() // the daemon goes on
			n.say("thread ends")
		})
		n.say("main ends")
		mainEnds.Set()
	}, func(t *testing.T, n *notes) {
		deadline := time.Now().Add(10 * time.Second)
		for n.String() != "main ends, thread ends, daemon ends" {
			if time.Now().After(deadline) {
				t.Fatalf("it went: %s", n)
			}
			time.Sleep(time.Millisecond) // in the real world it ends soon, by itself
		}
	})
}

// A program of daemons only ends with its main code.
func TestAProgramDoesNotWaitForDaemons(t *testing.T) {
	programs(t, func(n *notes) {
		var never thread.Event
		for range 3 {
			thread.Go(func() {
				thread.Go(never.Wait) // inherits
				never.Wait()
			}, thread.Daemon(true))
		}
		n.say("main ends")
	}, func(t *testing.T, n *notes) {
		if n.String() != "main ends" {
			t.Errorf("it went: %s", n)
		}
	})
}

// A panic in a thread reaches neither Join nor the others, nor the program.
func TestAPanicEndsItsThreadOnly(t *testing.T) {
	main := func(n *notes) func() {
		return func() {
			bad := thread.Go(func() { panic("boom") })
			good := thread.Go(func() { bad.Join(); n.say("another goes on") })
			bad.Join()
			good.Join()
			if bad.Alive() {
				n.say("it is alive")
			}
			n.say("main goes on")
		}
	}
	const want = "another goes on, main goes on"
	t.Run("real", func(t *testing.T) {
		var n notes
		if text := stderr(t, main(&n)); n.String() != want || !strings.Contains(text, "panic in thread Thread-1: boom") {
			t.Errorf("it went: %s\nstandard error: %s", &n, text)
		}
	})
	t.Run("sim", func(t *testing.T) { // where it is a failure of the schedule, too
		var n notes
		r := sim.Run(1, main(&n))
		var p *sim.PanicError
		if n.String() != want || !errors.As(r.Err, &p) || p.Thread != "Thread-1" {
			t.Errorf("it went: %s\n%v", &n, r)
		}
	})
}

// A holder that locks a Mutex again blocks, and deadlock detection says so.
func TestAHolderThatLocksAgainIsADeadlock(t *testing.T) {
	r := sim.Run(1, func() {
		mu := thread.NewMutex("A")
		th := thread.Go(func() { mu.Lock(); mu.Lock() }, thread.Name("P1"))
		th.Join()
	})
	var deadlock *sim.DeadlockError
	if !errors.As(r.Err, &deadlock) || !strings.Contains(r.String(), "P1 → P1") {
		t.Error(r)
	}
}
