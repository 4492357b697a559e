package engine_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"lockstep/kernel/engine"
	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

// notebook runs cells one after the other in a real worker.
type notebook struct {
	t      testing.TB
	engine *engine.Engine
	number int
}

func newNotebook(t testing.TB) *notebook {
	t.Helper()
	e := engine.New(engine.Config{Worker: []string{"/proc/self/exe"}, Logf: t.Logf})
	t.Cleanup(func() { e.Close() })
	return &notebook{t: t, engine: e}
}

// output is what a cell prints and shows.
type output struct {
	mu      sync.Mutex
	text    strings.Builder
	printed chan struct{} // closed when the cell has printed "go"
	once    sync.Once
}

func newOutput() *output { return &output{printed: make(chan struct{})} }

func (o *output) add(text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.WriteString(text)
	if strings.Contains(o.text.String(), "go\n") {
		o.once.Do(func() { close(o.printed) })
	}
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

func (o *output) Stream(_ execution.Stream, text string) { o.add(text) }
func (o *output) Display(d execution.Display) {
	if text, ok := d.Data["text/plain"].(string); ok {
		o.add(text)
	}
}
func (o *output) Clear(bool)            {}
func (o *output) Ask(execution.Payload) {}
func (o *output) Comm(execution.Comm)   {}
func (o *output) Input(ctx context.Context, _ string, _ bool) (string, error) {
	<-ctx.Done()
	return "", ctx.Err()
}

// run runs a cell to its end.
func (n *notebook) run(code string) (string, *execution.Failure) {
	n.t.Helper()
	n.number++
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out := newOutput()
	failure := n.engine.Execute(ctx, execution.Request{Number: n.number, Code: code}, out)
	return out.String(), failure
}

// want runs a cell that must succeed and show text.
func (n *notebook) want(code, text string) {
	n.t.Helper()
	got, failure := n.run(code)
	if failure != nil {
		n.t.Errorf("%s\nfailed: %s", code, strings.Join(failure.Traceback, "\n"))
	} else if got != text {
		n.t.Errorf("%s\nshowed %q, want %q", code, got, text)
	}
}

// interrupt runs a cell, and interrupts it once it has printed "go".
func (n *notebook) interrupt(code string) (shown string, failure *execution.Failure) {
	n.t.Helper()
	n.number++
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	out := newOutput()
	ended := make(chan *execution.Failure, 1)
	go func() {
		ended <- n.engine.Execute(ctx, execution.Request{Number: n.number, Code: code}, out)
	}()
	select {
	case <-out.printed:
	case failure := <-ended:
		n.t.Fatalf("%s\nended at once: %v %s", code, failure, out)
	case <-time.After(patience):
		n.t.Fatalf("%s\nnever begins", code)
	}
	start := time.Now()
	cancel()
	select {
	case failure := <-ended:
		if took := time.Since(start); took > time.Second {
			n.t.Errorf("%s\nthe prompt came back after %v", code, took)
		} else {
			n.t.Logf("the prompt came back after %v", took)
		}
		return out.String(), failure
	case <-time.After(patience):
		n.t.Fatalf("%s\ncan't be interrupted", code)
	}
	panic("unreachable")
}

// patience bounds a wait that should end much earlier.
const patience = 30 * time.Second

func TestAnInterruptKeepsTheSession(t *testing.T) {
	const begin = "println(\"go\"); "
	tests := []struct {
		name, code string
		lost       bool // the worker has to be replaced
		mayLose    bool // or may be, if the machine is too busy to stop all in time
		ends       bool // the cell is told and goes on
		shows      string
	}{
		{name: "an empty loop", code: begin + "for {}"},
		{name: "a loop in a function", code: "func spin() { for {} }\n" + begin + "spin()"},
		{name: "a hundred goroutines", mayLose: true, code: `import "fmt"
var done chan bool
for range 100 { go func() { for {} }() }
fmt.Println("go")
<-done`},
		{name: "goroutines of a main that has ended first", code: `import "fmt"
for range 3 { go func() { for {} }() }
fmt.Println("go")
select {}`},
		{name: "nested loops", code: begin + "n := 0; for i := 0; ; i++ { for j := 0; j < 1000; j++ { n += i * j } }"},
		{name: "range over a number", code: begin + "n := 0; for i := range 1 << 60 { n += i }"},
		{name: "range over a map", code: begin + "m := map[int]int{1: 1, 2: 2}; n := 0; for { for k, v := range m { n += k * v } }"},
		{name: "range over a function", code: begin + "seq := func(yield func(int) bool) { for { if !yield(1) { return } } }\nn := 0; for v := range seq { n += v }"},
		{name: "recursion", code: "func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }\n" + begin + "fib(80)"},
		{name: "a method", code: "type T struct{ n int }\nfunc (t *T) Spin() { for { t.n++ } }\n" + begin + "new(T).Spin()"},
		{name: "a method by an interface", code: "type I interface{ Spin() }\ntype T struct{ n int }\nfunc (t *T) Spin() { for { t.n++ } }\nvar i I = new(T)\n" + begin + "i.Spin()"},
		{name: "deferred calls of a loop", code: "func f() { defer println(\"deferred\"); for {} }\n" + begin + "f()", shows: "go\ndeferred\n"},
		{name: "deferred calls of several loops", code: `import ("fmt"; "sync")
var mu sync.Mutex
func g() { mu.Lock(); defer mu.Unlock(); defer fmt.Println("inner"); for {} }
func f() { defer fmt.Println("outer"); defer func() { mu.Lock(); fmt.Println("locked") }(); g() }
fmt.Println("go")
f()
fmt.Println("never")`, shows: "go\ninner\nlocked\nouter\n"},
		{name: "recover does not see it", code: `import "fmt"
func f() { defer func() { fmt.Println("recovered", recover()) }(); for {} }
fmt.Println("go")
f()
fmt.Println("never")`, shows: "go\nrecovered <nil>\n"},
		{name: "a deferred loop", code: "func f() { defer println(\"deferred\"); defer func() { for {} }() }\n" + begin + "f()", shows: "go\ndeferred\n"},
		{name: "a channel that is always ready", code: begin + "c := make(chan int, 1); for { c <- 1; <-c }"},
		{name: "channel", code: begin + "<-make(chan int)"},
		{name: "send", code: begin + "make(chan int) <- 1"},
		{name: "empty select", code: begin + "select {}"},
		{name: "select", code: begin + "a, b := make(chan int), make(chan int); select { case <-a: case b <- 1: }"},
		{name: "busy select", code: begin + "a := make(chan int); for { select { case <-a: default: } }"},
		{name: "Sleep", code: "import \"time\"\n" + begin + "time.Sleep(time.Hour)"},
		{name: "Mutex", code: "import \"sync\"\nvar m sync.Mutex\nm.Lock()\n" + begin + "m.Lock()"},
		{name: "WaitGroup", code: "import \"sync\"\nvar wg sync.WaitGroup\nwg.Add(1)\n" + begin + "wg.Wait()"},
		{name: "WaitGroup of loops", code: "import \"sync\"\nvar wg sync.WaitGroup\nfor range 3 { wg.Add(1); go func() { defer wg.Done(); for {} }() }\n" + begin + "wg.Wait()"},
		{name: "Cond", code: "import \"sync\"\nc := sync.NewCond(new(sync.Mutex))\nc.L.Lock()\n" + begin + "c.Wait()"},
		{name: "Accept", code: "import \"net\"\nl, err := net.Listen(\"tcp\", \"127.0.0.1:0\")\nif err != nil { panic(err) }\n" + begin + "l.Accept()", lost: true},
		{name: "a network read", code: `import "net"
l, err := net.Listen("tcp", "127.0.0.1:0")
if err != nil { panic(err) }
c, err := net.Dial("tcp", l.Addr().String())
if err != nil { panic(err) }
` + begin + `c.Read(make([]byte, 1))`, lost: true},
		{name: "native code", code: `import ("regexp"; "strings")
text, pattern := strings.Repeat("a", 1<<24), regexp.MustCompile("(a?){50}a{50}b")
` + begin + `pattern.MatchString(text)`, lost: true},
		{name: "another process", code: `import ("lockstep/runtime/process"; "time")
func nap() { println("go"); time.Sleep(time.Hour) }
p := process.New(nap)
p.Start()
p.Join()`},
		{name: "an exploration", code: `import ("lockstep/runtime/sim"; "sync")
println("go")
sim.Explore(func() {
	var wg sync.WaitGroup
	n := 0
	for range 12 { wg.Go(func() { for range 12 { n++ } }) }
	wg.Wait()
})`},
		{name: "a simulated loop", code: `import "lockstep/runtime/sim"
println("go")
sim.Run(1, func() { for {} })`},
		{name: "a command", code: "import \"os/exec\"\n" + begin + "exec.Command(\"sleep\", \"30\").Run()", lost: true},
		{name: "input", ends: true, code: "import \"fmt\"\nvar s string\n" + begin + "fmt.Scan(&s)"},
		{name: "sort", code: `import "sort"
s := make([]int, 20000)
` + begin + `for { sort.Slice(s, func(i, j int) bool { return (i*7919)%1000 < (j*7919)%1000 }) }`},
		{name: "printing", code: "import \"fmt\"\nfmt.Println(\"go\")\nfor i := 0; ; i++ { fmt.Sprint(i) }"},
		{name: "threads", code: "import \"lockstep/runtime/thread\"\nt := thread.Go(func() { for {} })\n" + begin + "t.Join()"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			n := newNotebook(t)
			n.want("kept := 41\nnext := func() int { kept++; return kept }\nfunc twice(n int) int { return 2 * n }\ntype P struct{ X int }\nfunc (p P) Get() int { return p.X }", "")
			shown, failure := n.interrupt(test.code)
			if failure == nil != test.ends || failure != nil && failure.Name != execution.Interrupted {
				t.Errorf("the cell ended with %v", failure)
			}
			if test.shows != "" && shown != test.shows {
				t.Errorf("it showed %q, want %q", shown, test.shows)
			}
			told := failure != nil && strings.Contains(strings.Join(failure.Traceback, "\n"), "kept and next lost their values")
			if told != test.lost && !test.mayLose {
				t.Errorf("it said %q; want that values are lost: %v", failure.Traceback, test.lost)
			}
			if !told {
				n.want("next()", "42")
			}
			n.want("twice(P{X: 4}.Get())", "8")
			n.want("c := make(chan int); go func() { for i := range 3 { c <- i }; close(c) }(); sum := 0; for v := range c { sum += v }; sum", "3")
		})
	}
}

func TestAnInterruptSparesOrNamesTheGoroutinesOfOtherCells(t *testing.T) {
	n := newNotebook(t)
	n.want("in, out := make(chan int), make(chan int)\ngo func() { for v := range in { out <- 2 * v } }()", "")
	if _, failure := n.interrupt("println(\"go\"); for {}"); failure == nil || len(failure.Traceback) != 1 {
		t.Errorf("the cell ended with %v", failure)
	}
	n.want("in <- 21; <-out", "42")
	n.want("spinning := 0\ngo func() { for { spinning++ } }()", "")
	_, failure := n.interrupt("println(\"go\"); for {}")
	if failure == nil || !strings.Contains(strings.Join(failure.Traceback, "\n"), "Goroutines of In[4] that ran in the background were stopped too.") {
		t.Errorf("the cell ended with %v", failure)
	}
	n.want("in <- 4; <-out", "8")
}

func TestAnInterruptStopsFunctionsThatNativeCodeCalls(t *testing.T) {
	n := newNotebook(t)
	n.want("import \"reflect\"\nkept := 7", "")
	// Stopped half-way, the function returns nothing where reflect expects a result.
	_, failure := n.interrupt(`one := func([]reflect.Value) []reflect.Value { x := 0; for i := range 50 { x += i }; return []reflect.Value{reflect.ValueOf(x)} }
f := reflect.MakeFunc(reflect.TypeFor[func() int](), one).Interface().(func() int)
for range 20 { go func() { for { f() } }() }
println("go")
for { f() }`)
	if failure == nil || failure.Name != execution.Interrupted {
		t.Errorf("the cell ended with %v", failure)
	}
	n.want("kept", "7")
}

// What no cell of a person does: Go's type checker looks at such types part by part.
func TestAnInterruptEndsTheWaitForTheCompiler(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute("x := 1").OK()
	var types strings.Builder
	types.WriteString("type T0 struct{ x int }\n")
	for i := range 60 {
		fmt.Fprintf(&types, "type T%d struct{ a, b T%d }\n", i+1, i)
	}
	for _, code := range []string{types.String(), "x"} { // the second waits for the first
		cell := k.Execute(code)
		k.Await("the cell's turn", func(all kerneltest.Entries) bool { return len(all.For(cell.ID).Of("execute_input")) > 0 })
		k.Ask(protocol.Control, protocol.InterruptRequest{})
		report := cell.Fails(execution.Interrupted, "").Reply().Traceback
		if !strings.Contains(strings.Join(report, "\n"), "restart the kernel") {
			t.Errorf("the report doesn't say what to do: %q", report)
		}
		// Nor does what else waits on shell.
		k.Ask(protocol.Shell, protocol.CompleteRequest{Code: "x", CursorPos: 1})
		k.Ask(protocol.Shell, protocol.InspectRequest{Code: "x", CursorPos: 1})
	}
}
