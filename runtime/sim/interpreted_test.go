package sim_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/traefik/yaegi/interp"

	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

// symbols is what the interpreted programs of these tests import.
func symbols(out *strings.Builder) interp.Exports {
	return interp.Exports{
		"lockstep/runtime/sim/sim": {
			"Report":  reflect.ValueOf((*sim.Report)(nil)),
			"Run":     reflect.ValueOf(sim.Run),
			"Explore": reflect.ValueOf(sim.Explore),
			"Replay":  reflect.ValueOf(sim.Replay),
			"Check":   reflect.ValueOf(sim.Check),
			"Threads": reflect.ValueOf(sim.Threads),
		},
		"lockstep/runtime/thread/thread": {
			"Mutex":    reflect.ValueOf((*thread.Mutex)(nil)),
			"Thread":   reflect.ValueOf((*thread.Thread)(nil)),
			"New":      reflect.ValueOf(thread.New),
			"Go":       reflect.ValueOf(thread.Go),
			"Name":     reflect.ValueOf(thread.Name),
			"Sleep":    reflect.ValueOf(thread.Sleep),
			"Yield":    reflect.ValueOf(thread.Yield),
			"NewMutex": reflect.ValueOf(thread.NewMutex),
			"Current":  reflect.ValueOf(thread.Current),
		},
		"out/out": {
			"Add":   reflect.ValueOf(func(s string) { out.WriteString(s) }),
			"Error": reflect.ValueOf(errors.New),
		},
	}
}

// interpreted runs a program's main and returns the value of its variable report
// and what it added to out.
func interpreted(t *testing.T, program string) (sim.Report, string) {
	t.Helper()
	var out strings.Builder
	i := interp.New(interp.Options{})
	if err := i.Use(symbols(&out)); err != nil {
		t.Fatal(err)
	}
	if _, err := i.Eval(program); err != nil {
		t.Fatal(err)
	}
	v, err := i.Eval("main.Play()")
	if err != nil {
		t.Fatal(err)
	}
	return v.Interface().(sim.Report), out.String()
}

func TestInterpretedThreadsAreSimulated(t *testing.T) {
	const program = `package main

import (
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
	"out"
)

var mu thread.Mutex

func task() {
	thread.Sleep(1000000000)
	mu.Lock()
	defer mu.Unlock()
	name := thread.Current().Name()
	out.Add("<" + name)
	thread.Sleep(500000000)
	out.Add(">" + name)
}

func Play() sim.Report {
	return sim.Run(3, func() {
		var threads []*thread.Thread
		for i := 0; i < 10; i++ {
			t := thread.New(task)
			t.Start()
			threads = append(threads, t)
		}
		for _, t := range threads {
			t.Join()
		}
	})
}
`
	first, out1 := interpreted(t, program)
	second, out2 := interpreted(t, program)
	if !first.OK() || first.Elapsed != 6*time.Second {
		t.Error(first)
	}
	if out1 != out2 || first.Hash != second.Hash {
		t.Errorf("two runs differ: %q and %q", out1, out2)
	}
	for pair := range strings.SplitSeq(strings.TrimPrefix(out1, "<"), "<") {
		running, done, _ := strings.Cut(pair, ">")
		if running != done || !strings.HasPrefix(running, "Thread-") {
			t.Errorf("the pair %q is no thread's own", pair)
		}
	}
}

func TestAnInterpretedDeadlockPassesRecover(t *testing.T) {
	r, out := interpreted(t, `package main

import (
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
	"out"
)

func Play() sim.Report {
	return sim.Run(3, func() {
		a := thread.NewMutex("A")
		defer out.Add("outer")
		func() {
			defer func() {
				if recover() != nil {
					out.Add("recovered")
				}
			}()
			a.Lock()
			defer a.Unlock()
			a.Lock()
		}()
		out.Add("went on")
	})
}
`)
	var deadlock *sim.DeadlockError
	if !errors.As(r.Err, &deadlock) || out != "outer" {
		t.Errorf("added %q\n%v", out, r)
	}
}

func TestAnInterpretedBodyIsExplored(t *testing.T) {
	const program = `package main

import (
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
	"out"
)

var n int

func lost() {
	n = 100
	task := func() {
		temp := n
		thread.Yield()
		n = temp - 1
	}
	sim.Threads(task, task)
}

func check() error {
	if n != 98 {
		return out.Error("an update is lost")
	}
	return nil
}

func Play() sim.Report { return sim.Explore(lost, sim.Check(check)) }

func Again() sim.Report { return sim.Replay(Play().Schedule, lost, sim.Check(check)) }
`
	r, _ := interpreted(t, program)
	// Three steps a thread: up to the Yield, from there on, the end; 20 orders. The
	// second of one comes before the first of the other in 4 where it is alone with
	// its first two, and in 4 the other way round.
	if e := r.Explored; e == nil || e.Schedules != 20 || e.Failing != 12 || e.Failures[0].What != "an update is lost" {
		t.Fatalf("explored %+v\n%v", e, r)
	}
	again, _ := interpreted(t, strings.Replace(strings.Replace(program, "Play()", "play()", 2), "Again()", "Play()", 1))
	var failed *sim.CheckError
	if !errors.As(again.Err, &failed) || again.Hash != r.Hash {
		t.Errorf("replayed:\n%v\nof\n%v", again, r)
	}
}
