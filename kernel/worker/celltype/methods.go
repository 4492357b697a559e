package celltype

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
)

// implementation is what runs for a method, once it is known.
type implementation struct {
	name string       // main.T.M
	open reflect.Type // of the receiver that fn takes
	fn   atomic.Pointer[reflect.Value]

	mu     sync.Mutex // guards what follows, and storing
	setups []string   // that have named what runs, the one that counts last
}

// implementation is that of a method by its name, nil if there is none.
func (c *cellType) implementation(method string) *implementation {
	for i, m := range c.decl.Methods {
		if m.Name == method {
			return c.impls[i]
		}
	}
	return nil
}

func (i *implementation) accepts(fn reflect.Value) error {
	if !fn.IsValid() || fn.Kind() != reflect.Func || fn.IsNil() {
		return errors.New("what runs for it is no function")
	}
	if t := fn.Type(); t.NumIn() == 0 || t.In(0) != i.open {
		return fmt.Errorf("what runs for it is a %s, which does not take a %s first", t, i.open)
	}
	return nil
}

func (i *implementation) store(fn reflect.Value, setup string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	switch at := slices.Index(i.setups, setup); {
	case at < 0:
		i.setups = append(i.setups, setup)
	case at < len(i.setups)-1:
		return
	}
	i.fn.Store(&fn)
}

// load is the function that runs. One that was let go of is made again.
func (i *implementation) load(r *Registry) reflect.Value {
	for {
		if fn := i.fn.Load(); fn != nil {
			return *fn
		}
		i.mu.Lock()
		setup := ""
		if n := len(i.setups); n > 0 {
			setup = i.setups[n-1]
		}
		i.mu.Unlock()
		if setup == "" || r.missing == nil {
			panic("method " + i.name + " has no body yet")
		}
		if err := r.missing(setup); err != nil {
			panic(fmt.Errorf("method %s: %w", i.name, err))
		}
	}
}

// nilReceiver is the panic of a method of T that is called by a nil *T. It holds
// the method's name.
type nilReceiver string

// Error is what the Go runtime says.
func (m nilReceiver) Error() string {
	method := string(m)
	dot := strings.LastIndexByte(method, '.')
	name := method[strings.IndexByte(method, '.')+1 : dot]
	return "value method " + method + " called using nil *" + name + " pointer"
}

// RuntimeError makes it a runtime.Error.
func (nilReceiver) RuntimeError() {}

// methods fills the method tables of a type and of the pointer to it.
func (b *builder) methods(c *cellType) error {
	truth := c.variants[trueVariant]
	if c.isInterface() || len(c.decl.Methods) == 0 {
		return nil
	}
	order := make([]int, len(c.decl.Methods))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return compareMethods(c.decl.Methods[i].Name, c.decl.Methods[j].Name) })
	values, pointers := truth.uncommon.table(), truth.ptrUncommon.table()
	for _, i := range order {
		m := c.decl.Methods[i]
		onPointer, onValue, err := b.method(c, i)
		if err != nil {
			return err
		}
		exported := token.IsExported(m.Name)
		pointers.add(onPointer, exported)
		if !m.Pointer {
			values.add(onValue, exported)
		}
	}
	return nil
}

// table is a method table that is being filled.
type table struct{ u *uncommonType }

func (u *uncommonType) table() table { return table{u} }

func (t table) add(m method, exported bool) {
	at := unsafe.Add(unsafe.Pointer(t.u), uintptr(t.u.moff)+uintptr(t.u.mcount)*unsafe.Sizeof(method{}))
	*(*method)(at) = m
	t.u.mcount++
	if exported {
		t.u.xcount++
	}
}

// method makes the entries of one method: in the pointer's table and, where the
// value has the method too, in the value's.
func (b *builder) method(c *cellType, i int) (onPointer, onValue method, err error) {
	m, impl := c.decl.Methods[i], c.impls[i]
	expr, ok := c.methods[i].(*ast.FuncType)
	if !ok {
		return onPointer, onValue, errNotFunc
	}
	sig, err := b.funcOf(expr, trueVariant)
	if err != nil {
		return onPointer, onValue, err
	}
	open, truth := toType(c.variants[openVariant].rtype), toType(c.variants[trueVariant].rtype)
	impl.open = open
	if m.Pointer {
		impl.open = reflect.PointerTo(open)
	}
	call := &caller{registry: b.registry, impl: impl}

	// An interface value holds a pointer to what it holds, or the thing itself
	// where that is one pointer.
	byPointer := call.stub(reflect.TypeFor[unsafe.Pointer](), sig, func(recv reflect.Value) reflect.Value {
		p := recv.UnsafePointer()
		if m.Pointer {
			return reflect.NewAt(open, p)
		}
		if p == nil {
			panic(nilReceiver(impl.name))
		}
		return reflect.NewAt(open, p).Elem()
	})
	if byPointer.err != nil {
		return onPointer, onValue, byPointer.err
	}
	onPointer = method{name: methodName(m.Name), mtyp: typeOffset(sig), ifn: byPointer.offset, tfn: byPointer.offset}
	if m.Pointer {
		return onPointer, onValue, nil
	}
	byValue := call.stub(truth, sig, func(recv reflect.Value) reflect.Value { return reinterpret(recv, open) })
	if byValue.err != nil {
		return onPointer, onValue, byValue.err
	}
	onValue = onPointer
	onValue.tfn = byValue.offset
	if c.variants[trueVariant].rtype.tflag&tflagDirect != 0 {
		onValue.ifn = byValue.offset
	}
	return onPointer, onValue, nil
}

// caller makes functions that call a method's implementation.
type caller struct {
	registry *Registry
	impl     *implementation
}

type stubResult struct {
	offset int32
	err    error
}

// stub makes a stub for a function that takes the receiver before what sig takes.
func (c *caller) stub(receiver, sig reflect.Type, adapt func(reflect.Value) reflect.Value) stubResult {
	in := []reflect.Type{receiver}
	for t := range sig.Ins() {
		in = append(in, t)
	}
	out := slices.Collect(sig.Outs())
	fn := reflect.MakeFunc(reflect.FuncOf(in, out, sig.IsVariadic()), func(args []reflect.Value) []reflect.Value {
		fn := c.impl.load(c.registry)
		args[0] = adapt(args[0])
		for i := 1; i < len(args); i++ {
			args[i] = c.registry.OpenValue(args[i])
		}
		var results []reflect.Value
		if fn.Type().IsVariadic() {
			results = fn.CallSlice(args)
		} else {
			results = fn.Call(args)
		}
		for i, r := range results {
			results[i] = c.registry.TrueValue(r)
		}
		return results
	})
	offset, err := newStub(fn)
	return stubResult{offset, err}
}

func (b *builder) funcOf(e *ast.FuncType, v int) (reflect.Type, error) {
	var in, out []reflect.Type
	variadic := false
	add := func(list *ast.FieldList, to *[]reflect.Type) error {
		if list == nil {
			return nil
		}
		for _, f := range list.List {
			expr := f.Type
			if dots, ok := expr.(*ast.Ellipsis); ok {
				variadic = true
				expr = &ast.ArrayType{Elt: dots.Elt}
			}
			t, err := b.typeOf(expr, v)
			if err != nil {
				return err
			}
			for range max(1, len(f.Names)) {
				*to = append(*to, t)
			}
		}
		return nil
	}
	if err := add(e.Params, &in); err != nil {
		return nil, err
	}
	if err := add(e.Results, &out); err != nil {
		return nil, err
	}
	return reflect.FuncOf(in, out, variadic), nil
}
