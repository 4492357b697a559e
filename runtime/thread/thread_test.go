package thread_test

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"lockstep/runtime/internal/scope"
	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

func task() {}

type runner struct{ ran bool }

func (r *runner) Run() { r.ran = true }

func TestAThreadRunsItsTaskOnceAndJoinWaitsForIt(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		runs := 0
		th := thread.New(func() { thread.Yield(); runs++ })
		if th.Alive() || th.ID() != 0 {
			t.Errorf("before Start: alive %t, id %d", th.Alive(), th.ID())
		}
		th.Start()
		th.Join()
		th.Join()
		if runs != 1 || th.Alive() || th.ID() == 0 {
			t.Errorf("after Join: %d runs, alive %t, id %d", runs, th.Alive(), th.ID())
		}
	})
}

func TestAThreadIsAliveUntilItEnds(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var gate thread.Event
		th := thread.Go(gate.Wait)
		if !th.Alive() {
			t.Error("a thread that waits is not alive")
		}
		if th.JoinTimeout(time.Millisecond) || th.JoinTimeout(0) {
			t.Error("a timed Join returned true while the thread waits")
		}
		gate.Set()
		if !th.JoinTimeout(thread.NoLimit) {
			t.Error("a Join without limit returned false")
		}
	})
}

func TestDefaultNamesCountAndTellTheFunction(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var got []string
		for _, th := range []*thread.Thread{
			thread.New(task),
			thread.New(func() {}),
			thread.New(task, thread.Name("P1")),
			thread.New((&runner{}).Run),
		} {
			got = append(got, th.Name())
		}
		want := "Thread-1 (task), Thread-2, P1, Thread-3 (Run)"
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("names %s, want %s", s, want)
		}
	})
}

func TestCurrentIsTheThreadItself(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		if name := thread.Current().Name(); name != "MainThread" {
			t.Errorf("the main code is called %q", name)
		}
		if a, b := thread.Current(), thread.Current(); a != b {
			t.Error("the main code is two threads")
		}
		var inside *thread.Thread
		th := thread.Go(func() { inside = thread.Current() })
		th.Join()
		if inside != th {
			t.Errorf("inside the thread Current is %v, want %v", inside, th)
		}
		th.SetName("renamed")
		if th.Name() != "renamed" {
			t.Errorf("name %q after SetName", th.Name())
		}
	})
}

func TestDaemonIsInheritedAndFixedByStart(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		parent := thread.New(func() {
			if !thread.New(task).Daemon() {
				t.Error("a daemon's child is no daemon")
			}
			if thread.New(task, thread.Daemon(false)).Daemon() {
				t.Error("the option Daemon(false) is ignored")
			}
			worldtest.Misuse(t, thread.ErrStarted, func() { thread.Current().SetDaemon(false) })
		}, thread.Daemon(true))
		if thread.New(task).Daemon() {
			t.Error("the main code's child is a daemon")
		}
		parent.Start()
		parent.Join()
	})
}

func TestMisuseOfThreads(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		th := thread.New(func() {
			worldtest.Misuse(t, thread.ErrJoinSelf, func() { thread.Current().Join() })
		})
		worldtest.Misuse(t, thread.ErrNotStarted, th.Join)
		worldtest.Misuse(t, thread.ErrTimeout, func() { th.JoinTimeout(-2) })
		th.Start()
		worldtest.Misuse(t, thread.ErrStarted, th.Start)
		th.Join()
		worldtest.Misuse(t, thread.ErrStarted, th.Start)

		main := thread.Current()
		worldtest.Misuse(t, thread.ErrJoinSelf, main.Join)
		worldtest.Misuse(t, thread.ErrStarted, main.Start)
		other := thread.Go(func() { worldtest.Misuse(t, thread.ErrNotJoinable, main.Join) })
		other.Join()
	})
}

func TestMisuseTellsWhatAndWhichPythonError(t *testing.T) {
	defer func() {
		text := recover().(error).Error()
		if want := "Mutex A: Unlock: it is not locked (Python: RuntimeError)"; text != want {
			t.Errorf("message %q, want %q", text, want)
		}
	}()
	thread.NewMutex("A").Unlock()
}

func TestGoexitEndsAThreadOnly(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		deferred := false
		th := thread.Go(func() {
			defer func() { deferred = true }()
			runtime.Goexit()
		})
		th.Join()
		if !deferred {
			t.Error("Goexit skipped a deferred call")
		}
	})
}

// stderr returns what the main code f writes to its scope's standard error.
func stderr(t *testing.T, f func()) string {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "stderr")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s := &scope.Scope{Stdout: os.Stdout, Stderr: file}
	defer s.Release()
	s.Do(f)
	text, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAPanicIsReportedWithTheThreadAndItsPlace(t *testing.T) {
	body := func() {
		th := thread.Go(func() { panic("boom") }, thread.Name("P1"))
		th.Join() // not reached by the panic
	}
	for name, run := range map[string]func(){
		"real": body,
		"sim":  func() { sim.Run(1, body) },
	} {
		t.Run(name, func(t *testing.T) {
			got := stderr(t, run)
			if !strings.HasPrefix(got, "panic in thread P1: boom\n") || !strings.Contains(got, "thread_test.go:") {
				t.Errorf("standard error: %q", got)
			}
		})
	}
}

func TestAGoroutineThatIsNoThread(t *testing.T) {
	worldtest.Real(t, func(t *testing.T) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			if name := thread.Current().Name(); name != "Dummy" {
				t.Errorf("it is called %q", name)
			}
			worldtest.Misuse(t, thread.ErrNotThread, func() { new(thread.Local).Set(1) })
			var mu thread.RMutex
			mu.Lock()
			if !mu.TryLock() {
				t.Error("it doesn't own the lock that it holds")
			}
			mu.Unlock()
			mu.Unlock()
		}()
		<-done
	})
}

func TestNewRefusesNil(t *testing.T) {
	for name, f := range map[string]func(){
		"New":      func() { thread.New(nil) },
		"NewTimer": func() { thread.NewTimer(0, nil) },
		"NewCond":  func() { thread.NewCond(nil) },
	} {
		func() {
			defer func() {
				if text, _ := recover().(string); !strings.Contains(text, name) || !strings.Contains(text, "nil") {
					t.Errorf("%s(nil): panic %q", name, text)
				}
			}()
			f()
		}()
	}
}
