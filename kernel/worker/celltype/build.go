package celltype

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"hash/fnv"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
)

// builder makes a group of types in three steps. First each is laid out with
// stand-ins for what it only points to. Then shells are made, which have a
// layout and a name, so that package reflect can make pointers, slices, maps and
// functions of them. At last the shells get their real fields and elements.
type builder struct {
	registry *Registry
	fresh    map[string]*cellType
	order    []*cellType
	current  string // the type that is being made, for errors
}

func (b *builder) build() error {
	steps := []func(*cellType) error{
		func(c *cellType) error { _, err := b.layoutOfDecl(c); return err },
		b.shell,
		func(c *cellType) error { return b.fill(c, openVariant) },
		func(c *cellType) error { return b.fill(c, trueVariant) },
		b.methods,
	}
	for _, step := range steps {
		for _, c := range b.order {
			b.current = c.decl.Name
			if err := step(c); err != nil {
				return fmt.Errorf("type %s: %w", c.decl.Name, err)
			}
		}
	}
	return nil
}

// kept holds all memory that descriptors lie in: the runtime refers to it from
// where the garbage collector does not look.
var kept struct {
	sync.Mutex
	list []any
}

func keep[T any](v T) T {
	kept.Lock()
	defer kept.Unlock()
	kept.list = append(kept.list, v)
	return v
}

var serial atomic.Uint32

// descriptor allocates a descriptor of type T that is followed by an uncommon
// part and n methods, as the runtime expects.
func descriptor[T any](n int) (*T, *uncommonType) {
	block := reflect.New(reflect.StructOf([]reflect.StructField{
		{Name: "T", Type: reflect.TypeFor[T]()},
		{Name: "U", Type: reflect.TypeFor[uncommonType]()},
		{Name: "M", Type: reflect.ArrayOf(n, reflect.TypeFor[method]())},
	}))
	keep(block)
	t := (*T)(block.Elem().Field(0).Addr().UnsafePointer())
	u := (*uncommonType)(block.Elem().Field(1).Addr().UnsafePointer())
	u.moff = uint32(block.Elem().Type().Field(2).Offset - block.Elem().Type().Field(1).Offset)
	return t, u
}

// shell makes the descriptors of both variants and of the pointers to them.
func (b *builder) shell(c *cellType) error {
	c.impls = make([]*implementation, len(c.decl.Methods))
	for i := range c.impls {
		c.impls[i] = &implementation{name: c.String() + "." + c.decl.Methods[i].Name}
	}
	for v := range c.variants {
		if v == openVariant && c.isInterface() {
			continue
		}
		values, pointers := 0, 0
		if v == trueVariant {
			pointers = len(c.decl.Methods)
			for _, m := range c.decl.Methods {
				if !m.Pointer {
					values++
				}
			}
		}
		r, u := c.allocate(values)
		head := toRtype(c.layout)
		r.size, r.ptrBytes, r.align, r.fieldAlign = head.size, head.ptrBytes, head.align, head.fieldAlign
		r.kind, r.gcData = head.kind, head.gcData
		if r.equal == nil {
			r.equal = head.equal
		}
		r.tflag = head.tflag&tflagLayout | tflagUncommon | tflagExtraStar
		if c.decl.Shown != "" {
			r.tflag |= tflagNamed
		}
		r.hash = hashOf(c.decl.Name, v)
		name := newName("*"+c.String(), "", c.decl.Shown != "" && token.IsExported(c.decl.Shown), false)
		r.str = addReflectOff(unsafe.Pointer(keep(name)))
		u.pkgPath = packageOffset()
		if c.decl.Package != "" {
			u.pkgPath = pathOffset(c.decl.Package)
		}

		p, pu := descriptor[ptrType](pointers)
		*p = *(*ptrType)(unsafe.Pointer(toRtype(standPointer)))
		p.elem = r
		p.hash = hashOf("*"+c.decl.Name, v)
		p.str, p.ptrToThis = r.str, 0
		p.tflag = p.tflag&tflagLayout | tflagUncommon
		pu.pkgPath = u.pkgPath
		r.ptrToThis = addReflectOff(unsafe.Pointer(p))
		c.variants[v] = &variant{rtype: r, ptr: p, uncommon: u, ptrUncommon: pu}
	}
	if c.isInterface() {
		c.variants[openVariant] = c.variants[trueVariant]
		return nil
	}
	open, truth := c.variants[openVariant], c.variants[trueVariant]
	b.registry.pair(open.rtype, truth.rtype)
	b.registry.pair(&open.ptr.rtype, &truth.ptr.rtype)
	return nil
}

// String is the type as it shows itself.
func (c *cellType) String() string {
	if c.decl.Shown == "" {
		return cmp.Or(c.decl.Text, c.decl.Type)
	}
	return path.Base(c.pkgPath()) + "." + c.decl.Shown
}

// pkgPath is the package that the type shows as its own.
func (c *cellType) pkgPath() string { return cmp.Or(c.decl.Package, Package) }

func (c *cellType) isInterface() bool {
	return c.layout.Kind() == reflect.Interface
}

// allocate makes room for the descriptor of the type's kind.
func (c *cellType) allocate(methods int) (*rtype, *uncommonType) {
	switch c.layout.Kind() {
	case reflect.Struct:
		t, u := descriptor[structType](methods)
		// Until its fields are known the struct has its layout's.
		t.fields = (*structType)(unsafe.Pointer(toRtype(c.layout))).fields
		if c.layout.Comparable() {
			t.equal = t.fieldsEqual
		}
		return &t.rtype, u
	case reflect.Pointer:
		t, u := descriptor[ptrType](methods)
		return &t.rtype, u
	case reflect.Slice:
		t, u := descriptor[sliceType](methods)
		return &t.rtype, u
	case reflect.Array:
		t, u := descriptor[arrayType](methods)
		*t = *(*arrayType)(unsafe.Pointer(toRtype(c.layout)))
		return &t.rtype, u
	case reflect.Chan:
		t, u := descriptor[chanType](methods)
		return &t.rtype, u
	case reflect.Map:
		t, u := descriptor[mapType](methods)
		return &t.rtype, u
	case reflect.Interface:
		t, u := descriptor[interfaceType](methods)
		return &t.rtype, u
	case reflect.Func:
		f := c.expr.(*ast.FuncType)
		return funcDescriptor(methods, f.Params.NumFields()+f.Results.NumFields())
	default:
		t, u := descriptor[rtype](methods)
		return t, u
	}
}

// funcDescriptor is descriptor for a function type: its parameters and results
// stand between the uncommon part and the methods.
func funcDescriptor(methods, params int) (*rtype, *uncommonType) {
	block := keep(reflect.New(reflect.StructOf([]reflect.StructField{
		{Name: "T", Type: reflect.TypeFor[funcType]()},
		{Name: "U", Type: reflect.TypeFor[uncommonType]()},
		{Name: "P", Type: reflect.ArrayOf(params, reflect.TypeFor[*rtype]())},
		{Name: "M", Type: reflect.ArrayOf(methods, reflect.TypeFor[method]())},
	})))
	t := (*funcType)(block.Elem().Field(0).Addr().UnsafePointer())
	u := (*uncommonType)(block.Elem().Field(1).Addr().UnsafePointer())
	u.moff = uint32(block.Elem().Type().Field(3).Offset - block.Elem().Type().Field(1).Offset)
	return &t.rtype, u
}

var packageOffset = sync.OnceValue(func() int32 { return pathOffset(Package) })

func pathOffset(path string) int32 {
	return addReflectOff(unsafe.Pointer(keep(newName(path, "", false, false))))
}

func hashOf(name string, v int) uint32 {
	h := fnv.New32a()
	fmt.Fprintf(h, "lockstep/%s/%d", name, v)
	return h.Sum32() ^ serial.Add(1)
}

// fill gives a shell what a type of its kind has.
func (b *builder) fill(c *cellType, v int) error {
	if c.isInterface() {
		if v == trueVariant {
			return b.fillInterface(c)
		}
		return nil
	}
	r := c.variants[v].rtype
	if r.kind == uint8(reflect.Struct) {
		return b.fillStruct(c, v)
	}
	t, err := b.typeOf(c.expr, v)
	if err != nil {
		return err
	}
	from := toRtype(t)
	head := *r
	switch t.Kind() {
	case reflect.Pointer:
		(*ptrType)(unsafe.Pointer(r)).elem = (*ptrType)(unsafe.Pointer(from)).elem
	case reflect.Slice:
		(*sliceType)(unsafe.Pointer(r)).elem = (*sliceType)(unsafe.Pointer(from)).elem
	case reflect.Array:
		*(*arrayType)(unsafe.Pointer(r)) = *(*arrayType)(unsafe.Pointer(from))
	case reflect.Chan:
		*(*chanType)(unsafe.Pointer(r)) = *(*chanType)(unsafe.Pointer(from))
	case reflect.Map:
		*(*mapType)(unsafe.Pointer(r)) = *(*mapType)(unsafe.Pointer(from))
	case reflect.Func:
		to, f := (*funcType)(unsafe.Pointer(r)), (*funcType)(unsafe.Pointer(from))
		to.inCount, to.outCount = f.inCount, f.outCount
		params := unsafe.Slice((**rtype)(unsafe.Add(unsafe.Pointer(r), unsafe.Sizeof(funcType{})+unsafe.Sizeof(uncommonType{}))), t.NumIn()+t.NumOut())
		for i := range t.NumIn() {
			params[i] = toRtype(t.In(i))
		}
		for i := range t.NumOut() {
			params[t.NumIn()+i] = toRtype(t.Out(i))
		}
	}
	// The head is the shell's: its name, its flags, its pointer type.
	*r = head
	return nil
}

func (b *builder) fillStruct(c *cellType, v int) error {
	fields, err := b.fields(c.expr, v, c.layout)
	if err != nil {
		return err
	}
	s := (*structType)(unsafe.Pointer(c.variants[v].rtype))
	s.pkgPath = keep(newName(Package, "", false, false))
	s.fields = fields
	return nil
}

// fields are the fields of the struct type that an expression is, by way of
// other types' names perhaps.
func (b *builder) fields(e ast.Expr, v int, layout reflect.Type) ([]structField, error) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return b.fields(e.X, v, layout)
	case *ast.Ident:
		c, _, err := b.named(e.Name)
		if err != nil {
			return nil, err
		}
		return b.fields(c.expr, v, layout)
	case *ast.SelectorExpr:
		t, err := b.qualified(e)
		if err != nil {
			return nil, err
		}
		return (*structType)(unsafe.Pointer(toRtype(t))).fields, nil
	}
	st, ok := e.(*ast.StructType)
	if !ok {
		return nil, fmt.Errorf("%T is not a struct type", e)
	}
	var out []structField
	for _, f := range st.Fields.List {
		t, err := b.typeOf(f.Type, v)
		if err != nil {
			return nil, err
		}
		tag := ""
		if f.Tag != nil {
			if tag, err = strconv.Unquote(f.Tag.Value); err != nil {
				return nil, err
			}
		}
		add := func(name string, embedded bool) {
			exported := token.IsExported(name) || v == openVariant
			offset := layout.Field(len(out)).Offset
			out = append(out, structField{keep(newName(name, tag, exported, embedded)), toRtype(t), offset})
		}
		_, named := f.Type.(*ast.ParenExpr)
		for _, name := range f.Names {
			add(name.Name, named)
		}
		if len(f.Names) == 0 {
			add(b.embeddedName(f.Type), true)
		}
	}
	return out, nil
}

// embeddedName is the name of an embedded field: its type's, as it shows.
func (b *builder) embeddedName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return b.embeddedName(e.X)
	case *ast.ParenExpr:
		return b.embeddedName(e.X)
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.Ident:
		if c, _, err := b.named(e.Name); err == nil && c != nil {
			name, _, _ := strings.Cut(c.decl.Shown, "[")
			return name
		}
		return e.Name
	}
	return ""
}

func (b *builder) fillInterface(c *cellType) error {
	r := c.variants[trueVariant].rtype
	to := (*interfaceType)(unsafe.Pointer(r))
	to.pkgPath = keep(newName(Package, "", false, false))
	type entry struct {
		name string
		m    imethod
	}
	var entries []entry
	if it, ok := c.expr.(*ast.InterfaceType); ok {
		for _, f := range it.Methods.List {
			t, err := b.typeOf(f.Type, trueVariant)
			if err != nil {
				return err
			}
			for _, name := range f.Names {
				entries = append(entries, entry{name.Name, imethod{methodName(name.Name), typeOffset(t)}})
			}
		}
	} else {
		t, err := b.typeOf(c.expr, trueVariant)
		if err != nil {
			return err
		}
		for m := range t.Methods() {
			entries = append(entries, entry{m.Name, imethod{methodName(m.Name), typeOffset(m.Type)}})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return compareMethods(a.name, b.name) })
	for _, e := range entries {
		to.methods = append(to.methods, e.m)
	}
	return nil
}

// compareMethods orders methods as the compiler does: exported names first.
func compareMethods(a, b string) int {
	if x, y := token.IsExported(a), token.IsExported(b); x != y {
		if x {
			return -1
		}
		return 1
	}
	return strings.Compare(a, b)
}

func methodName(name string) int32 {
	if token.IsExported(name) {
		return addReflectOff(unsafe.Pointer(keep(newName(name, "", true, false))))
	}
	return addReflectOff(unsafe.Pointer(keep(newPackagedName(name, Package))))
}

func typeOffset(t reflect.Type) int32 { return addReflectOff(unsafe.Pointer(toRtype(t))) }

// typeOf is the type that an expression stands for, in one of the variants.
func (b *builder) typeOf(e ast.Expr, v int) (reflect.Type, error) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return b.typeOf(e.X, v)
	case *ast.Ident:
		c, t, err := b.named(e.Name)
		if err != nil || c == nil {
			return t, err
		}
		return toType(c.variants[v].rtype), nil
	case *ast.SelectorExpr:
		return b.qualified(e)
	case *ast.StarExpr:
		elem, err := b.typeOf(e.X, v)
		if err != nil {
			return nil, err
		}
		return reflect.PointerTo(elem), nil
	case *ast.ArrayType:
		elem, err := b.typeOf(e.Elt, v)
		if err != nil {
			return nil, err
		}
		if e.Len == nil {
			return reflect.SliceOf(elem), nil
		}
		n, err := length(e.Len)
		if err != nil {
			return nil, err
		}
		return reflect.ArrayOf(n, elem), nil
	case *ast.MapType:
		key, err := b.typeOf(e.Key, v)
		if err != nil {
			return nil, err
		}
		elem, err := b.typeOf(e.Value, v)
		if err != nil {
			return nil, err
		}
		return reflect.MapOf(key, elem), nil
	case *ast.ChanType:
		elem, err := b.typeOf(e.Value, v)
		if err != nil {
			return nil, err
		}
		dir := reflect.BothDir
		switch e.Dir {
		case ast.SEND:
			dir = reflect.SendDir
		case ast.RECV:
			dir = reflect.RecvDir
		}
		return reflect.ChanOf(dir, elem), nil
	case *ast.FuncType:
		return b.funcOf(e, v)
	case *ast.InterfaceType:
		if e.Methods.NumFields() == 0 {
			return standAny, nil
		}
		return nil, fmt.Errorf("an interface with methods needs a name here")
	case *ast.StructType:
		if e.Fields.NumFields() == 0 {
			return reflect.TypeFor[struct{}](), nil
		}
		return nil, fmt.Errorf("a struct type needs a name here")
	default:
		return nil, fmt.Errorf("%T is not a type", e)
	}
}
