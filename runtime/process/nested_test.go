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
	targets = append(targets, ownsWorkers, ownsPool, exits, exitsByThread, begins, getsManaged, spins, tellsWhenDone)
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

func exitsByThread(n int) int {
	thread.Go(func() { process.Exit(n) }).Join()
	return n
}

func begins(q *process.ManagedQueue[int]) int {
	_ = q.Put(1)
	thread.Sleep(time.Hour)
	return 1
}

func getsManaged(q *process.ManagedQueue[int]) int { return must(q.Get()) }

func spins(int) int {
	for {
		thread.Yield()
	}
}

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

func TestTheDeathOfAWorkerInTheMidstOfACall(t *testing.T) {
	worldtest.Both(t, theDeathOfAWorkerInTheMidstOfACall)
}

func theDeathOfAWorkerInTheMidstOfACall(t *testing.T) {
	m := process.NewManager()
	defer m.Shutdown()
	q := process.NewManagedQueue[int](m, 0)
	p := process.NewPool(1)
	defer endPool(p)
	var lost *process.WorkerError
	if _, err := process.Apply(p, exitsByThread, 3); !errors.As(err, &lost) || lost.Code != 3 {
		t.Errorf("one whose thread exits: %v", err)
	}
	r, next := process.ApplyAsync(p, begins, q), process.ApplyAsync(p, square, 3)
	must(q.Get())
	for _, child := range process.Children() {
		if pids := p.Workers(); len(pids) == 1 && child.PID() == pids[0] {
			child.Kill()
		}
	}
	if _, err := r.Get(); !errors.As(err, &lost) || lost.Code != -9 {
		t.Errorf("one that is killed: %v", err)
	}
	if n, err := next.Get(); n != 9 || err != nil {
		t.Errorf("the next call: %d, %v", n, err)
	}
}

// A simulation that doesn't end by itself says who waits for what.
func TestSimulatedPoolsThatCanNotGoOn(t *testing.T) {
	for seed := range uint64(20) {
		r := sim.Run(seed, func() {
			q := process.NewManagedQueue[int](process.NewManager(), 0)
			_, _ = process.Apply(process.NewPool(2), getsManaged, q)
		})
		var deadlock *sim.DeadlockError
		if !errors.As(r.Err, &deadlock) || len(deadlock.Waits) != 3 || !strings.Contains(r.Err.Error(), "waits for ManagedQueue-1 (Get)") {
			t.Fatalf("under seed %d: %v", seed, r)
		}
		r = sim.Run(seed, func() {
			p := process.NewPool(2)
			process.ApplyAsync(p, spins, 1)
			_, _ = process.Map(p, spins, []int{1, 2, 3})
		}, sim.MaxSteps(2000))
		if !errors.Is(r.Err, sim.ErrTooManySteps) {
			t.Fatalf("under seed %d: %v", seed, r)
		}
	}
}
