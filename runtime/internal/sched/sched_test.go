package sched_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
)

// slot is a primitive over a Monitor: it holds one value or none.
type slot struct {
	m     sched.Monitor
	full  bool
	value int
}

var (
	opPut  = sched.NewOp("Slot", "Put")
	opTake = sched.NewOp("Slot", "Take")
)

func (s *slot) put(v int) {
	w := s.m.Enter(opPut, nil)
	w.Wait(&s.m, opPut, func() bool { return !s.full }, sched.Forever)
	s.full, s.value = true, v
	w.Wake(&s.m, len(s.m.Waiters()))
	s.m.Exit()
}

func (s *slot) take(limit time.Duration) (v int, ok bool) {
	w := s.m.Enter(opTake, nil)
	if ok = w.Wait(&s.m, opTake, func() bool { return s.full }, limit); ok {
		v, s.full = s.value, false
		w.Wake(&s.m, len(s.m.Waiters()))
	}
	s.m.Exit()
	return v, ok
}

func ExampleMonitor() {
	var s slot
	go s.put(42)
	fmt.Println(s.take(sched.Forever))
	// Output: 42 true
}

func TestNoWakeUpIsLostAmongManyGoroutines(t *testing.T) {
	const producers, each = 4, 500
	var s slot
	var all sync.WaitGroup
	for p := range producers {
		all.Go(func() {
			for i := range each {
				s.put(p*each + i)
			}
		})
	}
	var mu sync.Mutex
	seen := map[int]bool{}
	for range producers {
		all.Go(func() {
			for n := 0; n < each; {
				// Short limits, so that time-outs and wake-ups meet.
				if v, ok := s.take(20 * time.Microsecond); ok {
					n++
					mu.Lock()
					seen[v] = true
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	if len(seen) != producers*each {
		t.Errorf("%d of %d values came through", len(seen), producers*each)
	}
}

func TestSpawnedTasksKnowThemselves(t *testing.T) {
	s := &scope.Scope{}
	defer s.Release()
	s.Do(func() {
		w := sched.Current()
		if name := w.Self().Name(); name != sched.MainName {
			t.Errorf("the main task is called %q", name)
		}
		task := sched.NewTask("P1", true)
		self := make(chan *sched.Task)
		id := make(chan int64)
		if err := w.Spawn(task, func() { self <- w.Self(); id <- w.SelfID() }); err != nil {
			t.Fatal(err)
		}
		if got := <-self; got != task {
			t.Errorf("the task takes itself for %v", got)
		}
		if got := <-id; got == 0 || got == w.SelfID() {
			t.Errorf("the task's id is %d, its starter's %d", got, w.SelfID())
		}
		if task.ID() == 0 || task.ID() == w.Self().ID() {
			t.Errorf("OS threads: the task's %d, its starter's %d", task.ID(), w.Self().ID())
		}
	})
}

func TestTheEndOfACellWaitsForItsThreadsButDaemons(t *testing.T) {
	s, other := &scope.Scope{}, &scope.Scope{}
	defer s.Release()
	defer other.Release()
	ever := make(chan struct{})
	defer close(ever)
	spawn := func(daemon bool, body func()) {
		if err := sched.Real.Spawn(sched.NewTask("P", daemon), body); err != nil {
			t.Error(err)
		}
	}
	other.Do(func() { spawn(false, func() { <-ever }) })
	s.Do(func() {
		sched.WaitThreads() // there are none yet
		spawn(true, func() { <-ever })
		var ended atomic.Int32
		gate := make(chan struct{})
		for range 3 {
			spawn(false, func() {
				<-gate
				spawn(false, func() { ended.Add(1) })
			})
		}
		close(gate)
		sched.WaitThreads()
		if n := ended.Load(); n != 3 {
			t.Errorf("%d of 3 threads have ended", n)
		}
	})
}

func TestNumbersStartAnewInEachScope(t *testing.T) {
	for range 2 {
		s := &scope.Scope{}
		s.Do(func() {
			w := sched.Current()
			a, b, c := w.Number("a"), w.Number("a"), w.Number("b")
			if a != 1 || b != 2 || c != 1 {
				t.Errorf("numbers %d %d %d, want 1 2 1", a, b, c)
			}
		})
		s.Release()
	}
}

func TestTheCodeOfAnOperationIsFixed(t *testing.T) {
	// Hashes of runs are compared between processes.
	if got := sched.NewOp("Mutex", "Lock").Code(); got != 0x8cdfaea770ccb999 {
		t.Errorf("code %#x", got)
	}
}

func TestReportPanicNamesTheThreadAndItsFrames(t *testing.T) {
	var out strings.Builder
	sched.ReportPanic(&out, "thread P1", "boom", []string{"main.task (a.go:1)"})
	if want := "panic in thread P1: boom\n\tmain.task (a.go:1)\n"; out.String() != want {
		t.Errorf("got %q, want %q", &out, want)
	}
}

func TestThereIsALimitToThreads(t *testing.T) {
	for sched.LiveThreads() > 0 { // of other tests, which end
		runtime.Gosched()
	}
	defer sched.SetMaxThreads(3)()
	s := &scope.Scope{}
	defer s.Release()
	s.Do(func() {
		gate := make(chan struct{})
		for i := range 4 {
			err := sched.Real.Spawn(sched.NewTask("P", false), func() { <-gate })
			if want := i == 3; errors.Is(err, sched.ErrTooManyThreads) != want || !want && err != nil {
				t.Errorf("thread %d: %v", i+1, err)
			}
		}
		close(gate)
		sched.WaitThreads()
		for sched.LiveThreads() > 0 {
			runtime.Gosched()
		}
		if err := sched.Real.Spawn(sched.NewTask("P", false), func() {}); err != nil {
			t.Errorf("when the others have ended: %v", err)
		}
		sched.WaitThreads()
	})
}
