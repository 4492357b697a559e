package engine_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
)

func withThreads(t *testing.T) *kerneltest.Kernel {
	k := kerneltest.Start(t)
	k.Execute(`import ("errors"; "fmt"; "time"; "lockstep/runtime/sim"; "lockstep/runtime/thread")`).OK()
	return k
}

// The interpreter panics in its own words; a thread that ends so is reported in
// Go's, in both worlds.
func TestThreadsPanicInGosWords(t *testing.T) {
	k := withThreads(t)
	k.Execute("var p *int\nthread.Go(func() {\n\t*p = 1\n}).Join()").
		Stderr("panic in thread Thread-1: runtime error: invalid memory address or nil pointer dereference\n\tIn[2]:3:2 in a function literal\n").OK()
	k.Execute(`var started thread.Event
for i := range 3 {
	thread.Go(func() {
		started.Wait() // several are under way
		if i == 1 {
			_ = []int{}[i]
		}
		thread.Sleep(time.Millisecond)
	}, thread.Name(fmt.Sprint("P", i)))
}
started.Set()`).Stderr("panic in thread P1: runtime error: index out of range [1] with length 0\n\tIn[3]:6:4 in a function literal\n").OK()
	k.Execute("r := sim.Run(1, func() { var m map[string]int; m[\"a\"] = 1 })\nr.Err.Error()").
		Value(`"panic in MainThread: assignment to entry in nil map"`)
	k.Execute(`func inner(n int) { panic(fmt.Errorf("bad %d", n)) }
func outer() {
	inner(7)
}
thread.Go(outer).Join()
fmt.Println("goes on")`).Stdout("goes on\n").
		Stderr("panic in thread Thread-1 (outer): bad 7\n\tIn[5]:1:21 in inner\n\tin outer of In[5]\n").OK()
	k.Execute(`s := sim.Run(1, func() { thread.Go(outer, thread.Name("T")).Join() })
var panicked *sim.PanicError
fmt.Println(errors.As(s.Err, &panicked), panicked.Thread, panicked.Frames)`).Stdout("true T [In[5]:1]\n")
}

// As a compiled program's: with the declared function or the method that it runs.
func TestAThreadIsNamedAfterItsFunction(t *testing.T) {
	k := withThreads(t)
	k.Execute(`import "sync"
func greet() {}
func pass[T any]() {}
type runner struct{ Runner; wg sync.WaitGroup }
type Runner interface { Walk() }
type walker struct{}
func (walker) Walk() {}
func (r *runner) Run() {}
func names(opts ...thread.Option) (list []string) {
	r := &runner{Runner: walker{}}
	f := greet
	for _, th := range []*thread.Thread{
		thread.New(greet), thread.New(func() {}), thread.New(greet, thread.Name("P1")), thread.New((greet), opts...),
		thread.New(r.Run), thread.New(r.Walk), thread.New(r.wg.Wait), thread.New(pass[int]), thread.New(thread.Yield),
		thread.Go(greet), thread.New(f), thread.NewTimer(0, greet).Thread,
	} {
		list = append(list, th.Name())
	}
	return list
}
fmt.Println(names())
sim.Run(1, func() { fmt.Println(names(thread.Daemon(true))) }).Err`).Stdout(strings.Repeat("[Thread-1 (greet) Thread-2 P1 Thread-3 (greet) Thread-4 (Run) Thread-5 (Walk) Thread-6 (Wait) Thread-7 (pass) Thread-8 (Yield) Thread-9 (greet) Thread-10 Thread-11]\n", 2)).OK()
	k.Execute(`go thread.Go(greet).Join()
defer thread.Go(greet)`).OK()
	k.Execute(`thread.New(nil)`).Fails(execution.Panic, "thread.New: the task is nil")
	k.Execute(`var none func()
thread.New(none)`).Fails(execution.Panic, "thread.New: the task is nil")
}

// A daemon thread lives until the threads have ended that are none, and ends then:
// before the next cell begins.
func TestADaemonThreadEndsWithItsCell(t *testing.T) {
	k := withThreads(t)
	k.Execute(`ticks, seen, deferred := 0, 0, false
var mu thread.Mutex
daemon := thread.Go(func() {
	defer func() { deferred = true }()
	for {
		mu.Lock()
		ticks++
		mu.Unlock()
		thread.Sleep(time.Millisecond)
	}
}, thread.Daemon(true))
var began thread.Event
worker := thread.Go(func() {
	began.Wait()
	for { // the cell's statements are over, and the daemon goes on
		mu.Lock()
		seen++
		enough := seen > 5 && ticks > 5
		mu.Unlock()
		if enough {
			break
		}
		thread.Sleep(time.Millisecond)
	}
})
began.Set()
fmt.Println("main code ends", worker.Alive())`).Stdout("main code ends true\n").OK()
	k.Execute(`daemon.Join()
fmt.Println(worker.Alive(), daemon.Alive(), deferred, ticks > 5)`).Stdout("false false true true\n").OK()
}

// A daemon that computes or waits without end does not keep a cell from its end; a
// child of a daemon is one too.
func TestNoDaemonThreadOutlivesItsCell(t *testing.T) {
	k := withThreads(t)
	k.Execute(`var never thread.Event
n := 0
var all []*thread.Thread
for _, task := range []func(){
	func() { for { n++ } },
	never.Wait,
	func() { thread.Sleep(time.Hour) },
	func() { select {} },
	func() { never.Wait() },
} {
	all = append(all, thread.Go(task, thread.Daemon(true)))
}
var child *thread.Thread
thread.Go(func() { child = thread.Go(never.Wait); child.Join() }, thread.Daemon(true))
for child == nil { thread.Yield() }
fmt.Println(child.Daemon())`).Stdout("true\n").OK()
	k.Execute(`for _, th := range append(all, child) { th.Join() }
never.Set()`).OK()
}

// As Python does when the main thread raises an exception.
func TestACellThatFailsWaitsForItsThreads(t *testing.T) {
	k := withThreads(t)
	k.Execute(`var went thread.Event
var last = "nobody"
thread.Go(func() { went.Wait(); thread.Sleep(5 * time.Millisecond); last = "the thread" })
went.Set()
panic("the main code fails")`).Fails("panic", "the main code fails")
	k.Execute(`last`).Value(`"the thread"`)
}

// A panic is told in Go's words wherever it ends: a cell, a thread, a simulation, a
// future.
func TestAPanicHasTheSameWordsEverywhere(t *testing.T) {
	k := withThreads(t)
	k.Execute(`import "lockstep/runtime/futures"
type code int
type T struct { A int; b string }
type failure struct{ n int }
func (f failure) Error() string { return fmt.Sprint("failure ", f.n) }
type level int
func (l level) String() string { return fmt.Sprint("level ", int(l)) }

`).OK()
	for i, test := range []struct{ value, want string }{
		{`"boom"`, "boom"},
		{"42", "42"},
		{"1.5", "1.5"},
		{"code(3)", "main.code(3)"},
		{"failure{7}", "failure 7"},
		{"level(2)", "level 2"},
		{`T{1, "x"}`, `main.T{A: 1, b: "x"}`},
		{"[]int{1}", "[]int{1}"},
		{`errors.New("an error")`, "an error"},
	} {
		k.Execute("panic("+test.value+")").Fails(execution.Panic, test.want)
		k.Execute("thread.Go(func() { panic(" + test.value + ") }).Join()").
			Stderr(fmt.Sprintf("panic in thread Thread-1: %s\n\tIn[%d]:1:20 in a function literal\n", test.want, 4+4*i))
		k.Execute("fmt.Println(sim.Run(1, func() { panic(" + test.value + ") }).Err)").Prints("panic in MainThread: " + test.want + "\n")
		k.Execute(`e := futures.NewThreads(1)
_, err := futures.Submit(e, func() int { panic(` + test.value + `) }).Result()
fmt.Println(err)`).Stdout("panic: " + test.want + "\n")
	}
}

// A cell's thread is an OS thread for its life.
func TestAThreadOfACellIsAnOSThread(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux lists threads below /proc")
	}
	k := withThreads(t)
	k.Execute(`import "os"
func listed(id int64) bool { _, err := os.Stat(fmt.Sprintf("/proc/self/task/%d", id)); return err == nil }
var gate thread.Event
a, b := thread.Go(gate.Wait), thread.Go(gate.Wait)
main := thread.Current().ID()
fmt.Println(listed(a.ID()), listed(b.ID()), a.ID() != b.ID(), listed(main), main != a.ID())
gate.Set()
a.Join(); b.Join()
for listed(a.ID()) || listed(b.ID()) { time.Sleep(time.Millisecond) }`).Stdout("true true true true true\n").OK()
}

// So does a thread in a process that a cell has started.
func TestAThreadOfAProcessTellsItsPanic(t *testing.T) {
	k := withThreads(t)
	k.Execute(`import "lockstep/runtime/process"
func work() {
	thread.Go(func() {
		_ = []int{}[len(thread.Current().Name()) - 2]
	}, thread.Name("P1")).Join()
	fmt.Println("goes on")
}`).OK()
	k.Execute(`p := process.Start(work)
p.Join()
p.ExitCode()`).Stdout("goes on\n").Stderr("panic in thread P1: runtime error: index out of range [0] with length 0\n\tIn[2]:4:3 in a function literal\n").Value("0")
}
