package differential

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"lockstep/kernel/engine"
	"lockstep/kernel/execution"
)

var (
	random = flag.Int("random", 24, "how many random concurrent programs to run")
	seed   = flag.Uint64("seed", 0, "the seed of the first of them")
)

// generate writes a cell that hands random numbers through a pipeline of goroutines
// to workers that share them out, and computes what the cell must print however
// the goroutines are scheduled.
func generate(r *rand.Rand) (cell, want string) {
	var code strings.Builder
	values := make([]int, 5+r.IntN(40))
	for i := range values {
		values[i] = r.IntN(1000)
	}
	fmt.Fprintf(&code, "import (\"fmt\"; \"sync\")\n")
	fmt.Fprintf(&code, "type item struct { key, value int }\n")
	fmt.Fprintf(&code, "func stage(in <-chan item, out chan<- item, f func(item) item) {\n\tdefer close(out)\n\tfor v := range in { out <- f(v) }\n}\n")
	fmt.Fprintf(&code, "source := make(chan item, %d)\n", r.IntN(4))
	fmt.Fprintf(&code, "go func() {\n\tfor i, v := range %s { source <- item{i, v} }\n\tclose(source)\n}()\n", fmt.Sprintf("%#v", values))
	fmt.Fprintf(&code, "var last <-chan item = source\n")
	for range r.IntN(4) {
		a, b := 1+r.IntN(9), r.IntN(100)
		for i := range values {
			values[i] = (values[i]*a + b) % 10007
		}
		fmt.Fprintf(&code, "{\n\tout := make(chan item, %d)\n\tgo stage(last, out, func(v item) item { v.value = (v.value*%d + %d) %% 10007; return v })\n\tlast = out\n}\n", r.IntN(3), a, b)
	}
	workers := 1 + r.IntN(9)
	mod := 2 + r.IntN(5)
	sum := 0
	groups := map[int]int{}
	for i, v := range values {
		sum += v
		groups[i%mod] += v
	}
	start := pick(r, "wg.Add(1)\n\tgo func() { defer wg.Done(); %s }()", "wg.Go(func() { %s })", "wg.Add(1)\n\tgo func(id int) { %s; wg.Done() }(w)")
	take := pick(r, "for v := range last { %s }", "for { v, ok := <-last; if !ok { break }; %s }", "loop: for { select { case v, ok := <-last: if !ok { break loop }; %s } }")
	begin, finish := "", ""
	var do string
	switch r.IntN(5) {
	case 0: // a mutex
		begin, do = "var mu sync.Mutex\ntotal := 0\n", "mu.Lock(); total += v.value; mu.Unlock()"
		finish, want = "fmt.Println(total)", fmt.Sprintln(sum)
	case 1: // an atomic
		begin, do = "import \"sync/atomic\"\nvar total atomic.Int64\n", "total.Add(int64(v.value))"
		finish, want = "fmt.Println(total.Load())", fmt.Sprintln(sum)
	case 2: // a map under a lock
		lock := pick(r, "sync.Mutex", "sync.RWMutex")
		begin = "type table struct { " + lock + "; m map[int]int }\nt := table{m: map[int]int{}}\n"
		do = fmt.Sprintf("func() { t.Lock(); defer t.Unlock(); t.m[v.key%%%d] += v.value }()", mod)
		finish, want = "fmt.Println(t.m)", fmt.Sprintln(groups)
	case 3: // a slot for each
		begin, do = fmt.Sprintf("slots := make([]int, %d)\n", len(values)), "slots[v.key] = v.value"
		finish, want = "fmt.Println(slots)", fmt.Sprintln(values)
	case 4: // a channel back
		begin, do = fmt.Sprintf("import \"sort\"\nback := make(chan int, %d)\n", len(values)), "back <- v.value"
		finish = "close(back)\nvar all []int\nfor n := range back { all = append(all, n) }\nsort.Ints(all)\nfmt.Println(all)"
		want = fmt.Sprintln(slices.Sorted(slices.Values(values)))
	}
	count := pick(r, "counts[w]++", "counts[w] += 1", "func() { defer func() { counts[w]++ }() }()")
	code.WriteString(begin)
	fmt.Fprintf(&code, "var wg sync.WaitGroup\ncounts := make([]int, %d)\n", workers)
	loop := pick(r, "for w := range %d {\n\t%s\n}\n", "for w := 0; w < %d; w++ {\n\t%s\n}\n")
	fmt.Fprintf(&code, loop, workers, fmt.Sprintf(start, fmt.Sprintf(take, do+"; "+count)))
	fmt.Fprintf(&code, "wg.Wait()\n%s\nn := 0\nfor _, c := range counts { n += c }\nfmt.Println(n)\n", finish)
	return code.String(), want + fmt.Sprintln(len(values))
}

func pick(r *rand.Rand, choices ...string) string { return choices[r.IntN(len(choices))] }

// Each program is a cell of one session, in which it declares everything again.
func TestRandomProgramsPrintTheirAnswer(t *testing.T) {
	e := engine.New(engine.Config{Worker: []string{"/proc/self/exe"}})
	defer e.Close()
	for i := range *random {
		s := *seed + uint64(i)
		cell, want := generate(rand.New(rand.NewPCG(s, 0)))
		var out printed
		if failure := e.Execute(t.Context(), execution.Request{Number: i + 1, Code: cell, Silent: true}, &out); failure != nil {
			t.Fatalf("-seed %d: %v\n%s", s, failure, cell)
		}
		if got := out.text.String(); got != want {
			t.Errorf("-seed %d prints %q, want %q\n%s", s, got, want, cell)
		}
	}
}

// The generator itself is right: the Go toolchain's programs print the answers.
func TestRandomProgramsPrintTheirAnswerNatively(t *testing.T) {
	if !*native {
		t.Skip("run with -native")
	}
	var books []notebook
	for i := range *random {
		cell, want := generate(rand.New(rand.NewPCG(*seed+uint64(i), 0)))
		books = append(books, notebook{path: fmt.Sprint("seed", i), cells: []string{cell}, want: outcome{stdout: want}})
	}
	programs := build(t, books)
	for _, b := range books {
		if d := difference(programs.run(t, b), b.want); d != "" {
			t.Errorf("%s: %s\n%s", b.path, d, b.cells[0])
		}
	}
}
