package cell_test

import (
	"errors"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"lockstep/kernel/cell"
	"lockstep/kernel/cell/exportdata"
)

// notebook compiles cells one after the other, as a session does that runs them.
type notebook struct {
	t       testing.TB
	session *cell.Session
	n       int
}

func newNotebook(t testing.TB) *notebook {
	return &notebook{t: t, session: cell.NewSession(exportdata.NewImporter(token.NewFileSet()))}
}

// ok compiles a cell that must be right, and commits all of it.
func (nb *notebook) ok(text string) *cell.Program {
	nb.t.Helper()
	nb.n++
	p, err := nb.session.Compile(nb.n, text)
	if err != nil {
		nb.t.Fatalf("In[%d]: %v\n%s", nb.n, err, text)
	}
	nb.session.Commit(p, 1000)
	return p
}

// fails compiles a cell that must be wrong, and returns its diagnostics as text.
func (nb *notebook) fails(text string) string {
	nb.t.Helper()
	nb.n++
	_, err := nb.session.Compile(nb.n, text)
	var errs cell.Errors
	if !errors.As(err, &errs) {
		nb.t.Fatalf("In[%d] compiles: %v\n%s", nb.n, err, text)
	}
	var lines []string
	for _, d := range errs {
		line := d.Place.String() + ": " + d.Message
		if d.Hint != "" {
			line += " (" + d.Hint + ")"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestErrorsAreThoseOfGo(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"undefined name", "x := 1\nfoo(x)", "line 2:1: undefined: foo"},
		{"several errors", "a := b\nvar s string = 5", "line 1:6: undefined: b\nline 2:16: cannot use 5 (untyped int constant) as string value in variable declaration"},
		{"unused in a function", "func f() { y := 1 }", "line 1:12: declared and not used: y"},
		{"unused in a block", "if true {\n\ty := 1\n}", "line 2:2: declared and not used: y"},
		{"missing return", "func f() int {\n}", "line 2:1: missing return"},
		{"use before declaration", "println(x)\nx := 1", "line 1:9: undefined: x"},
		{"no new variables", "x := 1\nx := 2", "line 2:3: no new variables on left side of :="},
		{"unused expression inside", "for {\n\t1 + 2\n}", "line 2:2: 1 + 2 (untyped int constant 3) is not used"},
		{"unknown package", "import \"no/such\"\n", "line 1:8: package no/such is not in std"},
		{"syntax", "x := (1 +\n", "line 1:10: expected operand, found 'EOF'"},
		{"end in a function", "func f() {", "line 1:11: expected '}', found 'EOF'"},
		{"end in a loop", "for {\n", "line 1:6: expected '}', found 'EOF'"},
		{"bracket across another in a function", "var n int\nfunc g() {\n\tx := (1 +\n}\nn++", "line 4:1: expected operand, found '}'"},
		{"bracket across another in a statement", "n := 1\nif n > 0 {\n\tprintln(n]\n}", "line 3:11: missing ',' in argument list"},
		{"stray bracket", "x := 1\n}", "line 2:1: unexpected }"},
		{"string not closed", "x := \"abc", "line 1:6: string literal not terminated"},
		{"recursive type", "type T (T)\nx := []T{{1}}", "line 1:6: invalid recursive type: T refers to itself"},
		{"in a method", "type T struct{}\nfunc (t T) M() { t.no() }", "line 2:20: t.no undefined (type T has no field or method no)"},
		{"names of one cell", "f := 1\nfunc f() {}", "line 1:1: f redeclared in this cell"},
		{"package with statements", "package main\nx := 1", "line 2:1: non-declaration statement outside function body"},
		{"program without main", "package main\nfunc f() {}", "line 1:1: function main is undeclared in the main package (a cell that starts with package main is a whole program)"},
		{"os.Stdout replaced", "import \"os\"\nos.Stdout = nil", "line 2:1: cells can't replace os.Stdout (write to an *os.File of your own)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := newNotebook(t).fails(test.text); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestValidCells(t *testing.T) {
	for _, text := range []string{
		"",
		"// a comment",
		"x := 1; y := x + 1; x + y",
		"import \"fmt\"; fmt.Println(1)",
		"func f() int { return n }\nn := 2\nf()",
		"type T struct{ a int }\nt := T{1}\nfunc use() int { return t.a }",
		"x, err := 1, error(nil)\ny, err := 2, err\n_, _ = x, y",
		"var a, b = 1, \"s\"\nvar (\n\tc int\n\td = a\n)",
		"for i := range 3 { _ = i }",
		"func() { println(1) }()",
		"func() int { return 1 }()",
		"fib := func(n int) int { return n }\nfib(3)",
		"<-make(chan int, 1)",
		"defer println(1)",
		"L:\nfor { break L }",
		"package main\nimport \"fmt\"\nvar v = 3\nfunc main() { fmt.Println(v) }",
		"const (\n\tA = iota\n\tB\n)\nB",
		"x := `a\n}`",
	} {
		newNotebook(t).ok(text)
	}
}

func TestDeclarationsReachLaterCells(t *testing.T) {
	nb := newNotebook(t)
	nb.ok("import \"strings\"\nx := 1\ntype T struct{ A int }\nfunc f(t T) int { return t.A + x }\nconst c = 3")
	nb.ok("strings.Repeat(\"a\", f(T{x}) + c)")
	nb.ok("x := x + 1") // the x on the right is the earlier one
	if got := nb.fails("x = \"s\""); !strings.Contains(got, "cannot use \"s\"") {
		t.Error(got)
	}
	nb.ok("x := \"now a string\"")
	nb.ok("x + \"!\"")
	nb.ok("func length() int { return x.n }\nx := struct{ n int }{2}") // the function sees the new x
	nb.ok("func (t T) Double() int { return 2 * t.A }")                // adds to the earlier T
	nb.ok("T{4}.Double()")
	nb.ok("func (t T) Triple() int { return 3 * t.Double() / 2 }")
	nb.ok("T{4}.Double() + T{4}.Triple()")
	nb.ok("type U T\ntype V = T\nU{4}.A + V{4}.Double()")
	nb.ok("U(T{1}).A + V{1}.A")
}

func TestFailedCellDeclaresNothing(t *testing.T) {
	nb := newNotebook(t)
	nb.fails("y := 1\nnope()")
	if got := nb.fails("y"); got != "line 1:1: undefined: y" {
		t.Error(got)
	}
}

func TestStatementNotReachedDeclaresNothing(t *testing.T) {
	nb := newNotebook(t)
	p, err := nb.session.Compile(1, "a := 1\npanic(a)\nb := 2")
	if err != nil {
		t.Fatal(err)
	}
	nb.session.Commit(p, 1)
	nb.n = 1
	nb.ok("a")
	if got := nb.fails("b"); got != "line 1:1: undefined: b" {
		t.Error(got)
	}
}

func TestNotesNameWhatIsStale(t *testing.T) {
	nb := newNotebook(t)
	nb.ok("func f() int { return 1 }\ntype T struct{ a int }")
	nb.ok("func g() int { return f() }\nv := T{1}")
	again := nb.ok("func f() int { return 1 }")
	if len(again.Notes) > 0 {
		t.Errorf("the same declaration again: %q", again.Notes)
	}
	p := nb.ok("func f() int { return 2 }\ntype T struct{ b int }")
	want := []string{
		"note: g still uses the earlier f; run In[2] again to use the new one",
		"note: v still has the earlier T; run In[2] again to use the new one",
	}
	if strings.Join(p.Notes, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q", p.Notes)
	}
	if notes := nb.ok("func g() int { return f() }").Notes; len(notes) > 0 {
		t.Errorf("after the re-run: %q", notes)
	}
}

func TestLostVariablesAreRefusedAlsoThroughFunctions(t *testing.T) {
	nb := newNotebook(t)
	nb.ok("n := 1\nm := 2")
	nb.ok("func get() int { return n }")
	if lost := nb.session.Lose(); strings.Join(lost, " ") != "m n" {
		t.Errorf("lost %q", lost)
	}
	if got := nb.fails("n + 1"); got != "line 1:1: n lost its value when the worker ended (run In[1] again)" {
		t.Error(got)
	}
	if got := nb.fails("1 + get()"); got != "line 1:5: n, which get uses, lost its value when the worker ended (run In[1] again)" {
		t.Error(got)
	}
	nb.ok("n := 5\nget()")
	nb.ok("get()")
	if units := nb.session.Replay(); len(units) != 2 {
		t.Errorf("%d units to replay, want 2", len(units))
	}
}

func FuzzCompile(f *testing.F) {
	for _, text := range []string{earlier, benchmarkCell, "type T (T)", "type Point Point", "func (p Point) M() {}\nx := Point{1}"} {
		f.Add(text)
	}
	nb := newNotebook(f)
	nb.ok(earlier)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := nb.session.Compile(2, text)
		var errs cell.Errors
		if err != nil && !errors.As(err, &errs) {
			t.Errorf("%T: %v", err, err)
		}
		if err == nil {
			for _, lowered := range append(p.Unit.Files, p.Unit.Source) {
				if _, err := parser.ParseFile(token.NewFileSet(), "", lowered, parser.SkipObjectResolution); err != nil {
					t.Errorf("the interpreter can't parse what this is lowered to: %v\n%s", err, lowered)
				}
			}
		}
		for _, d := range errs {
			if strings.Contains(d.Message, "internal error") {
				t.Error(d.Message)
			}
		}
	})
}

func TestReplayKeepsWhatNamesLeadTo(t *testing.T) {
	nb := newNotebook(t)
	nb.ok("func Map[T, U any](xs []T, f func(T) U) []U {\n\tvar out []U\n\tfor _, x := range xs {\n\t\tout = append(out, f(x))\n\t}\n\treturn out\n}")
	nb.ok("Map([]int{1}, func(n int) string { return \"a\" })") // makes an instance that no name leads to
	nb.ok("func old() int { return 1 }")
	nb.ok("func user() int { return old() }") // keeps the first old alive
	nb.ok("func old() int { return 2 }")
	nb.ok("func gone() int { return 1 }")
	nb.ok("func gone() int { return 2 }")
	nb.session.Lose()
	var cells []string
	for _, u := range nb.session.Replay() {
		first, _, _ := strings.Cut(u.Source, "\n")
		cells = append(cells, strings.TrimPrefix(first, "//line "))
	}
	want := "In[1]:1:1 In[3]:1:1 In[4]:1:1 In[5]:1:1 In[7]:1:1"
	if got := strings.Join(cells, " "); got != want {
		t.Errorf("replayed %s, want %s", got, want)
	}
	// What was forgotten is made anew.
	p := nb.ok("Map([]int{1}, func(n int) string { return \"a\" })")
	if !strings.Contains(p.Unit.Source, "func Map") {
		t.Error("the instance is not made again")
	}
}

func TestVariablesAreNotUsedBeforeTheirDeclarationBesideFunctions(t *testing.T) {
	nb := newNotebook(t)
	if got := nb.fails("func f() int { return x }\nprintln(x)\nx := 1"); got != "line 2:9: undefined: x" {
		t.Error(got)
	}
	nb.ok("v := 1")
	want := "line 2:13: the earlier v is not seen here: the cell declares it anew, with another type, for its functions (put the functions in another cell, or use another name)"
	if got := nb.fails("func g() int { return len(v) }\nv := []any{ v, 2 }"); got != want {
		t.Error(got)
	}
	nb.ok("func h() int { return v }\nv := v + 1") // of the same type it is the same variable
}

func TestWhatNothingCanReferToIsForgotten(t *testing.T) {
	nb := newNotebook(t)
	nb.ok("type pair[T any] struct{ a, b T }\nvar held any\nfunc inner() int { return 1 }\nfunc outer() int { return inner() }")
	nb.ok("held = pair[int]{1, 2}") // its type can still be written down
	told := map[string]bool{}
	names := map[string]bool{}
	for range 300 {
		p := nb.ok("func inner() int { return 2 }\ntype point struct{ X int }\ntype list[T any] []T\nvar points list[point]\nfor range (list[int]{}) {}")
		names[p.Unit.Name] = true
		for _, name := range p.Unit.Forget {
			if !names[name] {
				t.Errorf("%s is forgotten", name)
			}
			told[name] = true
		}
	}
	if units := nb.session.Replay(); len(units) > 60 {
		t.Errorf("%d units are kept of 302", len(units))
	}
	if len(told) < 240 {
		t.Errorf("the worker is told to forget %d units of 302", len(told))
	}
	nb.ok("outer() + inner() + len(points) + held.(pair[int]).a")
}
