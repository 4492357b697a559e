package process_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"lockstep/runtime/futures"
	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/process"
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

func init() {
	targets = append(targets, ownsWorkers, ownsPool, exits, tellsWhenDone)
}

// ownsWorkers leaves executors to the end of its program.
func ownsWorkers(q *process.Queue[int]) {
	threads, processes := futures.NewThreads(2), futures.NewProcesses(2)
	pool := process.NewPool(2)
	a := futures.Submit(threads, func() int { return 1 })
	b := futures.Call(processes, square, 2)
	n, _ := a.Result()
	m, _ := b.Result()
	o, _ := process.Apply(pool, square, 3)
	q.Put(n + m + o)
}

func ownsPool(e *process.Event) {
	pool := process.NewPool(1)
	process.ApplyAsync(pool, square, 3)
	e.Set()
	thread.Sleep(time.Hour)
}

func exits(n int) int { process.Exit(n); return 0 }

func tellsWhenDone(l *process.List[int]) int {
	thread.Sleep(time.Second)
	l.Append(1)
	return 1
}

func TestWorkersEndWithTheProcessThatHasMadeThem(t *testing.T) {
	worldtest.Both(t, workersEndWithTheProcessThatHasMadeThem)
}

func workersEndWithTheProcessThatHasMadeThem(t *testing.T) {
	q := process.NewQueue[int](0)
	p := process.Start(ownsWorkers, q)
	p.Join()
	if n, err := q.GetTimeout(time.Second); n != 14 || err != nil || p.ExitCode() != 0 {
		t.Errorf("it got %d, %v, and ended with %d", n, err, p.ExitCode())
	}
	e := process.NewEvent()
	p = process.Start(ownsPool, e)
	e.Wait()
	p.Kill()
	p.Join()
}

func TestAnInitializerThatEndsTheWorker(t *testing.T) {
	worldtest.Both(t, anInitializerThatEndsTheWorker)
}

func anInitializerThatEndsTheWorker(t *testing.T) {
	p := process.NewPool(1, process.PoolInitializer(exits, 3))
	defer endPool(p)
	var lost *process.WorkerError
	if _, err := process.Apply(p, square, 1); !errors.As(err, &lost) || lost.Code != 3 || !strings.Contains(err.Error(), "the initializer of a worker") {
		t.Errorf("got %v", err)
	}
}

// A simulation's end waits for what a pool was asked for, as a program's does.
func TestASimulationsEndEndsAPool(t *testing.T) {
	for seed := range uint64(20) {
		var r *process.Result[int]
		var got int
		report := sim.Run(seed, func() {
			l := process.NewList[int](process.NewManager())
			p := process.NewPool(2)
			r = process.ApplyAsync(p, tellsWhenDone, l)
			thread.Go(func() {
				got, _ = r.Get()
				got += l.Len()
			})
		})
		if !report.OK() || got != 2 {
			t.Fatalf("under seed %d the result is %d:\n%v", seed, got, report)
		}
	}
}

// What was made in one world is no use in another.
func TestPoolsStayInTheirWorld(t *testing.T) {
	outside := process.NewPool(1)
	defer endPool(outside)
	r := sim.Run(1, func() { process.ApplyAsync(outside, square, 1) })
	if r.OK() || !strings.Contains(r.Err.Error(), process.ErrOutside.Error()) {
		t.Errorf("a pool of the real world: %v", r)
	}
	var inside *process.Pool
	var m *process.Manager
	sim.Run(1, func() { inside, m = process.NewPool(1), process.NewManager() })
	misuse(t, process.ErrInside, "Pool", func() { process.ApplyAsync(inside, square, 1) })
	misuse(t, process.ErrInside, "Pool", inside.Join)
	misuse(t, process.ErrInside, "Manager", m.Shutdown)
	misuse(t, process.ErrInside, "Lock", func() { m.NewLock() })
}
