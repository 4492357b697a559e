package cell

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lockstep/kernel/cell/lower"
	"lockstep/kernel/cell/syntax"
	"lockstep/kernel/link"
)

// lowering prepares one checked cell for package lower, and keeps book of what
// it declares.
type lowering struct {
	*checked
	session *Session
	program *Program
	diags   []Diagnostic
	vars    map[types.Object]*types.Var // what stands for each variable in the session
	fresh   []*types.Var
	marks   map[ast.Stmt]bool // the statements that declare a variable
	syntax  *lower.Cell       // as it was lowered
}

// Compile checks and lowers cell n. Its error is an Errors. It declares nothing:
// Commit does.
func (s *Session) Compile(n int, text string) (*Program, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, err := s.compile(n, text)
	if err != nil {
		return nil, err
	}
	return l.program, nil
}

func (s *Session) compile(n int, text string) (l *lowering, err error) {
	defer func() {
		// go/types panics on some invalid declarations that span cells.
		if p := recover(); p != nil {
			l, err = nil, Errors{{Place: Place{Line: 1, Column: 1}, Message: fmt.Sprintf("internal error: %v", p), Hint: "please report this cell"}}
		}
	}()
	p := &cellParser{fset: token.NewFileSet()}
	tree := p.parseCell(n, text)
	if len(p.diags) > 0 {
		return nil, Errors(sorted(p.diags))
	}
	s.checks(n, p, tree)
	s.longStrings(p, tree)
	if len(p.diags) > 0 {
		return nil, Errors(sorted(p.diags))
	}
	tree.addShadow()
	c, diags := s.typeCheck(n, p, tree)
	if len(diags) > 0 {
		return nil, Errors(diags)
	}
	l = &lowering{
		checked: c,
		session: s,
		program: &Program{number: n, text: text, imports: map[string]string{}},
		vars:    map[types.Object]*types.Var{},
		marks:   map[ast.Stmt]bool{},
	}
	l.declare()
	l.statements()
	l.notes()
	l.early()
	l.lost()
	l.streams()
	l.restrictions()
	if len(l.diags) == 0 {
		l.lower()
	}
	if len(l.diags) > 0 {
		return nil, Errors(sorted(l.diags))
	}
	return l, nil
}

// lower has the cell translated.
func (l *lowering) lower() {
	source := &lower.Source{Info: l.info, Pkg: l.pkg, Place: l.place}
	cell := &lower.Cell{
		Source:    source,
		Number:    l.n,
		Decls:     l.decls,
		Body:      l.body.List,
		Program:   l.parsed.program,
		Variables: l.vars,
		Fresh:     l.fresh,
		Declaring: l.marks,
		Simulates: l.simulates(),
	}
	if last := lastExpr(l.body); last != nil && isValue(l.info, last) && !l.parsed.program {
		cell.Show = ast.Unparen(last)
	}
	l.syntax = cell
	unit, refusals := l.session.lowered.Lower(cell)
	for _, r := range refusals {
		l.refuse(r.Pos, r.Hint, "%s", r.Message)
	}
	if len(refusals) > 0 {
		return
	}
	p := l.program
	p.unit = unit
	p.declarations = l.linkUnit(unit, "", unit.Setup)
	p.Unit = l.linkUnit(unit, unit.Body, unit.Entry)
	p.Unit.Forget = slices.Clone(l.session.forgotten)
	if l.parsed.program {
		*p = Program{Unit: p.Unit}
		return
	}
	for _, spec := range l.parsed.imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		switch obj := l.packageName(spec); {
		case obj == nil || obj.Name() == "_":
		case obj.Name() == ".":
			p.dots = append(p.dots, path)
		default:
			p.imports[obj.Name()] = path
		}
	}
}

// simulating are the packages by which code can be run as a simulation.
var simulating = []string{"lockstep/runtime/sim", "lockstep/lessons/course"}

// simulates says that the session has imported one of them, or that the cell does.
func (l *lowering) simulates() bool {
	paths := slices.Concat(l.session.dots, slices.Collect(maps.Values(l.session.imports)))
	for _, spec := range l.parsed.imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		paths = append(paths, path)
	}
	return slices.ContainsFunc(paths, func(path string) bool { return slices.Contains(simulating, path) })
}

// linkUnit is a lowered cell as the worker takes it. Every unit is a file of its
// own name to the interpreter, since a file can import a package once only.
func (l *lowering) linkUnit(unit *lower.Unit, body, entry string) link.Unit {
	out := link.Unit{Types: unit.Types, Packages: unit.Packages, Entry: entry, Needs: unit.Needs()}
	for _, v := range unit.Vars {
		out.Vars = append(out.Vars, link.Var{Name: v.Name, Type: v.Type})
	}
	aliases := slices.Sorted(maps.Keys(unit.Packages))
	for _, alias := range aliases {
		out.Imports = append(out.Imports, unit.Packages[alias])
	}
	begin := func(file string) string {
		var text strings.Builder
		fmt.Fprintf(&text, "//line %s:1:1\npackage main\nimport %q\nimport %q\nimport %q\n", file, lower.Helpers, lower.Types, lower.Variables)
		for _, alias := range aliases {
			fmt.Fprintf(&text, "import %s %q\n", alias, unit.Packages[alias])
		}
		return text.String()
	}
	for _, cell := range unit.Foreign {
		out.Files = append(out.Files, begin(lower.FileName(cell, l.n)))
	}
	out.Name = unit.Entry
	declarations := begin(lower.FileName(l.n, l.n)) + unit.Declarations
	out.Source = declarations + body
	out.Process = link.Process{Declarations: len(declarations), Header: begin(lower.FileName(l.n, l.n) + "@0"), Setup: unit.Setup, Refers: unit.Refers, Set: unit.Set}
	for _, i := range unit.Initial {
		out.Process.Initial = append(out.Process.Initial, link.Initial{Vars: i.Vars, Entry: i.Entry, Source: i.Source})
	}
	return out
}

// place tells package lower where syntax stands; that of an exercise's check,
// which the learner doesn't see, where the check is called.
func (l *lowering) place(pos token.Pos) (cell, line, column int, ok bool) {
	span := l.parser.span(pos)
	if span != nil && span.check != nil {
		pos = span.check.call
		span = l.parser.span(pos)
	}
	if span == nil || span.shadow || !pos.IsValid() {
		return 0, 0, 0, false
	}
	p := placeAt(span.source.text, span.offset(pos))
	return span.source.cell, p.Line, p.Column, true
}

// declare makes the entities of the cell's declarations.
func (l *lowering) declare() {
	owners := map[string]*entity{}
	add := func(name string, obj types.Object, cell int, text declText) *entity {
		e := &entity{name: name, object: obj, cell: cell, text: text}
		l.entities[obj] = e
		l.program.types = append(l.program.types, e)
		return e
	}
	text := func(node ast.Node) (int, declText) {
		span := l.parser.span(node.Pos())
		return span.source.cell, declText{span.source, span.offset(node.Pos()), span.offset(node.End())}
	}
	for _, d := range l.decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					cell, t := text(spec)
					if obj := l.info.Defs[spec.Name]; obj != nil && obj.Name() != "_" {
						owners[obj.Name()] = add(obj.Name(), obj, cell, t)
					}
				case *ast.ValueSpec:
					cell, t := text(d)
					for _, id := range spec.Names {
						obj := l.info.Defs[id]
						if obj == nil || id.Name == "_" {
							continue
						}
						add(id.Name, obj, cell, t)
						if v, ok := obj.(*types.Var); ok { // of a whole program
							l.vars[v] = v
							l.fresh = append(l.fresh, v)
						}
					}
				}
			}
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.Name != "_" && d.Name.Name != "init" {
				cell, t := text(d)
				add(d.Name.Name, l.info.Defs[d.Name], cell, t)
			}
		}
	}
	for _, d := range l.decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv == nil {
			continue
		}
		if owner := owners[syntax.ReceiverName(fn)]; owner != nil {
			cell, t := text(fn)
			m := &entity{name: fn.Name.Name, object: l.info.Defs[fn.Name], cell: cell, text: t, owner: owner}
			owner.methods = append(owner.methods, m)
		}
	}
	if l.parsed.program {
		l.needMain()
		return
	}
}

func (l *lowering) needMain() {
	if fn, ok := l.pkg.Scope().Lookup("main").(*types.Func); !ok || fn.Signature().Params().Len() > 0 {
		l.diags = append(l.diags, Diagnostic{
			Place:   Place{Line: 1, Column: 1},
			Message: "function main is undeclared in the main package",
			Hint:    "a cell that starts with package main is a whole program",
		})
	}
}

// link records what each declaration refers to.
func (l *lowering) link() {
	byNode := func(e *entity, nodes ...ast.Node) {
		for _, node := range nodes {
			for _, u := range l.usesIn(node) {
				if u != e && !slices.Contains(e.uses, u) {
					e.uses = append(e.uses, u)
				}
			}
		}
	}
	for _, d := range l.decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					if e := l.entities[l.info.Defs[spec.Name]]; e != nil {
						byNode(e, spec)
					}
				case *ast.ValueSpec:
					for _, id := range spec.Names {
						if e := l.entities[l.info.Defs[id]]; e != nil {
							byNode(e, d)
						}
					}
				}
			}
		case *ast.FuncDecl:
			obj := l.info.Defs[d.Name]
			if e := l.entities[obj]; e != nil {
				byNode(e, d)
			}
			for _, e := range l.program.types {
				for _, m := range e.methods {
					if m.object == obj {
						byNode(m, d)
					}
				}
			}
		}
	}
	for _, e := range l.program.vars {
		e.uses = l.usesOfType(e.object.Type())
	}
}

// usesIn are the entities that a piece of syntax names.
func (l *lowering) usesIn(node ast.Node) []*entity {
	var out []*entity
	ast.Inspect(node, func(node ast.Node) bool {
		if id, ok := node.(*ast.Ident); ok {
			if e := l.entities[l.info.Uses[id]]; e != nil && !slices.Contains(out, e) {
				out = append(out, e)
			}
		}
		return true
	})
	return out
}

// usesOfType are the cells' types that a type names.
func (l *lowering) usesOfType(t types.Type) []*entity {
	var out []*entity
	seen := map[types.Type]bool{}
	var look func(t types.Type)
	look = func(t types.Type) {
		if t == nil || seen[t] {
			return
		}
		seen[t] = true
		switch t := t.(type) {
		case *types.Alias:
			if e := l.entities[t.Obj()]; e != nil {
				out = append(out, e)
			}
			look(types.Unalias(t))
		case *types.Named:
			if e := l.entities[t.Obj()]; e != nil {
				out = append(out, e)
			}
			for a := range t.TypeArgs().Types() {
				look(a)
			}
		case *types.Pointer:
			look(t.Elem())
		case *types.Slice:
			look(t.Elem())
		case *types.Array:
			look(t.Elem())
		case *types.Chan:
			look(t.Elem())
		case *types.Map:
			look(t.Key())
			look(t.Elem())
		case *types.Signature:
			for v := range t.Params().Variables() {
				look(v.Type())
			}
			for v := range t.Results().Variables() {
				look(v.Type())
			}
		case *types.Struct:
			for f := range t.Fields() {
				look(f.Type())
			}
		case *types.Interface:
			for m := range t.Methods() {
				look(m.Type())
			}
		}
	}
	look(t)
	return out
}

// notes tells what still means the earlier declarations.
func (l *lowering) notes() {
	if l.parsed.program {
		return // it replaces nothing
	}
	s := l.session
	own := map[string]bool{}
	for _, e := range slices.Concat(l.program.types, l.program.vars, l.program.restored) {
		own[e.name] = true
	}
	for _, e := range slices.Concat(l.program.types, l.program.vars) {
		old := s.names[e.name]
		if old == nil {
			continue
		}
		var stale []*entity
		for _, d := range s.names {
			uses := slices.Clone(d.uses)
			for _, m := range d.methods {
				uses = append(uses, m.uses...)
			}
			// A check is made anew whenever its cell runs, and nothing else calls it.
			isCheck := strings.HasPrefix(d.name, checkPrefix)
			if !own[d.name] && !isCheck && slices.Contains(uses, old) {
				stale = append(stale, d)
			}
		}
		slices.SortFunc(stale, func(a, b *entity) int { return strings.Compare(a.name, b.name) })
		for _, d := range stale {
			verb, way := "uses", fmt.Sprintf("run In[%d]", d.cell)
			if d.isVar() {
				verb = "has"
			}
			if d.cell == old.cell {
				// That cell would bring the earlier one back.
				way = "declare " + d.name
			}
			l.program.Notes = append(l.program.Notes,
				fmt.Sprintf("note: %s still %s the earlier %s; %s again to use the new one", d.name, verb, e.name, way))
		}
	}
}

// early tells of calls that come before the statement that gives a variable its
// value, where the function called uses it. Among a package's variables Go would
// put these in order; a cell's statements run as they stand.
func (l *lowering) early() {
	if l.parsed.program {
		return
	}
	pending := map[*entity]ast.Stmt{} // the cell's new variables that have no value yet
	for _, stmt := range l.body.List {
		for _, id := range stmtIdents(stmt) {
			if e := l.entities[l.info.Defs[id]]; e != nil && slices.Contains(l.program.vars, e) {
				pending[e] = stmt
			}
		}
	}
	reached := func(from *entity) (found *entity) {
		seen := map[*entity]bool{}
		var walk func(e *entity)
		walk = func(e *entity) {
			if found != nil || seen[e] {
				return
			}
			seen[e] = true
			if pending[e] != nil {
				found = e
				return
			}
			if _, isFunc := e.object.(*types.Func); !isFunc {
				return
			}
			for _, u := range e.uses {
				walk(u)
			}
		}
		walk(from)
		return found
	}
	for _, stmt := range l.body.List {
		ast.Inspect(stmt, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok {
				_, literal := node.(*ast.FuncLit)
				return !literal // which may be called later
			}
			id, ok := ast.Unparen(call.Fun).(*ast.Ident)
			if !ok {
				return true
			}
			e := l.entities[l.info.Uses[id]]
			if e == nil || pending[e] != nil {
				return true
			}
			if v := reached(e); v != nil {
				_, at, _, _ := l.place(id.Pos())
				_, set, _, _ := l.place(pending[v].Pos())
				l.program.Notes = append(l.program.Notes,
					fmt.Sprintf("note: line %d calls %s, which uses %s before line %d sets it", at, e.name, v.name, set))
			}
			return true
		})
		for _, id := range stmtIdents(stmt) {
			delete(pending, l.entities[l.info.Defs[id]])
		}
	}
}

// statements finds the variables that the top-level statements declare: they are
// the session's.
func (l *lowering) statements() {
	if l.parsed.program {
		return
	}
	for name := range topVars(l.checked) {
		if obj := l.pkg.Scope().Lookup(name); obj != nil {
			if _, ok := obj.(*types.Var); !ok && l.entities[obj] != nil && l.entities[obj].cell == l.n {
				l.refuse(l.topIdent(name).Pos(), "", "%s redeclared in this cell", name)
			}
		}
	}
	declaring := 0
	l.unseen()
	for _, stmt := range l.body.List {
		fresh := false
		for _, id := range stmtIdents(stmt) {
			if v, ok := l.info.Defs[id].(*types.Var); ok {
				l.variable(id, v, declaring)
				fresh = true
			}
		}
		if fresh {
			declaring++
			l.marks[stmt] = true
		}
	}
	l.link()
}

func (l *lowering) topIdent(name string) *ast.Ident {
	for _, id := range topIdents(l.body) {
		if id.Name == name {
			return id
		}
	}
	return nil
}

// unseen refuses statements that use a variable before the one that declares it.
// Where the cell has functions too, the name leads to what they see: the variable
// that is about to be declared, not the earlier one of that name.
func (l *lowering) unseen() {
	ast.Inspect(l.body, func(node ast.Node) bool {
		id, ok := node.(*ast.Ident)
		if !ok {
			return true
		}
		twin, ok := l.info.Uses[id].(*types.Var)
		if !ok || twin.Parent() != l.pkg.Scope() {
			return true
		}
		if span := l.parser.span(twin.Pos()); span == nil || !span.shadow {
			return true
		}
		if e := l.session.names[id.Name]; e != nil && e.isVar() {
			l.refuse(id.Pos(), "put the functions in another cell, or use another name",
				"the earlier %s is not seen here: the cell declares it anew, with another type, for its functions", id.Name)
		} else {
			l.refuse(id.Pos(), "", "undefined: %s", id.Name)
		}
		return true
	})
}

// variable gives a top-level variable its entity: the earlier one where only the
// value changes, so that functions that use it see the new value.
func (l *lowering) variable(id *ast.Ident, v *types.Var, declaring int) {
	if id.Name == "_" {
		return
	}
	p := l.program
	old := l.session.names[id.Name]
	var e *entity
	if old != nil && old.isVar() && types.Identical(old.object.Type(), v.Type()) {
		e = old
		p.restored = append(p.restored, e)
		p.declares = append(p.declares, declaring)
	} else {
		object := types.NewVar(token.NoPos, l.pkg, id.Name, v.Type())
		e = &entity{name: id.Name, object: object, cell: l.n, text: declText{source: l.parsed.source}}
		l.fresh = append(l.fresh, object)
		p.declares = slices.Insert(p.declares, len(p.vars), declaring)
		p.vars = append(p.vars, e)
	}
	object := e.object.(*types.Var)
	l.vars[v], l.vars[object] = object, object
	l.entities[v] = e
	if twin, ok := l.pkg.Scope().Lookup(id.Name).(*types.Var); ok && (old == nil || twin != old.object) {
		l.entities[twin] = e
		l.vars[twin] = object
	}
}

// lost refuses statements that reach a variable whose value went with a worker,
// also through a function.
func (l *lowering) lost() {
	restored := map[*entity]bool{}
	for _, e := range l.program.restored {
		restored[e] = true
	}
	seen := map[*entity]*entity{} // entity → the lost one it leads to, nil for none
	var find func(e *entity) *entity
	find = func(e *entity) *entity {
		if lost, ok := seen[e]; ok {
			return lost
		}
		seen[e] = nil
		if e.lost && !restored[e] {
			seen[e] = e
			return e
		}
		uses := slices.Clone(e.uses)
		for _, m := range e.methods {
			uses = append(uses, m.uses...)
		}
		for _, u := range uses {
			if lost := find(u); lost != nil {
				seen[e] = lost
				return lost
			}
		}
		return nil
	}
	said := map[*entity]bool{}
	ast.Inspect(l.body, func(node ast.Node) bool {
		id, ok := node.(*ast.Ident)
		if !ok {
			return true
		}
		e := l.entities[l.info.Uses[id]]
		if e == nil || said[e] {
			return true
		}
		if lost := find(e); lost != nil {
			said[e] = true
			what := lost.name
			if lost != e {
				user := e.name
				if _, isType := e.object.(*types.TypeName); isType {
					user = "a method of " + user
				}
				what = fmt.Sprintf("%s, which %s uses,", lost.name, user)
			}
			why := "lost its value when the worker ended"
			if lost.foreign {
				why = "is a variable of the main shell, and a subshell has its own"
			}
			l.refuse(id.Pos(), fmt.Sprintf("run In[%d] again", lost.cell), "%s %s", what, why)
		}
		return true
	})
}

func (l *lowering) packageName(spec *ast.ImportSpec) *types.PkgName {
	obj := l.info.Implicits[spec]
	if spec.Name != nil {
		obj = l.info.Defs[spec.Name]
	}
	name, _ := obj.(*types.PkgName)
	return name
}

func (l *lowering) refuse(pos token.Pos, hint, format string, args ...any) {
	span := l.parser.span(pos)
	d := Diagnostic{Message: fmt.Sprintf(format, args...), Hint: hint}
	if span != nil {
		d.Place = placeAt(span.source.text, span.offset(pos))
		if span.source.cell != l.n {
			d.Place.Cell = span.source.cell
		}
	}
	l.diags = append(l.diags, d)
}

// streams refuses to replace os.Stdout and os.Stderr, which are different ones
// for each cell.
func (l *lowering) streams() {
	refuse := func(e ast.Expr) {
		sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "Stdout" && sel.Sel.Name != "Stderr" {
			return
		}
		if v, ok := l.info.Uses[sel.Sel].(*types.Var); ok && v.Pkg() != nil && v.Pkg().Path() == "os" && !v.IsField() {
			l.refuse(sel.Pos(), "write to an *os.File of your own", "cells can't replace os.%s", sel.Sel.Name)
		}
	}
	look := func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.AssignStmt:
			for _, lhs := range node.Lhs {
				refuse(lhs)
			}
		case *ast.UnaryExpr:
			if node.Op == token.AND {
				refuse(node.X)
			}
		}
		return true
	}
	for _, d := range l.decls {
		ast.Inspect(d, look)
	}
	ast.Inspect(l.body, look)
}
