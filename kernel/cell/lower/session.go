package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lockstep/kernel/cell/library"
	"lockstep/kernel/worker/celltype"
)

// Session remembers what the lowered code of earlier cells declared.
type Session struct {
	known   known
	sources sources
	serial  int                         // of all names given, also those of cells that failed
	shared  map[string]bool             // the variables that functions and pointers may reach
	written map[string]bool             // those that functions write to, or pointers lead to
	aliases map[types.Object]*types.Var // as in Cell.Variables, of earlier cells
	watched bool                        // an earlier cell could simulate
	silent  map[string]bool             // variables with functions in them that tell of nothing
	locals  map[*types.TypeName]local   // the types that functions declare
	// concrete are the types that generic functions declare, by the function's instance.
	concrete map[instanceKey]map[*types.TypeName]*types.Named
}

// known is what has been declared under which name.
type known struct {
	types     map[string][]typeSymbol // by the type's text
	functions map[types.Object]*function
	instances map[string]string // generic functions made concrete → name
	variables map[*types.Var]string
}

func newKnown() known {
	return known{
		types:     map[string][]typeSymbol{},
		functions: map[types.Object]*function{},
		instances: map[string]string{},
		variables: map[*types.Var]string{},
	}
}

type typeSymbol struct {
	typ  types.Type
	name string
}

// function is a function or method of a cell.
type function struct {
	name   string
	decl   *ast.FuncDecl
	source *Source
	// library says that it is one of the library, which is emitted where it is used.
	library bool
	// watched says that it tells of its accesses to shared variables; of those in
	// ignores it doesn't, since nothing wrote to them. calls are the functions that it
	// refers to.
	watched bool
	ignores map[string]bool
	calls   map[*function]bool
}

// NewSession is a session in which nothing is declared. l has the source of what
// there is no compiled code of.
func NewSession(l *library.Library) *Session {
	return &Session{known: newKnown(), sources: newSources(l), shared: map[string]bool{}, written: map[string]bool{}, silent: map[string]bool{}, aliases: map[types.Object]*types.Var{}, locals: map[*types.TypeName]local{}, concrete: map[instanceKey]map[*types.TypeName]*types.Named{}}
}

// Source is checked syntax, and where it comes from.
type Source struct {
	Info *types.Info
	Pkg  *types.Package
	// Place tells where in the cells a position lies; ok is false for syntax that
	// stands in no cell.
	Place func(token.Pos) (cell, line, column int, ok bool)
}

// Cell is a cell to lower.
type Cell struct {
	*Source
	Number int
	// Decls are the declarations to emit.
	Decls []ast.Decl
	// Body are the statements.
	Body []ast.Stmt
	// Program is set for a cell that is a whole program: its main is called.
	Program bool
	// Variables leads from the objects that the cell declares to the session's
	// variables. What the session has already stands for itself.
	Variables map[types.Object]*types.Var
	// Fresh are the variables that the cell declares anew.
	Fresh []*types.Var
	// Declaring are the top-level statements that declare a variable.
	Declaring map[ast.Stmt]bool
	// Simulates says that the session can simulate: see told.
	Simulates bool
	// Show is the expression whose value is the cell's, nil for none.
	Show ast.Expr
}

// Refusal is a construct that cells can't use.
type Refusal struct {
	Pos     token.Pos
	Message string
	Hint    string
}

// Variable is a session variable that a unit makes.
type Variable struct {
	Name string
	Type string // as in a celltype.Decl
}

// Unit is a lowered cell.
type Unit struct {
	Types    []celltype.Decl
	Packages map[string]string // alias → import path
	Vars     []Variable
	// Declarations are the cell's functions; Setup is the function among them that
	// makes methods known.
	Declarations string
	Setup        string
	// Body is the function Entry, which runs the statements.
	Body  string
	Entry string

	// Foreign are the cells that the unit has something of, besides its own.
	Foreign []int

	// Refers leads from each name that the unit gives to a function, a type or a
	// variable to the names that this refers to: of a type also by its methods. So it
	// does from the entries of Initial.
	Refers map[string][]string
	// Initial are the initialisers of the variables that the cell declares with var,
	// which it runs as statements; Set are the variables that it declares with :=.
	Initial []Initial
	Set     []string

	// uses are the names of earlier units that the unit refers to.
	uses    map[string]bool
	pkg     *types.Package // of the cell
	session *Session
	known   known
	aliases map[types.Object]*types.Var
	watched bool
	sets    []string // variables that get functions which tell of what they do
}

// Initial gives variables their first values, apart from the cell's statements.
type Initial struct {
	Vars   []string
	Entry  string // the function that does it
	Source string // that function
}

// Needs are the functions, types and variables of earlier units that the unit refers
// to, by their names.
func (u *Unit) Needs() []string {
	own := maps.Collect(func(yield func(string, bool) bool) {
		for name := range u.defines {
			if !yield(name, true) {
				return
			}
		}
	})
	var names []string
	for name := range u.uses {
		if !own[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// defines are the names that the unit gives to functions, types and variables.
func (u *Unit) defines(yield func(string) bool) {
	for _, list := range u.known.types {
		for _, t := range list {
			if !yield(t.name) {
				return
			}
		}
	}
	for _, f := range u.known.functions {
		if !yield(f.name) {
			return
		}
	}
	for _, name := range u.known.instances {
		if !yield(name) {
			return
		}
	}
	for _, name := range u.known.variables {
		if !yield(name) {
			return
		}
	}
}

// Needed says which of the given units, in the order of their cells, must be
// there for the roots among them.
func Needed(units []*Unit, root func(i int) bool) []bool { return newNeeds(units, root).units }

// Kept is Needed while there are values: of types that cells can still write down, the
// units that brought them must be there too. A second one would make another type of
// what is the same.
func Kept(units []*Unit, root func(i int) bool) []bool {
	n := newNeeds(units, root)
	for more := true; more; {
		more = false
		for i, u := range units {
			if !n.units[i] && u.brings(n.has) {
				n.need(i)
				more = true
			}
		}
	}
	return n.units
}

// needs are the units that must be there.
type needs struct {
	all     []*Unit
	units   []bool
	definer map[string]int
	home    map[*types.Package]int
	renewed map[int][]int // units that lowered functions of a unit again
}

func newNeeds(units []*Unit, root func(i int) bool) *needs {
	n := &needs{all: units, units: make([]bool, len(units)), definer: map[string]int{}, home: map[*types.Package]int{}, renewed: map[int][]int{}}
	for i, u := range units {
		n.home[u.pkg] = i
		for name := range u.defines {
			n.definer[name] = i
		}
	}
	for i, u := range units {
		for obj := range u.known.functions {
			if home, ok := n.home[obj.Pkg()]; ok && home != i {
				n.renewed[home] = append(n.renewed[home], i)
			}
		}
	}
	for i := range units {
		if root(i) {
			n.need(i)
		}
	}
	return n
}

func (n *needs) need(i int) {
	if n.units[i] {
		return
	}
	n.units[i] = true
	for name := range n.all[i].uses {
		if j, ok := n.definer[name]; ok {
			n.need(j)
		}
	}
	for _, j := range n.renewed[i] {
		n.need(j)
	}
}

// has says that the unit of a cell's package is needed.
func (n *needs) has(p *types.Package) bool {
	i, ok := n.home[p]
	return ok && n.units[i]
}

// brings says that the unit has made a type whose parts are all of cells that are
// there, so that others can write it down.
func (u *Unit) brings(there func(*types.Package) bool) bool {
	for _, list := range u.known.types {
		for _, t := range list {
			writable := true
			for p := range cellPackages(t.typ) {
				writable = writable && there(p)
			}
			if writable {
				return true
			}
		}
	}
	return false
}

// cellPackages are the packages of the cells whose types are parts of a type.
func cellPackages(t types.Type) map[*types.Package]bool {
	packages, seen := map[*types.Package]bool{}, map[types.Type]bool{}
	var look func(t types.Type)
	signature := func(sig *types.Signature) {
		for v := range sig.Params().Variables() {
			look(v.Type())
		}
		for v := range sig.Results().Variables() {
			look(v.Type())
		}
	}
	look = func(t types.Type) {
		t = types.Unalias(t)
		if seen[t] {
			return
		}
		seen[t] = true
		switch t := t.(type) {
		case *types.Named:
			if pkg := t.Obj().Pkg(); pkg != nil && pkg.Path() == "main" {
				packages[pkg] = true
			}
			for a := range t.TypeArgs().Types() {
				look(a)
			}
		case *types.Map:
			look(t.Key())
			look(t.Elem())
		case interface{ Elem() types.Type }:
			look(t.Elem())
		case *types.Signature:
			signature(t)
		case *types.Struct:
			for f := range t.Fields() {
				look(f.Type())
			}
		case *types.Interface:
			for m := range t.Methods() {
				signature(m.Signature())
			}
		}
	}
	look(t)
	return packages
}

// Forget makes the session forget what a unit declared, once nothing needs it.
func (u *Unit) Forget() {
	s := u.session
	k := &s.known
	for text, list := range u.known.types {
		for _, t := range list {
			k.types[text] = slices.DeleteFunc(k.types[text], func(other typeSymbol) bool { return other.name == t.name })
		}
		if len(k.types[text]) == 0 {
			delete(k.types, text)
		}
	}
	decls := map[*ast.FuncDecl]bool{}
	for obj, f := range u.known.functions {
		decls[f.decl] = true
		if k.functions[obj] == f {
			delete(k.functions, obj)
		}
	}
	for key := range u.known.instances {
		delete(k.instances, key)
	}
	for v, name := range u.known.variables {
		delete(k.variables, v)
		delete(s.shared, name)
		delete(s.written, name)
		delete(s.silent, name)
	}
	for obj := range u.aliases {
		delete(s.aliases, obj)
	}
	maps.DeleteFunc(s.concrete, func(key instanceKey, _ map[*types.TypeName]*types.Named) bool { return decls[key.decl] })
	u.Leave()
}

// Leave makes the session forget what it noted of the functions of a cell whose unit
// is not kept.
func (u *Unit) Leave() {
	maps.DeleteFunc(u.session.locals, func(obj *types.TypeName, _ local) bool { return obj.Pkg() == u.pkg })
}

// Commit makes what the unit declares known to later cells.
func (u *Unit) Commit() {
	k := &u.session.known
	for text, list := range u.known.types {
		k.types[text] = append(k.types[text], list...)
	}
	for obj, f := range u.known.functions {
		k.functions[obj] = f
	}
	for key, name := range u.known.instances {
		k.instances[key] = name
	}
	for v, name := range u.known.variables {
		k.variables[v] = name
	}
	for obj, v := range u.aliases {
		// They are for functions that are lowered again.
		if obj != v && len(u.known.functions) > 0 {
			u.session.aliases[obj] = v
		}
	}
	u.session.watched = u.session.watched || u.watched
	for _, name := range u.sets {
		delete(u.session.silent, name)
	}
}

// emitter lowers one cell.
type emitter struct {
	session  *Session
	cell     *Cell
	known    known // what this cell adds
	out      strings.Builder
	types    []celltype.Decl
	packages map[string]string
	vars     []Variable
	methods  []string // statements that make methods known
	queue    []func()
	refusals []Refusal
	helpers  map[string]string // conversion functions by target type
	uses     map[string]bool   // names of earlier cells
	foreign  map[int]bool      // cells that the unit has something of
	watch    bool              // functions tell of their accesses: see told
	current  *function         // the one that is emitted now
	set      []string          // session variables that it sets: see silence
	refers   map[string]map[string]bool
	definer  string                // of what is being emitted, "" for the statements
	found    map[ast.Node]bool     // what find has looked at
	shared   map[types.Object]bool // the local variables that several goroutines may use
	at       token.Pos             // near what is lowered, for refusals without a place
}

// Lower translates a cell.
func (s *Session) Lower(c *Cell) (*Unit, []Refusal) {
	e := &emitter{
		session:  s,
		cell:     c,
		known:    newKnown(),
		packages: map[string]string{},
		helpers:  map[string]string{},
		uses:     map[string]bool{},
		refers:   map[string]map[string]bool{},
		foreign:  map[int]bool{},
		watch:    c.Simulates,
		found:    map[ast.Node]bool{},
		shared:   map[types.Object]bool{},
	}
	e.numberLocals()
	e.declare()
	e.share()
	e.findAll()
	e.renew()
	e.silence()
	e.emitFunctions()
	body := e.emitBody()
	initial, set := e.initials()
	for len(e.queue) > 0 {
		next := e.queue[0]
		e.queue = e.queue[1:]
		next()
	}
	u := &Unit{
		Types:    e.types,
		Packages: e.packages,
		Vars:     e.vars,
		Entry:    e.entry(),
		Refers:   e.references(),
		Initial:  initial,
		Set:      set,
		uses:     e.uses,
		pkg:      c.Pkg,
		session:  s,
		known:    e.known,
		aliases:  c.Variables,
		watched:  e.watch,
		sets:     e.set,
	}
	if len(e.methods) > 0 {
		u.Setup = e.setup()
		e.out.WriteString("func " + u.Setup + "() {\n" + strings.Join(e.methods, "\n") + "\n}\n")
		body = u.Setup + "()\n" + body
	}
	u.Declarations = e.out.String()
	u.Foreign = slices.Sorted(maps.Keys(e.foreign))
	u.Body = "func " + u.Entry + "() {\n" + body + "}\n"
	return u, e.refusals
}

func (e *emitter) setup() string { return "ʹsetupʹ" + strconv.Itoa(e.cell.Number) }

func (e *emitter) entry() string { return "ʹcellʹ" + strconv.Itoa(e.cell.Number) }

// name makes a name that nothing in the session has.
func (e *emitter) name(base string) string {
	e.session.serial++
	return base + "ʹ" + strconv.Itoa(e.session.serial)
}

func (e *emitter) refuse(pos token.Pos, hint, format string, args ...any) {
	if !pos.IsValid() {
		pos = e.at
	}
	e.refusals = append(e.refusals, Refusal{Pos: pos, Hint: hint, Message: fmt.Sprintf(format, args...)})
}

func (e *emitter) function(obj types.Object) *function {
	f := e.known.functions[obj]
	if f == nil {
		if f = e.session.known.functions[obj]; f == nil {
			return e.session.sources.function(obj)
		}
		if e.watch && e.stale(f) {
			f = e.again(obj, f)
		} else {
			e.uses[f.name] = true
		}
	}
	if e.current != nil && e.current != f && e.current.calls != nil {
		e.current.calls[f] = true
	}
	e.refer(f.name)
	return f
}

// variable is the name of a session variable, "" for another object.
func (e *emitter) variable(obj types.Object) string {
	v := e.cell.Variables[obj]
	if v == nil {
		v = e.session.aliases[obj]
	}
	if v == nil {
		v, _ = obj.(*types.Var)
	}
	if v == nil {
		return ""
	}
	if name := e.known.variables[v]; name != "" {
		e.refer(name)
		return name
	}
	name := e.session.known.variables[v]
	if name != "" {
		e.uses[name] = true
		e.refer(name)
	}
	return name
}

// declare gives names to the cell's functions and variables.
func (e *emitter) declare() {
	for _, d := range e.cell.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Name.Name == "_" {
			continue
		}
		obj := e.cell.Info.Defs[fn.Name]
		base := fn.Name.Name
		if recv := receiver(obj); recv != nil {
			base = recv.Obj().Name() + "ʹ" + base
		}
		e.known.functions[obj] = e.newFunction(e.name(base), fn, e.cell.Source)
	}
	for _, v := range e.cell.Fresh {
		name := e.name(v.Name())
		e.known.variables[v] = name
	}
	places := map[*types.Var]token.Pos{}
	for obj, v := range e.cell.Variables {
		if obj.Pos().IsValid() {
			places[v] = obj.Pos()
		}
	}
	for _, v := range e.cell.Fresh {
		e.at = places[v]
		defer e.defining(e.known.variables[v])()
		e.vars = append(e.vars, Variable{Name: e.known.variables[v], Type: e.declText(v.Type())})
	}
}

// receiver is the named type whose method an object is.
func receiver(obj types.Object) *types.Named {
	fn, ok := obj.(*types.Func)
	if !ok || fn.Signature().Recv() == nil {
		return nil
	}
	t := fn.Signature().Recv().Type()
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	named, _ := types.Unalias(t).(*types.Named)
	return named
}

// emitFunctions emits what is not generic; the rest is emitted for each use.
func (e *emitter) emitFunctions() {
	for _, d := range e.cell.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			f := e.known.functions[e.cell.Info.Defs[d.Name]]
			if f == nil || d.Body == nil {
				continue
			}
			sig := e.cell.Info.Defs[d.Name].(*types.Func).Signature()
			if sig.TypeParams().Len() == 0 && sig.RecvTypeParams().Len() == 0 {
				e.emitFunction(f, f.name, nil)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				ts, ok := spec.(*ast.TypeSpec)
				if !ok || ts.Name.Name == "_" {
					continue
				}
				// A type's methods exist from its declaration on, whoever uses it first.
				if named, ok := e.cell.Info.Defs[ts.Name].Type().(*types.Named); ok && named.TypeParams().Len() == 0 {
					e.symbol(named)
				}
			}
		}
	}
}

// emitBody emits what the cell's entry does.
func (e *emitter) emitBody() string {
	f := e.newFunc(e.cell.Source, nil)
	f.watch = false // a cell's own statements are in no simulation
	var out strings.Builder
	if e.cell.Program {
		for _, init := range e.cell.Info.InitOrder {
			out.WriteString(f.initializer(init))
		}
	}
	main := ""
	for _, d := range e.cell.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv != nil {
			continue
		}
		switch known := e.known.functions[e.cell.Info.Defs[fn.Name]]; {
		case known == nil:
		case fn.Name.Name == "init":
			out.WriteString(known.name + "()\n")
		case fn.Name.Name == "main" && e.cell.Program:
			main = known.name + "()\n"
		}
	}
	f.top = true
	return out.String() + main + f.body(&ast.BlockStmt{List: e.cell.Body})
}
