//go:build linux

package endurance_test

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// napped is how much virtual time each simulated cell lets pass: all of them
// together, in a run of ten thousand cells, some eight hours.
const napped = 20 * time.Second

// names is how many names of a kind a notebook has: they are used again.
const names = 10

// A kind of cell makes the nth cell of a long session, and says what it must show.
type kind func(n int) (code, shows string)

// kinds are what a learner's cells are like.
var kinds = []kind{
	func(n int) (string, string) { // a variable
		return fmt.Sprintf("v%d := []int{%d, 1, 2}\nfmt.Print(len(v%[1]d), v%[1]d[0])", n%names, n), fmt.Sprint("3 ", n)
	},
	func(n int) (string, string) { // a function
		return fmt.Sprintf("func f%d(x int) int { return x*%d + 1 }\nfmt.Print(f%[1]d(2))", n%names, n), fmt.Sprint(2*n + 1)
	},
	func(n int) (string, string) { // a type with methods, in an interface value too
		return fmt.Sprintf("type T%d struct{ A, B int }\nfunc (t T%[1]d) Sum() int { return t.A + t.B }\nfunc (t *T%[1]d) Add(d int) { t.A += d }\nt := &T%[1]d{%d, 1}\nt.Add(1)\nkeep[%[1]d] = t\nfmt.Print(t.Sum())", n%names, n), fmt.Sprint(n + 2)
	},
	func(n int) (string, string) { // goroutines and channels
		return fmt.Sprintf("c := make(chan int)\ngo func() { defer close(c); for i := range 10 { c <- i * %d } }()\nsum := 0\nfor v := range c { sum += v }\nfmt.Print(sum)", n), fmt.Sprint(45 * n)
	},
	func(n int) (string, string) { // a simulation
		return fmt.Sprintf("var out string\nsim.Run(%d, func() {\n\tvar wg sync.WaitGroup\n\tfor range 3 { wg.Go(func() { time.Sleep(%d) }) }\n\tbegin := time.Now()\n\twg.Wait()\n\tout = fmt.Sprint(time.Since(begin))\n})\nfmt.Print(out)", n+1, napped), napped.String()
	},
	func(n int) (string, string) { // statements
		return fmt.Sprintf("m := map[string]int{}\nfor i := range 200 { m[fmt.Sprint(i%%%d)]++ }\nfmt.Print(len(m))", n%9+1), fmt.Sprint(n%9 + 1)
	},
	func(int) (string, string) { // a panic
		return "defer func() { fmt.Print(recover()) }()\nvar p *int\n*p = 1", "runtime error: invalid memory address or nil pointer dereference"
	},
	func(n int) (string, string) { // a closure that a variable keeps
		return fmt.Sprintf("func counter%d(from int) func() int { return func() int { from++; return from } }\nnext%[1]d := counter%[1]d(%d)\nnext%[1]d()\nfmt.Print(next%[1]d())", n%names, n), fmt.Sprint(n + 2)
	},
	func(n int) (string, string) { // generic code
		return fmt.Sprintf("type Stack%d[E any] struct{ list []E }\nfunc (s *Stack%[1]d[E]) Push(e E) { s.list = append(s.list, e) }\nfunc each%[1]d[E any](list []E, f func(E) E) []E { var out []E; for _, e := range list { out = append(out, f(e)) }; return out }\nvar s%[1]d Stack%[1]d[int]\ns%[1]d.Push(%d)\nfmt.Print(each%[1]d(s%[1]d.list, func(n int) int { return n + 1 }))", n%names, n), fmt.Sprintf("[%d]", n+1)
	},
	func(n int) (string, string) { // what earlier cells declared, by whichever interpreter
		return "fmt.Print(again(20), keep[0] == nil || keep[0].Sum() > 0, first())", fmt.Sprint("41 true ", n/11+1)
	},
	func(n int) (string, string) { // a goroutine that outlives its cell
		return fmt.Sprintf("if stop != nil { close(stop) }\nstop = make(chan bool)\ngo func(stop chan bool) { <-stop; ended.Add(1) }(stop)\nfmt.Print(%d)", n), fmt.Sprint(n)
	},
}

// Memory may grow by this factor after the first tenth of a session, since the
// collector is not always as thorough. Besides, each type with methods stays in the
// worker: it may take so many KiB of resident memory.
const (
	room    = 1.3
	perType = 48
)

func TestALongSessionStaysAsItWas(t *testing.T) {
	s := start(t)
	s.ok("import (\"sync\"; \"sync/atomic\"; \"time\"; \"lockstep/runtime/sim\")\ntype summer interface{ Sum() int }\nvar keep = map[int]summer{}\nvar stop chan bool\nvar ended atomic.Int64\nfunc twice(n int) int { return 2 * n }\nfunc again(n int) int { return twice(n) + 1 }\nfirst := func() func() int { n := 0; return func() int { n++; return n } }()")
	var took []time.Duration
	var marks []footprint
	const parts = 10
	part := *cells / parts
	for n := range *cells {
		code, shows := kinds[n%len(kinds)](n)
		got := s.run(code)
		if got.text != shows {
			t.Fatalf("%d: %s\nshowed %q, %s: %s", n, code, got.text, got.name, got.value)
		}
		took = append(took, got.took)
		if n%part == part-1 {
			marks = append(marks, s.footprint())
			t.Logf("after %d cells: median %v; %v", n+1, median(took[len(took)-part:]), marks[len(marks)-1])
		}
	}
	first, last := marks[0], marks[len(marks)-1]
	if len(last.processes) > len(first.processes) || last.files > first.files+4 {
		t.Errorf("leaked: first %v, last %v", first, last)
	}
	types := (*cells - part) / len(kinds) * perType
	if float64(last.front) > room*float64(first.front) || float64(last.worker-types) > room*float64(first.worker) {
		t.Errorf("memory grows: first %v, last %v", first, last)
	}
}

func median(list []time.Duration) time.Duration {
	list = slices.Clone(list)
	slices.Sort(list)
	return list[len(list)/2]
}
