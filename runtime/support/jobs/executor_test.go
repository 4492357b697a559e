package jobs_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/sim"
	"lockstep/runtime/support/jobs"
)

func ExampleExecutor() {
	e := jobs.New(jobs.Threads(nil), 2, "")
	var f jobs.Future
	e.Submit(&f, jobs.Job{Run: func() (any, error) { return 42, nil }})
	fmt.Println(f.Result(sched.Forever))
	e.Shutdown(true, false)
	// Output: 42 <nil>
}

// elsewhere is a worker that has its calls made by others, and may lose them.
type elsewhere struct{ closed *int }

func (w elsewhere) Run(j jobs.Job) (value any, err, broken error) {
	if j.Func == "die" {
		err := fmt.Errorf("%w: the worker died", jobs.ErrBroken)
		return nil, err, err
	}
	return fmt.Sprint(j.Func, j.Args), nil, nil
}

func (w elsewhere) Close() { *w.closed++ }

func TestAWorkerOfAnotherKind(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		closed := 0
		e := jobs.New(jobs.Kind{Name: "Elsewhere", Worker: func() (jobs.Worker, error) { return elsewhere{&closed}, nil }}, 1, "")
		var fs [4]jobs.Future
		for i, name := range []string{"f", "die", "g"} {
			e.Submit(&fs[i], jobs.Job{Func: name, Args: []any{i}})
		}
		if v, err := fs[0].Result(sched.Forever); v != "f[0]" || err != nil {
			t.Errorf("got %v, %v", v, err)
		}
		e.Shutdown(true, false)
		for i := range fs[1:3] {
			if _, err := fs[1+i].Result(sched.Forever); !errors.Is(err, jobs.ErrBroken) || !strings.Contains(err.Error(), "the worker died") {
				t.Errorf("got %v", err)
			}
		}
		if closed != 1 {
			t.Errorf("%d workers were closed", closed)
		}
	})
}

func TestAWorkerThatCanNotBeMadeBreaksTheExecutor(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		e := jobs.New(jobs.Kind{Name: "None", Worker: func() (jobs.Worker, error) { return nil, errors.New("no room") }}, 1, "")
		var f jobs.Future
		e.Submit(&f, jobs.Job{})
		if _, err := f.Result(sched.Forever); !errors.Is(err, jobs.ErrBroken) || !strings.Contains(err.Error(), "no room") {
			t.Errorf("got %v", err)
		}
		e.Shutdown(true, false)
	})
}

// What is pending at the end of a program is run, and then the workers end, though
// nobody shuts the executor down.
func TestTheEndOfAProgramRunsWhatIsPending(t *testing.T) {
	body := func(ran *int) func() {
		return func() {
			e := jobs.New(jobs.Threads(nil), 2, "")
			var fs [5]jobs.Future
			for i := range fs {
				e.Submit(&fs[i], jobs.Job{Run: func() (any, error) {
					sched.Current().Sleep(time.Millisecond)
					if i == 0 {
						*ran++
					}
					return nil, nil
				}})
			}
		}
	}
	t.Run("sim", func(t *testing.T) {
		for seed := range uint64(30) {
			ran := 0
			if r := sim.Run(seed, body(&ran)); !r.OK() || ran != 1 {
				t.Fatalf("seed %d: %d ran\n%v", seed, ran, r)
			}
		}
	})
	t.Run("real", func(t *testing.T) {
		s := &scope.Scope{}
		defer s.Release()
		ran := 0
		s.Do(func() {
			body(&ran)()
			sched.WaitThreads()
		})
		if ran != 1 {
			t.Errorf("%d ran", ran)
		}
	})
}

func TestAnExecutorOutlivesTheProgramThatItWorkedFor(t *testing.T) {
	e := jobs.New(jobs.Threads(nil), 1, "")
	for range 3 {
		s := &scope.Scope{}
		s.Do(func() {
			var f jobs.Future
			e.Submit(&f, jobs.Job{Run: func() (any, error) { return scope.Current() == s, nil }})
			if v, err := f.Result(sched.Forever); v != true || err != nil {
				t.Errorf("got %v, %v", v, err)
			}
			sched.WaitThreads()
		})
		s.Release()
	}
}

// host is a kernel whose user interrupts the cell.
type host struct {
	scope.Host
	cancelled chan struct{}
}

func (h host) Cancelled() <-chan struct{} { return h.cancelled }

func TestAnInterruptDropsWhatIsPending(t *testing.T) {
	e := jobs.New(jobs.Threads(nil), 1, "")
	s := &scope.Scope{Host: host{cancelled: make(chan struct{})}}
	defer s.Release()
	var fs [2]jobs.Future
	s.Do(func() {
		begun := make(chan struct{})
		e.Submit(&fs[0], jobs.Job{Run: func() (any, error) {
			close(begun)
			sched.Current().Sleep(time.Hour)
			return nil, nil
		}})
		e.Submit(&fs[1], jobs.Job{Run: func() (any, error) { t.Error("it ran"); return nil, nil }})
		<-begun
		close(s.Host.(host).cancelled)
	})
	worldtest.Real(t, func(t *testing.T) {
		if _, err := fs[0].Result(sched.Forever); !errors.Is(err, jobs.ErrExited) {
			t.Errorf("the running job: %v", err)
		}
		if _, err := fs[1].Result(sched.Forever); !errors.Is(err, jobs.ErrCancelled) {
			t.Errorf("the pending job: %v", err)
		}
		e.Shutdown(true, false)
	})
}
