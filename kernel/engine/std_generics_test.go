package engine_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

// Programs that use the standard library's generic functions and types. What the
// text files hold is what they print when Go compiles them.
func TestLibraryGenerics(t *testing.T) {
	programs, err := filepath.Glob("testdata/library/*.go")
	if err != nil || len(programs) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	k := kerneltest.Start(t)
	for _, file := range programs {
		t.Run(filepath.Base(file), func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(strings.TrimSuffix(file, ".go") + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Split(printed(t, k, string(source)), "\n")
			for i, line := range strings.Split(string(want), "\n") {
				if i >= len(got) || got[i] != line {
					t.Fatalf("line %d is not %q; it prints\n%s", i+1, line, strings.Join(got, "\n"))
				}
			}
		})
	}
}

// printed is what a cell prints, with its error.
func printed(t *testing.T, k *kerneltest.Kernel, text string) string {
	t.Helper()
	var got strings.Builder
	for _, entry := range k.Execute(text, kerneltest.GoOn).Wait().On(protocol.IOPub).Of("stream", "error") {
		if entry.Header.MsgType == "stream" {
			got.WriteString(kerneltest.Read[protocol.Stream](t, entry).Text)
			continue
		}
		failure := kerneltest.Read[protocol.Error](t, entry)
		got.WriteString(failure.EName + ": " + failure.EValue + "\n")
	}
	return got.String()
}

// What one cell has made of the library later cells use, in a new worker too.
func TestLibraryGenericsAcrossCells(t *testing.T) {
	k := kerneltest.Start(t)
	for _, step := range []struct{ cell, want string }{
		{`
import ("fmt"; "iter"; "maps"; "slices"; "sync/atomic")
type P struct { Name string; Age int }
var latest atomic.Pointer[P]
people := []P{{"Bo", 2}, {"Al", 1}}
all := slices.Values(people)
next, stop := iter.Pull(all)
byAge := func(a, b P) int { return a.Age - b.Age }
func oldest(people []P) P { return slices.MaxFunc(people, func(a, b P) int { return a.Age - b.Age }) }
latest.Store(&people[0])`, ""},
		{`
first, ok := next()
slices.SortFunc(people, byAge)
for p := range all { fmt.Print(p.Name, " ") }
fmt.Println(first, ok, oldest(people), latest.Load(), slices.Sorted(maps.Keys(map[string]P{"k": first})))`,
			"Al Bo {Bo 2} true {Bo 2} &{Al 1} [k]\n"},
		{`
stop()
fmt.Println(next())`, "{ 0} false\n"},
		{`
import "os"
os.Exit(3)`, "worker died: os.Exit(3)\n"},
		{`
more := []P{{"Cy", 9}, {"Di", 3}}
fmt.Println(oldest(more))
slices.SortFunc(more, func(a, b P) int { return a.Age - b.Age })
fmt.Println(more, slices.Collect(maps.Values(map[int]P{1: more[0]})))`, "{Cy 9}\n[{Di 3} {Cy 9}] [{Di 3}]\n"},
	} {
		if got := printed(t, k, step.cell); got != step.want {
			t.Errorf("%s\nprints\n%s\nwant\n%s", step.cell, got, step.want)
		}
	}
}

func TestLibraryTypesThatCellsCanNotUse(t *testing.T) {
	k := kerneltest.Start(t)
	for _, test := range []struct{ cell, want string }{
		{"import \"database/sql\"\nvar n sql.Null[int]", "compile error: line 2:5: cells can't use the type sql.Null[int]\n"},
		{"import \"runtime\"\nruntime.AddCleanup(new(int), func(int) {}, 1)", "compile error: line 2:9: cells can't use the generic runtime.AddCleanup\n"},
	} {
		if got := printed(t, k, test.cell); got != test.want {
			t.Errorf("%s\nprints %q\nwant %q", test.cell, got, test.want)
		}
	}
}

// A report of a panic shows the cell's functions, not those of the library that
// the interpreter ran.
func TestPanicsInTheLibraryAreTheCells(t *testing.T) {
	k := kerneltest.Start(t)
	failed := k.Execute(`
import "slices"
type N int
func most(list []N) N {
	return slices.Max(list)
}
most(nil)`, kerneltest.GoOn).Wait().On(protocol.IOPub).Of("error")
	if len(failed) != 1 {
		t.Fatalf("%d errors", len(failed))
	}
	trace := strings.Join(kerneltest.Read[protocol.Error](t, failed[0]).Traceback, "\n")
	for _, want := range []string{"slices.Max: empty list", "line 5:2", "in most", "line 7:1"} {
		if !strings.Contains(trace, want) {
			t.Errorf("%q is not in\n%s", want, trace)
		}
	}
	if strings.Contains(trace, "in Max") {
		t.Errorf("the library's function is in\n%s", trace)
	}
}
