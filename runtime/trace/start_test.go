package trace_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"lockstep/runtime/internal/scope"
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
	"lockstep/runtime/trace"
)

// inACell runs body as the main code of a scope.
func inACell(body func()) {
	s := &scope.Scope{}
	defer s.Release()
	s.Do(body)
}

// untilWaiting returns when a lane waits for something, or after a minute.
func untilWaiting(rec *trace.Recorder, lane string) {
	waits := func(w trace.Wait) bool { return w.Lane == lane }
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); thread.Yield() {
		if slices.ContainsFunc(rec.Trace().WaitGraph().Waits(), waits) {
			return
		}
	}
}

func TestARecorderHearsOfRealThreads(t *testing.T) {
	var tr *trace.Trace
	inACell(func() {
		rec := trace.Start()
		mu := thread.NewMutex("A")
		var done thread.Event
		holds := make(chan struct{})
		first := thread.Go(func() {
			mu.Lock()
			close(holds)
			untilWaiting(rec, "P2")
			thread.Sleep(time.Millisecond)
			mu.Unlock()
			done.Wait()
		}, thread.Name("P1"))
		<-holds
		second := thread.Go(func() {
			mu.Lock()
			trace.Note("it is mine")
			mu.Unlock()
			untilWaiting(rec, "P1")
			done.Set()
		}, thread.Name("P2"))
		first.Join()
		second.Join()
		tr = rec.Stop()
	})
	if err := tr.Err(); err != nil {
		t.Fatal(err)
	}
	text := tr.Timeline().String()
	for _, want := range []string{
		"P1 holds Mutex A: ", "P2 waits for Mutex A (Lock): ", "P2 holds Mutex A: ", "P2: it is mine: ",
		"P1 waits for Event-1 (Wait): ", "MainThread waits for P1 (Join): ", "start_test.go:",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the timeline lacks %q:\n%s", want, text)
		}
	}
	if lanes := strings.Join(tr.Lanes(), " "); lanes != "MainThread P1 P2" {
		t.Errorf("lanes %s", lanes)
	}
	if text := tr.Table().String(); !strings.Contains(text, "is started by MainThread") || !strings.Contains(text, "sleeps") {
		t.Errorf("got\n%s", text)
	}
}

func TestADeadlockOfRealThreadsIsSeenWhileItLasts(t *testing.T) {
	var g trace.WaitGraph
	inACell(func() {
		rec := trace.Start()
		a, b := thread.NewMutex("A"), thread.NewMutex("B")
		both := thread.NewBarrier(2, nil)
		lock := func(first, second *thread.Mutex) func() {
			return func() {
				first.Lock()
				_, _ = both.Wait()
				if second.LockTimeout(200 * time.Millisecond) {
					second.Unlock()
				}
				first.Unlock()
			}
		}
		one := thread.Go(lock(a, b), thread.Name("T1"))
		two := thread.Go(lock(b, a), thread.Name("T2"))
		for deadline := time.Now().Add(time.Minute); ; thread.Yield() {
			if g = rec.Trace().WaitGraph(); g.Deadlock() || time.Now().After(deadline) {
				break
			}
		}
		one.Join()
		two.Join()
		rec.Stop()
	})
	if waits := g.Waits(); !g.Deadlock() || len(waits) != 2 || waits[0].Holders[0] != "T2" {
		t.Errorf("got\n%v", g)
	}
}

func TestAfterStopNothingIsHeard(t *testing.T) {
	inACell(func() {
		var mu thread.Mutex
		rec, other := trace.Start(), trace.Start()
		mu.Lock()
		tr := rec.Stop()
		mu.Unlock()
		trace.Note("too late")
		if n := len(rec.Stop().Events()); n != len(tr.Events()) {
			t.Errorf("%d events, %d when it was stopped", n, len(tr.Events()))
		}
		if rec.Stop().Elapsed() != tr.Elapsed() {
			t.Error("a second Stop changes the time")
		}
		if text := other.Stop().Table().String(); !strings.Contains(text, "Unlock Mutex-1") || !strings.Contains(text, "too late") {
			t.Errorf("the other one hears no more:\n%s", text)
		}
	})
}

func TestTwoCellsDoNotHearEachOther(t *testing.T) {
	inACell(func() {
		rec := trace.Start()
		inACell(func() {
			var mu thread.Mutex
			mu.Lock()
		})
		if events := rec.Stop().Events(); len(events) != 1 {
			t.Errorf("heard %+v", events)
		}
	})
}

func TestASimulationIsNotListenedTo(t *testing.T) {
	r := sim.Run(1, func() { trace.Start() })
	if !errors.Is(r.Err, trace.ErrSimulated) {
		t.Errorf("got %v", r.Err)
	}
}

func BenchmarkLockAndUnlockWatched(b *testing.B) {
	inACell(func() {
		var mu thread.Mutex
		rec := trace.Start()
		n := 0
		for b.Loop() {
			if n >= trace.MaxEvents/4 { // each pass is four events
				b.StopTimer()
				rec.Stop()
				rec = trace.Start()
				n = 0
				b.StartTimer()
			}
			mu.Lock()
			n++
			mu.Unlock()
		}
		rec.Stop()
	})
}

func BenchmarkLockAndUnlockUnwatched(b *testing.B) {
	inACell(func() {
		var mu thread.Mutex
		n := 0
		for b.Loop() {
			mu.Lock()
			n++
			mu.Unlock()
		}
	})
}
