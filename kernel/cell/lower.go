package cell

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"lockstep/kernel/link"
)

const (
	helperPath = "lockstep/runtime/support"
	helper     = "ʹrt" // the name that lowered code gives helperPath
)

// lowering rewrites one checked cell. It edits the cell's own text, so that all
// that stays as it is keeps its place.
type lowering struct {
	*checked
	session *Session
	program *Program
	edits   map[*source]*edits
	imports map[string]string // name → path, as the lowered unit imports
	diags   []Diagnostic
	inits   []string // emitted names of the cell's init functions
	vars    []string // declarations of the variables that are new
	marks   map[ast.Stmt]bool
}

// Compile checks and lowers cell n. Its error is an Errors. It declares nothing:
// Commit does.
func (s *Session) Compile(n int, text string) (*Program, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &cellParser{fset: token.NewFileSet()}
	tree := p.parseCell(n, text)
	if len(p.diags) > 0 {
		return nil, Errors(sorted(p.diags))
	}
	c, diags := s.check(n, p, tree)
	if len(diags) > 0 {
		return nil, Errors(diags)
	}
	l := &lowering{
		checked: c,
		session: s,
		program: &Program{imports: map[string]string{}},
		edits:   map[*source]*edits{},
		imports: map[string]string{helper: helperPath},
		marks:   map[ast.Stmt]bool{},
	}
	l.declare()
	l.statements()
	l.constructs()
	l.rename()
	l.lost()
	if len(l.diags) > 0 {
		return nil, Errors(sorted(l.diags))
	}
	l.emit()
	return l.program, nil
}

func (l *lowering) at(pos token.Pos) (*edits, int) {
	span := l.parser.span(pos)
	if span == nil || span.shadow {
		return nil, 0
	}
	e := l.edits[span.source]
	if e == nil {
		e = &edits{source: span.source}
		l.edits[span.source] = e
	}
	return e, span.offset(pos)
}

func (l *lowering) replace(from, to token.Pos, text string) {
	if e, start := l.at(from); e != nil {
		_, end := l.at(to)
		e.replace(start, end, text)
	}
}

func (l *lowering) blank(from, to token.Pos) {
	if e, start := l.at(from); e != nil {
		_, end := l.at(to)
		e.blank(start, end)
	}
}

func (l *lowering) insert(pos token.Pos, text string) { l.replace(pos, pos, text) }

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

// emittedName is the name under which lowered code declares a name anew.
func (l *lowering) emittedName(name string) string {
	s := l.session
	s.versions[name]++
	version := s.versions[name]
	if version == 1 && name != "main" && !l.parsed.program {
		return name
	}
	return name + "ʹ" + strconv.Itoa(version)
}

// declare makes the entities of the cell's declarations.
func (l *lowering) declare() {
	owners := map[string]*entity{}
	add := func(name string, obj types.Object, cell int, text declText) *entity {
		e := &entity{name: name, emitted: l.emittedName(name), object: obj, cell: cell, text: text}
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
						if obj := l.info.Defs[id]; obj != nil && id.Name != "_" {
							add(id.Name, obj, cell, t)
						}
					}
				}
			}
		case *ast.FuncDecl:
			if d.Recv != nil || d.Name.Name == "_" {
				continue
			}
			cell, t := text(d)
			if d.Name.Name == "init" {
				name := fmt.Sprintf("initʹ%d_%d", l.n, len(l.inits))
				l.replace(d.Name.Pos(), d.Name.End(), name)
				l.inits = append(l.inits, name)
				continue
			}
			add(d.Name.Name, l.info.Defs[d.Name], cell, t)
		}
	}
	for _, d := range l.decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv == nil {
			continue
		}
		if owner := owners[receiverName(fn)]; owner != nil {
			cell, t := text(fn)
			m := &entity{name: fn.Name.Name, emitted: fn.Name.Name, object: l.info.Defs[fn.Name], cell: cell, text: t, owner: owner}
			owner.methods = append(owner.methods, m)
		}
	}
	if l.parsed.program {
		l.needMain()
		return
	}
	l.notes()
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
	w := &typeWriter{
		local: func(obj *types.TypeName) string {
			if e := l.entities[obj]; e != nil && !slices.Contains(out, e) {
				out = append(out, e)
			}
			return obj.Name()
		},
		qualify: (*types.Package).Name,
	}
	w.write(t)
	return out
}

// notes tells what still means the earlier declarations.
func (l *lowering) notes() {
	s := l.session
	own := map[string]bool{}
	for _, e := range l.program.types {
		own[e.name] = true
	}
	for _, e := range l.program.types {
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
			if !own[d.name] && slices.Contains(uses, old) {
				stale = append(stale, d)
			}
		}
		slices.SortFunc(stale, func(a, b *entity) int { return strings.Compare(a.name, b.name) })
		for _, d := range stale {
			verb := "uses"
			if d.isVar() {
				verb = "has"
			}
			l.program.Notes = append(l.program.Notes,
				fmt.Sprintf("note: %s still %s the earlier %s; run In[%d] again to use the new one", d.name, verb, e.name, d.cell))
		}
	}
}

// statements rewrites the top-level statements: what they declare are variables
// of the session.
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
	for _, stmt := range l.body.List {
		fresh := false
		for _, id := range stmtIdents(stmt) {
			if v, ok := l.info.Defs[id].(*types.Var); ok {
				l.variable(id, v, declaring)
				fresh = true
			}
		}
		switch stmt := unlabel(stmt).(type) {
		case *ast.AssignStmt:
			if stmt.Tok == token.DEFINE {
				l.replace(stmt.TokPos, stmt.TokPos+2, "= ") // as long as :=
			}
		case *ast.DeclStmt:
			if gen, ok := stmt.Decl.(*ast.GenDecl); ok && gen.Tok == token.VAR {
				l.varDecl(gen)
			}
		}
		if fresh {
			declaring++
			l.marks[stmt] = true
		}
	}
	if last := lastExpr(l.body); last != nil && isValue(l.info, last) {
		l.insert(last.Pos(), helper+".Show(")
		l.insert(last.End(), ")")
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
		w := l.typeWriter()
		text := w.write(v.Type())
		if w.err != nil {
			l.refuse(id.Pos(), "use it inside a function", "cannot keep %s for later cells: %v", id.Name, w.err)
		}
		e = &entity{
			name:    id.Name,
			emitted: l.emittedName(id.Name),
			object:  types.NewVar(token.NoPos, l.pkg, id.Name, v.Type()),
			cell:    l.n,
			text:    declText{source: l.parsed.source},
		}
		l.vars = append(l.vars, "var "+e.emitted+" "+text)
		p.declares = slices.Insert(p.declares, len(p.vars), declaring)
		p.vars = append(p.vars, e)
	}
	l.entities[v] = e
	if twin, ok := l.pkg.Scope().Lookup(id.Name).(*types.Var); ok {
		l.entities[twin] = e
	}
}

// varDecl turns a top-level var into assignments.
func (l *lowering) varDecl(gen *ast.GenDecl) {
	l.blank(gen.TokPos, gen.TokPos+3)
	if gen.Lparen.IsValid() {
		l.blank(gen.Lparen, gen.Lparen+1)
		l.blank(gen.Rparen, gen.Rparen+1)
	}
	for _, spec := range gen.Specs {
		spec, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		if len(spec.Values) > 0 {
			if spec.Type != nil {
				l.blank(spec.Type.Pos(), spec.Type.End())
			}
			continue
		}
		// Without a value the variable is zero, also when it held something before.
		var zero strings.Builder
		w := l.typeWriter()
		for _, id := range spec.Names {
			if e := l.entities[l.info.Defs[id]]; e != nil {
				fmt.Fprintf(&zero, "{ var ʹzero %s; %s = ʹzero }; ", w.write(e.object.Type()), e.emitted)
			}
		}
		l.replace(spec.Pos(), spec.End(), strings.TrimSuffix(zero.String(), "; "))
	}
}

func (l *lowering) typeWriter() *typeWriter {
	return &typeWriter{
		local: func(obj *types.TypeName) string {
			if e := l.entities[obj]; e != nil {
				return e.emitted
			}
			return obj.Name()
		},
		qualify: l.importOf,
	}
}

// importOf is the name by which the lowered unit knows a package.
func (l *lowering) importOf(pkg *types.Package) string {
	for _, name := range l.imported {
		if name.Imported() == pkg && name.Name() != "." && name.Name() != "_" {
			l.imports[name.Name()] = pkg.Path()
			return name.Name()
		}
	}
	name := "ʹ" + strings.NewReplacer("/", "_", ".", "_", "-", "_").Replace(pkg.Path())
	l.imports[name] = pkg.Path()
	return name
}

// rename puts the emitted names in place of the cell's.
func (l *lowering) rename() {
	edit := func(id *ast.Ident, obj types.Object) {
		if field, ok := obj.(*types.Var); ok && field.Embedded() {
			obj = embeddedType(field.Type())
			if obj == nil {
				return
			}
		}
		if e := l.entities[obj]; e != nil && e.emitted != id.Name && id.Pos().IsValid() && id.Name == e.name {
			l.replace(id.Pos(), id.End(), e.emitted)
		}
	}
	for id, obj := range l.info.Uses {
		edit(id, obj)
		if name, ok := obj.(*types.PkgName); ok && !l.inShadow(id.Pos()) && name.Name() != "." {
			l.imports[name.Name()] = name.Imported().Path()
		}
	}
	for id, obj := range l.info.Defs {
		if field, ok := obj.(*types.Var); ok && field.IsField() {
			continue // an embedded field's name is its type's, a use
		}
		if obj != nil {
			edit(id, obj)
		}
	}
}

func (l *lowering) inShadow(pos token.Pos) bool {
	span := l.parser.span(pos)
	return span == nil || span.shadow
}

// embeddedType is the cells' type that an embedded field takes its name from.
func embeddedType(t types.Type) types.Object {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	switch t := t.(type) {
	case *types.Named:
		return t.Obj()
	case *types.Alias:
		return t.Obj()
	}
	return nil
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
				what = fmt.Sprintf("%s, which %s uses,", lost.name, e.name)
			}
			l.refuse(id.Pos(), fmt.Sprintf("run In[%d] again", lost.cell), "%s lost its value when the worker ended", what)
		}
		return true
	})
}

// emit writes the unit.
func (l *lowering) emit() {
	var head, decls, body strings.Builder
	fmt.Fprintf(&head, "//line In[%d]:1:1\npackage main\n", l.n)

	for _, d := range l.decls {
		e, start := l.at(d.Pos())
		_, end := l.at(d.End())
		text := e.text(start, end)
		if gen, ok := d.(*ast.GenDecl); ok && gen.Tok == token.TYPE && e.source.cell != l.n {
			text = strings.Replace(text, "\n", "\ntype ", 1) // parsed from its spec alone
		}
		decls.WriteString(text + "\n")
	}

	entry := entryName(l.n)
	fmt.Fprintf(&body, "func %s() {\n", entry)
	for _, name := range l.inits {
		fmt.Fprintf(&body, "%s()\n", name)
	}
	declaring := 0
	for _, stmt := range l.body.List {
		e, start := l.at(stmt.Pos())
		_, end := l.at(stmt.End())
		body.WriteString(e.text(start, end) + "\n")
		if l.marks[stmt] {
			declaring++
			fmt.Fprintf(&body, "%s.Declared(%d)\n", helper, declaring)
		}
	}
	if l.parsed.program {
		body.WriteString(l.entities[l.pkg.Scope().Lookup("main")].emitted + "()\n")
	}
	body.WriteString("}\n")

	var paths []string
	names := make([]string, 0, len(l.imports))
	for name := range l.imports {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&head, "import %s %q\n", name, l.imports[name])
		paths = append(paths, l.imports[name])
	}
	for _, name := range l.imported {
		if name.Name() == "." {
			fmt.Fprintf(&head, "import . %q\n", name.Imported().Path())
			paths = append(paths, name.Imported().Path())
		}
	}
	for _, v := range l.vars {
		head.WriteString(v + "\n")
	}
	slices.Sort(paths)
	paths = slices.Compact(paths)

	p := l.program
	p.declarations = link.Unit{Imports: paths, Source: head.String() + decls.String()}
	p.Unit = link.Unit{Imports: paths, Source: p.declarations.Source + body.String(), Entry: entry}
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

func (l *lowering) packageName(spec *ast.ImportSpec) *types.PkgName {
	obj := l.info.Implicits[spec]
	if spec.Name != nil {
		obj = l.info.Defs[spec.Name]
	}
	name, _ := obj.(*types.PkgName)
	return name
}
