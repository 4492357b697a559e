package celltype_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"lockstep/kernel/worker/celltype"
)

func TestParseGivesOpenTypes(t *testing.T) {
	r := newRegistry(t, celltype.Decl{Name: "Node", Shown: "Node", Type: "struct { next *Node }"})
	open, _ := r.Open("Node")
	for expr, want := range map[string]reflect.Type{
		"Node":                 open,
		"map[string][]*Node":   reflect.MapOf(reflect.TypeFor[string](), reflect.SliceOf(reflect.PointerTo(open))),
		"<-chan time.Duration": reflect.TypeFor[<-chan time.Duration](),
		"func(...any) error":   reflect.TypeFor[func(...any) error](),
		"[2 + 1]byte":          reflect.TypeFor[[3]byte](),
	} {
		got, err := r.Parse(expr)
		if err != nil || got != want {
			t.Errorf("%s: %v, %v", expr, got, err)
		}
	}
	for expr, want := range map[string]string{
		"Nod":            "type Nod: no type Nod",
		"1 +":            "type 1 +: 1:4: expected operand, found 'EOF'",
		"map[[]int]bool": "type map[[]int]bool: reflect.MapOf: invalid key type []int",
	} {
		if _, err := r.Parse(expr); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", expr, err, want)
		}
	}
}

func TestMethodBindsReceivers(t *testing.T) {
	r := newRegistry(t, celltype.Decl{Name: "N", Shown: "N", Type: "int", Methods: []celltype.Method{
		{Name: "twice", Type: "func() int"},
		{Name: "set", Type: "func(int)", Pointer: true},
	}})
	implement(t, r, "N", map[string]any{
		"twice": fn(r, "N", false, nil, intType, func(n reflect.Value, _ []reflect.Value) []any { return []any{2 * int(n.Int())} }),
		"set": fn(r, "N", true, intType, nil, func(n reflect.Value, args []reflect.Value) []any {
			n.Elem().SetInt(args[0].Int())
			return nil
		}),
	})
	open, _ := r.Open("N")
	p := reflect.New(open)
	p.Elem().SetInt(4)
	for _, receiver := range []any{p.Interface(), r.TrueInterface(p.Interface()), p.Elem().Interface(), r.TrueInterface(p.Elem().Interface())} {
		fn, bound, ok := r.Method(receiver, "twice")
		if !ok || fn.Call([]reflect.Value{bound})[0].Int() != 8 {
			t.Errorf("%T has no working method twice", receiver)
		}
	}
	set, bound, ok := r.Method(r.TrueInterface(p.Interface()), "set")
	if !ok {
		t.Fatal("*N has no method set")
	}
	set.Call([]reflect.Value{bound, reflect.ValueOf(5)})
	if got := p.Elem().Int(); got != 5 {
		t.Errorf("set by the method to %d, want 5", got)
	}
	for name, receiver := range map[string]any{"set": p.Elem().Interface(), "other": p.Interface(), "String": 3} {
		if _, _, ok := r.Method(receiver, name); ok {
			t.Errorf("%T has a method %s", receiver, name)
		}
	}
}

func TestImplementSaysWhatIsWrong(t *testing.T) {
	r := newRegistry(t, celltype.Decl{Name: "N", Shown: "N", Type: "int", Methods: []celltype.Method{{Name: "M", Type: "func()"}}})
	for _, test := range []struct {
		typ, method string
		fn          any
		want        string
	}{
		{"X", "M", func() {}, "no type X"},
		{"N", "X", func() {}, "type N has no method X"},
		{"N", "M", 3, "method N.M: what runs for it is no function"},
		{"N", "M", func(int) {}, "method N.M: what runs for it is a func(int), which does not take a main.N first"},
	} {
		if err := r.Implement(test.typ, test.method, reflect.ValueOf(test.fn), "setup"); fmt.Sprint(err) != test.want {
			t.Errorf("%s.%s: %v, want %s", test.typ, test.method, err, test.want)
		}
	}
}

func TestAMethodThatWasLetGoOfIsSetUpAgain(t *testing.T) {
	r := celltype.NewRegistry(func(string, string) (reflect.Type, bool) { return nil, false })
	if err := r.Declare([]celltype.Decl{{
		Name: "T1", Shown: "T", Type: "struct { n int }",
		Methods: []celltype.Method{{Name: "Old", Type: "func() int"}, {Name: "New", Type: "func() int"}},
	}}); err != nil {
		t.Fatal(err)
	}
	open, _ := r.Open("T1")
	returns := func(n int) reflect.Value {
		return reflect.MakeFunc(reflect.FuncOf([]reflect.Type{open}, []reflect.Type{reflect.TypeFor[int]()}, false),
			func([]reflect.Value) []reflect.Value { return []reflect.Value{reflect.ValueOf(n)} })
	}
	setups := map[string]map[string]int{"first": {"Old": 1, "New": 2}, "second": {"New": 3}}
	var repeated []string
	setUp := func(name string) error {
		repeated = append(repeated, name)
		for method, n := range setups[name] {
			if err := r.Implement("T1", method, returns(n), name); err != nil {
				return err
			}
		}
		return nil
	}
	r.OnMissing(setUp)
	for _, name := range []string{"first", "second"} {
		if err := setUp(name); err != nil {
			t.Fatal(err)
		}
	}
	value := r.TrueInterface(reflect.Zero(open).Interface())
	methods := value.(interface {
		Old() int
		New() int
	})
	for _, order := range [][2]string{{"Old", "first"}, {"New", "second"}} {
		r.Release()
		repeated = nil
		call := map[string]func() int{"Old": methods.Old, "New": methods.New}
		if got := call[order[0]](); got != map[string]int{"Old": 1, "New": 3}[order[0]] {
			t.Errorf("%s gives %d", order[0], got)
		}
		if len(repeated) != 1 || repeated[0] != order[1] {
			t.Errorf("%s repeats %v, want %s", order[0], repeated, order[1])
		}
		if old, next := methods.Old(), methods.New(); old != 1 || next != 3 {
			t.Errorf("then Old gives %d and New %d", old, next)
		}
	}
	r.Release()
	r.OnMissing(func(string) error { return errors.New("no more") })
	defer func() {
		if err, ok := recover().(error); !ok || err.Error() != "method main.T.Old: no more" {
			t.Errorf("the call panics with %v", err)
		}
	}()
	methods.Old()
}
