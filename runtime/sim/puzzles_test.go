package sim_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

// section is a part of the program in which one thread may be at a time.
type section struct{ inside *sim.Var[int] }

func newSection() *section { return &section{sim.NewVar("inside", 0)} }

// pass goes through the section and panics if anyone else is in it.
func (s *section) pass() {
	if n := s.inside.Load(); n != 0 {
		panic("two are inside")
	}
	s.inside.Store(1)
	s.inside.Store(0)
}

// The classic puzzles, each right and subtly wrong. Names and solutions are as in
// Downey, The Little Book of Semaphores, but for Peterson's and Dekker's.
var puzzles = []struct {
	name string
	body func()
	// want is how the wrong ones fail; the right ones, without, are proved.
	want string
	// racy marks those that use variables without a lock.
	racy bool
}{
	{name: "philosophers, all left-handed", body: func() { philosophers(3, func(int) bool { return true }) }, want: "deadlock"},
	{name: "philosophers, one right-handed", body: func() { philosophers(3, func(i int) bool { return i > 0 }) }},
	{name: "philosophers, one fewer at the table", body: func() {
		table := thread.NewSemaphore(2)
		philosophersAt(3, func(int) bool { return true }, table.Acquire, table.Release)
	}},
	{name: "readers and a writer", body: func() { readersWriter(true) }},
	{name: "readers and a writer, the count without a lock", body: func() { readersWriter(false) }, want: "inside"},
	{name: "a barrier, used twice", body: func() { barrier(true) }, racy: true},
	{name: "a barrier without the number of the round, used twice", body: func() { barrier(false) }, want: "deadlock", racy: true},
	{name: "a bounded buffer", body: func() { buffer(true) }},
	{name: "a bounded buffer that looks once", body: func() { buffer(false) }, want: "the buffer is empty"},
	{name: "cigarette smokers with pushers", body: func() { smokers(true) }},
	{name: "cigarette smokers that take one by one", body: func() { smokers(false) }, want: "deadlock"},
	{name: "Peterson", body: func() { peterson(true) }, racy: true},
	{name: "Peterson, the turn before the flag", body: func() { peterson(false) }, want: "two are inside", racy: true},
	{name: "Dekker", body: func() { dekker(true) }, racy: true},
	{name: "Dekker, looking before the flag is up", body: func() { dekker(false) }, want: "two are inside", racy: true},
}

func TestPuzzlesAreDecided(t *testing.T) {
	for _, p := range puzzles {
		for _, reduced := range []bool{false, true} {
			name := p.name
			opts := []sim.Option{sim.MaxSteps(500), sim.MaxSchedules(2000)}
			if reduced {
				name += ", reduced"
				opts = append(opts, sim.Reduce())
			}
			if p.racy {
				opts = append(opts, sim.NoRaces())
			}
			t.Run(name, func(t *testing.T) {
				quiet(func() {
					r := sim.Explore(p.body, opts...)
					t.Logf("%d schedules, %s %s", r.Explored.Schedules, r.Explored.How, r.Explored.Limit)
					if p.want == "" {
						if !r.Proved() {
							t.Errorf("want a proof:\n%v", r)
						}
						return
					}
					if r.OK() || !strings.Contains(fmt.Sprint(r.Explored.Failures), p.want) {
						t.Fatalf("want %q:\n%v", p.want, r)
					}
					if again := sim.Replay(r.Schedule, p.body, opts...); again.Err == nil || again.Hash != r.Hash {
						t.Errorf("the replay went otherwise:\n%v", again)
					}
				})
			})
		}
	}
}

func philosophers(n int, leftFirst func(i int) bool) {
	philosophersAt(n, leftFirst, func() {}, func() {})
}

func philosophersAt(n int, leftFirst func(i int) bool, sit, stand func()) {
	forks := make([]*thread.Mutex, n)
	for i := range forks {
		forks[i] = thread.NewMutex(fmt.Sprint(i))
	}
	tasks := make([]func(), n)
	for i := range tasks {
		tasks[i] = func() {
			first, second := forks[i], forks[(i+1)%n]
			if !leftFirst(i) {
				first, second = second, first
			}
			sit()
			first.Lock()
			pass(second)
			first.Unlock()
			stand()
		}
	}
	sim.Threads(tasks...)
}

// readersWriter is two readers and a writer; the first reader locks the writer out,
// the last lets it in.
func readersWriter(locked bool) {
	var room thread.Semaphore
	room.Release()
	var mu thread.Mutex
	readers := sim.NewVar("readers", 0)
	writing := sim.NewVar("writing", false)
	change := func(by, edge int, then func()) {
		if locked {
			mu.Lock()
			defer mu.Unlock()
		}
		n := readers.Load() + by
		readers.Store(n)
		if n == edge {
			then()
		}
	}
	reader := func() {
		change(+1, 1, room.Acquire)
		if writing.Load() {
			panic("a reader is inside with the writer")
		}
		change(-1, 0, room.Release)
	}
	sim.Threads(reader, reader, func() {
		room.Acquire()
		writing.Store(true)
		writing.Store(false)
		room.Release()
	})
}

// barrier has two threads meet twice. Without a number of the round, a fast thread
// may come again before the slow one has seen that all had come.
func barrier(numbered bool) {
	const n = 2
	cond := thread.NewCond(thread.NewMutex("of the barrier"))
	count, round := 0, 0
	meet := func() {
		cond.Lock()
		defer cond.Unlock()
		if count++; count == n {
			count = 0
			round++
			cond.Broadcast()
			return
		}
		mine := round
		cond.WaitFor(func() bool { return numbered && round != mine || !numbered && count == 0 })
	}
	var rounds [n]*sim.Var[int]
	for i := range rounds {
		rounds[i] = sim.NewVar(fmt.Sprintf("round of P%d", i+1), 0)
	}
	task := func(me int) func() {
		return func() {
			for round := 1; round <= 2; round++ {
				rounds[me].Store(round)
				meet()
				if other := rounds[1-me].Load(); other < round {
					panic(fmt.Sprintf("past the barrier in round %d, the other is in round %d", round, other))
				}
			}
		}
	}
	sim.Threads(task(0), task(1))
}

// buffer is a producer of two items and two consumers of one each.
func buffer(loop bool) {
	cond := thread.NewCond(thread.NewMutex("of the buffer"))
	items := sim.NewVar("items", 0)
	consumer := func() {
		cond.Lock()
		defer cond.Unlock()
		if loop {
			cond.WaitFor(func() bool { return items.Load() > 0 })
		} else if items.Load() == 0 {
			cond.Wait()
		}
		if items.Load() == 0 {
			panic("the buffer is empty")
		}
		items.Store(items.Load() - 1)
	}
	sim.Threads(consumer, consumer, func() {
		for range 2 {
			cond.Lock()
			items.Store(items.Load() + 1)
			cond.Signal()
			cond.Unlock()
		}
	})
}

// smokers are three, each with one ingredient, and an agent that puts the two
// others of one of them on the table.
func smokers(pushers bool) {
	const tobacco, paper, match = 0, 1, 2
	var ingredients, smoker [3]*thread.Semaphore
	for i := range ingredients {
		ingredients[i], smoker[i] = thread.NewSemaphore(0), thread.NewSemaphore(0)
	}
	agent := func() {
		ingredients[paper].Release()
		ingredients[match].Release()
	}
	if !pushers {
		// Each takes one thing it lacks, then the other: two may take one each.
		smoke := func(a, b int) func() {
			return func() {
				ingredients[a].Acquire()
				ingredients[b].Acquire()
			}
		}
		for _, s := range []func(){smoke(match, tobacco), smoke(paper, tobacco)} {
			thread.Go(s, thread.Daemon(true))
		}
		sim.Threads(smoke(paper, match), agent)
		return
	}
	var mu thread.Mutex
	var there [3]bool
	pusher := func(i int) func() {
		return func() {
			ingredients[i].Acquire()
			mu.Lock()
			defer mu.Unlock()
			for other := range there {
				if other != i && there[other] {
					there[other] = false
					smoker[3-i-other].Release()
					return
				}
			}
			there[i] = true
		}
	}
	thread.Go(pusher(tobacco), thread.Daemon(true))
	sim.Threads(pusher(paper), pusher(match), agent, smoker[tobacco].Acquire)
}

func peterson(right bool) {
	critical := newSection()
	var flag [2]*sim.Var[bool]
	for i := range flag {
		flag[i] = sim.NewVar(fmt.Sprintf("flag[%d]", i), false)
	}
	turn := sim.NewVar("turn", 0)
	task := func(me int) func() {
		return func() {
			if right {
				flag[me].Store(true)
				turn.Store(1 - me)
			} else {
				turn.Store(1 - me)
				flag[me].Store(true)
			}
			for flag[1-me].Load() && turn.Load() == 1-me {
			}
			critical.pass()
			flag[me].Store(false)
		}
	}
	sim.Threads(task(0), task(1))
}

func dekker(right bool) {
	critical := newSection()
	var flag [2]*sim.Var[bool]
	for i := range flag {
		flag[i] = sim.NewVar(fmt.Sprintf("flag[%d]", i), false)
	}
	turn := sim.NewVar("turn", 0)
	task := func(me int) func() {
		return func() {
			if right {
				flag[me].Store(true)
			}
			for flag[1-me].Load() {
				if turn.Load() != me {
					flag[me].Store(false)
					for turn.Load() != me {
					}
					flag[me].Store(true)
				}
			}
			flag[me].Store(true)
			critical.pass()
			turn.Store(1 - me)
			flag[me].Store(false)
		}
	}
	sim.Threads(task(0), task(1))
}

func TestAlternationWithoutATurnIsALivelock(t *testing.T) {
	// Each takes its flag back to let the other in, at the same time, for ever.
	r := sim.Explore(func() {
		a, b := sim.NewVar("a", false), sim.NewVar("b", false)
		task := func(mine, other *sim.Var[bool]) func() {
			return func() {
				mine.Store(true)
				for other.Load() {
					mine.Store(false)
					mine.Store(true)
				}
				mine.Store(false)
			}
		}
		sim.Threads(task(a, b), task(b, a))
	}, sim.NoRaces(), sim.MaxSteps(200), sim.MaxSchedules(500))
	var livelock *sim.LivelockError
	if !errors.As(r.Err, &livelock) || !errors.Is(r.Err, sim.ErrTooManySteps) || len(livelock.Threads) != 3 {
		t.Errorf("want a livelock:\n%v", r)
	}
}
