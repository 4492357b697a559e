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

// ordinary makes the nth cell of a long session, and says what it must show.
func ordinary(n int) (code, shows string) {
	name := fmt.Sprintf("v%d", n%50) // a notebook's names are used again
	switch n % 7 {
	case 0:
		return fmt.Sprintf("%s := []int{%d, 1, 2}\nfmt.Print(len(%[1]s), %[1]s[0])", name, n), fmt.Sprint("3 ", n)
	case 1:
		return fmt.Sprintf("func f%d(x int) int { return x*%d + 1 }\nfmt.Print(f%[1]d(2))", n%50, n), fmt.Sprint(2*n + 1)
	case 2:
		return fmt.Sprintf("type T%d struct{ A, B int }\nfunc (t T%[1]d) Sum() int { return t.A + t.B }\nfmt.Print(T%[1]d{%d, 1}.Sum())", n%50, n), fmt.Sprint(n + 1)
	case 3:
		return fmt.Sprintf("c := make(chan int)\ngo func() { defer close(c); for i := range 10 { c <- i * %d } }()\nsum := 0\nfor v := range c { sum += v }\nfmt.Print(sum)", n), fmt.Sprint(45 * n)
	case 4:
		return fmt.Sprintf("var out string\nsim.Run(%d, func() {\n\tvar wg sync.WaitGroup\n\tfor range 3 { wg.Go(func() { time.Sleep(%d) }) }\n\tbegin := time.Now()\n\twg.Wait()\n\tout = fmt.Sprint(time.Since(begin))\n})\nfmt.Print(out)", n+1, napped), napped.String()
	case 5:
		return fmt.Sprintf("m := map[string]int{}\nfor i := range 200 { m[fmt.Sprint(i%%%d)]++ }\nfmt.Print(len(m))", n%9+1), fmt.Sprint(n%9 + 1)
	default:
		return "defer func() { fmt.Print(recover()) }()\nvar p *int\n*p = 1", "runtime error: invalid memory address or nil pointer dereference"
	}
}

func TestALongSessionStaysAsItWas(t *testing.T) {
	s := start(t)
	s.ok("import (\"sync\"; \"time\"; \"lockstep/runtime/sim\")\ntotal := 0")
	var took []time.Duration
	var marks []footprint
	const parts = 10
	part := *cells / parts
	for n := range *cells {
		code, shows := ordinary(n)
		got := s.run(code)
		if n%7 != 6 && got.name != "" || got.text != shows {
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
}

func median(list []time.Duration) time.Duration {
	list = slices.Clone(list)
	slices.Sort(list)
	return list[len(list)/2]
}
