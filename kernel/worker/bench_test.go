package worker

import (
	"fmt"
	"go/token"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/traefik/yaegi/interp"

	gocell "lockstep/kernel/cell"
	"lockstep/kernel/cell/exportdata"
	"lockstep/kernel/worker/core"
	"lockstep/kernel/worker/symbols"
	"lockstep/runtime/support"
)

// program to compare: declarations, and statements. Plain code has the statements
// in a function.
type compared struct {
	name         string
	imports      []string
	declarations string
	statements   string
}

var programs = []compared{
	{"loop", nil, "var sink int\nfunc loop() { s := 0; for i := 0; i < 2_000_000; i++ { s += i }; sink = s }", "loop()"},
	{"toploop", nil, "", "s := 0\nfor i := 0; i < 2_000_000; i++ { s += i }\n_ = s"},
	{"topbranch", nil, "", "n, even := 500_000, 0\nfor n > 0 { if n%2 == 0 { even++ }; n-- }\n_ = even"},
	{"fib", nil, "func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }", "_ = fib(22)"},
	{"rangeint", nil, "func sum(n int) int { s := 0; for i := range n { s += i }; return s }", "_ = sum(500_000)"},
	{"slice", nil, "func total(xs []int) int { s := 0; for i, x := range xs { s += i*x; xs[i] = s }; return s }", "xs := make([]int, 200_000)\n_ = total(xs)"},
	{"index", nil, "func total(a []int) int { s := 0; for i := 0; i < len(a); i++ { s += a[i] }; return s }", "_ = total(make([]int, 200_000))"},
	{"map", nil, "func count() int { m := map[int]int{}; for i := 0; i < 50_000; i++ { m[i%100]++ }; s := 0; for _, v := range m { s += v }; return s }", "_ = count()"},
	{"string", []string{"strings"}, "func letters(text string) int { n := 0; for _, r := range text { if r == 'a' { n++ } }; return n }", "_ = letters(strings.Repeat(\"gopher\", 500))"},
	{"field", nil, "type point struct { x, y int }\nfunc walk() int { p := &point{}; for i := 0; i < 200_000; i++ { p.x++; p.y += p.x }; return p.y }", "_ = walk()"},
	{"method", nil, "type counter struct { n int }\nfunc (c *counter) add(d int) { c.n += d }\nfunc methods() int { c := &counter{}; for i := 0; i < 100_000; i++ { c.add(i) }; return c.n }", "_ = methods()"},
	{"interface", nil, "type shape interface { Area() int }\ntype square struct { side int }\nfunc (s square) Area() int { return s.side * s.side }\nfunc areas() int { var s shape = square{3}; n := 0; for i := 0; i < 50_000; i++ { n += s.Area() }; return n }", "_ = areas()"},
	{"unexported", nil, "type shape interface { area() int }\ntype square struct { side int }\nfunc (s *square) area() int { return s.side * s.side }\nfunc areas() int { var s shape = &square{3}; n := 0; for i := 0; i < 50_000; i++ { n += s.area() }; return n }", "_ = areas()"},
	{"box", nil, "func boxes() int { var x any; n := 0; for i := 0; i < 50_000; i++ { x = i; n += x.(int) }; return n }", "_ = boxes()"},
	{"switch", nil, "func sort(n int) int { s := 0; for i := 0; i < n; i++ { switch i % 4 { case 0: s++; case 1, 2: s += 2; default: s-- } }; return s }", "_ = sort(100_000)"},
	{"typeswitch", nil, "type a struct{ n int }\ntype b struct{ n int }\nfunc kinds() int { xs := []any{a{1}, b{2}, 3}; s := 0; for i := 0; i < 20_000; i++ { switch x := xs[i%3].(type) { case a: s += x.n; case b: s += x.n; case int: s += x } }; return s }", "_ = kinds()"},
	{"closure", nil, "func adder() func(int) int { s := 0; return func(d int) int { s += d; return s } }\nfunc closures() int { f := adder(); n := 0; for i := 0; i < 100_000; i++ { n = f(i) }; return n }", "_ = closures()"},
	{"defer", []string{"sync"}, "var mu sync.Mutex\nfunc locked() { mu.Lock(); defer mu.Unlock() }\nfunc defers() { for i := 0; i < 20_000; i++ { locked() } }", "defers()"},
	{"mutex", []string{"sync"}, "func locks() int { var mu sync.Mutex; n := 0; for i := 0; i < 50_000; i++ { mu.Lock(); n++; mu.Unlock() }; return n }", "_ = locks()"},
	{"channel", nil, "func rally(n int) int { ping, pong := make(chan int), make(chan int); go func() { for i := 0; i < n; i++ { v := <-ping; pong <- v } }(); s := 0; for i := 0; i < n; i++ { ping <- i; v := <-pong; s += v }; return s }", "_ = rally(20_000)"},
	{"buffered", nil, "type job struct { n int }\nfunc jobs() int { c := make(chan job, 100); go func() { for i := 0; i < 20_000; i++ { c <- job{i} }; close(c) }(); s := 0; for j := range c { s += j.n }; return s }", "_ = jobs()"},
	{"select", nil, "func choose() int { a, b := make(chan int, 1), make(chan int, 1); s := 0; for i := 0; i < 20_000; i++ { a <- i; select { case v := <-a: s += v; case v := <-b: s -= v } }; return s }", "_ = choose()"},
	{"println", []string{"fmt", "io"}, "type point struct { X, Y int }\nfunc lines() { p := point{1, 2}; for i := 0; i < 5_000; i++ { fmt.Fprintln(io.Discard, i, p, \"text\") } }", "lines()"},
}

// lowered prepares a program as cells and returns what runs its statements.
func (c compared) lowered(tb testing.TB) func() {
	p, err := newProgram(io.Discard)
	if err != nil {
		tb.Fatal(err)
	}
	s := gocell.NewSession(exportdata.NewImporter(token.NewFileSet()))
	n := 0
	do := func(text string) string {
		n++
		program, err := s.Compile(n, text)
		if err != nil {
			tb.Fatal(c.name, ": ", err)
		}
		unit := program.Unit
		entry := unit.Entry
		unit.Entry = ""
		if failure := p.run(unit, benchCell); failure != nil {
			tb.Fatal(c.name, ": ", failure.Value, "\n", unit.Source)
		}
		s.Commit(program, 100)
		return entry
	}
	call := func(entry string) func() {
		value, failure := p.eval(entry, benchCell)
		if failure != nil {
			tb.Fatal(c.name, ": ", failure.Value)
		}
		run := value.Interface().(func())
		return func() {
			defer core.Attend(0)()
			benchScope.Do(run)
		}
	}
	if head := c.importText() + c.declarations; head != "" {
		call(do(head))()
	}
	return call(do(c.statements))
}

func (c compared) importText() string {
	var text strings.Builder
	for _, path := range c.imports {
		fmt.Fprintf(&text, "import %q\n", path)
	}
	return text.String()
}

// plain is the same program given to the interpreter as it is; nil if that can't
// compile it.
func (c compared) plain(tb testing.TB) (run func()) {
	defer func() {
		if recover() != nil {
			run = nil
		}
	}()
	i := interp.New(interp.Options{Unrestricted: true})
	for _, path := range c.imports {
		exports, _ := symbols.Lookup(path)
		if err := i.Use(exports); err != nil {
			tb.Fatal(err)
		}
	}
	source := "package main\n" + c.importText() + c.declarations + "\nfunc statements() {\n" + c.statements + "\n}\n"
	if _, err := i.Eval(source); err != nil {
		tb.Fatal(c.name, ": ", err)
	}
	value, err := i.Eval("statements")
	if err != nil {
		tb.Fatal(err)
	}
	entry := value.Interface().(func())
	return func() { benchScope.Do(entry) }
}

// benchCell is the cell that all of it runs in.
var (
	benchCell  = &cell{cancelled: make(chan struct{})}
	benchScope = &support.Scope{Cell: 1, Host: benchCell}
)

// BenchmarkLowered reports what a program costs as cells: ms a run, and how many
// times what the interpreter takes for it as it is. The two are measured in turn, and
// the fastest run of each counts.
func BenchmarkLowered(b *testing.B) {
	for _, c := range programs {
		b.Run(c.name, func(b *testing.B) {
			lowered, plain := c.lowered(b), c.plain(b)
			best := [2]time.Duration{1 << 62, 1 << 62}
			for b.Loop() {
				for k, run := range []func(){lowered, plain} {
					if run == nil {
						continue
					}
					start := time.Now()
					run()
					best[k] = min(best[k], time.Since(start))
				}
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(best[0].Microseconds())/1000, "ms/run")
			if plain != nil {
				b.ReportMetric(float64(best[0])/float64(best[1]), "×plain")
			}
		})
	}
}

// thirtyLines is a cell of 30 lines.
const thirtyLines = `import ("fmt"; "sync")

type account struct {
	mu      sync.Mutex
	balance int
}

func (a *account) deposit(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.balance += n
}

func run(workers, times int) int {
	var group sync.WaitGroup
	a := &account{}
	for i := range workers {
		group.Add(1)
		go func() {
			defer group.Done()
			for range times {
				a.deposit(i)
			}
		}()
	}
	group.Wait()
	return a.balance
}

total := run(4, 10)
fmt.Fprintln(nil, total)`

// BenchmarkCompile checks and lowers a cell of 30 lines.
func BenchmarkCompile(b *testing.B) {
	s := gocell.NewSession(exportdata.NewImporter(token.NewFileSet()))
	for b.Loop() {
		if _, err := s.Compile(1, thirtyLines); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkManyCells runs a thousand cells in one session. It reports what one of
// the last hundred takes, how many times that of the first hundred, and what the
// heap has grown by a cell: of the front and of the worker together.
func BenchmarkManyCells(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"statements", "x := %d\nx++"},
		{"function", "func f(n int) int { return n + %d }\ny := f(1)\ny++"},
		{"new", "func f%[1]d(n int) int { return n + 1 }\nz%[1]d := f%[1]d(1)\nz%[1]d++"},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				first, last, bytes := manyCells(b, c.text)
				b.ReportMetric(float64(last.Microseconds()), "µs/cell")
				b.ReportMetric(float64(last)/float64(first), "last/first")
				b.ReportMetric(bytes, "heap-B/cell")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

func manyCells(b *testing.B, text string) (first, last time.Duration, bytes float64) {
	const cells = 1000
	p, err := newProgram(io.Discard)
	if err != nil {
		b.Fatal(err)
	}
	s := gocell.NewSession(exportdata.NewImporter(token.NewFileSet()))
	var times []time.Duration
	var before, after runtime.MemStats
	for n := range cells {
		if n == 10 || n == cells-100 {
			runtime.GC() // so that both hundreds have as little of it
		}
		if n == 100 {
			runtime.GC()
			runtime.ReadMemStats(&before)
		}
		start := time.Now()
		program, err := s.Compile(n+1, fmt.Sprintf(text, n))
		if err != nil {
			b.Fatal(err)
		}
		benchScope.Do(func() {
			if failure := p.run(program.Unit, benchCell); failure != nil {
				b.Fatal(failure.Value)
			}
		})
		s.Commit(program, 100)
		times = append(times, time.Since(start))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(p)
	runtime.KeepAlive(s)
	median := func(list []time.Duration) time.Duration { slices.Sort(list); return list[len(list)/2] }
	return median(times[10:110]), median(times[cells-100:]), float64(after.HeapAlloc-before.HeapAlloc) / (cells - 100)
}
