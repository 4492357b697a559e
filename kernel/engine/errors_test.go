package engine_test

import (
	"testing"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
)

func TestCompileErrorsShowTheirPlaces(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute("import \"fmt\"\ntype Point struct{ X, Y int }\nfunc sum(xs ...int) int { return len(xs) }").OK()
	for _, test := range []struct {
		cell   string
		evalue string // all of it, and the report too, where there is no other
		report []string
	}{
		{"fmt.Println(\"你好世界\", unknown)", "line 1:29: undefined: unknown", []string{
			"line 1:29: undefined: unknown",
			"    fmt.Println(\"你好世界\", unknown)",
			"                            ^", // as wide as a terminal shows the line
		}},
		{"if true {\n\t\tfmt.Println(\tnope)\n}", "line 2:16: undefined: nope", []string{
			"line 2:16: undefined: nope",
			"    \t\tfmt.Println(\tnope)",
			"    \t\t            \t^",
		}},
		{"var s string = 5\ny := undefinedThing\nfmt.Printn(y)",
			"line 1:16: cannot use 5 (untyped int constant) as string value in variable declaration (and 2 more errors)", []string{
				"line 1:16: cannot use 5 (untyped int constant) as string value in variable declaration",
				"    var s string = 5",
				"                   ^",
				"line 2:6: undefined: undefinedThing",
				"    y := undefinedThing",
				"         ^",
				"line 3:5: undefined: fmt.Printn",
				"    fmt.Printn(y)",
				"        ^",
				"    did you mean fmt.Println?",
			}},
		{"x := 1 +", "line 1:9: expected operand, found 'EOF'", []string{
			"line 1:9: expected operand, found 'EOF'", "    x := 1 +", "            ^"}},
		{"func f() int { }", "line 1:16: missing return", []string{
			"line 1:16: missing return", "    func f() int { }", "                   ^"}},
		{"func f() { unused := 3 }", "line 1:12: declared and not used: unused", nil},
		{"Point{1}", "line 1:8: too few values in struct literal of type Point", nil},
		{"sum(1, \"a\")", "line 1:8: cannot use \"a\" (untyped string constant) as int value in argument to sum", nil},
		{"x := 3\nx := 4", "line 2:3: no new variables on left side of :=", nil},
		{"func g() {}\nfunc g() {}", "line 2:6: g redeclared in this block", nil},
		{"break", "line 1:1: break not in for, switch, or select statement", nil},
		{"1 << 100", "line 1:1: cannot use 1 << 100 (untyped int constant 1267650600228229401496703205376) as int value (overflows)", nil},
		{"const big = 1e999\nbig", "line 2:1: cannot use big (untyped float constant 1e+999) as float64 value (overflows)", nil},
		{"\"a\"; \"b\"", "line 1:1: \"a\" (untyped string constant) is not used", nil},
		{"fmt.Println(\"abc", "line 1:13: string literal not terminated", nil},
		{"sum(1, 2", "line 1:9: missing ',' or closing bracket in argument list", nil},
		{"a, b := 1", "line 1:9: assignment mismatch: 2 variables but 1 value", nil},
	} {
		cell := k.Execute(test.cell).Fails(execution.CompileError, "")
		if got := cell.Reply().EValue; got != test.evalue {
			t.Errorf("%s\nevalue %s\nwant   %s", test.cell, got, test.evalue)
		}
		if test.report != nil {
			cell.Report(test.report...)
		}
	}
	k.Execute(`fmt.Sprint(Point{1, 2}, sum(1))`).Value(`"{1 2} 1"`).OK() // nothing was harmed
}

// A panic's report leads from where it was to the cell's own statement.
func TestPanicsShowTheirWay(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute(`import ("errors"; "fmt"; "io")
type Stack[T any] struct{ items []T }
func (s *Stack[T]) Pop() T {
	x := s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return x
}
func check(err error) {
	if err != nil {
		panic(err)
	}
}
func load(name string) {
	check(fmt.Errorf("加载 %s: %w", name, io.EOF))
}
func after(f func()) {
	defer fmt.Print("tidy ")
	f()
}`).OK()
	for _, test := range []struct {
		name   string
		cell   string
		evalue string
		trace  []string // without the first line
	}{
		{"at top level", "fmt.Println(1)\npanic(42)", "42",
			[]string{"  line 2:1", "    panic(42)", "    ^"}},
		{"in functions of another cell", "load(\"配置\")", "加载 配置: EOF", []string{
			"  In[1]:10:3 in check", "    \t\tpanic(err)", "    \t\t^",
			"  in load of In[1]",
			"  line 1:1", "    load(\"配置\")", "    ^"}},
		{"in a generic method", "var s Stack[string]\ns.Pop()", "runtime error: index out of range [-1]", []string{
			"  In[1]:4:2 in Stack.Pop", "    \tx := s.items[len(s.items)-1]", "    \t^",
			"  line 2:1", "    s.Pop()", "    ^"}},
		{"in a function literal", "half := func(n int) int {\n\treturn 1 / n\n}\nhalf(0)", "runtime error: integer divide by zero", []string{
			"  line 2:2", "    \treturn 1 / n", "    \t^",
			"  line 4:1", "    half(0)", "    ^"}},
		{"in a literal inside a function", "func outer() {\n\tfunc() {\n\t\tvar m map[string]int\n\t\tm[\"a\"] = 1\n\t}()\n}\nouter()", "assignment to entry in nil map", []string{
			"  line 4:3 in outer", "    \t\tm[\"a\"] = 1", "    \t\t^",
			"  line 7:1", "    outer()", "    ^"}},
		{"past deferred calls", "after(func() { panic(\"no\") })", "no", []string{
			"  line 1:16", "    after(func() { panic(\"no\") })", "                   ^",
			"  in after of In[1]",
			"  line 1:1", "    after(func() { panic(\"no\") })", "    ^"}},
		{"in a deferred call", "func d() {\n\tdefer func() {\n\t\tpanic(\"second\")\n\t}()\n\tpanic(\"first\")\n}\nd()", "second", []string{
			"  line 3:3 in d", "    \t\tpanic(\"second\")", "    \t\t^",
			"  line 7:1", "    d()", "    ^"}},
		{"again after recover", "func re() {\n\tdefer func() {\n\t\tpanic(fmt.Sprint(\"again: \", recover()))\n\t}()\n\tpanic(\"first\")\n}\nre()", "again: first", []string{
			"  line 3:3 in re", "    \t\tpanic(fmt.Sprint(\"again: \", recover()))", "    \t\t^",
			"  line 7:1", "    re()", "    ^"}},
		{"in a loop's header after its body", "xs := []int{1}\nfor i := 0; xs[i] == 1; i++ {\n\t_ = xs[0]\n}", "runtime error: index out of range [1] with length 1",
			[]string{"  line 2:1", "    for i := 0; xs[i] == 1; i++ {", "    ^"}},
		{"in a loop's header after continue", "ys := []int{1}\nfor i := 0; ys[i] == 1; i++ {\n\tif ys[0] == 1 {\n\t\tcontinue\n\t}\n}", "runtime error: index out of range [1] with length 1",
			[]string{"  line 2:1", "    for i := 0; ys[i] == 1; i++ {", "    ^"}},
		{"after another that was recovered", "func calm() {\n\tdefer func() { recover() }()\n\tpanic(1)\n}\ncalm()\npanic(2)", "2",
			[]string{"  line 6:1", "    panic(2)", "    ^"}},
		{"in a function that calls itself", "func down(n int) int {\n\tif n == 0 {\n\t\tpanic(errors.New(\"bottom\"))\n\t}\n\treturn down(n - 1)\n}\ndown(3)", "bottom", []string{
			"  line 3:3 in down", "    \t\tpanic(errors.New(\"bottom\"))", "    \t\t^",
			"  line 7:1", "    down(3)", "    ^"}},
		{"in functions with names of our own", "func cell() { panic(1) }\nfunc setup() { cell() }\nsetup()", "1", []string{
			"  line 1:15 in cell", "    func cell() { panic(1) }", "                  ^",
			"  in setup",
			"  line 3:1", "    setup()", "    ^"}},
		{"in a method of the value to be shown", "type Shy struct{}\nfunc (Shy) String() string { panic(\"no text\") }\nShy{}", "no text", []string{
			"  line 2:30 in Shy.String", "    func (Shy) String() string { panic(\"no text\") }", "                                 ^",
			"  line 3:1", "    Shy{}", "    ^"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			cell := k.Execute(test.cell).Fails(execution.Panic, "")
			if got := cell.Reply().EValue; got != test.evalue {
				t.Errorf("evalue %s, want %s", got, test.evalue)
			}
			cell.Report(append([]string{"panic: " + test.evalue}, test.trace...)...)
		})
	}
}

func TestAPanicsValueIsShownAsGoDoes(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute("import \"fmt\"\ntype E struct{ Code int }\nfunc (e *E) Error() string { return fmt.Sprint(\"code \", e.Code) }\ntype P struct{ X int }\ntype Temp float64").OK()
	for _, test := range []struct{ cell, want string }{
		{`panic("text")`, "text"},
		{`panic(3.5)`, "3.5"},
		{`panic(&E{3})`, "code 3"},
		{`panic(fmt.Errorf("outer: %w", &E{4}))`, "outer: code 4"},
		{`panic(P{1})`, "main.P{X: 1}"},
		{`panic(Temp(1.5))`, "main.Temp(1.5)"},
		{`panic(nil)`, "panic called with nil argument"},
		{"var v any = \"s\"\nv.(int)", "interface conversion: interface {} is string, not int"},
		{"var c chan int\nclose(c)", "close of nil channel"},
	} {
		k.Execute(test.cell).Fails(execution.Panic, test.want)
	}
}
