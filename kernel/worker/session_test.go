package worker

import (
	"io"
	"testing"

	"lockstep/kernel/link"
	"lockstep/kernel/worker/celltype"
)

// fresh is a program for tests, which look at results by way of panics.
func fresh(t *testing.T) *program {
	t.Helper()
	p, err := newProgram(io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func run(p *program, unit link.Unit) (panicked any, failure *link.Error) {
	defer func() { panicked = recover() }()
	return nil, p.run(unit, &cell{})
}

func TestUnitsShareTypesAndVariables(t *testing.T) {
	p := fresh(t)
	for i, unit := range []link.Unit{{
		Types: []celltype.Decl{
			{Name: "Point", Shown: "Point", Type: "struct { x, y int; at clock.Duration }", Methods: []celltype.Method{{Name: "String", Type: "func() string"}}},
			{Name: "Shape", Shown: "Shape", Type: "interface { String() string }"},
		},
		Packages: map[string]string{"clock": "time"},
		Vars:     []link.Var{{Name: "p", Type: "Point"}, {Name: "n", Type: "int"}, {Name: "s", Type: "Shape"}, {Name: "d", Type: "map[string]*clock.Duration"}},
		Source:   "//line In[1]:1:1\npackage main\nimport (\"ʹt\"; \"ʹv\"; \"ʹrt\")\nfunc text(p ʹt.Point) string { return \"a point\" }\nfunc cell1() { ʹrt.Method(\"Point\", \"String\", text, \"ʹsetupʹ1\"); ʹv.p.x = 3; *ʹv.n = 4; *ʹv.s = ʹrt.Box(*ʹv.p).(ʹt.Shape) }",
		Entry:    "cell1",
	}, {
		Imports: []string{"fmt", "ʹv", "ʹrt"},
		Source:  "//line In[2]:1:1\npackage main\nimport (\"fmt\"; \"ʹv\"; \"ʹrt\")\nfunc cell2() { *ʹv.n += ʹv.p.x; ʹrt.Panic(fmt.Sprintf(\"%d %v %T %d\", *ʹv.n, *ʹv.s, *ʹv.s, len(*ʹv.d))) }",
		Entry:   "cell2",
	}} {
		panicked, failure := run(p, unit)
		if failure != nil {
			t.Fatalf("unit %d: %+v", i, failure)
		}
		if want := "7 a point main.Point 0"; i == 1 && panicked != want {
			t.Errorf("unit %d ended with %v, want %s", i, panicked, want)
		}
	}
}

func TestAVariableIsReplacedForLaterUnitsOnly(t *testing.T) {
	p := fresh(t)
	const head = "package main\nimport \"ʹv\"\n"
	for _, unit := range []link.Unit{
		{Vars: []link.Var{{Name: "x", Type: "int"}}, Source: "//line In[1]:1:1\n" + head + "func old() int { return *ʹv.x }\nfunc cell1() { *ʹv.x = 1 }", Entry: "cell1"},
		{Vars: []link.Var{{Name: "x", Type: "string"}}, Source: "//line In[2]:1:1\n" + head + "func cell2() { *ʹv.x = \"new\"; if old() != 1 { panic(\"lost\") } }", Entry: "cell2"},
	} {
		if panicked, failure := run(p, unit); panicked != nil || failure != nil {
			t.Errorf("%v, %+v", panicked, failure)
		}
	}
}

func TestWhatCanNotBeDeclaredIsNamed(t *testing.T) {
	p := fresh(t)
	for want, unit := range map[string]link.Unit{
		"type T: no type Missing":                    {Types: []celltype.Decl{{Name: "T", Shown: "T", Type: "[]Missing"}}},
		"variable x: type os.Args: no type os.Args":  {Vars: []link.Var{{Name: "x", Type: "os.Args"}}, Packages: map[string]string{"os": "os"}},
		"variable x: type os.File: no type os.File":  {Vars: []link.Var{{Name: "x", Type: "os.File"}}},
		"variable x: type o.Stdin: no type o.Stdin":  {Vars: []link.Var{{Name: "x", Type: "o.Stdin"}}, Packages: map[string]string{"o": "os"}},
		"variable x: type a.B: no type a.B":          {Vars: []link.Var{{Name: "x", Type: "a.B"}}, Packages: map[string]string{"a": "no/such"}},
		"variable x: type 1+: 1:3: expected operand": {Vars: []link.Var{{Name: "x", Type: "1+"}}},
	} {
		unit.Source = "package main"
		_, failure := run(p, unit)
		if failure == nil || len(failure.Value) < len(want) || failure.Value[:len(want)] != want {
			t.Errorf("%+v, want %s", failure, want)
		}
	}
}
