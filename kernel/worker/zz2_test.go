package worker

import (
	"fmt"
	"go/token"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"testing"
	"time"

	gocell "lockstep/kernel/cell"
	"lockstep/kernel/cell/exportdata"
)

func TestZZMany(t *testing.T) {
	if os.Getenv("MANY") == "" {
		t.Skip()
	}
	p, _ := newProgram(io.Discard)
	s := gocell.NewSession(exportdata.NewImporter(token.NewFileSet()))
	var times [3][]time.Duration
	for n := range 3000 {
		t0 := time.Now()
		program, err := s.Compile(n+1, fmt.Sprintf("func f%[1]d(n int) int { return n + 1 }\nz%[1]d := f%[1]d(1)\nz%[1]d++", n))
		if err != nil {
			t.Fatal(err)
		}
		t1 := time.Now()
		benchScope.Do(func() {
			if failure := p.run(program.Unit, benchCell); failure != nil {
				t.Fatal(failure.Value)
			}
		})
		t2 := time.Now()
		s.Commit(program, 100)
		t3 := time.Now()
		times[0] = append(times[0], t1.Sub(t0))
		times[1] = append(times[1], t2.Sub(t1))
		times[2] = append(times[2], t3.Sub(t2))
	}
	median := func(list []time.Duration) time.Duration { l := slices.Clone(list); slices.Sort(l); return l[len(l)/2] }
	for i, name := range []string{"compile", "run", "commit"} {
		fmt.Println(name, median(times[i][10:110]), median(times[i][450:550]), median(times[i][900:]))
	}
}

func TestZZHeap(t *testing.T) {
	if os.Getenv("MANY") == "" {
		t.Skip()
	}
	p, _ := newProgram(io.Discard)
	s := gocell.NewSession(exportdata.NewImporter(token.NewFileSet()))
	for n := range 2000 {
		program, err := s.Compile(n+1, fmt.Sprintf("func f%[1]d(n int) int { return n + 1 }\nz%[1]d := f%[1]d(1)\nz%[1]d++", n))
		if err != nil {
			t.Fatal(err)
		}
		benchScope.Do(func() {
			if failure := p.run(program.Unit, benchCell); failure != nil {
				t.Fatal(failure.Value)
			}
		})
		s.Commit(program, 100)
	}
	runtime.GC()
	f, _ := os.Create("/tmp/l2d/heap.out")
	pprof.WriteHeapProfile(f)
	f.Close()
	runtime.KeepAlive(p)
	runtime.KeepAlive(s)
}
