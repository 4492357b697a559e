package cell_test

import (
	"strings"
	"testing"
)

// inspect inspects a text with a |, and returns the plain text.
func (nb *notebook) inspect(marked string, detail int) string {
	nb.t.Helper()
	text, cursor := at(nb.t, marked)
	got, found := nb.session.Inspect(text, cursor, detail)
	if !found {
		return "not found"
	}
	return got.Plain
}

func TestInspect(t *testing.T) {
	for _, test := range []struct {
		name, text string
		detail     int
		want       string // the start
	}{
		// Where the cursor is.
		{"in the name", "tot|al(1)", 0, "func total(numbers ...int) (sum int, err error)\n\ntotal adds up.\n"},
		{"at its start", "|total(1)", 0, "func total(numbers ...int)"},
		{"at its end", "total|", 0, "func total(numbers ...int)"},
		{"behind it", "points |", 0, "var points []Point\n"},
		{"first argument", "total(|", 0, "func total(numbers ...int)"},
		{"second argument", "total(1, |)", 0, "func total(numbers ...int)"},
		{"between brackets in an argument", "total(points[|].X)", 0, "func total(numbers ...int)"},
		{"after a call", "total(1)|", 0, "func total(numbers ...int)"},
		{"instantiated call", "import \"slices\"\nslices.Sort[[]int](|", 0, "func slices.Sort[S ~[]E, E cmp.Ordered](x S)\n\nSort sorts a slice"},
		{"a name counts before the call around it", "total(coun|ter)", 0, "var counter int\n"},
		{"literal", "Point{|}", 0, "type Point struct{ ... }\n\nPoint is a place.\n"},
		{"block in an argument", "f(func() {\n\t|\n})", 0, "not found"},
		{"keyword", "for| {}", 0, "not found"},
		{"string", "\"tot|al\"", 0, "not found"},
		{"comment", "// tot|al", 0, "not found"},
		{"unknown name", "nope|", 0, "not found"},
		{"nothing", "|", 0, "not found"},
		{"the line before", "total(1)\n|", 0, "not found"},

		// What it is.
		{"package", "str|ings.ToUpper", 0, "package strings // import \"strings\"\n\nPackage strings implements simple functions to manipulate UTF-8 encoded strings.\n"},
		{"package not imported", "ht|tp.Get", 0, "package http // import \"net/http\"\n\nPackage http provides"},
		{"import path", "import \"net/h|ttp\"", 0, "package http // import \"net/http\"\n"},
		{"function of a package", "strings.To|Upper", 0, "func strings.ToUpper(s string) string\n\nToUpper returns s with all Unicode letters mapped to their upper case.\n"},
		{"function of a package not imported", "fmt.Println|", 0, "func fmt.Println(a ...any) (n int, err error)\n\nPrintln formats using"},
		{"method of a package's type", "builder.Gr|ow(3)", 0, "func (b *strings.Builder) Grow(n int)\n\nGrow grows b's capacity"},
		{"field of a package's type", "import \"net/http\"\nhttp.DefaultClient.Time|out", 0, "field Timeout time.Duration\n\nTimeout specifies a time limit"},
		{"field in a literal", "import \"net/http\"\nhttp.Client{Time|out: 1}", 0, "field Timeout time.Duration\n\nTimeout specifies a time limit"},
		{"field of a package not imported", "http.Client{Time|out: 1}", 0, "field Timeout time.Duration\n\nTimeout specifies a time limit"},
		{"type of a package", "sync.WaitG|roup", 0, "type sync.WaitGroup struct{ ... }\n\nA WaitGroup is a counting semaphore"},
		{"generic type", "import \"sync/atomic\"\natomic.Poin|ter[int]", 0, "type atomic.Pointer[T any] struct{ ... }\n\nA Pointer is an atomic pointer"},
		{"its method", "import \"sync/atomic\"\nvar p atomic.Pointer[int]\np.Lo|ad()", 0, "func (x *atomic.Pointer[int]) Load() *int\n\nLoad atomically loads"},
		{"typed constant", "import \"time\"\ntime.Sec|ond", 0, "const time.Second time.Duration = 1000000000\n\nCommon durations."},
		{"untyped constant", "import \"math\"\nmath.MaxInt|8", 0, "const math.MaxInt8 = 127\n\n127\n\nInteger limit values.\n"},
		{"earlier variable", "count|er", 0, "var counter int\n\ncounter counts things.\n"},
		{"earlier constant", "lim|it", 0, "const limit = 10\n"},
		{"earlier interface", "Sha|pe", 0, "type Shape interface{ ... }\n"},
		{"its method", "var s Shape\ns.Ar|ea()", 0, "func (Shape) Area() float64\n\nArea is the size.\n"},
		{"earlier method", "points[0].No|rm()", 0, "func (p Point) Norm() float64\n\nNorm is the distance from the origin.\n"},
		{"promoted method", "Named{}.No|rm()", 0, "func (p Point) Norm() float64\n\nNorm is the distance from the origin.\n"},
		{"earlier field", "points[0].|X", 0, "field X int\n\nwhere\n"},
		{"promoted field", "Named{}.X|", 0, "field X int\n\nwhere\n"},
		{"this cell's function", "// double it\nfunc double(x int) int { return 2 * x }\ndou|ble(2)", 0, "func double(x int) int\n\ndouble it\n"},
		{"this cell's type", "// T is it.\ntype T[P any] map[string]P\nvar x T|[int]", 0, "type T[P any] map[string]P\n\nT is it.\n"},
		{"this cell's field", "type T struct {\n\tA int // first\n}\nT{A|: 1}", 0, "field A int\n\nfirst\n"},
		{"this cell's method", "type T int\n\n// Get gets.\nfunc (t T) Get() int { return int(t) }\nT(1).Ge|t()", 0, "func (t T) Get() int\n\nGet gets.\n"},
		{"this cell's variable", "n := 1 // how many\nn|", 0, "var n int\n\nhow many\n"},
		{"local variable", "func f() {\n\t// not a doc\n\tlocal := 1\n\t_ = lo|cal\n}", 0, "var local int\n"},
		{"parameter", "func f(pa|ram *Point) {}", 0, "var param *Point\n"},
		{"type parameter", "func f[Elem any](x El|em) {}", 0, "type parameter Elem any\n"},
		{"type switch", "x := any(1)\nswitch v| := x.(type) {}", 0, "var v any\n"},
		{"predeclared function", "app|end(nil)", 0, "func append(s S, x ...E) S\n\nThe append built-in function"},
		{"predeclared type", "var x float|64", 0, "type float64\n\nfloat64 is the set"},
		{"predeclared interface", "err|or", 0, "type error interface{ ... }\n\nThe error built-in interface"},
		{"any", "any|", 0, "type any = interface{}\n\nany is an alias"},
		{"nil", "nil|", 0, "var nil\n"},
		{"iota", "const c = iota|", 0, "const iota\n"},
		{"true", "true|", 0, "const true = true\n"},

		// More detail.
		{"struct", "Poi|nt", 1, "type Point struct {\n\tX   int\n\tY   int\n\ttag string\n}\n\nfunc (p Point) Norm() float64\nfunc (p *Point) Move(dx int, dy int)\n\nPoint is a place.\n"},
		{"foreign struct", "sync.Mu|tex", 1, "type sync.Mutex struct {\n\t// and unexported fields\n}\n\nfunc (m *sync.Mutex) Lock()\nfunc (m *sync.Mutex) TryLock() bool\nfunc (m *sync.Mutex) Unlock()\n\nA Mutex is"},
		{"interface", "import \"io\"\nio.ReadClo|ser", 1, "type io.ReadCloser interface {\n\tio.Reader\n\tio.Closer\n}\n\nReadCloser is"},
		{"variable", "buil|der", 1, "var builder strings.Builder\n\ntype strings.Builder struct {\n\t// and unexported fields\n}\n\nfunc (b *strings.Builder) "},
		{"source of a function", "tota|l", 1, "func total(numbers ...int) (sum int, err error) { return }\n\ntotal adds up.\n"},
		{"source of a method", "points[0].Mo|ve", 1, "func (p *Point) Move(dx, dy int) {}\n\nMove moves it.\n"},
		{"whole package comment", "sync|.", 1, "package sync // import \"sync\"\n\nPackage sync provides basic synchronization primitives such as mutual exclusion\nlocks. Other than the"},

		// Broken cells.
		{"unfinished", "if x := total(|", 0, "func total("},
		{"errors elsewhere", "func f() {\n\tx := (1 2\n\ttot|al(3\n}\nfunc g() {}", 0, "func total("},
		{"program", "package main\nimport \"fmt\"\nfunc main() { fmt.Pri|nt() }", 0, "func fmt.Print("},
	} {
		t.Run(test.name, func(t *testing.T) {
			nb := newNotebook(t)
			nb.ok(earlier)
			got := nb.inspect(test.text, test.detail)
			if !strings.HasPrefix(got, test.want) {
				t.Errorf("got\n%.300s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestInspectMarkdown(t *testing.T) {
	nb := newNotebook(t)
	got, found := nb.session.Inspect("import \"strings\"\nstrings.Builder{}", 30, 0)
	want := "```go\ntype strings.Builder struct{ ... }\n```\n\n" +
		"A Builder is used to efficiently build a string using [Builder.Write](https://pkg.go.dev/strings#Builder.Write) methods. " +
		"It minimizes memory copying. The zero value is ready to use. Do not copy a non-zero Builder.\n"
	if !found || got.Markdown != want {
		t.Errorf("got\n%s\nwant\n%s", got.Markdown, want)
	}
}

// A variable that kept an earlier type is described by that one's comments.
func TestInspectAfterRedeclaration(t *testing.T) {
	nb := newNotebook(t)
	nb.ok("type T struct {\n\tA int // old\n}\nt := T{}")
	nb.ok("type T struct {\n\tA int // new\n}")
	for text, want := range map[string]string{"t.A|": "field A int\n\nold\n", "T{A|: 1}": "field A int\n\nnew\n"} {
		if got := nb.inspect(text, 0); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}

func BenchmarkInspect(b *testing.B) {
	nb := newNotebook(b)
	text, cursor := at(b, strings.Replace(benchmarkCell, "http.NewRequestWithContext(", "http.NewRequest|WithContext(", 1))
	nb.session.Inspect(text, cursor, 0) // loads the packages
	for b.Loop() {
		nb.session.Inspect(text, cursor, 0)
	}
}
