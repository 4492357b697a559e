package celltype_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"sort"
	"strings"
	"testing"
	"time"

	"lockstep/kernel/worker/celltype"
)

func newRegistry(t testing.TB, decls ...celltype.Decl) *celltype.Registry {
	t.Helper()
	r := celltype.NewRegistry(func(pkg, name string) (reflect.Type, bool) {
		switch pkg + "." + name {
		case "time.Duration":
			return reflect.TypeFor[time.Duration](), true
		case "time.Time":
			return reflect.TypeFor[time.Time](), true
		}
		return nil, false
	})
	if err := r.Declare(decls); err != nil {
		t.Fatal(err)
	}
	return r
}

// implement gives the methods of a type their functions by name.
func implement(t testing.TB, r *celltype.Registry, name string, funcs map[string]any) {
	t.Helper()
	for method, f := range funcs {
		v, ok := f.(reflect.Value)
		if !ok {
			v = reflect.ValueOf(f)
		}
		if err := r.Implement(name, method, v, "setup"); err != nil {
			t.Fatal(err)
		}
	}
}

// fn makes a function that takes the open type of a name, or a pointer to it, as
// interpreted code has them.
func fn(r *celltype.Registry, name string, pointer bool, in, out []reflect.Type, body func(recv reflect.Value, args []reflect.Value) []any) reflect.Value {
	recv, _ := r.Open(name)
	if pointer {
		recv = reflect.PointerTo(recv)
	}
	return reflect.MakeFunc(reflect.FuncOf(append([]reflect.Type{recv}, in...), out, false), func(args []reflect.Value) []reflect.Value {
		var results []reflect.Value
		for i, v := range body(args[0], args[1:]) {
			if v == nil {
				results = append(results, reflect.Zero(out[i]))
				continue
			}
			results = append(results, reflect.ValueOf(v).Convert(out[i]))
		}
		return results
	})
}

var (
	stringType = []reflect.Type{reflect.TypeFor[string]()}
	intType    = []reflect.Type{reflect.TypeFor[int]()}
	boolType   = []reflect.Type{reflect.TypeFor[bool]()}
)

func TestTypesShowThemselvesAsGoTypes(t *testing.T) {
	r := newRegistry(t,
		celltype.Decl{Name: "Node", Shown: "Node", Type: "struct { Value int; next *Node; byName map[string]Node }"},
		celltype.Decl{Name: "Celsius", Shown: "Celsius", Type: "float64"},
		celltype.Decl{Name: "List", Shown: "List[int]", Type: "[]List"},
		celltype.Decl{Name: "F", Shown: "F", Type: "func(int, ...string) F"},
		celltype.Decl{Name: "M", Shown: "M", Type: "map[Key]M"},
		celltype.Decl{Name: "Key", Shown: "Key", Type: "struct { x, y int }"},
		celltype.Decl{Name: "C", Shown: "C", Type: "chan<- Key"},
		celltype.Decl{Name: "A", Shown: "A", Type: "[3]Key"},
		celltype.Decl{Name: "P", Shown: "P", Type: "*P"},
		celltype.Decl{Name: "T", Shown: "T", Type: "struct { Key; D time.Duration `json:\"d\"` }"},
	)
	for name, want := range map[string]string{
		"Node": "struct main.Node", "Celsius": "float64 main.Celsius", "List": "slice main.List[int]", "F": "func main.F", "M": "map main.M",
		"Key": "struct main.Key", "C": "chan main.C", "A": "array main.A", "P": "ptr main.P", "T": "struct main.T",
	} {
		typ, ok := r.True(name)
		if got := fmt.Sprint(typ.Kind(), " ", typ); !ok || got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
		if reflect.PointerTo(typ).String() != "*"+typ.String() {
			t.Errorf("pointer to %s is %s", typ, reflect.PointerTo(typ))
		}
	}
	node, _ := r.True("Node")
	if node.Field(1).Type != reflect.PointerTo(node) || node.Field(2).Type.Elem() != node {
		t.Errorf("Node does not refer to itself: %v", node.Field(1).Type)
	}
	if node.Field(1).IsExported() || !node.Field(0).IsExported() {
		t.Error("exported fields are mixed up in the true variant")
	}
	open, _ := r.Open("Node")
	v := reflect.New(open).Elem()
	v.Field(1).Set(reflect.New(open)) // would panic for a field that is not exported
	v.Field(0).SetInt(7)
	if got := fmt.Sprintf("%+v", r.TrueInterface(v.Interface())); !strings.HasPrefix(got, "{Value:7 next:0x") {
		t.Errorf("a node shows as %s", got)
	}
}

func TestValuesBehaveAsInCompiledPrograms(t *testing.T) {
	r := newRegistry(t,
		celltype.Decl{Name: "E", Shown: "E", Type: "struct { Code int; secret string }", Methods: []celltype.Method{
			{Name: "Error", Type: "func() string"},
			{Name: "Set", Type: "func(int)", Pointer: true},
			{Name: "same", Type: "func(E) bool"},
		}},
		celltype.Decl{Name: "Box", Shown: "Box", Type: "struct { In E; List []E }"},
		celltype.Decl{Name: "Samer", Shown: "Samer", Type: "interface { same(E) bool; Error() string }"},
		celltype.Decl{Name: "ByLen", Shown: "ByLen", Type: "[]string", Methods: []celltype.Method{
			{Name: "Len", Type: "func() int"},
			{Name: "Less", Type: "func(i, j int) bool"},
			{Name: "Swap", Type: "func(i, j int)"},
		}},
	)
	implement(t, r, "E", map[string]any{
		"Error": fn(r, "E", false, nil, stringType, func(e reflect.Value, _ []reflect.Value) []any {
			runtime.GC() // the descriptors must survive it
			return []any{fmt.Sprintf("error %d", e.Field(0).Int())}
		}),
		"Set": fn(r, "E", true, intType, nil, func(e reflect.Value, args []reflect.Value) []any {
			e.Elem().Field(0).Set(args[0])
			return nil
		}),
		"same": func() reflect.Value {
			open, _ := r.Open("E")
			return fn(r, "E", false, []reflect.Type{open}, boolType, func(e reflect.Value, args []reflect.Value) []any {
				return []any{e.Interface() == args[0].Interface()}
			})
		}(),
	})
	list, _ := r.Open("ByLen")
	implement(t, r, "ByLen", map[string]any{
		"Len": fn(r, "ByLen", false, nil, intType, func(s reflect.Value, _ []reflect.Value) []any { return []any{s.Len()} }),
		"Less": fn(r, "ByLen", false, []reflect.Type{intType[0], intType[0]}, boolType, func(s reflect.Value, a []reflect.Value) []any {
			return []any{s.Index(int(a[0].Int())).Len() < s.Index(int(a[1].Int())).Len()}
		}),
		"Swap": fn(r, "ByLen", false, []reflect.Type{intType[0], intType[0]}, nil, func(s reflect.Value, a []reflect.Value) []any {
			reflect.Swapper(s.Interface())(int(a[0].Int()), int(a[1].Int()))
			return nil
		}),
	})

	open, _ := r.Open("E")
	p := reflect.New(open)
	p.Elem().Field(0).SetInt(3)
	p.Elem().Field(1).SetString("s")
	value, pointer := r.TrueInterface(p.Elem().Interface()), r.TrueInterface(p.Interface())

	for _, test := range []struct{ format, want string }{
		{"%T", "main.E"}, {"%v", "error 3"}, {"%+d", "{+3 %!d(string=s)}"}, {"%#v", `main.E{Code:3, secret:"s"}`},
	} {
		if got := fmt.Sprintf(test.format, value); got != test.want {
			t.Errorf("%s: %s, want %s", test.format, got, test.want)
		}
	}
	err := value.(error)
	if wrapped := fmt.Errorf("wrapped: %w", err); !errors.Is(wrapped, err) || wrapped.Error() != "wrapped: error 3" {
		t.Errorf("wrapped: %v", wrapped)
	}
	truth, _ := r.True("E")
	target := reflect.New(truth)
	if !errors.As(fmt.Errorf("%w", err), target.Interface()) || target.Elem().Field(0).Int() != 3 {
		t.Error("errors.As does not find the error")
	}
	pointer.(interface{ Set(int) }).Set(9)
	if got := pointer.(error).Error(); got != "error 9" {
		t.Errorf("after Set through the pointer: %s", got)
	}
	if _, ok := value.(interface{ Set(int) }); ok {
		t.Error("the value has the pointer's method")
	}
	if data, _ := json.Marshal(pointer); string(data) != `{"Code":9}` {
		t.Errorf("as JSON: %s", data)
	}
	samer, _ := r.True("Samer")
	if !truth.Implements(samer) || reflect.TypeFor[error]().Implements(samer) {
		t.Error("the interface with an unexported method is not implemented by E alone")
	}
	v := reflect.New(samer).Elem()
	v.Set(reflect.ValueOf(value))
	if same := v.MethodByName("Error").Call(nil)[0].String(); same != "error 3" {
		t.Errorf("through the interface: %s", same)
	}

	s := reflect.MakeSlice(list, 0, 3)
	for _, x := range []string{"ccc", "a", "bb"} {
		s = reflect.Append(s, reflect.ValueOf(x))
	}
	sort.Sort(r.TrueInterface(s.Interface()).(sort.Interface))
	if got := fmt.Sprint(s); got != "[a bb ccc]" {
		t.Errorf("sorted: %s", got)
	}

	box, _ := r.Open("Box")
	b := reflect.New(box).Elem()
	b.Field(0).Field(0).SetInt(1)
	b.Field(1).Set(reflect.Append(b.Field(1), p.Elem()))
	if got := fmt.Sprintf("%v", r.TrueInterface(b.Interface())); got != "{error 1 [error 9]}" {
		t.Errorf("nested: %s", got)
	}
	back := r.OpenInterface(r.TrueInterface(b.Interface()))
	if reflect.TypeOf(back) != box {
		t.Errorf("there and back: %T", back)
	}
}

func TestMethodsByReflection(t *testing.T) {
	r := newRegistry(t, celltype.Decl{Name: "D", Shown: "D", Type: "map[string]int", Methods: []celltype.Method{
		{Name: "Sum", Type: "func(more ...int) int"},
	}})
	implement(t, r, "D", map[string]any{
		"Sum": fn(r, "D", false, []reflect.Type{reflect.TypeFor[[]int]()}, intType, func(d reflect.Value, args []reflect.Value) []any {
			n := args[0].Len()
			for _, k := range d.MapKeys() {
				n += int(d.MapIndex(k).Int())
			}
			return []any{n}
		}),
	})
	truth, _ := r.True("D")
	d := reflect.MakeMap(truth)
	d.SetMapIndex(reflect.ValueOf("a"), reflect.ValueOf(40))
	two := []reflect.Value{reflect.ValueOf(1), reflect.ValueOf(2)}
	if got := d.MethodByName("Sum").Call(two)[0].Int(); got != 42 {
		t.Errorf("by value's method: %d", got)
	}
	if got := truth.Method(0).Func.Call(append([]reflect.Value{d}, two...))[0].Int(); got != 42 {
		t.Errorf("by type's method: %d", got)
	}
	if got := d.Interface().(interface{ Sum(...int) int }).Sum(5); got != 41 {
		t.Errorf("by interface: %d", got)
	}
	pd := reflect.New(truth)
	pd.Elem().Set(d)
	if got := pd.Interface().(interface{ Sum(...int) int }).Sum(); got != 40 {
		t.Errorf("by pointer: %d", got)
	}
}

func TestErrorsNameTheType(t *testing.T) {
	for expr, want := range map[string]string{
		"struct { x T }":             "type T: invalid recursive type T",
		"[]Missing":                  "type T: no type Missing",
		"struct {":                   "type T: 1:9: expected '}', found 'EOF'",
		"map[[]int]string":           "type T: reflect.MapOf: invalid key type []int",
		"[n]int":                     "type T: an array's length must be a constant",
		"struct { a struct{x int} }": "type T: a struct type needs a name here",
	} {
		r := celltype.NewRegistry(func(string, string) (reflect.Type, bool) { return nil, false })
		err := r.Declare([]celltype.Decl{{Name: "T", Shown: "T", Type: expr}})
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", expr, err, want)
		}
	}
}

func TestMapsKeyedByCellTypes(t *testing.T) {
	r := newRegistry(t,
		celltype.Decl{Name: "Key", Shown: "Key", Type: "struct { x, y int; v any }"},
		celltype.Decl{Name: "Holder", Shown: "Holder", Type: "struct { m map[Key]Holder; p *Holder; s string }"},
	)
	open, _ := r.Open("Holder")
	h := reflect.New(open).Elem()
	m := reflect.MakeMap(open.Field(0).Type)
	for i := range 200 {
		k := reflect.New(open.Field(0).Type.Key()).Elem()
		k.Field(0).SetInt(int64(i))
		k.Field(2).Set(reflect.ValueOf(fmt.Sprint("v", i)))
		e := reflect.New(open).Elem()
		e.Field(2).SetString(strings.Repeat("x", i))
		e.Field(1).Set(reflect.New(open))
		m.SetMapIndex(k, e)
		runtime.GC()
	}
	h.Field(0).Set(m)
	if m.Len() != 200 {
		t.Fatalf("%d entries, want 200", m.Len())
	}
	// The true variant reads the same memory.
	truth := reflect.ValueOf(r.TrueInterface(h.Interface()))
	n := 0
	for it := truth.Field(0).MapRange(); it.Next(); {
		if it.Value().Field(2).Len() != int(it.Key().Field(0).Int()) {
			t.Fatalf("entry %v has %v", it.Key(), it.Value())
		}
		n++
	}
	if n != 200 {
		t.Errorf("%d entries by the true variant", n)
	}
}
