package engine_test

import (
	"os"
	"strings"
	"testing"

	"lockstep/kernel/engine"
	"lockstep/kernel/execution"
)

// newRenewing is a notebook whose worker has a new interpreter for each cell.
func newRenewing(t *testing.T) *notebook {
	t.Helper()
	e := engine.New(engine.Config{Worker: []string{"/proc/self/exe"}, Env: append(os.Environ(), renewVariable+"=1"), Logf: t.Logf})
	t.Cleanup(func() { e.Close() })
	return &notebook{t: t, engine: e}
}

// A session is the same whichever interpreters its cells were compiled by.
func TestASessionGoesOnWithANewInterpreter(t *testing.T) {
	for _, test := range []struct {
		name  string
		cells []string // code, what it shows, and so on
	}{
		{"functions", []string{
			"func twice(n int) int { return 2 * n }\nfunc four(n int) int { return twice(twice(n)) }", "",
			"four(3)", "12",
			"func eight(n int) int { return twice(four(n)) }\neight(1)", "8",
			"func twice(n int) int { return n + n + 1 }", "note: eight still uses the earlier twice; run In[3] again to use the new one\nnote: four still uses the earlier twice; declare four again to use the new one\n",
			"eight(1) + twice(1)", "11",
		}},
		{"function values", []string{
			"func counter() func() int { n := 0; return func() int { n++; return n } }\nnext := counter()\nnext()", "1",
			"next()", "2",
			"func counter() func() int { return func() int { return -1 } }\nother := counter()\nnext() * other()", "-3",
			"fs := []func() int{next, other, counter()}\nfs[0]() + fs[1]() + fs[2]()", "2",
		}},
		{"methods", []string{
			"import \"fmt\"\ntype point struct{ X, Y int }\nfunc (p point) Sum() int { return p.X + p.Y }\nfunc (p *point) Move(d int) { p.X += d }\nfunc (p point) String() string { return fmt.Sprint(\"at \", p.Sum()) }\np := point{1, 2}\nsum, move := p.Sum, p.Move", "",
			"move(10); sum() + p.Sum()", "16",
			"fmt.Print(p, &p)", "at 13 at 13",
			"type summer interface{ Sum() int }\nvar s summer = &p\ns.Sum()", "13",
			"f, g := point.Sum, (*point).Move\ng(&p, 1); f(p)", "14",
			"type outer struct{ point; more int }\no := outer{p, 1}\nvar t summer = o\nt.Sum() + o.Sum()", "28",
			"type point struct{ Z int }\nfunc (p point) Sum() int { return -p.Z }", "note: f still has the earlier point; run In[5] again to use the new one\nnote: g still has the earlier point; run In[5] again to use the new one\nnote: outer still uses the earlier point; run In[6] again to use the new one\nnote: p still has the earlier point; declare p again to use the new one\n",
			"s.Sum() + point{100}.Sum() + t.Sum()", "-72",
			"fmt.Print(s, \" \", point{1})", "at 14 {1}",
		}},
		{"generic code", []string{
			"type stack[T any] struct{ list []T }\nfunc (s *stack[T]) Push(v T) { s.list = append(s.list, v) }\nfunc (s stack[T]) Len() int { return len(s.list) }\nfunc each[T, U any](list []T, f func(T) U) (out []U) { for _, v := range list { out = append(out, f(v)) }; return out }\nvar s stack[int]\ns.Push(1)", "",
			"s.Push(2); each(s.list, func(n int) int { return n * n })", "[]int{1, 4}",
			"var l interface{ Len() int } = s\nl.Len()", "2",
			"each(s.list, func(n int) int { return -n })", "[]int{-1, -2}",
			"import \"slices\"\nslices.SortedFunc(slices.Values(s.list), func(a, b int) int { return b - a })", "[]int{2, 1}",
			"slices.SortedFunc(slices.Values(s.list), func(a, b int) int { return a - b })", "[]int{1, 2}",
		}},
		{"goroutines", []string{
			"func answer(n int) int { return n + 1 }\nask, say := make(chan int), make(chan int)\ngo func() { for n := range ask { say <- answer(n) } }()", "",
			"ask <- 1; <-say", "2",
			"func answer(n int) int { return n * 100 }", "",
			"ask <- 1; <-say", "2",
			"go func() { for n := range ask { say <- answer(n) } }()\nsum := 0\nfor range 20 { ask <- 1; sum |= <-say }\nsum&2 | 1", "3",
		}},
		{"panics", []string{
			"import (\"errors\"; \"fmt\")\ntype mishap struct{ n int }\nfunc (m mishap) Error() string { return fmt.Sprint(\"mishap \", m.n) }\nfunc fail(n int) { defer fmt.Print(\"left \"); panic(mishap{n}) }", "",
			"func try(f func()) (err error) { defer func() { err, _ = recover().(error) }(); f(); return nil }\nerr := try(func() { fail(7) })\nfmt.Print(err)", "left mishap 7",
			"var m mishap\nfmt.Print(errors.As(fmt.Errorf(\"so: %w\", err), &m), m.n)", "true 7",
		}},
		{"simulations", []string{
			"import (\"lockstep/runtime/sim\"; \"sync\"; \"fmt\")\ntype account struct{ n int; mu sync.Mutex }\nfunc (a *account) add(d int) { a.mu.Lock(); defer a.mu.Unlock(); a.n += d }\nvar total account\nfunc work() { var wg sync.WaitGroup; for range 3 { wg.Go(func() { total.add(2) }) }; wg.Wait() }", "",
			"sim.Run(1, work)\ntotal.n", "6",
			"type adder interface{ add(int) }\nvar a adder = &total\nsim.Run(1, func() { work(); a.add(1) })\ntotal.n", "13",
		}},
		{"processes", []string{
			"import (\"lockstep/runtime/process\"; \"fmt\")\nvar base = 20\nfunc inner(n int) int { return n + base }\nfunc work(n int) { fmt.Print(inner(n)) }", "",
			"func later(n int) { work(n) }", "",
			"process.Start(later, 1).Join()", "21",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			n := newRenewing(t)
			for i := 0; i < len(test.cells); i += 2 {
				n.want(test.cells[i], test.cells[i+1])
			}
		})
	}
}

func TestAPanicNamesItsPlaceWithANewInterpreter(t *testing.T) {
	n := newRenewing(t)
	n.want("func index(list []int, i int) int {\n\treturn list[i]\n}", "")
	n.want("index([]int{5}, 0)", "5")
	_, failure := n.run("index(nil, 3)")
	if failure == nil {
		t.Fatal("an index out of range is no panic")
	}
	if !strings.Contains(strings.Join(failure.Traceback, "\n"), "In[1]:2:2") {
		t.Errorf("want the place In[1]:2:2, got %q", failure.Traceback)
	}
}

func TestWhatAnEarlierInterpreterRunsIsInterrupted(t *testing.T) {
	n := newRenewing(t)
	n.want("import \"fmt\"\nn := 0\nspin := func() { fmt.Println(\"go\"); for { n++ } }\ntype loop struct{}\nfunc (loop) Run() { spin() }\nvar runner interface{ Run() } = loop{}", "")
	n.want("kept := 5", "")
	for _, code := range []string{"spin()", "runner.Run()", "done := make(chan int)\ngo spin()\n<-done"} {
		if _, failure := n.interrupt(code); failure == nil || failure.Name != execution.Interrupted {
			t.Fatalf("%s\nended with %+v", code, failure)
		}
		n.want("kept", "5")
	}
	n.want("n > 0", "true")
}

func TestAfterACrashASessionIsRepeatedToANewInterpreter(t *testing.T) {
	n := newRenewing(t)
	n.want("import \"os\"\ntype point struct{ X int }\nfunc (p point) Get() int { return p.X }\nfunc twice(p point) int { return 2 * p.Get() }", "")
	n.want("twice(point{4})", "8")
	if _, failure := n.run("os.Exit(1)"); failure == nil || failure.Name != execution.WorkerDied {
		t.Fatalf("got %+v", failure)
	}
	n.want("var g interface{ Get() int } = point{3}\ntwice(point{5}) + g.Get()", "13")
	n.want("twice(point{6}) + g.Get()", "15")
}

// What later cells can't refer to any more is forgotten, and nothing else.
func TestATidiedSessionIsTheSame(t *testing.T) {
	for name, start := range map[string]func(*testing.T) *notebook{
		"one interpreter":   func(t *testing.T) *notebook { return newNotebook(t) },
		"many interpreters": newRenewing,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := start(t)
			n.want("import \"os\"\ntype pair[T any] struct{ a, b T }\nvar p, q, r, s any\nconst size = 4", "")
			n.want("p = pair[int]{1, 2}", "")
			n.want("q = struct{ X int }{3}", "")
			n.want("r = []interface{ Sum() int }{nil}", "")
			n.want("func inner() int { return size }\nfunc outer() int { return inner() }", "")
			n.want("type point struct{ X int }\nfunc (p point) Sum() int { return p.X + inner() }\ns = point{10}", "")
			n.want("type Buf struct{ list []int }\nfunc (b *Buf) Add(n int) { b.list = append(b.list, n) }\nbuf := &Buf{}\nadd := buf.Add\nfunc fill[T any](n int, v T) (out []T) { for range n { out = append(out, v) }; return out }\nlen(fill(3, 1))", "3")
			n.run("func inner() int { return -1 }\ntype point string\nconst size = 5\ntype Buf int")
			for range 100 {
				if _, failure := n.run("func filler() int { return 1 }\ntype fill1 struct{}\nfunc (fill1) M() {}\nvar filled = filler()"); failure != nil {
					t.Fatal(failure.Traceback)
				}
			}
			n.want("p.(pair[int]).b", "2")
			n.want("q.(struct{ X int }).X", "3")
			n.want("len(r.([]interface{ Sum() int }))", "1")
			n.want("outer() + inner()", "3")
			n.want("s.(interface{ Sum() int }).Sum()", "14")
			n.want("_, ok := s.(point)\nok", "false")
			n.want("add(7); buf.Add(8); buf.list", "[]int{7, 8}")
			n.want("fill(2, 5)", "[]int{5, 5}")
			n.want("fill(1, \"x\")", "[]string{\"x\"}")
			n.run("os.Exit(1)")
			n.want("outer() + inner() + len(fill(2, 0))", "5")
			n.want("var p any = pair[int]{3, 4}", "")
			n.want("p.(pair[int]).b", "4")
		})
	}
}
