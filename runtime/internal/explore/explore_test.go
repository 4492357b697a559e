package explore_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"
	"unsafe"

	"lockstep/runtime/internal/explore"
	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
	"lockstep/runtime/internal/simworld"
	"lockstep/runtime/thread"
)

func world() *simworld.World { return scope.Current().World.(*simworld.World) }

// shared is a variable whose accesses the world sees.
type shared struct {
	n           int
	read, write simworld.Site
}

func newShared(name string) *shared {
	return &shared{
		read:  simworld.Site{Kind: simworld.Read, Name: name},
		write: simworld.Site{Kind: simworld.Write, Name: name},
	}
}

func (s *shared) load() int {
	world().Access(&s.read, unsafe.Pointer(&s.n))
	return s.n
}

func (s *shared) store(n int) {
	world().Access(&s.write, unsafe.Pointer(&s.n))
	s.n = n
}

// together runs tasks at once and waits for all of them.
func together(tasks ...func()) {
	w := world()
	left := len(tasks)
	var end sched.Monitor
	for i, task := range tasks {
		err := w.Spawn(sched.NewTask(fmt.Sprintf("P%d", i+1), false), func() {
			task()
			end.Enter(opFinish, nil)
			if left--; left == 0 {
				w.Wake(&end, 1)
			}
			end.Exit()
		})
		if err != nil {
			panic(err)
		}
	}
	end.EnterAgain(w, opWait, nil)
	w.Wait(&end, opWait, func() bool { return left == 0 }, sched.Forever)
	end.Exit()
}

var (
	opFinish = sched.NewOp("Group", "Finish").Releases().Adds()
	opWait   = sched.NewOp("Group", "Wait").Acquires().Stable()
)

// search runs body under s, at most limit and one times, and counts what came of it, by what outcome says.
func search(t *testing.T, s explore.Search, limit int, body func(), outcome func(*simworld.Result) string) (counts map[string]int, runs int) {
	t.Helper()
	counts = map[string]int{}
	runner := simworld.NewRunner()
	defer runner.Close()
	for more := true; more; {
		r := runner.Run(simworld.Config{Chooser: s, MaxSteps: 1000, Trace: s.Trace(), Mute: true, Patient: true}, body)
		if !r.GivenUp {
			runs++
			counts[outcome(r)]++
		}
		if more = s.Advance(r); runs > limit {
			return counts, runs
		}
	}
	if s.Strayed() {
		t.Fatal("the search strayed")
	}
	return counts, runs
}

// decrement is n threads that each take 1 from a variable in two steps.
func decrement(n int, v *shared) func() {
	return func() {
		v.n = 100
		tasks := make([]func(), n)
		for i := range tasks {
			tasks[i] = func() {
				temp := v.load()
				v.store(temp - 1)
			}
		}
		together(tasks...)
	}
}

func TestAllSchedulesOfALostUpdate(t *testing.T) {
	v := newShared("n")
	value := func(*simworld.Result) string { return fmt.Sprint(v.n) }
	for _, c := range []struct {
		threads, schedules int
		values             map[string]int
	}{
		// Four steps a thread: its beginning, the read, the write, its end. The
		// orders of 2 times 4 are 8!/(4!)^2, those of 3 times 4 12!/(4!)^3. Two
		// threads lose nothing if the third step of one comes before the second of the
		// other, which is so if three or four of the first four steps are its: 16+1
		// orders, and as many the other way round.
		{2, 70, map[string]int{"98": 34, "99": 36}},
		{3, 34650, nil},
	} {
		counts, runs := search(t, explore.NewAll(), 100_000, decrement(c.threads, v), value)
		if runs != c.schedules {
			t.Errorf("%d threads have %d schedules, want %d", c.threads, runs, c.schedules)
		}
		if c.values != nil && !maps.Equal(counts, c.values) {
			t.Errorf("%d threads: %v, want %v", c.threads, counts, c.values)
		}
		reduced, few := search(t, explore.NewReduced(), 1000, decrement(c.threads, v), value)
		if !slices.Equal(slices.Sorted(maps.Keys(counts)), slices.Sorted(maps.Keys(reduced))) || 8*few > runs {
			t.Errorf("%d threads, reduced: %v in %d schedules, all: %v", c.threads, reduced, few, counts)
		}
	}
}

func TestABoundOnPreemptions(t *testing.T) {
	v := newShared("n")
	value := func(*simworld.Result) string { return fmt.Sprint(v.n) }
	before := 0
	for bound, want := range []map[string]bool{{"98": true}, {"98": true, "99": true}} {
		all := explore.NewAll()
		all.Preemptions = bound
		counts, runs := search(t, all, 100, decrement(2, v), value)
		if len(counts) != len(want) || runs <= before || !all.Bounded() {
			t.Errorf("with %d preemptions %v in %d schedules", bound, counts, runs)
		}
		before = runs
	}
}

func TestAllValuesAreExplored(t *testing.T) {
	var got string
	body := func() {
		got = ""
		together(func() {
			for range 2 {
				got += string(rune('a' + world().Choose(3, "a letter")))
			}
		})
	}
	for name, s := range map[string]explore.Search{"all": explore.NewAll(), "reduced": explore.NewReduced()} {
		counts, runs := search(t, s, 100, body, func(*simworld.Result) string { return got })
		if runs != 9 || len(counts) != 9 {
			t.Errorf("%s: %v in %d schedules", name, counts, runs)
		}
	}
}

func TestABodyThatChangesIsNoticed(t *testing.T) {
	for name, s := range map[string]explore.Search{"all": explore.NewAll(), "reduced": explore.NewReduced()} {
		n := 1
		v := newShared("n")
		body := func() {
			n++
			var tasks []func()
			for range n {
				tasks = append(tasks, func() { v.store(1) })
			}
			together(tasks...)
		}
		for range 3 {
			r := simworld.Run(simworld.Config{Chooser: s, MaxSteps: 1000, Trace: s.Trace()}, body)
			s.Advance(r)
		}
		if !s.Strayed() {
			t.Errorf("%s didn't", name)
		}
	}
}

// program is a random program of a few threads that use a few things in common.
type program struct {
	vars    [2]*shared
	mutexes [2]*thread.Mutex
	permits *thread.Semaphore
	event   *thread.Event
	threads [][]int // operations
	seen    [][]int // what each thread has read
	private bool    // each thread begins with something of its own
}

const operations = 17

func randomProgram(source *rand.Rand) *program {
	p := &program{vars: [2]*shared{newShared("x"), newShared("y")}, private: source.IntN(4) == 0}
	threads := 2 + source.IntN(2)
	length := 6 - 2*threads/2
	for range threads {
		var ops []int
		for range 1 + source.IntN(length) {
			ops = append(ops, source.IntN(operations))
		}
		p.threads = append(p.threads, ops)
	}
	return p
}

func (p *program) body() {
	p.mutexes = [2]*thread.Mutex{{}, {}}
	p.permits = thread.NewSemaphore(1)
	p.event = &thread.Event{}
	p.vars[0].n, p.vars[1].n = 0, 0
	p.seen = make([][]int, len(p.threads))
	var tasks []func()
	for i, ops := range p.threads {
		tasks = append(tasks, func() {
			if p.private { // a new object in each run
				var own thread.Mutex
				own.Lock()
			}
			for step, op := range ops {
				p.do(i, op, 10*(i+1)+step)
			}
		})
	}
	together(tasks...)
}

func (p *program) see(thread, value int) { p.seen[thread] = append(p.seen[thread], value) }

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (p *program) do(i, op, value int) {
	w := world()
	switch op {
	case 0, 1:
		p.see(i, p.vars[op].load())
	case 2, 3:
		p.vars[op-2].store(value)
	case 4, 5:
		p.mutexes[op-4].Lock()
	case 6, 7:
		if p.mutexes[op-6].Locked() { // else it would be a misuse
			p.see(i, 1)
			defer func() { _ = recover() }()
			p.mutexes[op-6].Unlock()
		}
	case 8:
		p.see(i, number(p.mutexes[0].TryLock()))
	case 9:
		p.permits.Acquire()
	case 10:
		p.permits.Release()
	case 11:
		p.event.Set()
	case 12:
		p.see(i, number(p.event.WaitTimeout(time.Second)))
	case 13:
		p.see(i, w.Choose(2, "a coin"))
	case 14:
		w.Sleep(time.Second)
	case 15:
		p.event.Wait()
	case 16:
		for range 10 {
			if p.vars[0].load() != 0 {
				break
			}
		}
	}
}

func (p *program) outcome(r *simworld.Result) string {
	var races []string
	for _, race := range r.Races {
		// Of several alike, which it names hangs on the order of the reads.
		races = append(races, race.Name+race.First.Kind.String()+race.Second.Kind.String())
	}
	sort.Strings(races)
	var stuck []string
	for _, b := range r.Stuck {
		stuck = append(stuck, b.Thread+b.Verb)
	}
	return fmt.Sprint(p.vars[0].n, p.vars[1].n, p.seen, stuck, r.Elapsed, slices.Compact(races))
}

// Of random programs, the reduced search must find just what the full one does.
func TestTheReducedSearchFindsWhatTheFullOneFinds(t *testing.T) {
	programs, limit := 150, 2000
	if os.Getenv("SOAK") != "" {
		programs, limit = 4000, 30000
	}
	all, few, compared := 0, 0, 0
	for seed := range uint64(programs) {
		p := randomProgram(rand.New(rand.NewPCG(seed, 1)))
		counts, runs := search(t, explore.NewAll(), limit, p.body, p.outcome)
		if runs > limit {
			continue
		}
		compared++
		reduced, some := search(t, explore.NewReduced(), limit, p.body, p.outcome)
		all, few = all+runs, few+some
		if !slices.Equal(slices.Sorted(maps.Keys(counts)), slices.Sorted(maps.Keys(reduced))) {
			var missing, extra []string
			for o := range counts {
				if reduced[o] == 0 {
					missing = append(missing, o)
				}
			}
			for o := range reduced {
				if counts[o] == 0 {
					extra = append(extra, o)
				}
			}
			t.Fatalf("program %d, %v: %d outcomes in %d schedules, %d in %d reduced\nmissing %s\nextra %s",
				seed, p.threads, len(counts), runs, len(reduced), some, strings.Join(missing, "\n"), strings.Join(extra, "\n"))
		}
	}
	if few > all/3 || compared < programs/4 {
		t.Errorf("of %d programs %d schedules, reduced to %d", compared, all, few)
	}
	t.Logf("of %d programs %d schedules, reduced to %d", compared, all, few)
}
