package worker

import (
	"flag"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gocell "lockstep/kernel/cell"
	"lockstep/kernel/cell/exportdata"
	"lockstep/runtime/support"
)

var rounds = flag.Int("rounds", 1, "how often to run each of the programs whose goroutines share functions")

// Many goroutines call the same functions, methods, closures and generic functions of
// cells, defer, recover, lock and select. The programs compare what they get with what
// one goroutine gets, and print "BAD" where it differs.
func TestGoroutinesShareTheFunctionsOfCells(t *testing.T) {
	for _, name := range []string{"calls.txt", "closures.txt"} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			run, shown := prepare(t, strings.Split(string(text), "\n---\n"))
			for range *rounds {
				run()
			}
			if got, want := shown(), strings.Repeat("done\n", *rounds); got != want {
				t.Errorf("the goroutines print %q", got)
			}
		})
	}
}

// prepare runs all cells but the last, and returns what runs that, and what has been
// printed.
func prepare(t *testing.T, cells []string) (run func(), shown func() string) {
	t.Helper()
	p, err := newProgram(io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { out.Close() })
	c := &cell{cancelled: make(chan struct{}), core: p.session.core}
	scope := &support.Scope{Cell: 1, Host: c, Stdout: out, Stderr: out}
	t.Cleanup(scope.Release)
	s := gocell.NewSession(exportdata.NewImporter(token.NewFileSet()))
	for i, text := range cells {
		program, err := s.Compile(i+1, text)
		if err != nil {
			t.Fatal(err)
		}
		unit := program.Unit
		entry := unit.Entry
		unit.Entry = ""
		if failure := p.run(unit, c); failure != nil {
			t.Fatal(failure.Value)
		}
		value, failure := p.eval(entry, c)
		if failure != nil {
			t.Fatal(failure.Value)
		}
		s.Commit(program, 100)
		call := value.Interface().(func())
		run = func() { scope.Do(call) }
		if i < len(cells)-1 {
			run()
		}
	}
	return run, func() string {
		text, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
}
