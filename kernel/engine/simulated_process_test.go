package engine_test

import (
	"testing"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
)

const simulatedCell = `import ("errors"; "fmt"; "sync"; "time"; "lockstep/runtime/process"; "lockstep/runtime/sim"; "lockstep/runtime/thread")
type Point struct { X int; label string }
func (p Point) String() string { return fmt.Sprintf("<%d %s>", p.X, p.label) }
var x = 5
var table = map[string]int{"a": x}
var mu thread.Mutex
var plain sync.Mutex
statement := 1
func child(q *process.Queue[Point], p Point) {
	x++
	table["a"] = 100
	mu.Lock()
	plain.Lock()
	fmt.Println("child", x, table, p, process.Current().Name(), process.Current().PID(), process.Current().ParentPID())
	p.X++
	q.Put(p)
}
func usesStatement() { fmt.Println(statement) }
func nap(n int) { time.Sleep(time.Duration(n) * time.Second); fmt.Println("slept", n) }
func add(v *process.Value[int]) { v.Store(v.Load() + 1) }
func addLocked(v *process.Value[int]) { v.Lock(); v.Store(v.Load() + 1); v.Unlock() }
func echo(c *process.Conn[int]) {
	for { n, err := c.Recv(); if err != nil { fmt.Println(err); return }; c.Send(n + 1) }
}
func boom() { panic("boom") }
func exit(n int) { defer fmt.Println("deferred"); process.Exit(n) }
func fill(q *process.Queue[string], n int) { for range n { q.Put(string(make([]byte, 10_000))) } }
func nested(depth int) {
	fmt.Println(process.Current().Name())
	if depth > 0 { process.Start(nested, depth-1).Join() }
}
func holds(l *process.Lock) { l.Lock() }
func works(q *process.JoinableQueue[int]) { for { n, _ := q.Get(); fmt.Println("did", n); q.TaskDone() } }
func threads() {
	done := make(chan int)
	var once sync.Mutex
	once.Lock()
	time.AfterFunc(time.Second, func() { x++; once.Unlock() })
	go func() { once.Lock(); done <- x }()
	thread.Go(func() { time.Sleep(5 * time.Second); x *= 10; fmt.Println("a thread has", x) })
	fmt.Println("it has", <-done)
}`

func withSimulatedProcesses(t *testing.T) *kerneltest.Kernel {
	k := kerneltest.Start(t)
	k.Execute(simulatedCell).OK()
	return k
}

// A simulated process has variables of its own, and what it is given and gives are
// copies.
func TestASimulatedProcessHasVariablesOfItsOwn(t *testing.T) {
	k := withSimulatedProcesses(t)
	k.Execute(`r := sim.Run(1, func() {
	x = 7
	mu.Lock()
	plain.Lock()
	q := process.NewQueue[Point](0)
	given := Point{1, "p"}
	p := process.Start(child, q, given)
	got, err := q.Get()
	fmt.Println("got", got, err, given)
	p.Join()
	fmt.Println("parent", x, table, p.ExitCode(), p.Alive(), p, p.PID())
	plain.Unlock()
})
r.Err`).Stdout("child 6 map[a:100] <1 p> Process-1 3 2\ngot <2 p> <nil> <1 p>\nparent 7 map[a:5] 0 false Process-1 3\n").OK()
	k.Execute(`fmt.Println(x, table)`).Stdout("7 map[a:5]\n").OK()
	k.Execute(`var y = 1
func forked() { y += statement; fmt.Println("forked", y) }
r = sim.Run(1, func() {
	y = 10
	p := process.New(forked)
	p.SetMode(process.Fork)
	p.Start()
	p.Join()
	fmt.Println(y)
	process.Start(usesStatement)
})
fmt.Println(r.Err)`).OK().Prints("forked 11\n10\n").Prints("usesStatement uses statement, which only a statement has set")
	// Threads of a process see what it sees, and it ends when they have.
	k.Execute(`r = sim.Run(1, func() {
	p := process.Start(threads)
	p.Join()
	fmt.Println(x, p.ExitCode())
})
r.Err`).Stdout("it has 6\na thread has 60\n7 0\n").OK()
}

func TestASimulatedProcessEndsAsARealOneDoes(t *testing.T) {
	k := withSimulatedProcesses(t)
	k.Execute(`r := sim.Run(1, func() {
	begin := time.Now()
	a, b := process.Start(nap, 3), process.Start(nap, 1)
	a.Join()
	b.Join()
	fmt.Println(time.Since(begin))
	y := process.Start(exit, 3)
	y.Join()
	z := process.Start(boom)
	z.Join()
	k := process.Start(nap, 100)
	fmt.Println(len(process.Children()), k.JoinTimeout(time.Second), k.Alive())
	k.Kill()
	k.Join()
	m := process.Start(nap, 100)
	m.Terminate()
	m.Join()
	fmt.Println(y.ExitCode(), z.ExitCode(), k.ExitCode(), m.ExitCode(), len(process.Children()))
	process.Start(nested, 2).Join()
	daemon := process.New(nap, 10)
	daemon.SetDaemon(true)
	daemon.Start()
	process.Start(nap, 20)
	thread.Go(func() { nap(5) })
	fmt.Println("end")
})
fmt.Println(r.Err)`).Stderr("panic in process Process-4: boom\n\tIn[1]:25\n").
		Stdout(`slept 1
slept 3
3s
deferred
1 false true
3 1 -9 -15 0
Process-7
Process-7:1
Process-7:1:1
end
slept 5
slept 20
<nil>
`).OK()
	for _, test := range []struct{ cell, text string }{
		{`p := process.New(boom); p.Join()`, "has not been started"},
		{`p := process.Start(nap, 1); p.Start()`, "has been started already"},
		{`p := process.Start(nap, 1); p.ExitCode()`, "the process has not ended"},
		{`process.Exit(1)`, "process.Exit would end the simulation's main program"},
		{`p := process.New(nap, 1); p.SetDaemon(true); p.Start(); p.Join(); q := process.NewQueue[any](0); q.Put(process.NewLock())`, "only as an argument of its start"},
		{`process.Current().Join()`, "only the process that has started it can do that"},
	} {
		k.Execute("r = sim.Run(1, func() { " + test.cell + " })\nfmt.Println(r.Err)").OK().Prints(test.text)
	}
	k.Execute(`outside := process.NewQueue[Point](0)
r = sim.Run(1, func() { process.Start(child, outside, Point{}) })
fmt.Println(r.Err)`).OK().Prints("it was made outside of the simulation")
	k.Execute(`var inside *process.Lock
r = sim.Run(1, func() { inside = process.NewLock() })
inside.Lock()`).Fails(execution.Panic, "it was made in a simulation, which is over or not this one")
}

func TestWhatSimulatedProcessesExchange(t *testing.T) {
	k := withSimulatedProcesses(t)
	k.Execute(`type Spot struct{ X, Y int }`).OK()
	k.Execute(`r := sim.Run(1, func() {
	here, there := process.Pipe[int]()
	e := process.Start(echo, there)
	there.Close()
	here.Send(1)
	fmt.Println(here.Recv())
	fmt.Println(here.Poll(time.Second))
	here.Close()
	e.Join()
	receiver, sender := process.OneWay[int]()
	fmt.Println(sender.Send(3), receiver.Send(1))
	receiver.Close()
	fmt.Println(sender.Send(4))
	q := process.NewJoinableQueue[int](2)
	w := process.New(works, q)
	w.SetDaemon(true)
	w.Start()
	for i := range 3 { q.Put(i) }
	q.Join()
	fmt.Println(q.Len(), q.JoinTimeout(0))
	s := process.NewSemaphore(1)
	s.Acquire()
	ev := process.NewEvent()
	fmt.Println(s.TryAcquire(), ev.WaitTimeout(time.Second), ev.IsSet())
	arr := process.NewArray([]Spot{{1, 2}, {3, 4}})
	arr.Store(0, Spot{5, 6})
	fmt.Println(arr.Values())
})
fmt.Println(r.Err)`).Stdout(`2 <nil>
false <nil>
EOF
<nil> the pipe is one-way (Python: OSError)
broken pipe: the other end is closed (Python: BrokenPipeError)
did 0
did 1
did 2
0 true
false false false
[{5 6} {3 4}]
<nil>
`).OK()
	// A queue that all have closed, or that have ended, is at its end.
	k.Execute(`func produce(q *process.Queue[string], n int) { for range n { q.Put("x") } }
func count(q *process.Queue[string]) {
	q.Close()
	n := 0
	for { if _, err := q.Get(); err != nil { fmt.Println(n, err); return }; n++ }
}
r = sim.Run(1, func() {
	q := process.NewQueue[string](1)
	a := process.Start(produce, q, 3)
	b := process.Start(produce, q, 2)
	q.Close()
	fmt.Println(q.Put("y"))
	process.Start(count, q).Join()
	fmt.Println(q.TryGet())
	a.Join()
	b.Join()
})
fmt.Println(r.Err)`).Stdout("it is closed (Python: OSError: handle is closed)\n5 nobody is left who could send anything: the others have closed it or have ended (Python hangs here)\n nobody is left who could send anything: the others have closed it or have ended (Python hangs here)\n<nil>\n").OK()
	// What Python hangs in is a deadlock.
	k.Execute(`r = sim.Run(1, func() {
	q := process.NewQueue[string](0)
	p := process.Start(fill, q, 10)
	p.Join()
})
fmt.Println(r.Err)`).OK().Prints("Process-1")
	k.Execute(`r = sim.Run(1, func() {
	q := process.NewQueue[string](0)
	p := process.Start(fill, q, 10)
	for range 10 { q.Get() }
	p.Join()
	process.Start(fill, q, 3).Join()
})
fmt.Println(r.Err)`).Stdout("<nil>\n").OK()
	k.Execute(`r = sim.Run(1, func() {
	l := process.NewLock()
	process.Start(holds, l).Join()
	l.Lock()
})
fmt.Println(r.Err)`).OK().Prints("process 3 ended while it held it")
}

// All schedules of processes are explored like those of threads; what a process does
// to its variables is nobody else's race, and is gone with it.
func TestProcessesAreExplored(t *testing.T) {
	k := withSimulatedProcesses(t)
	k.Execute(`r := sim.Explore(func() {
	v := process.NewValue(0)
	a, b := process.Start(add, v), process.Start(add, v)
	a.Join()
	b.Join()
	if n := v.Load(); n != 2 { panic(fmt.Sprint("lost: ", n)) }
})
fmt.Println(r.Err)`).OK().Prints("lost: 1")
	k.Execute(`r = sim.Explore(func() {
	v := process.NewValue(0)
	a, b := process.Start(addLocked, v), process.Start(addLocked, v)
	a.Join()
	b.Join()
	if n := v.Load(); n != 2 { panic(fmt.Sprint("lost: ", n)) }
})
fmt.Println(r)`).OK().Prints("proved")
	k.Execute(`func change() { table["b"] = x }
r = sim.Explore(func() {
	x++
	a := process.Start(change)
	table["c"] = x
	a.Join()
	if x != 6 || len(table) != 2 { panic(fmt.Sprint("not its own: ", x, table)) }
})
fmt.Println(r.Err, x, table)`).Stdout("<nil> 5 map[a:5]\n").OK()
}

// A manager holds copies; a proxy goes anywhere. Two calls are two steps.
func TestAManagerIsSimulated(t *testing.T) {
	k := withSimulatedProcesses(t)
	k.Execute(`func count(d *process.Dict[string, int]) { n, _ := d.Get("n"); d.Set("n", n+1) }
func countUnder(d *process.Dict[string, int], l *process.ManagedLock) { l.Lock(); count(d); l.Unlock() }
func move(q *process.Queue[*process.List[Point]], l *process.ManagedLock) {
	list, _ := q.Get()
	p := list.Get(0)
	p.X = 9
	list.Append(p)
	l.Lock()
}`).OK()
	k.Execute(`r := sim.Run(1, func() {
	m := process.NewManager()
	fmt.Println(m.PID(), process.Children())
	list, l := process.NewList(m, Point{1, "p"}), m.NewLock()
	q := process.NewQueue[*process.List[Point]](0)
	p := process.Start(move, q, l)
	q.Put(list)
	p.Join()
	fmt.Println(list.Values(), p.PID())
	func() {
		defer func() { fmt.Println(recover()) }()
		l.Lock()
	}()
	m.Shutdown()
	list.Len()
})
fmt.Println(r.Err)`).Stdout(`3 [Manager-1]
[<1 p> <9 p>] 4
ManagedLock: Lock: process 4 ended while it held it: nobody can go on (Python hangs here)
panic in MainThread: List: use: its manager has ended: by Shutdown, or with the program or the cell that has started it (Python: ConnectionRefusedError)
`).OK()
	counting := func(target, more string) string {
		return `r = sim.Explore(func() {
	m := process.NewManager()
	d, l := process.NewDict[string, int](m), m.NewLock()
	a, b := process.Start(` + target + `, d` + more + `), process.Start(` + target + `, d` + more + `)
	a.Join()
	b.Join()
	l.Lock()
	if n, _ := d.Get("n"); n != 2 { panic(fmt.Sprint("lost: ", n)) }
})
fmt.Println(r)`
	}
	k.Execute(counting("count", "")).OK().Prints("lost: 1")
	k.Execute(counting("countUnder", ", l")).OK().Prints("proved")
	k.Execute(`var kept *process.Dict[string, int]
r = sim.Run(1, func() { kept = process.NewDict[string, int](process.NewManager()) })
r = sim.Run(1, func() { process.NewManager(); kept.Get("n") })
fmt.Println(r.Err)`).OK().Prints("it was made in a simulation, which is over or not this one")
	k.Execute(`kept.Get("n")`).Fails(execution.Panic, "it was made in a simulation")
}

// The names of shared memory are the simulation's own, and go with it.
func TestSharedMemoryIsSimulated(t *testing.T) {
	k := withSimulatedProcesses(t)
	k.Execute(`func raise(name string) {
	m, err := process.OpenSharedMemory(name)
	if err != nil { fmt.Println(err); return }
	m.Store(0, m.Load(0)+1)
	m.Close()
}
func raiseIt(m *process.SharedMemory) { m.Store(0, m.Load(0)+1) }
r := sim.Run(1, func() {
	m, err := process.CreateSharedMemory("counter", 4)
	process.Start(raise, "counter").Join()
	fmt.Println(m.Load(0), m.Name(), m.Size(), err, m.Unlink())
	process.Start(raise, "counter").Join()
	m.Close()
	m.Load(0)
})
fmt.Println(r.Err)`).Stdout(`1 counter 4 <nil> <nil>
shared memory counter: there is none of that name (Python: FileNotFoundError)
panic in MainThread: counter: use: it is closed (Python: OSError: handle is closed)
`).OK()
	k.Execute(`r = sim.Explore(func() {
	m, _ := process.CreateSharedMemory("", 1)
	a, b := process.Start(raiseIt, m), process.Start(raiseIt, m)
	a.Join()
	b.Join()
	if n := m.Load(0); n != 2 { panic(fmt.Sprint("lost: ", n)) }
})
fmt.Println(r.Err)`).OK().Prints("lost: 1")
}

// The workers of pools and executors keep what they have in variables of their own.
func TestPoolsAndExecutorsAreSimulated(t *testing.T) {
	k := withSimulatedProcesses(t)
	k.Execute(`import "lockstep/runtime/futures"
var base, calls = 10, 0
func setBase(n int) { base = n }
func withBase(n int) int { calls++; time.Sleep(time.Second); return base + n + 1000*calls }
func moved(p Point) Point { p.X++; return p }
func half(n int) int { if n%2 == 1 { panic(fmt.Errorf("%d is odd", n)) }; return n / 2 }
func quits(n int) int { process.Exit(n); return 0 }
func lastStatement(n int) int { return statement }`).OK()
	k.Execute(`r := sim.Run(1, func() {
	pool := process.NewPool(1, process.PoolInitializer(setBase, 20))
	begin := time.Now()
	fmt.Println(process.Map(pool, withBase, []int{1, 2, 3}))
	fmt.Println(time.Since(begin), base, calls, process.Children(), pool.Workers())
	given := Point{1, "p"}
	p, err := process.Apply(pool, moved, given)
	fmt.Println(p, given, err)
	_, err = process.Apply(pool, half, 3)
	fmt.Println(err, err.(*process.PanicError).Thread, err.(*process.PanicError).Frames)
	_, err = process.Apply(pool, quits, 4)
	fmt.Println(err)
	pool.Close()
	pool.Join()
})
fmt.Println(r.Err)`).Stdout(`[1021 2022 3023] <nil>
3s 10 0 [PoolWorker-1] [3]
<2 p> <1 p> <nil>
panic: 3 is odd PoolWorker-1 [In[2]:6]
the worker PoolWorker-1, process 3, ended with the exit code 4
<nil>
`).OK()
	k.Execute(`r = sim.Run(1, func() {
	e := futures.NewProcesses(2)
	begin := time.Now()
	for n, err := range futures.Map(e, withBase, []int{1, 2, 3}) { fmt.Println(n % 1000, err) }
	fmt.Println(time.Since(begin))
	_, err := futures.Call(e, quits, 4).Result()
	fmt.Println(errors.Is(err, futures.ErrBroken), err)
	e.Close()
	process.NewPool(2).Join()
})
fmt.Println(r.Err)`).Stdout(`11 <nil>
12 <nil>
13 <nil>
2s
true the executor is broken (Python: BrokenExecutor): the worker Process-1, process 3, ended with the exit code 4
panic in MainThread: Pool: Join: the pool has to be closed or terminated first (Python: ValueError: Pool is still running)
`).OK()
	k.Execute(`r = sim.Run(1, func() { process.Apply(process.NewPool(1), lastStatement, 1) })
fmt.Println(r.Err)`).OK().Prints("lastStatement uses statement, which only a statement has set")
	k.Execute(`func raises(v *process.ManagedValue[int]) int { v.Store(v.Load() + 1); return 0 }
r = sim.Explore(func() {
	v := process.NewManagedValue(process.NewManager(), 0)
	e := futures.NewProcesses(2)
	a, b := futures.Call(e, raises, v), futures.Call(e, raises, v)
	a.Result()
	b.Result()
	if n := v.Load(); n != 2 { panic(fmt.Sprint("lost: ", n)) }
}, sim.Random(), sim.MaxSchedules(200))
fmt.Println(r.Err)`).OK().Prints("lost: 1")
	k.Execute(`r = sim.Explore(func() {
	pool := process.NewPool(1)
	if p, err := process.Apply(pool, moved, Point{1, ""}); err != nil || p.X != 2 { panic(fmt.Sprint(p, err)) }
})
fmt.Println(r)`).OK().Prints("proved")
}

// A process's end can be selected like any other event.
func TestTheEndOfASimulatedProcessIsAChannel(t *testing.T) {
	k := withSimulatedProcesses(t)
	k.Execute(`r := sim.Run(1, func() {
	p, q := process.Start(nap, 3), process.Start(nap, 1)
	begin := time.Now()
	select {
	case <-p.Done(): fmt.Println("p ended")
	case <-q.Done(): fmt.Println("q ended")
	case <-time.After(time.Minute): fmt.Println("neither ended")
	}
	<-p.Done()
	<-q.Done()
	fmt.Println(time.Since(begin), p.ExitCode())
})
fmt.Println(r.Err)`).Stdout("slept 1\nq ended\nslept 3\n3s 0\n<nil>\n").OK()
	k.Execute(`r = sim.Run(1, func() {
	p := process.Start(nap, 1)
	p.Done()
	q := process.New(nap, 1)
	q.Done()
})
fmt.Println(r.Err)`).OK().Prints("the process has not been started")
}

// What a program prints doesn't depend on the world that its processes are of.
func TestProcessesDoTheSameInBothWorlds(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute(`import ("errors"; "fmt"; "io"; "lockstep/runtime/futures"; "lockstep/runtime/process"; "lockstep/runtime/sim"; "lockstep/runtime/thread")
type Point struct { X int; label string }
var base, calls = 10, 0
func setBase(n int) { base = n }
func withBase(n int) int { calls++; return base + n + 1000*calls }
func half(n int) (int, error) { if n%2 == 1 { return 0, fmt.Errorf("%d is odd", n) }; return n / 2, nil }
func odd(n int) int { panic(Point{n, "odd"}) }
func quits(n int) int { process.Exit(n); return 0 }
func quit(n int) { defer fmt.Print(); process.Exit(n) }
func echo(c *process.Conn[Point]) { for { p, err := c.Recv(); if err != nil { return }; p.X++; c.Send(p) } }
func waits(e *process.Event) { e.Wait() }
func produces(q *process.Queue[*Point]) { for i := range 3 { q.Put(&Point{i, "p"}) } }
func adds(v *process.Value[int], times int) { for range times { v.Lock(); v.Store(v.Load() + 1); v.Unlock() } }
func counts(d *process.Dict[string, Point], l *process.ManagedLock) { l.Lock(); defer l.Unlock(); p, _ := d.Get("p"); p.X++; d.Set("p", p) }
func raises(m *process.SharedMemory) { m.Store(0, m.Load(0)+1) }
func nested(depth int) { if depth > 0 { p := process.Start(nested, depth-1); p.Join(); process.Exit(p.ExitCode() + 1) } }
func dies(l *process.Lock, locked, never *process.Event) { l.Lock(); locked.Set(); never.Wait() }
func misused(f func()) { defer func() { fmt.Println(recover()) }(); f() }`).OK()
	for _, body := range []string{
		`p := process.New(waits, process.NewEvent())
fmt.Println(p, p.Alive(), process.Current())
misused(func() { p.ExitCode() })
misused(func() { p.Join() })
p.SetDaemon(true)
p.Start()
misused(p.Start)
misused(func() { p.ExitCode() })
p.Terminate()
p.Join()
fmt.Println(p.ExitCode(), p.Alive(), len(process.Children()))`,
		`for _, n := range []int{0, 7} { p := process.Start(quit, n); p.Join(); fmt.Println(p, p.ExitCode()) }
p := process.Start(nested, 3)
p.Join()
fmt.Println(p.ExitCode())
misused(func() { process.Start(quit, "x") })
misused(func() { process.Start(waits, nil, 1) })
misused(func() { process.Current().Join() })`,
		`a, b := process.Pipe[Point]()
p := process.Start(echo, b)
b.Close()
a.Send(Point{1, "a"})
fmt.Println(a.Recv())
a.Close()
p.Join()
misused(func() { a.Send(Point{}) })
r, w := process.OneWay[int]()
fmt.Println(w.Recv())
w.Close()
_, err := r.Recv()
fmt.Println(err == io.EOF)`,
		`q := process.NewQueue[*Point](0)
p := process.Start(produces, q)
q.Close()
for { x, err := q.Get(); if err != nil { fmt.Println(errors.Is(err, process.ErrNoProducer), err); break }; fmt.Println(*x) }
p.Join()
fmt.Println(q.Put(nil))`,
		`v := process.NewValue(0)
a, b := process.Start(adds, v, 20), process.Start(adds, v, 20)
a.Join(); b.Join()
fmt.Println(v.Load())
misused(v.Unlock)
misused(process.NewRawArray([]int{1}).Lock)
misused(func() { process.NewArray([]int{1}).Load(1) })`,
		`m := process.NewManager()
d, l := process.NewDict[string, Point](m), m.NewLock()
a, b := process.Start(counts, d, l), process.Start(counts, d, l)
a.Join(); b.Join()
for k, v := range d.All() { fmt.Println(k, v) }
list := process.NewList(m, []int{1})
inner := list.Get(0)
inner[0] = 2
fmt.Println(list.Values(), process.Children())
misused(l.Unlock)
misused(func() { list.Get(3) })
m.Shutdown()
misused(func() { d.Len() })`,
		`m, _ := process.CreateSharedMemory("lockstep-both-worlds", 2)
process.Start(raises, m).Join()
_, err := process.CreateSharedMemory("lockstep-both-worlds", 2)
fmt.Println(m.Load(0), err, m.Unlink(), errors.Is(m.Unlink(), process.ErrNotExist))
m.Close()
misused(func() { m.Load(0) })`,
		`pool := process.NewPool(1, process.PoolInitializer(setBase, 20))
fmt.Println(process.Map(pool, withBase, []int{1, 2, 3}))
for x, err := range process.IMapUnordered(pool, odd, []int{5}) { fmt.Println(x, err, err.(*process.PanicError).Value, err.(*process.PanicError).Thread) }
_, err := process.Apply(pool, quits, 4)
fmt.Println(err.(*process.WorkerError).Code)
fmt.Println(process.Apply(pool, withBase, 1))
misused(pool.Join)
pool.Close()
misused(func() { process.Apply(pool, withBase, 1) })
pool.Join()
fmt.Println(pool.Workers(), base, calls)`,
		`e := futures.NewProcesses(2)
for n := range 3 { fmt.Println(futures.CallErr(e, half, n).Result()) }
f := futures.Call(e, quits, 4)
_, err := f.Result()
fmt.Println(errors.Is(err, futures.ErrBroken), f.Done())
_, err = futures.Call(e, withBase, 1).Result()
fmt.Println(errors.Is(err, futures.ErrBroken))
e.Close()
misused(func() { futures.Call(e, withBase, 1) })
misused(func() { futures.Submit(e, func() int { return 1 }) })`,
		`l, locked := process.NewLock(), process.NewEvent()
p := process.Start(dies, l, locked, process.NewEvent())
locked.Wait()
p.Kill()
p.Join()
defer func() {
	var abandoned *process.AbandonedError
	err, _ := recover().(error)
	fmt.Println(errors.As(err, &abandoned) && abandoned.PID == p.PID(), p.ExitCode())
}()
l.Lock()`,
	} {
		body = "func() {\n" + body + "\n}"
		inReal := k.Execute(body + "()").OK().Printed()
		inSim := k.Execute("func() { if r := sim.Run(1, " + body + "); r.Err != nil { fmt.Println(r.Err) } }()").OK().Printed()
		if inReal != inSim || inReal == "" {
			t.Errorf("%s\nprints in the real world\n%s\nand in a simulation\n%s", body, inReal, inSim)
		}
	}
}
