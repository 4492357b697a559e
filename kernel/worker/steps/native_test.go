package steps_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/traefik/yaegi/interp"

	"lockstep/kernel/worker/steps"
)

// world has a package "n" with functions that say by which way they were called.
type world struct {
	reflected, direct int
	at                int64
	seen              []int64 // what was stored in front of each call
}

func (w *world) inc(x int) any     { w.reflected++; return x + 1 }
func (w *world) even(x int) bool   { w.reflected++; return x%2 == 0 }
func (w *world) both() (int, bool) { w.reflected++; return 7, true }
func (w *world) ops() map[string]any {
	return map[string]any{
		"At": steps.Store(func(_ *steps.Frame, value int64) { w.at = value }),
		"Inc": steps.Op(func(site *steps.Site) func(*steps.Frame) {
			x := site.Arg(0)
			site.Asserted()
			result := site.Result(0)
			at, _ := site.Stored("At")
			return func(f *steps.Frame) {
				w.direct++
				w.seen = append(w.seen, at)
				if result != nil {
					result(f).Set(reflect.ValueOf(int(x(f).Int()) + 1))
				}
			}
		}),
		"Even": steps.Test(func(site *steps.Site) func(*steps.Frame) bool {
			x := site.Arg(0)
			return func(f *steps.Frame) bool {
				w.direct++
				return x(f).Int()%2 == 0
			}
		}),
		"Both": steps.Op(func(site *steps.Site) func(*steps.Frame) {
			n, ok := site.Result(0), site.Result(1)
			return func(f *steps.Frame) {
				w.direct++
				if n != nil {
					n(f).SetInt(7)
				}
				if ok != nil {
					ok(f).SetBool(true)
				}
			}
		}),
	}
}

// run compiles a function body that returns an int, and calls it.
func (w *world) run(t *testing.T, body string, ops map[string]any) int {
	t.Helper()
	at := reflect.New(reflect.TypeFor[*int64]()).Elem()
	at.Set(reflect.ValueOf(&w.at))
	i := interp.New(interp.Options{})
	if err := i.Use(interp.Exports{"n/n": {
		"Inc": reflect.ValueOf(w.inc), "Even": reflect.ValueOf(w.even), "Both": reflect.ValueOf(w.both), "At": at,
	}}); err != nil {
		t.Fatal(err)
	}
	source := "package main\nimport \"n\"\nvar _ = n.Inc\nfunc inc(x int) int { return n.Inc(x).(int) }\nfunc even(x int) bool { return n.Even(x) }\n" +
		"func both() (int, bool) { return n.Both() }\nfunc f() int {\n" + body + "\n}\n"
	natives := steps.Package{Name: "n", Ops: ops}
	if _, err := steps.Eval(i, source, natives); err != nil {
		t.Fatal(err)
	}
	f, err := steps.Eval(i, "f", natives)
	if err != nil {
		t.Fatal(err)
	}
	return f.Interface().(func() int)()
}

func TestCallsAreDirectWhereverTheyStand(t *testing.T) {
	for _, test := range []struct {
		name, body string
		want       int
		calls      int
	}{
		{"as a statement", `n.Inc(1); return 0`, 0, 1},
		{"defining a variable", `x := n.Inc(1).(int); return x`, 2, 1},
		{"defining one a round", `var fs []func() int; for i := 0; i < 3; i++ { x := n.Inc(i).(int); fs = append(fs, func() int { return x }) }; return fs[0]()*100 + fs[1]()*10 + fs[2]()`, 123, 3},
		{"assigning to a variable", `x := 5; y := &x; x = n.Inc(x).(int); return *y`, 6, 1},
		{"assigning from a literal", `x := 5; func() { x = n.Inc(x).(int) }(); return x`, 6, 1},
		{"as an operand", `return n.Inc(1).(int) * n.Inc(n.Inc(2).(int)).(int)`, 8, 3},
		{"without an assertion", `x := n.Inc(3); return x.(int)`, 4, 1},
		{"returned", `return inc(4)`, 5, 1},
		{"in a literal", `return func() int { return func() int { return n.Inc(4).(int) }() }()`, 5, 1},
		{"in a literal that is kept", `g := func(x int) int { return n.Inc(x).(int) }; return g(1) + g(2)`, 5, 2},
		{"as an argument", `return inc(inc(n.Inc(1).(int)))`, 4, 3},
		{"as a condition", `if n.Even(3) { return 1 }; if n.Even(4) { return 2 }; return 3`, 2, 2},
		{"as a condition that is negated", `if !n.Even(4) { return 1 }; for !n.Even(3) { return 2 }; return 3`, 2, 2},
		{"as one of two conditions", `if n.Even(3) || n.Even(2) && !n.Even(1) { return 1 }; return 0`, 1, 3},
		{"as a bool", `x := n.Even(2); if x && even(4) { return 1 }; return 0`, 1, 2},
		{"with two results", `x, ok := n.Both(); if ok { return x }; return 0`, 7, 1},
		{"with two results for old variables", `x, ok := 0, false; p := &x; x, ok = n.Both(); if ok { return *p }; return 0`, 7, 1},
		{"with a result for nobody", `_, ok := n.Both(); x, _ := n.Both(); if ok { return x }; return 0`, 7, 2},
		{"returning two results", `x, ok := both(); if ok { return x }; return 0`, 7, 1},
	} {
		w := new(world)
		if got := w.run(t, test.body, w.ops()); got != test.want || w.direct != test.calls || w.reflected != 0 {
			t.Errorf("%s: %d after %d direct calls and %d others, want %d after %d", test.name, got, w.direct, w.reflected, test.want, test.calls)
		}
		w = new(world)
		if got := w.run(t, test.body, nil); got != test.want || w.reflected != test.calls {
			t.Errorf("%s, as the interpreter does: %d after %d calls, want %d after %d", test.name, got, w.reflected, test.want, test.calls)
		}
	}
}

func TestStoresAreDirectAndSitesKnowThem(t *testing.T) {
	w := new(world)
	got := w.run(t, `*n.At = 3; n.Inc(1); *n.At = 4; x := n.Inc(1).(int); g := func() { *n.At = 5; if n.Inc(n.Inc(1).(int)).(int) > 0 { n.Inc(1) } }; g(); return x`, w.ops())
	if want := "2 5 [3 4 5 5 5]"; fmt.Sprint(got, w.at, w.seen) != want {
		t.Errorf("%d, stored %d, sites know %d; want %s", got, w.at, w.seen, want)
	}
}

func TestASiteTakesAStoreOverWhereItComesNext(t *testing.T) {
	for _, test := range []struct {
		body   string
		stores int
	}{
		{`*n.At = 3; n.Inc(1); return 0`, 0},
		{`x := 1; *n.At = 3; y := n.Inc(x).(int); return y`, 0},
		{`xs := []int{1}; *n.At = 3; n.Inc(xs[0]); return 0`, 1}, // the index may panic first
		{`*n.At = 3; n.Inc(n.Inc(1).(int)); return 0`, 1},
		{`*n.At = 3; return n.Inc(1).(int) + 1`, 1},
		{`x := 0; for i := 0; i < 3; i++ { *n.At = 3; x += n.Inc(i).(int) }; return x`, 3},
		{`for i := 0; i < 3; i++ { *n.At = 3; n.Inc(i) }; return 0`, 0},
	} {
		stores, places := 0, 0
		(&world{}).run(t, test.body, map[string]any{
			"At": steps.Store(func(*steps.Frame, int64) { stores++ }),
			"Inc": steps.Op(func(site *steps.Site) func(*steps.Frame) {
				at, taken := site.TakeOver("At")
				x := site.Arg(0)
				site.Asserted()
				result := site.Result(0)
				return func(f *steps.Frame) {
					if at == 3 {
						places++
					}
					if result != nil {
						result(f).Set(reflect.ValueOf(int(x(f).Int()) + 1))
					}
					if taken != (test.stores == 0) {
						t.Errorf("%s: taken over is %v", test.body, taken)
					}
				}
			}),
		})
		if stores != test.stores || places == 0 {
			t.Errorf("%s: %d stores, want %d; %d sites know their place", test.body, stores, test.stores, places)
		}
	}
}

func TestAnOpMayDecline(t *testing.T) {
	w := new(world)
	declines := steps.Op(func(*steps.Site) func(*steps.Frame) { return nil })
	if got := w.run(t, `return n.Inc(1).(int)`, map[string]any{"Inc": declines}); got != 2 || w.reflected != 1 {
		t.Errorf("%d after %d calls, want 2 after 1", got, w.reflected)
	}
}
