package core_test

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

type shaper interface {
	Area() float64
	scaled(square) square
}

type broken struct{}

func (*broken) Error() string { return "broken" }

func TestValuesInInterfaces(t *testing.T) {
	s := newSession(t)
	for _, test := range []struct{ name, body, want string }{
		{"boxed values show their type", `fmt.Fprintf(ʹrt.Stdout(), "%T %v %T %T", ʹrt.Box(ʹt.Square{side: 2}), ʹrt.Box(ʹt.Square{side: 2}), ʹrt.Box(&ʹt.Square{}), ʹrt.Box(map[string][]ʹt.Row{}))`,
			"main.Square {2} *main.Square map[string][]main.Row"},
		{"there and back", `x := ʹrt.Box(ʹt.Square{side: 2}); sq := ʹrt.Open(x).(ʹt.Square); sq.side++; fmt.Fprint(ʹrt.Stdout(), sq.side)`, "3"},
		{"a pointer stays the same one", `sq := &ʹt.Square{}; p := ʹrt.Assert(ʹrt.Box(sq), (**ʹt.Square)(nil), "interface {}").(*ʹt.Square); p.side = 4; fmt.Fprint(ʹrt.Stdout(), sq.side)`, "4"},
		{"assertion to an interface", `var sh = ʹrt.Assert(ʹrt.Box(ʹt.Square{side: 3}), (*ʹt.Shape)(nil), "interface {}").(ʹt.Shape); fmt.Fprint(ʹrt.Stdout(), sh.Area())`, "9"},
		{"type switch", `for _, x := range []any{1, "a", ʹrt.Box(ʹt.Square{}), ʹrt.Box(&ʹt.Square{}), ʹrt.Box(&ʹt.Broken{}), nil} {
			fmt.Fprint(ʹrt.Stdout(), ʹrt.Is(x, (*int)(nil)), ʹrt.Is(x, (*ʹt.Square)(nil)), ʹrt.Is(x, (*ʹt.Shape)(nil)), ʹrt.Is(x, (*error)(nil)), ʹrt.Is(x, (*any)(nil)), ";") }`,
			"true false false false true;false false false false true;false true true false true;false false true false true;false false false true true;false false false false false;"},
		{"comma-ok", `v, ok := ʹrt.Try(ʹrt.Box(3), (*ʹt.Square)(nil)); sq := v.(ʹt.Square); sq.side = 1; fmt.Fprint(ʹrt.Stdout(), sq.side, ok)
			e, ok := ʹrt.Try(ʹrt.Box(3), (*error)(nil)); fmt.Fprint(ʹrt.Stdout(), e == nil, ok)
			n, ok := ʹrt.Try(ʹrt.Box(3), (*int)(nil)); fmt.Fprint(ʹrt.Stdout(), n, ok)`, "1 falsetrue false3 true"},
		{"equality", `a, b := ʹrt.Box(ʹt.Square{side: 1}), ʹrt.Box(ʹt.Square{side: 1}); fmt.Fprint(ʹrt.Stdout(), ʹrt.Eq(a, b), ʹrt.Eq(a, ʹrt.Box(ʹt.Square{})), ʹrt.Eq(a, 1.0), ʹrt.Eq(nil, nil), ʹrt.Eq(a, nil), ʹrt.Eq(&ʹt.Square{}, &ʹt.Square{}))`,
			"true false false true false false"},
		{"conversion to a named type and back", `r := ʹrt.Conv([]int{1, 2}, (*ʹt.Row)(nil)).(ʹt.Row); s := ʹrt.Conv(r, (*[]int)(nil)).([]int); s[0] = 9; fmt.Fprintf(ʹrt.Stdout(), "%v %T", r, ʹrt.Box(r))`, "[9 2] main.Row"},
		{"conversion of a channel's direction", `c := make(chan ʹt.Square, 1); out := ʹrt.Conv(c, (*chan<- ʹt.Square)(nil)).(chan<- ʹt.Square); ʹrt.Send(out, ʹt.Square{side: 7})
			in := ʹrt.Conv(c, (*<-chan ʹt.Square)(nil)).(<-chan ʹt.Square); both := ʹrt.Conv(in, (*chan ʹt.Square)(nil)).(chan ʹt.Square); fmt.Fprint(ʹrt.Stdout(), ʹrt.Recv(both).(ʹt.Square).side)`, "7"},
		{"conversion of nil", `fmt.Fprint(ʹrt.Stdout(), ʹrt.Conv(nil, (*ʹt.Row)(nil)).(ʹt.Row) == nil)`, "true"},
		{"slices to arrays", `s := []int{1, 2, 3}; p := ʹrt.SliceToArray(s, (**[2]int)(nil)).(*[2]int); a := ʹrt.SliceToArray(s, (*[2]int)(nil)).([2]int); p[0] = 9; fmt.Fprint(ʹrt.Stdout(), s, a)`, "[9 2 3] [1 2]"},
		{"clear", `m := map[ʹt.Square]int{{side: 1}: 2}; s := []ʹt.Square{{side: 1}}; ʹrt.Clear(m); ʹrt.Clear(s); fmt.Fprint(ʹrt.Stdout(), len(m), s[0].side)`, "0 0"},
	} {
		if got := s.output("", test.body); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestFailedAssertionsSayWhatGoSays(t *testing.T) {
	s := newSession(t)
	var (
		none, one any = nil, 1
		noError   error
		anError   error = &broken{}
		sq        any   = square{}
	)
	for _, test := range []struct {
		lowered string
		native  func()
	}{
		{`ʹrt.Assert(ʹrt.Box(1), (*string)(nil), "interface {}")`, func() { use(one.(string)) }},
		{`ʹrt.Assert(nil, (*string)(nil), "interface {}")`, func() { use(none.(string)) }},
		{`var e error; ʹrt.Assert(e, (**ʹt.Broken)(nil), "error")`, func() { use(noError.(*broken)) }},
		{`ʹrt.Assert(ʹrt.Box(&ʹt.Broken{}), (*ʹt.Shape)(nil), "error")`, func() { use(anError.(shaper)) }},
		{`ʹrt.Assert(ʹrt.Box(ʹt.Square{}), (*error)(nil), "interface {}")`, func() { use(sq.(error)) }},
		{`ʹrt.Assert(ʹrt.Box(ʹt.Square{}), (**ʹt.Square)(nil), "interface {}")`, func() { use(sq.(*square)) }},
		{`ʹrt.Assert(ʹrt.Box(ʹt.Broken{}), (*error)(nil), "interface {}")`, func() { var b any = broken{}; use(b.(error)) }},
		{`ʹrt.Assert(nil, (*ʹt.Shape)(nil), "error")`, func() { use(noError.(shaper)) }},
		{`ʹrt.Assert(nil, (*any)(nil), "error")`, func() { use(noError.(any)) }},
		{`ʹrt.Assert(ʹrt.Box([]ʹt.Square{}), (*map[string]int)(nil), "interface {}")`, func() { var l any = []square{}; use(l.(map[string]int)) }},
	} {
		native := recovered(test.native).(*runtime.TypeAssertionError)
		want := strings.NewReplacer("core_test.shaper", "main.Shape", "core_test.square", "main.Square", "core_test.broken", "main.Broken").Replace(native.Error())
		got, ok := recovered(s.function("", test.lowered)).(*runtime.TypeAssertionError)
		if !ok || got.Error() != want {
			t.Errorf("%s: %v, want %s", test.lowered, got, want)
		}
	}
}

func TestInvoke(t *testing.T) {
	s := newSession(t)
	for _, test := range []struct{ name, body, want string }{
		{"exported", `r := ʹrt.Invoke(ʹrt.Box(ʹt.Square{side: 3}), "Area"); fmt.Fprint(ʹrt.Stdout(), r[0].(float64))`, "9"},
		{"with types of cells", `r := ʹrt.Invoke(ʹrt.Box(ʹt.Square{side: 3}), "scaled", ʹrt.Box(ʹt.Square{side: 2})); fmt.Fprint(ʹrt.Stdout(), r[0].(ʹt.Square).side)`, "6"},
		{"of a value, by a pointer", `r := ʹrt.Invoke(ʹrt.Box(&ʹt.Square{side: 3}), "scaled", ʹt.Square{side: 2}); fmt.Fprint(ʹrt.Stdout(), r[0].(ʹt.Square).side)`, "6"},
		{"of a pointer, variadic", `sq := &ʹt.Square{side: 3}; ʹrt.Invoke(ʹrt.Box(sq), "grow", []float64{1, 2}); ʹrt.Invoke(ʹrt.Box(sq), "grow", nil); fmt.Fprint(ʹrt.Stdout(), sq.side)`, "6"},
		{"of a native type", `r := ʹrt.Invoke(errors.New("oops"), "Error"); fmt.Fprint(ʹrt.Stdout(), r[0].(string))`, "oops"},
	} {
		if got := s.output("", test.body); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
	for body, want := range map[string]string{
		`ʹrt.Invoke(ʹrt.Box((*ʹt.Square)(nil)), "scaled", ʹt.Square{})`: "value method main.Square.scaled called using nil *Square pointer",
		`ʹrt.Invoke(ʹrt.Box(ʹt.Square{}), "grow")`:                      "core: main.Square has no method grow that can be called",
		`ʹrt.Invoke(ʹrt.Box(ʹt.Square{}), "scaled")`:                    "core: method scaled of main.Square takes 1 arguments, not 0",
		`ʹrt.Method("Square", "shrink", SquareArea, "methods")`:         "type Square has no method shrink",
		`ʹrt.Method("Circle", "Area", SquareArea, "methods")`:           "no type Circle",
		`ʹrt.Method("Square", "Area", BrokenError, "methods")`:          "method Square.Area: what runs for it is a func(*main.Broken) string, which does not take a main.Square first",
	} {
		if got := fmt.Sprint(recovered(s.function("", body))); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
}

type named struct{ n float64 }

func (v named) Area() float64 { return v.n }

//go:noinline
func area(x interface{ Area() float64 }) { x.Area() }

func TestNilReceiversOfValueMethods(t *testing.T) {
	var p *named
	compiled := fmt.Sprint(recovered(func() { area(p) }))
	want := strings.NewReplacer("lockstep/kernel/worker/core_test.", "main.", "named", "Square").Replace(compiled)
	s := newSession(t)
	for _, body := range []string{
		`var p *ʹt.Square; ʹrt.Invoke(ʹrt.Box(p), "Area")`,
		`var p *ʹt.Square; sh := ʹrt.Box(p).(ʹt.Shape); sh.Area()`,
	} {
		if got, ok := recovered(s.function("", body)).(runtime.Error); !ok || got.Error() != want {
			t.Errorf("%s: %v, want %s", body, got, want)
		}
	}
}

func TestMethodsReachCompiledCode(t *testing.T) {
	s := newSession(t)
	open, _ := s.types.Open("Square")
	v := reflect.New(open).Elem()
	v.Field(0).SetFloat(5)
	if got := s.core.Box(v.Interface()).(interface{ Area() float64 }).Area(); got != 25 {
		t.Errorf("area %v, want 25", got)
	}
}
