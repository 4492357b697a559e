//go:build linux

package engine_test

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"lockstep/kernel/client"
	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
)

const processCell = `import ("fmt"; "os"; "syscall"; "time"; "lockstep/runtime/process"; "lockstep/runtime/thread")
type Point struct { X, Y int; label string; next *Point }
func (p Point) String() string { return fmt.Sprintf("<%d,%d %s>", p.X, p.Y, p.label) }
type Shape interface { Area() float64 }
type Square struct { side float64 }
func (s Square) Area() float64 { return s.side * s.side }
var initial = 7
var table = map[string]int{"a": initial}
statement := 5
func show(n int, p Point, q *process.Queue[Point]) {
	fmt.Println("child", n, p, p.next, os.Getpid() != os.Getppid(), initial, table)
	p.X, initial = p.X+1, 100
	q.Put(p)
}
func usesStatement() { fmt.Println("it is", statement) }
func down(n int) { if n == 0 { var m map[string]int; m["a"] = 1 }; down(n-1) }
func forever() { time.Sleep(time.Hour) }
func exit(n int) { process.Exit(n) }
func area(s Shape, extra any, q *process.Queue[float64]) { fmt.Println(extra); q.Put(s.Area()) }
func names(depth int, q *process.Queue[string]) {
	q.Put(process.Current().Name())
	if depth > 0 { process.Start(names, depth-1, q).Join() }
}
func echo(c *process.Conn[Point]) { for { p, err := c.Recv(); if err != nil { return }; p.X++; c.Send(p) } }
func orphan(c *process.Conn[int]) { c.Send(os.Getpid()); c.Send(os.Getppid()); c.Recv(); c.Send(os.Getppid()); time.Sleep(time.Hour) }
func orphanMaker(c *process.Conn[int]) { process.Start(orphan, c); time.Sleep(time.Hour) }`

func withProcesses(t *testing.T) *kerneltest.Kernel {
	k := kerneltest.Start(t)
	k.Execute(processCell).OK()
	return k
}

func TestAProcessHasTheProgramButNotItsState(t *testing.T) {
	k := withProcesses(t)
	k.Execute(`q := process.NewQueue[Point](0)
initial = 8
p := process.Start(show, 3, Point{1, 2, "hidden", &Point{X: 9}}, q)
fmt.Println(q.Get())
p.Join()
fmt.Println(p.ExitCode(), initial)`).Stdout("child 3 <1,2 hidden> <9,0 > true 7 map[a:7]\n<2,2 hidden> <nil>\n0 8\n").OK()
	k.Execute(`f := process.New(show, 4, Point{X: 5, next: &Point{}}, q)
f.SetMode(process.Fork)
f.Start()
f.Join()
got, err := q.Get()
fmt.Println(got, err, initial)`).Stdout("child 4 <5,0 > <0,0 > true 8 map[a:7]\n<6,0 > <nil> 8\n").OK()
	// Values of a cell's types cross as what interfaces hold, too.
	k.Execute(`qf := process.NewQueue[float64](0)
process.Start(area, Square{3}, []any{Square{1}, "s", nil, time.Second}, qf).Join()
fmt.Println(qf.Get())`).Stdout("[{1} s <nil> 1s]\n9 <nil>\n").OK()
	k.Execute(`here, there := process.Pipe[Point]()
e := process.Start(echo, there)
there.Close()
here.Send(Point{X: 1, label: "l"})
back, _ := here.Recv()
here.Close()
e.Join()
fmt.Println(back)`).Stdout("<2,0 l>\n").OK()
	k.Execute(`qs := process.NewQueue[string](0)
process.Start(names, 2, qs).Join()
for name, err := qs.TryGet(); err == nil; name, err = qs.TryGet() { fmt.Println(name) }`).Stdout("Process-1\nProcess-1:1\nProcess-1:1:1\n").OK()
	k.Execute(`process.Start(time.Sleep, time.Millisecond).Join()`).OK()
	// A function that is declared anew is the one that runs; what used it before keeps
	// the old one.
	k.Execute(`func greet() { fmt.Println("old") }
func greets() { greet() }`).OK()
	k.Execute(`func greet() { fmt.Println("new") }
process.Start(greet).Join()
process.Start(greets).Join()`).Stdout("new\nold\n").OK()
}

func TestWhatProcessesShareHasTheTypesOfCells(t *testing.T) {
	k := withProcesses(t)
	k.Execute(`type Spot struct { X, Y int; on bool }
func (s Spot) String() string { return fmt.Sprintf("<%d,%d,%v>", s.X, s.Y, s.on) }
func count(v *process.Value[int], n int) { for range n { v.Lock(); v.Store(v.Load() + 1); v.Unlock() } }
func move(v *process.Value[Spot], a *process.Array[Spot]) {
	s := v.Load()
	s.X, s.on = s.X+1, true
	v.Store(s)
	a.Store(1, s)
}
func peek(m *process.SharedMemory) { m.Store(1, m.Load(0)+1); m.Close() }`).OK()
	k.Execute(`v := process.NewValue(0)
one, two := process.Start(count, v, 200), process.Start(count, v, 200)
one.Join()
two.Join()
v.Load()`).Value("400").OK()
	k.Execute(`spot, spots := process.NewValue(Spot{X: 1}), process.NewArray(make([]Spot, 2))
process.Start(move, spot, spots).Join()
fmt.Println(spot.Load(), spots.Values())`).Stdout("<2,0,true> [<0,0,false> <2,0,true>]\n").OK()
	k.Execute(`m, err := process.CreateSharedMemory("", 4)
m.Store(0, 7)
process.Start(peek, m).Join()
fmt.Println(m.Load(1), err)
m.Close()
again, err := process.OpenSharedMemory(m.Name())
fmt.Println(again.Load(1), err, again.Unlink())
again.Unlink() == nil`).Stdout("8 <nil>\n8 <nil> <nil>\n").Value("false").OK()
	k.Execute(`process.NewValue("text")`).Fails(execution.Panic, "not a string")
	k.Execute(`m.Load(0)`).Fails(execution.Panic, "it is closed")
	k.Execute(`spots.Load(7)`).Fails(execution.Panic, "index 7, length 2")
}

func TestPoolsAndExecutorsCallFunctionsOfCells(t *testing.T) {
	k := withProcesses(t)
	k.Execute(`import ("errors"; "lockstep/runtime/futures")
type Job struct { N int; name string }
type Sum struct { Of int; by string }
func (s Sum) String() string { return fmt.Sprintf("<%d %s>", s.Of, s.by) }
var base = 10
func work(j Job) Sum { base++; return Sum{base + j.N, j.name} }
func odd(n int) int {
	if n == 2 { panic(fmt.Sprintf("not %d", n)) }
	return n
}
func dies(n int) int { if n == 2 { os.Exit(3) }; return n }
type Turn struct { N int; After *process.ManagedQueue[int] }
func takes(t Turn) int { if t.After != nil { t.After.Get() }; return t.N }
func twice[T any](x T) []T { return []T{x, x} }
func checked(n int) (int, error) { if n < 0 { return 0, errors.New("negative") }; return n, nil }`).OK()
	k.Execute(`pool := process.NewPool(1)
one, err := process.Apply(pool, work, Job{1, "a"})
fmt.Println(one, err)
all, err := process.Map(pool, work, []Job{{1, "a"}, {2, "b"}})
fmt.Println(all, err)
fmt.Println(process.Apply(pool, twice[string], "x"))
for n, err := range process.IMap(pool, odd, []int{3, 1}) { fmt.Println(n, err) }`).
		Stdout("<12 a> <nil>\n[<13 a> <15 b>] <nil>\n[x x] <nil>\n3 <nil>\n1 <nil>\n").OK()
	// Its processes have ended with the cell; it starts others, which have the functions
	// of this cell, too.
	k.Execute(`func again(j Job) Sum { return work(j) }
fmt.Println(process.Apply(pool, again, Job{1, "c"}))
got, err := process.Map(pool, odd, []int{1, 2, 3})
var failed *process.PanicError
fmt.Println(got, err, errors.As(err, &failed), failed.Frames)
var lost *process.WorkerError
got, err = process.Map(pool, dies, []int{1, 2, 3})
fmt.Println(got, errors.As(err, &lost), lost.Code)
pool.Close()
pool.Join()`).Stdout("<12 c> <nil>\n[1 0 3] panic: not 2 true [In[2]:8:14 in odd]\n[1 0 3] true 3\n").OK()
	k.Execute(`first := process.NewManagedQueue[int](process.NewManager(), 0)
unordered := process.NewPool(2)
for n := range process.IMapUnordered(unordered, takes, []Turn{{N: 1, After: first}, {N: 2}}) { fmt.Println(n); first.Put(n) }
unordered.Terminate()
unordered.Join()`).Stdout("2\n1\n").OK()
	k.Execute(`e := futures.NewProcesses(1)
fmt.Println(futures.Call(e, work, Job{5, "f"}).Result())
_, err = futures.CallErr(e, checked, -1).Result()
fmt.Println(err)
for n, err := range futures.Map(e, takes, []Turn{{N: 3}, {N: 2}}) { fmt.Println(n, err) }
_, err = futures.Call(e, dies, 2).Result()
err = futures.Call(e, dies, 1).Err()
fmt.Println(errors.Is(err, futures.ErrBroken), errors.As(err, &lost), lost.Code)`).Stdout("<16 f> <nil>\nnegative\n3 <nil>\n2 <nil>\ntrue true 3\n").OK()
	for _, test := range []struct{ cell, ename, text string }{
		{`pool.Workers(); process.Apply(pool, odd, 1)`, execution.Panic, "the pool has been closed"},
		{`process.NewPool(1).Join()`, execution.Panic, "Pool is still running"},
		{`process.Apply(pool, func(n int) int { return n }, 1)`, execution.CompileError, "another process can run a declared function only"},
		{`x := 3; futures.Submit(e, func() int { return x })`, execution.Panic, "only a declared function can"},
		{`pool = process.NewPool(1)
func state(n int) int { return statement + n }
process.Apply(pool, state, 1)`, execution.Panic, "state uses statement, which only a statement has set"},
	} {
		k.Execute(test.cell).Fails(test.ename, test.text)
	}
}

func TestAManagerHoldsValuesOfCells(t *testing.T) {
	k := withProcesses(t)
	k.Execute(`type Key struct { A, B int }
type Entry struct { N int; tags []string }
func (e Entry) String() string { return fmt.Sprintf("<%d %v>", e.N, e.tags) }
func count(d *process.Dict[string, int], l *process.ManagedLock, n int) {
	for range n { l.Lock(); c, _ := d.Get("n"); d.Set("n", c+1); l.Unlock() }
}
func inPlace(d *process.Dict[Key, Entry]) {
	e, _ := d.Get(Key{1, 2})
	e.tags[0] = "changed"
	d.Set(Key{3, 4}, Entry{N: 9})
}
func push(l *process.List[Entry], q *process.ManagedQueue[*Entry], v *process.ManagedValue[any]) {
	l.Append(Entry{N: l.Len()})
	q.Put(&Entry{N: 5})
	v.Store(Entry{N: 7})
}`).OK()
	k.Execute(`m := process.NewManager()
d, l := process.NewDict[string, int](m), m.NewLock()
one, two := process.Start(count, d, l, 50), process.Start(count, d, l, 50)
one.Join()
two.Join()
fmt.Println(d.Get("n"))
e := process.NewDict[Key, Entry](m)
e.Set(Key{1, 2}, Entry{1, []string{"a"}})
process.Start(inPlace, e).Join()
for key, entry := range e.All() { fmt.Println(key, entry) }
list, q, v := process.NewList(m, Entry{N: 1}), process.NewManagedQueue[*Entry](m, 0), process.NewManagedValue[any](m, 1)
process.Start(push, list, q, v).Join()
entry, err := q.Get()
fmt.Println(list.Values(), entry, err, v.Load())`).
		Stdout("100 true\n{1 2} <1 [a]>\n{3 4} <9 []>\n[<1 []> <1 []>] <5 []> <nil> <7 []>\n").OK()
	k.Execute(`d.Get("n")`).Fails(execution.Panic, "its manager has ended")
}

// A cell that simulates gives the types of earlier cells their methods anew; these
// types, and functions that have a version for simulations, still reach a process.
func TestAProcessHasWhatASimulationHasLoweredAnew(t *testing.T) {
	k := withProcesses(t)
	k.Execute(`import "lockstep/runtime/sim"
func twice(n int) int { return 2 * n }
func areas(s Shape, n int, q *process.Queue[float64]) { q.Put(s.Area() * float64(twice(n))) }
r := sim.Explore(func() { _ = Square{1}.Area() + float64(twice(1)) })
r.Err`).OK()
	k.Execute(`qf := process.NewQueue[float64](0)
p := process.Start(area, Square{3}, Point{X: 1}, qf)
fmt.Println(qf.Get())
p.Join()
process.Start(areas, Square{2}, 3, qf).Join()
fmt.Println(qf.Get())`).Stdout("<1,0 >\n9 <nil>\n24 <nil>\n").OK()
}

// Python hangs here: a cell that waits for what a process that has failed would have
// sent gets an error. It waits as long as something in it may still send it.
func TestACellThatWaitsForAProcessThatHasFailed(t *testing.T) {
	k := withProcesses(t)
	k.Execute(`import "errors"
func fails(q *process.Queue[int]) { q.Put(1); panic("boom") }
func sendsOnce(c *process.Conn[int]) { c.Send(1); process.Exit(3) }
func puts(q *process.Queue[int], n int) { q.Put(n) }
func told(n int, err error) { fmt.Println(n, errors.Is(err, process.ErrNoProducer)) }`).OK()
	k.Execute(`q := process.NewQueue[int](0)
f := process.Start(fails, q)
told(q.Get())
told(q.Get())
here, there := process.Pipe[int]()
s := process.Start(sendsOnce, there)
told(here.Recv())
told(here.Recv())`).Stdout("1 false\n0 true\n1 false\n0 true\n").OK()
	k.Execute(`func takes(j *process.JoinableQueue[int]) { j.Get() }
j := process.NewJoinableQueue[int](0)
j.Put(1)
t := process.Start(takes, j)
j.Join()`).Fails(execution.Panic, "nobody is left who could say that an item is done")
	k.Execute(`var seen int
collector := thread.Go(func() {
	for {
		n, err := q.Get()
		if err != nil { return }
		seen += n
	}
})
for n := range 3 {
	process.Start(puts, q, n + 1).Join()
	time.Sleep(700 * time.Millisecond) // longer than it takes to find out
}
collector.Join() // nobody is left to put anything
seen`).Value("6").OK()
	k.Execute(`var held thread.Mutex
held.Lock()
thread.Go(func() { held.Lock(); q.Put(8) })
told(q.Get())
held.Unlock()
told(q.Get())
time.AfterFunc(time.Second, func() { q.Put(7) })
told(q.Get())`).Stdout("0 true\n8 false\n7 false\n").OK()
}

func TestTargetsOfCellsThatCanNotBe(t *testing.T) {
	k := withProcesses(t)
	for _, test := range []struct{ cell, ename, text string }{
		{`process.Start(usesStatement)`, execution.Panic, "usesStatement uses statement, which only a statement has set"},
		{`for i := range 3 { process.Start(func() { fmt.Println(i) }) }`, execution.CompileError, "this function uses the local variable i, which another process doesn't have"},
		{`process.Start(func() {})`, execution.CompileError, "another process can run a declared function only"},
		{`process.Start(Point{}.String)`, execution.CompileError, "Point{}.String is a method value, which holds its receiver"},
		{`f := forever; process.Start(f)`, execution.Panic, "only a declared function can, named where it is handed over"},
		{`process.Start(exit)`, execution.Panic, "it takes 1, not 0; target exit"},
		{`process.Start(exit, "1")`, execution.Panic, "argument 1 is of type string, not int"},
		{`process.Start(area, Square{}, make(chan int), nil)`, execution.Panic, "argument 2: a value of type chan int can't go to another process"},
		{"m := thread.Mutex{}\nprocess.Start(area, nil, &m, nil)", execution.Panic, "it works among the threads of one process"},
	} {
		k.Execute(test.cell).Fails(test.ename, test.text)
	}
	k.Execute(`forked := process.New(usesStatement)
forked.SetMode(process.Fork)
forked.Start()`).Stdout("it is 5\n").OK()
	k.Execute(`c := make(chan int)
func usesChannel() { c <- 1 }
bad := process.New(usesChannel)
bad.SetMode(process.Fork)
bad.Start()`).Fails(execution.Panic, "the variable c: a value of type chan int can't go to another process")
}

func TestAProcessEndsAsItsCellSays(t *testing.T) {
	k := withProcesses(t)
	k.Execute(`b := process.Start(down, 1); b.Join(); b.ExitCode()`).
		Stderr("panic in process Process-1: assignment to entry in nil map\n\tIn[1]:16:54 in down\n\tin down of In[1]\n").Value("1").OK()
	k.Execute(`x := process.Start(exit, 7); x.Join(); x.ExitCode()`).Value("7").OK()
	k.Execute(`s := process.Start(forever); s.Terminate(); s.Join(); s.ExitCode()`).Value("-15").OK()
	k.Execute(`import "runtime"
func osExit(n int) { os.Exit(n) }
func onThread() { thread.Go(func() { panic("in a thread") }).Join() }
func inGoroutine() { go func() { panic("in a goroutine") }(); time.Sleep(time.Hour) }
func gone() { runtime.Goexit() }
func bySignal(s int) { syscall.Kill(os.Getpid(), syscall.Signal(s)); time.Sleep(time.Hour) }
func code(p *process.Process) int { p.Join(); return p.ExitCode() }`).OK()
	k.Execute(`fmt.Println(code(process.Start(time.Sleep, time.Millisecond)), code(process.Start(exit, 0)), code(process.Start(exit, 255)), code(process.Start(osExit, 9)), code(process.Start(gone)))`).
		Stdout("0 0 255 9 1\n").OK()
	k.Execute(`fmt.Println(code(process.Start(onThread)), code(process.Start(inGoroutine)))`).Stdout("0 2\n").
		Stderr("panic in thread Thread-1: in a thread\n\tIn[5]:3:38 in a function literal\npanic in process Process-2: in a goroutine\n").OK()
	k.Execute(`fmt.Println(code(process.Start(bySignal, 1)), code(process.Start(bySignal, 9)), code(process.Start(bySignal, 15)))`).Stdout("-1 -9 -15\n").OK()
}

// os.Exit waits for nobody: in a process what that has started goes on, and in the cell
// itself all ends with the worker.
func TestAProcessThatLeavesAtOnce(t *testing.T) {
	k := withProcesses(t)
	k.Execute(`func puts(q *process.Queue[int]) { q.Put(os.Getpid()); forever() }
func leaves(q *process.Queue[int]) { process.Start(puts, q); os.Exit(4) }
q := process.NewQueue[int](0)
p := process.Start(leaves, q)
p.Join()
pid, err := q.Get()
fmt.Println(p.ExitCode(), err)
syscall.Kill(pid, syscall.SIGKILL)`).Stdout("4 <nil>\n").OK()
	cell := k.Execute(`q = process.NewQueue[int](0)
process.Start(puts, q)
pid, err = q.Get()
fmt.Println(pid)
os.Exit(0)`)
	cell.Prints("\n")
	awaitEnd(t, number(t, strings.TrimSpace(cell.Printed())))
}

// What has ended stays in the system's table until it is joined: a cell can look.
func TestAZombieIsSeenFromACell(t *testing.T) {
	k := withProcesses(t)
	k.Execute(`import "strings"
func state(pid int) string {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil { return "gone" }
	_, rest, _ := strings.Cut(string(stat), ") ")
	return rest[:1]
}`).OK()
	k.Execute(`z, w := process.Start(exit, 3), process.Start(forever)
<-z.Done()
w.Kill()
<-w.Done()
fmt.Println(state(z.PID()), state(w.PID()), z.Alive(), z.ExitCode(), w.ExitCode())
z.Join()
fmt.Println(state(z.PID()), state(w.PID()))
w.Join()
fmt.Println(state(w.PID()))`).Stdout("Z Z false 3 -9\ngone Z\ngone\n").OK()
}

// A daemonic process ends with the cell; a cell waits for its threads and for other
// processes. What they print is the cell's.
func TestTheCellIsTheProgram(t *testing.T) {
	k := withProcesses(t)
	k.Execute(`func late(text string) { time.Sleep(100 * time.Millisecond); fmt.Println(text) }
process.Start(late, "a process")
thread.Go(func() { late("a thread") })
d := process.New(forever)
d.SetDaemon(true)
d.Start()
fmt.Println("main code ends")`).OK().Prints("main code ends\n").Prints("a process\n").Prints("a thread\n")
	k.Execute(`d.ExitCode()`).Value("-15").OK()
	k.Execute(`fmt.Println("another cell")`).Stdout("another cell\n").OK()
}

func TestAnInterruptEndsTheProcessesOfACell(t *testing.T) {
	k := withProcesses(t)
	cell := k.Execute(`l := process.Start(forever); fmt.Println(l.PID()); l.Join()`)
	cell.Prints("\n")
	k.Interrupt(t.Context())
	cell.Fails(execution.Interrupted, "")
	awaitEnd(t, number(t, strings.TrimSpace(cell.Printed())))
	k.Execute(`1 + 1`).Value("2").OK()
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// An orphan goes to the front, which reaps it.
func TestTheFrontAdoptsOrphans(t *testing.T) {
	k := withProcesses(t)
	cell := k.Execute(`a, b := process.Pipe[int]()
m := process.Start(orphanMaker, b)
pid, _ := a.Recv()
before, _ := a.Recv()
parent := m.PID()
m.Kill()
m.Join()
a.Send(1)
after, _ := a.Recv()
fmt.Println(pid, before, parent, after)`).OK()
	var pid, before, parent, ppid int
	if _, err := fmt.Sscan(cell.Printed(), &pid, &before, &parent, &ppid); err != nil {
		t.Fatal(err)
	}
	if before != parent {
		t.Errorf("the orphan's parent was %d, want %d", before, parent)
	}
	if ppid != k.Process.PID() {
		t.Errorf("the orphan's parent is %d, want the front, %d", ppid, k.Process.PID())
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	awaitEnd(t, pid)
}

// awaitEnd waits until a process has gone, even as a zombie.
func awaitEnd(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(kerneltest.Patience); ; time.Sleep(time.Millisecond) {
		if _, err := os.Stat(fmt.Sprintf("/proc/%d", pid)); os.IsNotExist(err) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("process %d is still there", pid)
		}
	}
}

// marked are the processes that have a text in their environment.
func marked(mark string) (pids []string) {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil && bytes.Contains(text, []byte(mark)) {
			pids = append(pids, file)
		}
	}
	return pids
}

// kills is how often TestNothingOutlivesTheFrontOrTheWorker kills one of them.
var kills = flag.Int("kills", 12, "how often to kill the front or the worker at a random moment")

// Whatever moment it is killed at, nothing outlives the front; nor the worker.
func TestNothingOutlivesTheFrontOrTheWorker(t *testing.T) {
	rounds, ended := *kills, 0
	if testing.Short() {
		rounds = min(rounds, 4)
	}
	defer func() { t.Logf("%d kills ended %d processes", rounds, ended) }()
	for round := range rounds {
		mark := fmt.Sprintf("LOCKSTEP_TEST_RUN=%d.%d", os.Getpid(), round)
		k := kerneltest.StartCommand(t, client.Command{
			Argv: []string{kerneltest.Binary(t), "serve", "-f", "{connection_file}", "--history="},
			Env:  append(os.Environ(), mark),
		})
		k.Execute(processCell).OK()
		worker := number(t, k.Execute(`fmt.Print(os.Getpid())`).Printed())
		k.Execute(`func many(depth int) { for { p := process.Start(branch, depth); p.JoinTimeout(3 * time.Millisecond) } }
func branch(depth int) { if depth > 0 { process.Start(branch, depth-1); process.Start(branch, depth-1).Kill() }; time.Sleep(time.Hour) }
func nap(int) int { forever(); return 0 }`).OK()
		k.Execute(`go many(2)
held := process.NewDict[int, int](process.NewManager())
pool := process.NewPool(2)
process.ApplyAsync(pool, nap, 1)
held.Set(1, 1)
time.Sleep(time.Hour)`)
		time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond)
		victim := worker
		if round%2 == 0 {
			victim = k.Process.PID()
		}
		before := len(marked(mark))
		if err := syscall.Kill(victim, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		left := 0
		if round%2 == 1 {
			left = 2 // the front and its next worker
		}
		for deadline := time.Now().Add(kerneltest.Patience); ; time.Sleep(time.Millisecond) {
			now := marked(mark)
			if len(now) <= left {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("round %d: of %d processes %d are left: %v", round, before, len(now), now)
			}
		}
		ended += before - left
		if round%2 == 1 {
			k.Stop()
		} else {
			_ = k.Process.Shutdown(t.Context()) // it is gone
		}
	}
}
