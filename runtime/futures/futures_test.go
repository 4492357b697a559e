package futures_test

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"lockstep/runtime/futures"
	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

// gate holds jobs up until it is opened.
type gate struct{ thread.Event }

func (g *gate) pass() int { g.Wait(); return 1 }

// await waits until holds.
func await(holds func() bool) {
	for !holds() {
		thread.Sleep(10 * time.Microsecond)
	}
}

func wantErr(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func square(n int) int { return n * n }

func TestTheNumberOfWorkersIsOneOrMore(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		for _, n := range []int{0, -1} {
			worldtest.Misuse(t, futures.ErrValue, func() { futures.NewThreads(n) })
		}
		if e := futures.NewThreads(3); e.Workers() != 3 {
			t.Errorf("%d workers", e.Workers())
		}
	})
}

func TestAFutureGivesWhatTheJobReturns(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		e := futures.NewThreads(2)
		defer e.Close()
		var fs []*futures.Future[int]
		for i := range 5 {
			fs = append(fs, futures.Call(e, square, i))
		}
		fs = append(fs, futures.Submit(e, func() int { return 25 }))
		for i, f := range fs {
			for range 2 { // again and again
				if n, err := f.Result(); n != i*i || err != nil {
					t.Errorf("job %d: %d, %v", i, n, err)
				}
			}
			if !f.Done() || f.Running() || f.Cancelled() || f.Err() != nil || f.String() != "Future: finished" {
				t.Errorf("job %d: done %t, running %t, cancelled %t, error %v, %v", i, f.Done(), f.Running(), f.Cancelled(), f.Err(), f)
			}
		}
		none := futures.Submit(e, func() error { return nil })
		if v, err := none.Result(); v != nil || err != nil {
			t.Errorf("a nil interface came as %v, %v", v, err)
		}
	})
}

func TestAPanicIsTheFuturesError(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		e := futures.NewThreads(1)
		defer e.Close()
		boom := errors.New("boom")
		f := futures.Submit(e, func() int { panic(boom) })
		n, err := f.Result()
		var p *futures.PanicError
		if n != 0 || !errors.As(err, &p) || p.Value != boom || p.Thread != "ThreadPoolExecutor-0_0" || !errors.Is(err, boom) || err.Error() != "panic: boom" {
			t.Errorf("got %d, %v", n, err)
		}
		if !strings.Contains(strings.Join(p.Frames, "\n"), "futures_test.go:") {
			t.Errorf("its frames are %q", p.Frames)
		}
		wantErr(t, "Err", f.Err(), boom)
		// The worker lives on.
		if n, err := futures.Call(e, square, 3).Result(); n != 9 || err != nil {
			t.Errorf("the next job: %d, %v", n, err)
		}
	})
}

func TestAnErrorOfTheJobIsTheFutures(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		e := futures.NewThreads(1)
		defer e.Close()
		late := errors.New("late")
		n, err := futures.SubmitErr(e, func() (int, error) { return 5, late }).Result()
		if n != 5 || err != late {
			t.Errorf("got %d, %v", n, err)
		}
		if n, err := futures.SubmitErr(e, func() (int, error) { return 5, nil }).Result(); n != 5 || err != nil {
			t.Errorf("got %d, %v", n, err)
		}
	})
}

func TestGoexitEndsTheWorkerNotTheExecutor(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		e := futures.NewThreads(1)
		defer e.Close()
		f := futures.Submit(e, func() int { runtime.Goexit(); return 1 })
		next := futures.Call(e, square, 3)
		_, err := f.Result()
		wantErr(t, "Result", err, futures.ErrExited)
		if n, err := next.Result(); n != 9 || err != nil {
			t.Errorf("the next job: %d, %v", n, err)
		}
	})
}

func TestAtMostSoManyJobsRunAtOnce(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var mu thread.Mutex
		now, most := 0, 0
		e := futures.NewThreads(3)
		for range 10 {
			futures.Submit(e, func() int {
				mu.Lock()
				now++
				most = max(most, now)
				mu.Unlock()
				thread.Sleep(time.Millisecond)
				mu.Lock()
				now--
				mu.Unlock()
				return 0
			})
		}
		e.Close()
		if now != 0 || most > 3 || most < 2 {
			t.Errorf("%d run, at most %d did", now, most)
		}
	})
}

func TestAnIdleWorkerIsUsedAgain(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		e := futures.NewThreads(4, futures.NamePrefix("w"))
		defer e.Close()
		for range 3 {
			name, err := futures.Submit(e, func() string { return thread.Current().Name() }).Result()
			if err != nil || name != "w_0" && name != "w_1" {
				t.Errorf("the worker is %q, %v", name, err)
			}
			thread.Sleep(time.Millisecond) // so that it is idle
		}
	})
}

func TestSubmitAfterShutdownIsAMisuse(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		e := futures.NewThreads(1)
		e.Close()
		e.Shutdown(true, true) // again is fine
		worldtest.Misuse(t, futures.ErrShutdown, func() { futures.Call(e, square, 1) })
		worldtest.Misuse(t, futures.ErrShutdown, func() { futures.Map(e, square, []int{1}) })
	})
}

func TestShutdownRunsWhatIsPending(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var g gate
		e := futures.NewThreads(1)
		first, second := futures.Submit(e, g.pass), futures.Call(e, square, 3)
		e.Shutdown(false, false) // doesn't wait
		if first.Done() || second.Done() {
			t.Error("a job is done already")
		}
		g.Set()
		e.Shutdown(true, false)
		if !first.Done() || !second.Done() || second.Cancelled() {
			t.Error("Shutdown didn't wait")
		}
	})
}

func TestShutdownCanCancelWhatIsPending(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var g gate
		e := futures.NewThreads(1)
		first, second := futures.Submit(e, g.pass), futures.Call(e, square, 3)
		await(first.Running)
		e.Shutdown(false, true)
		if !second.Cancelled() || first.Cancelled() {
			t.Errorf("cancelled: the running job %t, the pending one %t", first.Cancelled(), second.Cancelled())
		}
		g.Set()
		e.Close()
		if n, err := first.Result(); n != 1 || err != nil {
			t.Errorf("the running job gave %d, %v", n, err)
		}
	})
}

func TestAWorkerCanNotWaitForItsExecutorsEnd(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		e := futures.NewThreads(1)
		defer e.Close()
		f := futures.Submit(e, func() int { e.Close(); return 0 })
		wantErr(t, "Result", f.Err(), futures.ErrOwnEnd)
	})
}

func TestARunningFutureCanNotBeCancelled(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var g gate
		e := futures.NewThreads(1)
		defer e.Close()
		running, pending := futures.Submit(e, g.pass), futures.Call(e, square, 3)
		await(running.Running)
		if running.Cancel() {
			t.Error("a running job was cancelled")
		}
		for range 2 {
			if !pending.Cancel() {
				t.Error("a pending job was not cancelled")
			}
		}
		if !pending.Cancelled() || !pending.Done() || pending.Running() {
			t.Errorf("the pending job: cancelled %t, done %t, running %t", pending.Cancelled(), pending.Done(), pending.Running())
		}
		_, err := pending.Result()
		wantErr(t, "Result", err, futures.ErrCancelled)
		g.Set()
		if n, err := running.Result(); n != 1 || err != nil {
			t.Errorf("the running job gave %d, %v", n, err)
		}
		if running.Cancel() {
			t.Error("a finished job was cancelled")
		}
	})
}

func TestResultWaitsForALimitedTime(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var g gate
		e := futures.NewThreads(1)
		defer e.Close()
		f := futures.Submit(e, g.pass)
		for _, limit := range []time.Duration{0, time.Millisecond} {
			_, err := f.ResultTimeout(limit)
			wantErr(t, "ResultTimeout", err, futures.ErrTimedOut)
		}
		worldtest.Misuse(t, futures.ErrTimeout, func() { _, _ = f.ResultTimeout(-2) })
		g.Set()
		if n, err := f.ResultTimeout(time.Hour); n != 1 || err != nil {
			t.Errorf("got %d, %v", n, err)
		}
	})
}

func TestMapYieldsInTheOrderOfTheArguments(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		e := futures.NewThreads(3)
		defer e.Close()
		late := func(n int) int {
			thread.Sleep(time.Duration(5-n) * 100 * time.Microsecond)
			return n * n
		}
		var got []int
		for n, err := range futures.Map(e, late, []int{1, 2, 3, 4, 5}) {
			if err != nil {
				t.Error(err)
			}
			got = append(got, n)
		}
		if !slices.Equal(got, []int{1, 4, 9, 16, 25}) {
			t.Errorf("got %v", got)
		}
		for range futures.Map(e, square, nil) {
			t.Error("nothing mapped gives something")
		}
	})
}

func TestMapSubmitsAtOnce(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		ran := 0
		e := futures.NewThreads(1)
		all := futures.Map(e, func(n int) int { ran++; return n }, []int{1, 2, 3})
		e.Close()
		if ran != 3 {
			t.Errorf("%d jobs ran before the loop", ran)
		}
		for n, err := range all {
			if err != nil || n == 0 {
				t.Errorf("got %d, %v", n, err)
			}
		}
	})
}

func TestMapEndsWithTheFirstError(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var g gate
		ran := 0
		e := futures.NewThreads(1)
		job := func(n int) int {
			if n == 2 {
				panic("boom")
			}
			if n > 2 {
				g.Wait()
				ran++
			}
			return n
		}
		var got []string
		for n, err := range futures.Map(e, job, []int{1, 2, 3, 4, 5}) {
			got = append(got, fmt.Sprint(n, err))
		}
		g.Set()
		e.Close()
		if want := []string{"1 <nil>", "0 panic: boom"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if ran > 1 { // 3 may have begun
			t.Errorf("%d jobs after the error ran", ran)
		}
	})
}

func TestMapThatIsLeftCancelsTheRest(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var g gate
		ran := 0
		e := futures.NewThreads(1)
		for range futures.Map(e, func(n int) int {
			if n > 0 {
				g.Wait()
			}
			ran++
			return n
		}, []int{0, 1, 2, 3}) {
			break
		}
		g.Set()
		e.Close()
		if ran > 2 {
			t.Errorf("%d jobs ran", ran)
		}
	})
}

func TestMapInLimitedTime(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var g gate
		e := futures.NewThreads(2)
		job := func(n int) int {
			if n == 2 {
				g.Wait()
			}
			return n
		}
		var got []string
		for n, err := range futures.MapTimeout(e, job, []int{1, 2, 3}, 20*time.Millisecond) {
			got = append(got, fmt.Sprint(n, errors.Is(err, futures.ErrTimedOut)))
		}
		g.Set()
		e.Close()
		if want := []string{"1 false", "0 true"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// three has three jobs that end when they are told to.
func three(e *futures.Executor) (fs []*futures.Future[int], gates []*gate) {
	for i := range 3 {
		g := &gate{}
		gates = append(gates, g)
		fs = append(fs, futures.Submit(e, func() int { g.Wait(); return i }))
	}
	return fs, gates
}

func TestAsCompletedYieldsInOrderOfCompletion(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		e := futures.NewThreads(3)
		defer e.Close()
		fs, gates := three(e)
		gates[1].Set()
		var got []int
		for f := range futures.AsCompleted(append(fs, fs[0])) { // each only once
			n, _ := f.Result()
			got = append(got, n)
			switch n {
			case 1:
				gates[2].Set()
			case 2:
				gates[0].Set()
			}
		}
		if !slices.Equal(got, []int{1, 2, 0}) {
			t.Errorf("got %v", got)
		}
		for range futures.AsCompleted(fs) { // all done already
			got = append(got, 9)
		}
		if len(got) != 6 {
			t.Errorf("the second time %d came", len(got)-3)
		}
	})
}

func TestAsCompletedCanBeLeftAndIsLimited(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		e := futures.NewThreads(3)
		defer e.Close()
		fs, gates := three(e)
		gates[1].Set()
		for range futures.AsCompleted(fs) {
			break
		}
		var got []string
		for f, err := range futures.AsCompletedTimeout(fs, time.Millisecond) {
			got = append(got, fmt.Sprint(f == fs[1], f == nil, errors.Is(err, futures.ErrTimedOut)))
		}
		if want := []string{"true false false", "false true true"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		for _, g := range gates {
			g.Set()
		}
	})
}

// same says whether fs are those of all with the given numbers.
func same[T any](fs, all []*futures.Future[T], numbers ...int) bool {
	var want []*futures.Future[T]
	for _, i := range numbers {
		want = append(want, all[i])
	}
	return slices.Equal(fs, want)
}

func TestWaitForTheFirst(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		e := futures.NewThreads(3)
		defer e.Close()
		fs, gates := three(e)
		gates[2].Set()
		done, pending := futures.Wait(append(fs, fs[2]), futures.FirstCompleted)
		if !same(done, fs, 2) || !same(pending, fs, 0, 1) {
			t.Errorf("done %v, pending %v", done, pending)
		}
		gates[0].Set()
		gates[1].Set()
	})
}

func TestWaitForAll(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		e := futures.NewThreads(3)
		defer e.Close()
		fs, gates := three(e)
		gates[2].Set()
		_, _ = fs[2].Result()
		done, pending := futures.WaitTimeout(fs, futures.AllCompleted, time.Millisecond)
		if !same(done, fs, 2) || !same(pending, fs, 0, 1) {
			t.Errorf("in time: done %v, pending %v", done, pending)
		}
		gates[0].Set()
		gates[1].Set()
		done, pending = futures.Wait(fs, futures.AllCompleted)
		if !same(done, fs, 0, 1, 2) || pending != nil {
			t.Errorf("done %v, pending %v", done, pending)
		}
		done, pending = futures.Wait[int](nil, futures.FirstCompleted)
		if done != nil || pending != nil {
			t.Errorf("of none: done %v, pending %v", done, pending)
		}
		worldtest.Misuse(t, futures.ErrTimeout, func() { futures.WaitTimeout(fs, futures.AllCompleted, -2) })
	})
}

func TestWaitForTheFirstException(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var g gate
		e := futures.NewThreads(2)
		defer e.Close()
		good := futures.Call(e, square, 1)
		slow := futures.Submit(e, g.pass)
		await(slow.Running)
		bad := futures.Submit(e, func() int { panic("boom") })
		cancelled := futures.Call(e, square, 2)
		cancelled.Cancel() // is no exception
		fs := []*futures.Future[int]{good, slow, bad}
		done, pending := futures.Wait(fs, futures.FirstException)
		if !slices.Contains(done, bad) || !same(pending, fs, 1) {
			t.Errorf("done %v, pending %v", done, pending)
		}
		if done, pending := futures.WaitTimeout([]*futures.Future[int]{slow, good}, futures.FirstException, time.Millisecond); !same(done, fs, 0) || !same(pending, fs, 1) {
			t.Errorf("without an exception: done %v, pending %v", done, pending)
		}
		g.Set()
		if done, pending := futures.Wait([]*futures.Future[int]{slow, good}, futures.FirstException); len(done) != 2 || pending != nil {
			t.Errorf("all done: done %v, pending %v", done, pending)
		}
	})
}

func TestCallbacksAreCalledInOrderWithTheFuture(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var g gate
		e := futures.NewThreads(1, futures.NamePrefix("w"))
		f := futures.Submit(e, g.pass)
		var got []string
		for _, name := range []string{"a", "b"} {
			f.AddDoneCallback(func(done *futures.Future[int]) {
				n, err := done.Result()
				got = append(got, fmt.Sprint(name, n, err, done == f, thread.Current().Name()))
			})
		}
		g.Set()
		e.Close()
		f.AddDoneCallback(func(*futures.Future[int]) { got = append(got, "late "+thread.Current().Name()) })
		want := []string{"a1 <nil> truew_0", "b1 <nil> truew_0", "late MainThread"}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestCancelCallsTheCallbacks(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var g gate
		e := futures.NewThreads(1)
		futures.Submit(e, g.pass)
		f := futures.Call(e, square, 1)
		var name string
		f.AddDoneCallback(func(f *futures.Future[int]) { name = fmt.Sprint(thread.Current().Name(), f.Cancelled()) })
		f.Cancel()
		if name != "MainThreadtrue" {
			t.Errorf("the callback said %q", name)
		}
		g.Set()
		e.Close()
	})
}

func TestAPanicInACallbackStopsNothing(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		e := futures.NewThreads(1)
		called := false
		f := futures.Call(e, square, 2)
		f.AddDoneCallback(func(*futures.Future[int]) { panic("in a callback: to be reported by this test") })
		f.AddDoneCallback(func(*futures.Future[int]) { called = true })
		e.Close()
		if n, err := f.Result(); n != 4 || err != nil || !called {
			t.Errorf("got %d, %v; the next callback was called: %t", n, err, called)
		}
	})
}

func TestAnInitializerIsCalledByEachWorker(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var name thread.Local
		e := futures.NewThreads(2, futures.Initializer(func() { name.Set(thread.Current().Name()) }), futures.NamePrefix("w"))
		defer e.Close()
		for got, err := range futures.Map(e, func(int) bool {
			thread.Yield()
			value, _ := name.Get()
			return value == thread.Current().Name()
		}, make([]int, 10)) {
			if !got || err != nil {
				t.Errorf("got %t, %v", got, err)
			}
		}
	})
}

func TestAnInitializerThatPanicsBreaksTheExecutor(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		e := futures.NewThreads(1, futures.Initializer(func() { panic("in an initializer: to be reported by this test") }))
		f, g := futures.Call(e, square, 1), futures.Call(e, square, 2)
		wantErr(t, "the first job", f.Err(), futures.ErrBroken)
		wantErr(t, "the second job", g.Err(), futures.ErrBroken)
		wantErr(t, "a later job", futures.Call(e, square, 3).Err(), futures.ErrBroken)
		if err := f.Err(); err == nil || !strings.Contains(err.Error(), "in an initializer") || !strings.Contains(err.Error(), "BrokenExecutor") {
			t.Errorf("the error is %v", err)
		}
		e.Close()
		worldtest.Misuse(t, futures.ErrShutdown, func() { futures.Call(e, square, 3) })
	})
}

// told runs a test's body, which breaks up a deadlock, in both worlds. A simulation
// reports it.
func told(t *testing.T, body func(t *testing.T)) {
	t.Helper()
	t.Run("real", func(t *testing.T) { worldtest.Real(t, body) })
	t.Run("sim", func(t *testing.T) {
		for seed := range uint64(30) {
			r := sim.Run(seed, func() { body(t) })
			if deadlock := (*sim.DeadlockError)(nil); !errors.As(r.Err, &deadlock) || !deadlock.Told || len(deadlock.Waits) == 0 {
				t.Fatalf("seed %d: %v", seed, r)
			}
		}
	})
}

func TestWaitingForAJobOfOnesOwnPoolIsReported(t *testing.T) {
	for name, wait := range map[string]func(fs ...*futures.Future[int]){
		"Result": func(fs ...*futures.Future[int]) { _, _ = fs[0].Result() },
		"Err":    func(fs ...*futures.Future[int]) { _ = fs[0].Err() },
		"Wait":   func(fs ...*futures.Future[int]) { futures.Wait(fs, futures.FirstException) },
		"AsCompleted": func(fs ...*futures.Future[int]) {
			for range futures.AsCompleted(fs) {
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			told(t, func(t *testing.T) {
				e := futures.NewThreads(1)
				defer e.Close()
				var inner *futures.Future[int]
				outer := futures.Submit(e, func() int {
					inner = futures.Call(e, square, 3)
					wait(inner)
					return 0
				})
				err := outer.Err()
				wantErr(t, "the outer job", err, futures.ErrDeadlock)
				if n, err := inner.Result(); n != 9 || err != nil {
					t.Errorf("the inner job: %d, %v", n, err)
				}
			})
		})
	}
}

func TestTwoWorkersThatWaitForEachOtherAreReported(t *testing.T) {
	told(t, func(t *testing.T) {
		e := futures.NewThreads(2)
		defer e.Close()
		var g gate
		var a, b *futures.Future[int]
		a = futures.SubmitErr(e, func() (int, error) { g.Wait(); return b.Result() })
		b = futures.SubmitErr(e, func() (int, error) { g.Wait(); return a.Result() })
		g.Set()
		wantErr(t, "one of them", errors.Join(a.Err(), b.Err()), futures.ErrDeadlock)
	})
}

func TestWaitingForAJobOfOnesOwnPoolIsFineWithAnotherWorker(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		e := futures.NewThreads(2)
		defer e.Close()
		outer := futures.SubmitErr(e, func() (int, error) { return futures.Call(e, square, 3).Result() })
		if n, err := outer.Result(); n != 9 || err != nil {
			t.Errorf("got %d, %v", n, err)
		}
	})
}

func TestNilFunctionsAreRefused(t *testing.T) {
	e := futures.NewThreads(1)
	defer e.Close()
	for name, f := range map[string]func(){
		"Submit":    func() { futures.Submit[int](e, nil) },
		"SubmitErr": func() { futures.SubmitErr[int](e, nil) },
		"Call":      func() { futures.Call[int, int](e, nil, 1) },
		"Map":       func() { futures.Map[int, int](e, nil, nil) },
		"callback":  func() { futures.Call(e, square, 1).AddDoneCallback(nil) },
	} {
		func() {
			defer func() {
				if text, _ := recover().(string); !strings.Contains(text, "nil") {
					t.Errorf("%s: panic %q", name, text)
				}
			}()
			f()
		}()
	}
}

func TestADeadlockThatAFutureKeepsIsInTheReport(t *testing.T) {
	body := func() {
		e := futures.NewThreads(1, futures.NamePrefix("cook"))
		defer e.Close()
		outer := futures.SubmitErr(e, func() (int, error) { return futures.Call(e, square, 3).Result() })
		_ = outer.Err() // the body doesn't care
	}
	r := sim.Run(1, body)
	var deadlock *sim.DeadlockError
	if !errors.As(r.Err, &deadlock) || !deadlock.Told || len(deadlock.Waits) != 1 {
		t.Fatalf("the error is %v", r.Err)
	}
	if w := deadlock.Waits[0]; w.Thread != "cook_0" || w.Doing != "Result" || w.For != "Future-2" || !strings.HasPrefix(w.Where, "futures_test.go:") {
		t.Errorf("it waits as %+v", w)
	}
	if text := r.String(); !strings.Contains(text, "deadlock: one of these threads was told, so that the others could go on") {
		t.Errorf("the report is\n%s", text)
	}
	if r := sim.Explore(body); r.Explored == nil || r.Explored.Failing != r.Explored.Schedules || r.Explored.Failures[0].What != "deadlock" {
		t.Errorf("explored:\n%v", r)
	}
}

func TestTwoWorkersThatAreToldOfADeadlockAreInTheReport(t *testing.T) {
	r := sim.Run(1, func() {
		e := futures.NewThreads(2, futures.NamePrefix("cook"))
		defer e.Close()
		begun := thread.NewBarrier(2, nil)
		var a, b *futures.Future[int]
		a = futures.SubmitErr(e, func() (int, error) { begun.Wait(); return b.Result() })
		b = futures.SubmitErr(e, func() (int, error) { begun.Wait(); return a.Result() })
		_ = errors.Join(a.Err(), b.Err())
	})
	var deadlock *sim.DeadlockError
	if !errors.As(r.Err, &deadlock) || len(deadlock.Waits) != 2 || deadlock.Waits[0].Thread != "cook_0" || deadlock.Waits[1].Thread != "cook_1" {
		t.Errorf("the error is %v", r.Err)
	}
}
