package export_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lockstep/kernel/cell"
	"lockstep/kernel/export"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/notebook"
)

// write makes a notebook of cells, which are code; those that begin with "!" are
// tagged raises-exception.
func write(t *testing.T, cells ...string) string {
	t.Helper()
	nb := book(t, cells...)
	path := filepath.Join(t.TempDir(), "一 lesson.ipynb")
	if err := nb.Write(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// book is write without the file.
func book(t *testing.T, cells ...string) *notebook.Notebook {
	t.Helper()
	nb := &notebook.Notebook{Minor: 5}
	for _, text := range cells {
		c := &notebook.Cell{Type: notebook.Code, Source: strings.TrimPrefix(text, "!")}
		if text != c.Source {
			if err := c.Metadata.Set("tags", []string{"raises-exception"}); err != nil {
				t.Fatal(err)
			}
		}
		nb.Cells = append(nb.Cells, c)
	}
	return nb
}

// exported returns the program that cells become, and what it prints.
func exported(t *testing.T, cells ...string) (program, stdout string) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "program")
	if err := export.Export(export.Options{Notebook: write(t, cells...), Folder: folder}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("go", "run", ".")
	command.Dir = folder
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s\n%s", err, stderr.String(), text)
	}
	return string(text), string(out)
}

func TestAProgramPrintsWhatTheCellsDo(t *testing.T) {
	for _, test := range []struct {
		name  string
		cells []string
		want  string
	}{
		{"declarations, statements and a value", []string{
			"import \"fmt\"\n\n// double is twice n.\nfunc double(n int) int { return 2 * n }\nx := double(4) // eight\nfmt.Println(x)",
			"x + 1",
		}, "8\n9\n"},
		{"a function that uses a variable of a statement", []string{
			"n := 1\nfunc next() int { n++; return n }",
			"import \"fmt\"\nfmt.Println(next(), n)\nn = 10\nfmt.Println(next())",
		}, "2 2\n11\n"},
		{"a variable declared again", []string{
			"import \"fmt\"\nv := 1\nfunc old() int { return v }",
			"v := \"text\"\nfmt.Println(v, old())",
			"v, w := \"more\", 2.5\nfmt.Println(v, w)\nvar n int = 7",
			"var n int\nfmt.Println(n)",
		}, "text 1\nmore 2.5\n0\n"},
		{"a function and a type declared again", []string{
			"import \"fmt\"\nfunc f() string { return \"first\" }\nfunc g() string { return f() }\ntype T struct{ A int }\nold := T{1}",
			"func f() string { return \"second\" }\ntype T struct{ B string }\nfmt.Println(f(), g(), old.A, T{\"new\"}.B)",
		}, "second first 1 new\n"},
		{"a method added later", []string{
			"type Point struct{ X, Y int }",
			"import \"fmt\"\nfunc (p Point) String() string { return fmt.Sprintf(\"(%d|%d)\", p.X, p.Y) }",
			"Point{1, 2}",
		}, "(1|2)\n"},
		{"two packages of one name, and a dot", []string{
			"import \"fmt\"\nimport \"math/rand\"\nimport . \"strings\"\nr := rand.New(rand.NewSource(1))\n_ = r\nfmt.Println(ToUpper(\"abc\"))",
			"import \"crypto/rand\"\nfmt.Println(rand.Reader != nil)",
		}, "ABC\ntrue\n"},
		{"generics, labels and closures", []string{
			"type Pair[K comparable, V any] struct { Key K; Value V }\nfunc pair[K comparable, V any](k K, v V) Pair[K, V] { return Pair[K, V]{k, v} }\np := pair(\"a\", 1)",
			"import \"fmt\"\nouter:\nfor i := range 3 {\n\tfor j := range 3 {\n\t\tif j == 2 { continue outer }\n\t\tif i == 2 { break outer }\n\t\tfmt.Print(i, j, \" \")\n\t}\n}\nadd := func(n int) { p.Value += n }\nadd(2); fmt.Println(p)",
		}, "0 0 0 1 1 0 1 1 {a 3}\n"},
		{"a panic that is meant", []string{
			"import \"fmt\"\nfmt.Println(\"before\")",
			"!panic(\"boom\")",
			"!undefined()",
			"fmt.Println(\"after\")",
		}, "before\nafter\n"},
		{"a simulation on the virtual clock", []string{
			"import (\"fmt\"; \"time\"; \"lockstep/runtime/sim\"; \"lockstep/runtime/thread\")\nr := sim.Run(1, func() { thread.Go(func() { time.Sleep(time.Hour) }).Join() })\nfmt.Println(r.Elapsed)",
		}, "1h0m0s\n"},
		{"types that go to other processes", []string{
			"import (\"fmt\"; \"lockstep/runtime/process\")\ntype point struct{ X, Y int }\nfunc give(to *process.Queue[point]) { to.Put(point{1, 2}) }",
			"q := process.NewQueue[point](0)\np := process.Start(give, q)\nfmt.Println(q.GetTimeout(process.NoLimit))\np.Join()",
		}, "{1 2} <nil>\n"},
		{"an executor whose workers are processes", []string{
			"import (\"fmt\"; \"lockstep/runtime/futures\")\nfunc twice(n int) int { return 2 * n }",
			"e := futures.NewProcesses(1)\nfmt.Println(futures.Call(e, twice, 4).Result())\ne.Close()",
		}, "8 <nil>\n"},
		{"functions that run in other processes", []string{
			"import (\"fmt\"; \"lockstep/runtime/process\")\nvar n = 10\nfunc work(name string) { n--; fmt.Println(name, n) }",
			"func begin(task func(string), name string) *process.Process { return process.Start(task, name) }",
			"func work(name string) { n -= 2; fmt.Println(name, n) }\nprocess.Start(work, \"P1\").Join()\nbegin(work, \"P2\").Join()\nfmt.Println(n)",
		}, "P1 8\nP2 8\n10\n"},
		{"processes that begin with the values of variables", []string{
			"import (\"fmt\"; \"lockstep/runtime/process\")\nvar n, m = 10, 10\nfunc work() { n++; fmt.Println(n) }\nm, n = 20, 20",
			"p := process.New(work)\np.SetMode(process.Fork)\np.Start()\np.Join()\nfmt.Println(n, m)",
		}, "21\n20 20\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			program, stdout := exported(t, test.cells...)
			if stdout != test.want {
				t.Errorf("printed %q, want %q\n%s", stdout, test.want, program)
			}
		})
	}
}

// In a program that simulates, functions tell of what they share.
func TestASimulatedFunctionDoesWhatAPlainOneDoes(t *testing.T) {
	const declarations = `
type point struct{ x, y int }
func (p point) sum() int { return p.x + p.y }
func (p *point) move(by int) { p.x += by; p.y++ }
type shape interface{ sum() int }
type place struct { at point; tags map[string][]int; next *place }
var (n, m = 1, 2.5; list = []int{3, 1, 2}; table = map[string]int{"a": 1}; text strings.Builder; anything any; s shape; err error)
var home = &place{tags: map[string][]int{}}
var grid [2][2]int
var hits atomic.Int32
var total int64
func two() (int, error) { return n + 1, errors.New("two") }
func pick(i *int) int { *i++; return *i }
func first[T any](list []T) T { return list[0] }
func change() {
	n++
	n += pick(&n)
	m *= 2
	n, list[0] = list[0], n
	list[1], list[2] = list[2], list[1]
	list = append(list, n, 7)
	table["b"]++
	table["c"] += table["a"]
	if v, ok := table["b"]; ok { table["d"] = v }
	delete(table, "a")
	anything = n
	s = home.at
	s = &home.at
	home.at.move(2)
	home.next = &place{at: point{1, 1}}
	home.next.at.x, home.at.y = 4, home.at.y+home.next.at.y
	home.tags["t"] = append(home.tags["t"], home.at.sum(), s.sum(), first(list))
	p := &n
	*p -= 3
	*p = *p * 2
	v, err2 := two()
	n, err = two()
	list[v%2], err = two()
	_, _ = v, err2
	grid[1][n%2] = len(table)
	for i, v := range list { if i > 0 { list[i-1] += v } }
	for k := range table { table[k]++ }
	for n = 0; n < 5; n++ { grid[0][0] += n }
	for n, list[pick(new(int))] = range list {}
	copy(list, list[1:])
	slices.Sort(list)
	text.WriteString("x")
	hits.Add(2)
	atomic.AddInt64(&total, 3)
	hits.CompareAndSwap(2, 4)
	fmt.Fprint(&text, n)
	switch x := anything.(type) { case int: n = x + pick(&n) }
	func() { defer func() { err = fmt.Errorf("%v", recover()) }(); panic(n) }()
	move := home.at.move
	move(1)
	point.sum(home.at)
	func() { defer pick(&n); n -= 1 << 1 }()
	var local struct { name string; at [2]point }
	at := &local
	at.at[1].x, at.name = n, "local"
	fmt.Fprint(&text, *at, local.at[1].sum(), len(local.at))
}
func state() string {
	return fmt.Sprintln(n, m, list, len(table), table, text.String(), anything, s, err, home.at, home.tags, home.next.at, grid, hits.Load(), total)
}
`
	const imports = `import ("errors"; "fmt"; "slices"; "strings"; "sync/atomic")`
	plain, want := exported(t, imports+declarations, "change()\nfmt.Print(state())")
	if strings.Contains(plain, "gosim") {
		t.Errorf("without a simulation the program is\n%s", plain)
	}
	program, got := exported(t, imports+"\nimport \"lockstep/runtime/sim\"\n"+declarations, `home.next = &place{}
before := state()
r := sim.Explore(func() {
	if state() != before { panic("not set back: " + state()) }
	sim.Threads(change)
	fmt.Println("in every schedule")
}, sim.MaxSchedules(5))
fmt.Println(r.Err, state() == before)
r = sim.Run(1, change)
fmt.Println(r.Err)
fmt.Print(state())`)
	if want = "<nil> true\n<nil>\n" + want; got != want {
		t.Errorf("the program prints\n%s\nwant\n%s\n%s", got, want, program)
	}
}

func TestAProgramReadsAsItsCells(t *testing.T) {
	program, _ := exported(t, `import "fmt"

// greeting is said first.
var greeting = "hello" // in English

// A Speaker says something.
type Speaker interface{ Say() string }

names := []string{"a", "b"} // whom
for i, name := range names { // one by one
	fmt.Println(i, greeting, name)
}
// That was all.`)
	want := `// This is the notebook 一 lesson.ipynb as a plain Go program: main runs its cells in
// their order.
package main

import (
	"fmt"
)

func main() {
	cell1()
}

var names []string

// greeting is said first.
var greeting = "hello" // in English

// A Speaker says something.
type Speaker interface{ Say() string }

func cell1() {
	names = []string{"a", "b"}   // whom
	for i, name := range names { // one by one
		fmt.Println(i, greeting, name)
	}
	// That was all.
}
`
	if program != want {
		t.Errorf("the program is\n%s\nwant\n%s", program, want)
	}
}

func TestACellThatDoesNotCompileIsNamed(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "program")
	err := export.Export(export.Options{Notebook: write(t, "x := 1", "x = \"text\""), Folder: folder})
	var failed *cell.ExportError
	if !errors.As(err, &failed) || failed.Cell != 2 || !strings.Contains(err.Error(), "一 lesson.ipynb: In[2]: ") {
		t.Errorf("the error is %v", err)
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("a folder was made all the same")
	}
}

// Ordinary Go is simulated in a program as it is in cells.
func TestProgramsSimulateOrdinaryGo(t *testing.T) {
	// In a program functions tell of what they do, whatever their cell knew.
	const cellsOnly = "a function value from before is refused"
	module := t.TempDir()
	for i, test := range kerneltest.Simulations {
		folder := filepath.Join(module, fmt.Sprint("p", i))
		if err := export.Export(export.Options{Notebook: write(t, test.Cells...), Folder: folder}); err != nil {
			t.Fatalf("%s: %v", test.Name, err)
		}
		for _, name := range []string{"go.mod", "go.sum"} {
			if err := os.Rename(filepath.Join(folder, name), filepath.Join(module, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", filepath.Join(module, "programs")+string(filepath.Separator), "./...")
	build.Dir = module
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	place := regexp.MustCompile(`(In\[\d+\]|main\.go):\d+`)
	for i, test := range kerneltest.Simulations {
		t.Run(test.Name, func(t *testing.T) {
			if test.Name == cellsOnly {
				return
			}
			t.Parallel()
			var stderr strings.Builder
			command := exec.Command(filepath.Join(module, "programs", fmt.Sprint("p", i)))
			command.Stderr = &stderr
			out, err := command.Output()
			got, want := place.ReplaceAllString(string(out), "place"), place.ReplaceAllString(test.Want, "place")
			if err != nil || got != want {
				text, _ := os.ReadFile(filepath.Join(module, fmt.Sprint("p", i), "main.go"))
				t.Errorf("%v: printed\n%s\nwant\n%s\n%s\n%s", err, got, want, stderr.String(), text)
			}
		})
	}
}

// What only cells simulate would wait for ever in a program, or run beside the
// simulation.
func TestWhatAProgramCanNotSimulateIsNamed(t *testing.T) {
	const imports = `import ("sync"; "lockstep/runtime/sim")` + "\n"
	for _, test := range []struct {
		name  string
		cells []string
		want  string // the empty string: nothing is wrong
	}{
		{"a literal", []string{imports, "sim.Run(1, func() {\n\tone := sync.OnceValue(func() int { return 1 })\n\tone()\n\tlock := (*sync.Mutex).Lock\n\tlock(new(sync.Mutex))\n})"},
			"In[2]: line 2:14: sync.OnceValue is simulated in cells only, and this is for a program (use a sync.Once) (and 1 more error)"},
		{"a function that is reached", []string{imports + "func add() {\n\tlock := (*sync.Mutex).Lock\n\t_ = lock\n}", "func body() { sim.Threads(add, add) }", "sim.Explore(body)"},
			"In[1]: line 3:10: a method of package sync as a function is simulated in cells only, and this is for a program (call it in a function of your own)"},
		{"what is real", []string{imports + "func real() { sync.OnceValue(func() int { return 1 })() }\nreal()", "sim.Run(1, func() {})"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := export.Program("it", book(t, test.cells...))
			var failed *cell.ExportError
			switch {
			case test.want == "" && err != nil:
				t.Errorf("the error is %v", err)
			case test.want != "" && (!errors.As(err, &failed) || err.Error() != test.want):
				t.Errorf("the error is\n%v\nwant\n%v", err, test.want)
			}
		})
	}
}

func TestNothingIsOverwritten(t *testing.T) {
	folder := t.TempDir()
	mine := filepath.Join(folder, "main.go")
	if err := os.WriteFile(mine, []byte("package mine\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	book := write(t, "1 + 1")
	err := export.Export(export.Options{Notebook: book, Folder: folder})
	if err == nil || !strings.Contains(err.Error(), mine) {
		t.Errorf("the error is %v", err)
	}
	if err := export.Export(export.Options{Notebook: book, Folder: folder, Force: true}); err != nil {
		t.Error(err)
	}
}

func TestWithoutTheSourcesThereIsNoProgram(t *testing.T) {
	err := export.Export(export.Options{Notebook: write(t, "1 + 1"), Folder: t.TempDir(), Module: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "go.mod") {
		t.Errorf("the error is %v", err)
	}
}
