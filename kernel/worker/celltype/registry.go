package celltype

import (
	"fmt"
	"go/ast"
	"go/parser"
	"iter"
	"maps"
	"reflect"
	"sync"
)

// A Decl declares one type. Its expressions are Go source in which the names of
// the registry's types, predeclared names and qualified names may stand.
type Decl struct {
	// Name is the registry's name for the type: unique for ever.
	Name string `json:"name"`
	// Shown is the name that the type shows, without its package: Stack[int]. It
	// is empty for a struct type without a name.
	Shown string `json:"shown,omitempty"`
	// Package is the import path of the package that the type shows as its own, by
	// default main. It must end with the package's name.
	Package string `json:"package,omitempty"`
	// Text is how a type without a name shows itself: struct { X int }.
	Text string `json:"text,omitempty"`
	// Type is the underlying type. An interface lists all its methods, none by
	// embedding.
	Type string `json:"type"`
	// Methods are the methods of the type and of the pointer to it, promoted ones
	// too.
	Methods []Method `json:"methods,omitempty"`
}

// A Method is one entry of a method table.
type Method struct {
	Name string `json:"name"`
	// Type is the method's type without its receiver: func(int) string.
	Type string `json:"type"`
	// Pointer says that only the pointer type has the method.
	Pointer bool `json:"pointer,omitempty"`
}

// Package is the package that cell types belong to.
const Package = "main"

// A Registry holds the types of one session. It is safe for concurrent use.
type Registry struct {
	lookup  func(pkg, name string) (reflect.Type, bool)
	missing func(setup string) error

	mu    sync.Mutex
	types map[string]*cellType
	// truth and open lead from a variant's descriptor to the other's. Types that
	// have one variant only are absent.
	truth sync.Map // *rtype → *rtype
	open  sync.Map // *rtype → *rtype
	// declared leads from the true variants, and from those of the pointers to
	// them, to the types.
	declared sync.Map // *rtype → *cellType
}

// cellType is one declared type while it is made and afterwards.
type cellType struct {
	decl    Decl
	expr    ast.Expr   // nil afterwards
	methods []ast.Expr // likewise

	layout   reflect.Type // a stand-in of the same layout
	progress int          // of laying it out
	variants [2]*variant
	impls    []*implementation // by decl.Methods
}

// The two variants.
const (
	openVariant = iota // for the interpreter: all fields count as exported
	trueVariant        // for everyone else: what a compiler makes
)

// variant is one of a type's two sides. An interface has one for both.
type variant struct {
	rtype       *rtype
	ptr         *ptrType
	uncommon    *uncommonType // of rtype
	ptrUncommon *uncommonType // of ptr
}

// NewRegistry is a registry without types. lookup finds the types of imported
// packages by import path and name.
func NewRegistry(lookup func(pkg, name string) (reflect.Type, bool)) *Registry {
	return &Registry{lookup: lookup, types: map[string]*cellType{}}
}

// Declare makes types, which may refer to each other in any order and to types
// declared earlier. In case of error none is declared. Its errors name the type.
func (r *Registry) Declare(decls []Decl) (err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := &builder{registry: r, fresh: map[string]*cellType{}}
	for _, d := range decls {
		if r.types[d.Name] != nil || b.fresh[d.Name] != nil {
			return fmt.Errorf("type %s is declared already", d.Name)
		}
		c := &cellType{decl: d}
		if c.expr, err = parser.ParseExpr(d.Type); err != nil {
			return fmt.Errorf("type %s: %w", d.Name, err)
		}
		for _, m := range d.Methods {
			e, err := parser.ParseExpr(m.Type)
			if err != nil {
				return fmt.Errorf("method %s.%s: %w", d.Name, m.Name, err)
			}
			c.methods = append(c.methods, e)
		}
		b.fresh[d.Name] = c
		b.order = append(b.order, c)
	}
	defer func() {
		// Package reflect panics on types that can't be.
		if p := recover(); p != nil {
			err = fmt.Errorf("type %s: %v", b.current, p)
		}
	}()
	if err := b.build(); err != nil {
		return err
	}
	for name, c := range b.fresh {
		c.expr, c.methods = nil, nil
		r.types[name] = c
		truth := c.variants[trueVariant]
		r.declared.Store(truth.rtype, c)
		r.declared.Store(&truth.ptr.rtype, c)
	}
	return nil
}

// Open is the type by the given name as the interpreter uses it.
func (r *Registry) Open(name string) (reflect.Type, bool) { return r.get(name, openVariant) }

// True is the type by the given name as compiled code knows it.
func (r *Registry) True(name string) (reflect.Type, bool) { return r.get(name, trueVariant) }

func (r *Registry) get(name string, v int) (reflect.Type, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.types[name]
	if c == nil {
		return nil, false
	}
	return toType(c.variants[v].rtype), true
}

// AllOpen yields all types by their names, as the interpreter uses them.
func (r *Registry) AllOpen() iter.Seq2[string, reflect.Type] {
	return func(yield func(string, reflect.Type) bool) {
		r.mu.Lock()
		types := maps.Clone(r.types)
		r.mu.Unlock()
		for name, c := range types {
			if !yield(name, toType(c.variants[openVariant].rtype)) {
				return
			}
		}
	}
}

// OnMissing names what is called when a method is called whose function Release has
// let go of. It is to have the setup repeated that the function came with; the call
// panics with its error.
func (r *Registry) OnMissing(repeat func(setup string) error) { r.missing = repeat }

// Release lets go of the functions that run for methods, until they are called.
func (r *Registry) Release() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.types {
		for _, impl := range c.impls {
			impl.fn.Store(nil)
		}
	}
}

// Implement says what runs for a method of a type: a function that takes the
// receiver first, *T for a pointer's method and T for others, all of open
// variants. It replaces what ran before. Until then a call of the method panics.
// Setup names what has the function made: where it is repeated for one of its
// methods, it doesn't replace what a later setup has said of another.
func (r *Registry) Implement(name, method string, fn reflect.Value, setup string) error {
	r.mu.Lock()
	c := r.types[name]
	r.mu.Unlock()
	if c == nil {
		return fmt.Errorf("no type %s", name)
	}
	impl := c.implementation(method)
	if impl == nil {
		return fmt.Errorf("type %s has no method %s", name, method)
	}
	if err := impl.accepts(fn); err != nil {
		return fmt.Errorf("method %s.%s: %w", name, method, err)
	}
	impl.store(fn, setup)
	return nil
}
