package kerneltest

// Simulation are cells that simulate ordinary Go.
type Simulation struct {
	Name  string
	Cells []string // run one after the other
	Want  string   // what they print
}

// Simulations are what ordinary Go does in simulations.
var Simulations = []Simulation{
	{"a plain update is lost in some schedules, and the session is as before", []string{
		"n := 100\nfunc sell() {\n\ttemp := n\n\tn = temp - 1\n}", `
import ("fmt"; "lockstep/runtime/sim")
right := sim.Check(func() error { if n != 98 { return fmt.Errorf("n is %d", n) }; return nil })
r := sim.Explore(func() { go sell(); go sell() }, right)
fmt.Println(r.Explored.Schedules, r.Explored.Failing, r.Explored.Racing, n)
for _, race := range r.Explored.Races { fmt.Println(race.Name, race.First.Where, race.First.Thread, race.Second.Where, race.Second.Thread) }
r = sim.Explore(func() { go sell(); go sell() }, right, sim.Reduce())
fmt.Println(r.Explored.Schedules, r.Explored.Failing > 0)
sim.Replay(r.Schedule, func() { go sell(); go sell() })
fmt.Println(n)`},
		"20 12 20 100\nn In[1]:4 goroutine 2 In[1]:3 goroutine 3\nn In[1]:4 goroutine 2 In[1]:4 goroutine 3\n4 true\n99\n"},
	{"a report shows what threads share, and nothing of the runtime's own", []string{`
import ("fmt"; "strings"; "lockstep/runtime/futures"; "lockstep/runtime/sim")
n := 0
sum := func(list []int) (s int) { for _, x := range list { s += x }; return s + list[0] }
r := sim.Run(1, func() {
	pool := futures.NewThreads(1)
	job := futures.Submit(pool, func() int { n++; return sum([]int{1, 2}) })
	n++
	job.Result()
	pool.Close()
}, sim.NoRaces())
text := r.Table().String()
fmt.Println(r.OK(), strings.Contains(text, "n → 0"), strings.Contains(text, "list["), strings.Contains(text, "Core"))`}, "true true false false\n"},
	{"a mutex is proved right", []string{`
import ("fmt"; "lockstep/runtime/sim"; "sync")
n := 0
var mu sync.Mutex
add := func() { mu.Lock(); defer mu.Unlock(); n++ }
r := sim.Explore(func() { go add(); go add() }, sim.Check(func() error { if n != 2 { return fmt.Errorf("n is %d", n) }; return nil }))
fmt.Println(r.Proved(), r.Err, n)`}, "true <nil> 0\n"},
	{"variables that a literal shares are set back, too", []string{`
import ("fmt"; "lockstep/runtime/sim")
func test() {
	x, list, m := 0, []int{1}, map[string]int{}
	p := &struct{ a, b int }{1, 2}
	body := func() {
		if x != 0 || len(list) != 1 || len(m) != 0 || p.b != 2 { panic(fmt.Sprint("left over: ", x, list, m, p.b)) }
		done := make(chan bool)
		go func() { x++; list = append(list, x); m["a"]++; p.b = 7; list[0] = 9; done <- true }()
		<-done
	}
	r := sim.Explore(body)
	fmt.Println(r.Err, r.Explored.Schedules > 1, x, list, m, *p)
}
test()`}, "<nil> true 0 [1] map[] {1 2}\n"},
	{"functions of earlier cells tell of what they do, also by way of interfaces", []string{
		"type Adder interface{ Add(int) }\ntype sum struct{ total int }\nfunc (s *sum) Add(n int) { s.total += n }\nfunc twice(a Adder) { a.Add(1) }", `
import ("fmt"; "lockstep/runtime/sim")
r := sim.Explore(func() {
	var a Adder = &sum{}
	go twice(a)
	go a.Add(2)
})
fmt.Println(r.Explored.Racing > 0)`}, "true\n"},
	{"a variable that a later cell writes to is told of in earlier functions", []string{
		"import (\"fmt\"; \"lockstep/runtime/sim\")\nlimit := 1\nfunc look() { _ = limit }", `
r := sim.Explore(func() { go look(); go func() { limit = 2 }() })
fmt.Println(r.Explored.Racing > 0)`}, "true\n"},
	{"the clock is virtual", []string{`
import ("context"; "fmt"; "lockstep/runtime/sim"; "time")
_ = sim.Run(1, func() {
	start := time.Now()
	ctx, cancel := context.WithTimeoutCause(context.Background(), time.Hour, fmt.Errorf("too late"))
	defer cancel()
	tick := time.NewTicker(25 * time.Minute)
	defer tick.Stop()
	for ticks := 0; ; {
		select {
		case <-tick.C:
			ticks++
		case <-ctx.Done():
			fmt.Println(ticks, ctx.Err(), context.Cause(ctx), time.Since(start))
			return
		}
	}
})`}, "2 context deadline exceeded too late 1h0m0s\n"},
	{"select, random numbers and the order of maps are explored", []string{`
import ("fmt"; "lockstep/runtime/sim"; "math/rand/v2")
seen := map[string]bool{}
func explore(body func() string) {
	last := ""
	seen := map[string]bool{}
	r := sim.Explore(func() { last = body() }, sim.Check(func() error { seen[last] = true; return nil }))
	fmt.Println(len(seen), r.Proved())
}
explore(func() string {
	a, b := make(chan int, 1), make(chan int, 1)
	a <- 1
	b <- 1
	select { case <-a: return "a"; case <-b: return "b" }
})
explore(func() string { return fmt.Sprint(rand.IntN(5)) })
explore(func() string {
	order := ""
	for k := range map[string]int{"x": 1, "y": 2, "z": 3} { order += k }
	return order
})`}, "2 true\n5 true\n6 true\n"},
	{"deadlocks and leaks are told of by name", []string{`
import ("fmt"; "lockstep/runtime/sim"; "sync")
var fork [2]sync.Mutex
eat := func(i int) { fork[i].Lock(); fork[1-i].Lock(); fork[1-i].Unlock(); fork[i].Unlock() }
fmt.Println(sim.Explore(func() { go eat(0); go eat(1) }).Err)
fmt.Println(sim.Explore(func() { results := make(chan int); go func() { results <- 1 }() }).Err)
fmt.Println(sim.Run(1, func() { var c chan int; <-c }).Err)`},
		"deadlock: goroutine 2 waits for fork[1], held by goroutine 3 (Lock); goroutine 3 waits for fork[0], held by goroutine 2 (Lock)\n" +
			"threads left for ever: goroutine 2 waits for results (send)\ndeadlock: MainThread waits for c, a nil channel (receive)\n"},
	{"a thread that waited in between is told of by its own line", []string{`
import ("fmt"; "lockstep/runtime/sim"; "lockstep/runtime/thread")
r := sim.Explore(func() {
	var a, b thread.Mutex
	sim.Threads(func() {
		a.Lock()
		b.Lock()
		b.Unlock()
		a.Unlock()
	}, func() {
		b.Lock()
		a.Lock()
		a.Unlock()
		b.Unlock()
	})
})
for _, w := range r.Err.(*sim.DeadlockError).Waits[1:] { fmt.Println(w.Thread, w.Where, w.Since) }`},
		"P1 In[1]:6 In[1]:10\nP2 In[1]:11 In[1]:5\n"},
	{"a wait of an iterator is told of by the loop's line, whatever its body did", []string{`
import ("lockstep/runtime/queue"; "lockstep/runtime/sim"; "lockstep/runtime/thread"; "fmt")
show := func(s string) {
	fmt.Println(s)
}
r := sim.Run(1, func() {
	q := queue.New[string](0)
	q.Put("a")
	q.Put("b")
	t := thread.Go(func() {
		for s := range q.All() {
			if s == "a" { continue }
			show(s)
		}
	})
	t.Join()
})
for _, w := range r.Err.(*sim.DeadlockError).Waits { fmt.Println(w.Thread, w.Where) }`},
		"b\nMainThread In[1]:15\nThread-1 In[1]:10\n"},
	{"primitives of the session are set back, and the check sees what is left", []string{
		"import (\"fmt\"; \"lockstep/runtime/sim\"; \"lockstep/runtime/thread\")\nslots := thread.NewSemaphore(2)\nvar a, b thread.Mutex", `
take := func() { slots.Acquire() }
r := sim.Explore(func() { sim.Threads(take, take) }, sim.Check(func() error {
	if left := slots.Value(); left != 0 { return fmt.Errorf("%d permits are left", left) }
	return nil
}))
fmt.Println(r.Err, r.Explored.Schedules > 1, slots.Value())
r = sim.Explore(func() { sim.Threads(func() { a.Lock(); b.Lock() }, func() { b.Lock() }) })
fmt.Println(r.Err, a.Locked())
a.Lock()
r = sim.Run(1, func() { defer func() { fmt.Println(recover()) }(); a.Lock() })`},
		"<nil> true 2\n" +
			"deadlock: MainThread waits for P1 and P2 (Join); P2 waits for Mutex b, held by P1 (Lock) false\n" +
			"Mutex a: Lock: used across worlds: what a simulation uses must be made or free when it begins; it is in use in the real world\n"},
	{"a race is on what the session calls the variable", []string{
		"import (\"fmt\"; \"lockstep/runtime/sim\")\ntickets := map[string]int{}\nseats := make([]int, 3)\ntype hall struct{ free int }\nours := &hall{}", `
sell := func(m map[string]int, list []int, h *hall, n *int) { m["a"]++; list[1]++; h.free++; *n++ }
r := sim.Explore(func() { local := 0; both := func() { sell(tickets, seats[1:], ours, &local) }; go both(); go both() }, sim.MaxSchedules(50))
names := map[string]bool{}
for _, race := range r.Explored.Races { names[race.Name] = true }
fmt.Println(names)`}, "map[*n:true ours.free:true seats[2]:true tickets:true]\n"},
	{"what a run sends can be received afterwards", []string{`
import ("fmt"; "lockstep/runtime/sim")
results := make(chan int, 3)
sim.Run(1, func() { go func() { results <- 1; results <- 2; close(results) }() })
for v := range results { fmt.Println(v) }
open := make(chan int, 1)
sim.Explore(func() { open <- 1 })
fmt.Println(len(open))`}, "1\n2\n0\n"},
	{"what can't be controlled is refused, with its line", []string{`
import ("fmt"; "lockstep/runtime/sim"; "net"; "os/exec"; "sync"; "time"; "context")
try := func(body func()) { fmt.Println(sim.Run(1, body).Err) }
try(func() { net.Dial("tcp", "127.0.0.1:1") })
try(func() {
	exec.Command("true").Run()
})
var mu sync.Mutex
mu.Lock()
try(func() { mu.Lock() })
timer := time.NewTimer(time.Hour)
try(func() { timer.Stop() })
ctx, cancel := context.WithCancel(context.Background())
try(func() { cancel() })
try(func() { context.WithTimeout(ctx, 1) })`}, "In[1]:3: net.Dial can't be simulated: it may wait for what is outside of the program\n" +
		"In[1]:5: os/exec.Command can't be simulated: it may wait for what is outside of the program\n" +
		"In[1]:9: the mutex mu was in use before the simulation: make it inside, or free it\n" +
		"In[1]:11: the time.Timer was made before the simulation: make it inside\n" +
		"In[1]:13: the context was made before the simulation: make it inside\n" +
		"In[1]:14: the context was made before the simulation, or by another package than context: make it inside\n"},
	{"a function value from before is refused", []string{
		"n := 0\nadd := func() { n++ }", `
import ("fmt"; "lockstep/runtime/sim")
fmt.Println(sim.Run(1, func() { go add() }).Err)`, "add = func() { n++ }\nfmt.Println(sim.Run(1, func() { go add() }).Err, n)"},
		"In[2]:2: add was given its value before the session imported a package that simulates: run its cell again\n<nil> 1\n"},
	{"what compiled code changes is set back", []string{`
import ("bytes"; "container/list"; "fmt"; "lockstep/runtime/sim"; "sort"; "strings"; "sync"; "sync/atomic")
var text strings.Builder
var buffer bytes.Buffer
var items list.List
var seen sync.Map
var n atomic.Int64
numbers := []int{3, 1, 2}
r := sim.Explore(func() {
	if text.Len()+buffer.Len()+items.Len()+int(n.Load()) != 0 || numbers[0] != 3 { panic("left over") }
	if _, ok := seen.Load(1); ok { panic("left over") }
	go func() { n.Add(1) }()
	text.WriteString("x")
	buffer.WriteString("x")
	items.PushBack(1)
	seen.Store(1, 2)
	sort.Ints(numbers)
})
_, ok := seen.Load(1)
fmt.Println(r.Err, r.Explored.Schedules > 1, text.Len(), buffer.Len(), items.Len(), ok, n.Load(), numbers)`}, "<nil> true 0 0 0 false 0 [3 1 2]\n"},
	{"all of it does what it does outside", []string{`
import ("fmt"; "lockstep/runtime/sim"; "math/rand"; "runtime"; "sort"; "sync"; "sync/atomic"; "time")
type shape interface{ area() int }
type square int
func (s square) area() int { return int(s * s) }
type account struct { sync.Mutex; state *sync.RWMutex; balance int }
func (a *account) add(n int) { a.Lock(); defer a.Unlock(); a.balance += n }
var found = sync.Map{}
var last shape
var ok bool
func sum(to chan<- int, list ...int) { s := 0; for _, x := range list { s += x }; to <- s }
func next(from <-chan shape) (int, bool) {
	select {
	case s := <-from:
		return s.area(), true
	case <-time.After(time.Second):
		return 0, false
	}
}
func all() {
	results, shapes := make(chan int, 2), make(chan shape)
	list := []int{1, 2, 3}
	go sum(results, list...)
	go sum(results, 4, len(list))
	a, b := <-results, <-results
	fmt.Println(a+b, len(results), cap(results))
	go func(s square) { shapes <- s; shapes <- s + 1 }(3)
	fmt.Println(next(shapes))
	last, ok = <-shapes
	fmt.Println(last, ok)
	go close(shapes)
	last, ok = <-shapes
	fmt.Println(last, ok)
	stop, got := make(chan struct{}), 0
	numbers := make(chan int)
	var group sync.WaitGroup
	group.Go(func() {
		defer close(numbers)
		for i := 0; ; i++ {
			select {
			case numbers <- i:
			case <-stop:
				return
			}
		}
	})
	group.Add(1)
	go func() {
		defer group.Done()
		for n := range numbers { if got += n; n == 3 { close(stop); break } }
	}()
	group.Wait()
	fmt.Println(got)
loop:
	for {
		select {
		case last, ok = <-shapes:
			break loop
		default:
		}
	}
	fmt.Println(last == nil, ok)
	mine := &account{state: &sync.RWMutex{}}
	for i := range 3 { group.Go(func() { mine.add(i) }) }
	group.Wait()
	unlock := mine.state.RUnlock
	mine.state.RLock()
	fmt.Println(mine.balance, mine.state.TryLock(), mine.state.TryRLock())
	unlock()
	unlock()
	var locks []sync.Locker = []sync.Locker{mine, mine.state, mine.state.RLocker()}
	for _, l := range locks { l.Lock(); defer l.Unlock(); if l == locks[1] { l.Unlock(); defer l.Lock() } }
	ready, is := sync.NewCond(&sync.Mutex{}), false
	go func() { time.Sleep(time.Minute); ready.L.Lock(); is = true; ready.L.Unlock(); ready.Broadcast() }()
	ready.L.Lock()
	for !is { ready.Wait() }
	ready.L.Unlock()
	var once sync.Once
	var hits atomic.Int64
	for range 2 { once.Do(func() { hits.Add(1) }) }
	twice := sync.OnceFunc(func() { hits.Add(10) })
	twice()
	twice()
	hits.CompareAndSwap(11, 12)
	hits.CompareAndSwap(11, 13)
	pool := sync.Pool{New: func() any { return "new" }}
	fmt.Println(hits.Load(), pool.Get())
	fired := make(chan string, 1)
	timer := time.AfterFunc(time.Hour, func() { fired <- "late" })
	fmt.Println(timer.Reset(time.Second), <-fired, timer.Stop())
	found.Store("a", last)
	_, there := found.Load("a")
	runtime.Gosched()
	order := rand.Perm(3)
	sort.Ints(order)
	fmt.Println(there, order, rand.Intn(1))
}`, `
r := sim.Run(1, func() { all() })
fmt.Println(r.Err)`},
		"13 0 2\n9 true\n4 true\n<nil> false\n6\ntrue false\n3 false true\n12 new\ntrue late false\ntrue [0 1 2] 0\n<nil>\n"},
}
