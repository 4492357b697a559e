package cell

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lockstep/kernel/cell/syntax"
)

// entryName is the function that holds a cell's statements. ʹ is a letter to Go
// and on no keyboard, so no name of a user's collides with one of ours.
func entryName(n int) string { return "ʹcellʹ" + strconv.Itoa(n) }

// checked is a cell with its types.
type checked struct {
	*parsed
	n        int
	parser   *cellParser
	pkg      *types.Package
	file     *ast.File // all that was checked
	info     *types.Info
	decls    []ast.Decl // the cell's, and what is emitted again of earlier cells
	entities map[types.Object]*entity
	imported []*types.PkgName
	errors   []types.Error
}

// checker holds what is tried in turn until a cell's declarations settle.
type checker struct {
	session *Session
	n       int
	parsed  *parsed
	parser  *cellParser
	// same are declarations of the cell that are, word for word and in all that
	// they refer to, what the session already has: they are left out.
	same map[ast.Decl]bool
	// again are the declarations of earlier cells that this one needs anew.
	again map[*entity][]ast.Decl
	// cloned are earlier variables that the cell redeclares with another type.
	cloned map[string]bool
	// lent are packages, name → path, that the cell may use though it doesn't
	// import them.
	lent map[string]string
	// all says to inherit also what the cell doesn't name, for hints. It is costly
	// in long sessions: what is inherited stays with what the cell declares.
	all bool
}

// typeCheck type-checks a parsed cell. The statements are the body of a function,
// with a function's rules of scope. What they declare, the cell's own functions
// see as package-level variables, which are made from a shadow copy of the
// statements: the errors in the shadow are of no interest.
func (s *Session) typeCheck(n int, p *cellParser, tree *parsed) (*checked, []Diagnostic) {
	c := &checker{session: s, n: n, parsed: tree, parser: p, same: map[ast.Decl]bool{}, again: map[*entity][]ast.Decl{}, cloned: map[string]bool{}}
	for {
		out := c.once()
		if c.rekey(out) || c.clone(out) {
			continue
		}
		if diags := c.diagnostics(out); len(diags) > 0 {
			if !c.all {
				c.all = true
				continue
			}
			return nil, diags
		}
		if !c.settle(out) {
			return out, nil
		}
	}
}

func (c *checker) once() *checked {
	s := c.session
	out := &checked{
		parsed: c.parsed,
		n:      c.n,
		parser: c.parser,
		pkg:    types.NewPackage("main", "main"),
		info: &types.Info{
			Types:      map[ast.Expr]types.TypeAndValue{},
			Defs:       map[*ast.Ident]types.Object{},
			Uses:       map[*ast.Ident]types.Object{},
			Implicits:  map[ast.Node]types.Object{},
			Selections: map[*ast.SelectorExpr]*types.Selection{},
			Instances:  map[*ast.Ident]types.Instance{},
			Scopes:     map[ast.Node]*types.Scope{},
		},
		entities: map[types.Object]*entity{},
	}
	for _, d := range c.parsed.decls {
		if !c.same[d] {
			out.decls = append(out.decls, d)
		}
	}
	if !c.parsed.program {
		c.redo(out)
	}
	own := len(out.decls)
	for _, check := range c.parsed.checks {
		out.decls = append(out.decls, check.fn)
	}

	file := &ast.File{Name: ast.NewIdent("main")}
	out.file = file
	declared := map[string]bool{}
	for _, d := range out.decls {
		for _, name := range declaredNames(d) {
			declared[name] = true
		}
	}
	for _, spec := range c.parsed.imports {
		file.Decls = append(file.Decls, &ast.GenDecl{Tok: token.IMPORT, TokPos: spec.Pos(), Specs: []ast.Spec{spec}})
		file.Imports = append(file.Imports, spec)
		declared[c.importName(spec)] = true
	}
	if !c.parsed.program {
		c.inherit(out, file, declared)
	}
	for _, name := range slices.Sorted(maps.Keys(c.lent)) {
		if !declared[name] {
			c.addImport(file, ast.NewIdent(name), c.lent[name])
		}
	}
	c.bareNames(out.decls, declared)
	file.Decls = append(file.Decls, out.decls[:own]...)
	if c.parsed.shadow != nil {
		file.Decls = append(file.Decls, c.shadowVars(out, declared)...)
	}
	if !c.parsed.program {
		file.Decls = append(file.Decls, &ast.FuncDecl{
			Name: ast.NewIdent(entryName(c.n)),
			Type: &ast.FuncType{Params: &ast.FieldList{}},
			Body: c.parsed.body,
		})
	}

	conf := types.Config{
		Importer: s.importer,
		Error: func(err error) {
			if e, ok := err.(types.Error); ok {
				out.errors = append(out.errors, e)
			}
		},
	}
	files := []*ast.File{file}
	for _, check := range c.parsed.checks {
		files = append(files, check.file)
	}
	// The errors have gone to conf.Error.
	_ = types.NewChecker(&conf, c.parser.fset, out.pkg, out.info).Files(files)
	for _, obj := range out.info.Implicits {
		if name, ok := obj.(*types.PkgName); ok {
			out.imported = append(out.imported, name)
		}
	}
	for _, obj := range out.info.Defs {
		if name, ok := obj.(*types.PkgName); ok {
			out.imported = append(out.imported, name)
		}
	}
	return out
}

// inherit gives the cell what earlier cells imported and declared.
func (c *checker) inherit(out *checked, file *ast.File, declared map[string]bool) {
	s := c.session
	used := map[string]bool{}
	note := func(node ast.Node) {
		ast.Inspect(node, func(node ast.Node) bool {
			if id, ok := node.(*ast.Ident); ok {
				used[id.Name] = true
			}
			return true
		})
	}
	for _, d := range out.decls {
		note(d)
	}
	note(c.parsed.body)
	for name, path := range s.imports {
		if used[name] && !declared[name] {
			c.addImport(file, ast.NewIdent(name), path)
		}
	}
	for _, path := range s.dots {
		c.addImport(file, ast.NewIdent("."), path)
	}
	insert := func(name string, e *entity) {
		if !declared[name] && !c.cloned[name] {
			out.pkg.Scope().Insert(e.object)
			out.entities[e.object] = e
		}
	}
	if c.all {
		for name, e := range s.names {
			insert(name, e)
		}
		return
	}
	for name := range used { // of a long session a cell uses little
		if e := s.names[name]; e != nil {
			insert(name, e)
		}
	}
}

// bareNames sees to the declarations `type U T`. go/types follows such chains of
// bare names to find those that lead back to their start. It panics at a name
// that isn't declared in this very cell, so earlier cells' are put in
// parentheses; and parentheses hide from it what does lead back, which it then
// follows for ever, so those around other names are removed.
func (c *checker) bareNames(decls []ast.Decl, declared map[string]bool) {
	for _, d := range decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range gen.Specs {
			spec, ok := spec.(*ast.TypeSpec)
			if !ok {
				continue
			}
			id, ok := ast.Unparen(spec.Type).(*ast.Ident)
			switch {
			case !ok:
			case c.session.names[id.Name] != nil && !declared[id.Name] && !c.parsed.program:
				spec.Type = &ast.ParenExpr{Lparen: id.Pos(), X: id, Rparen: id.End() - 1}
			default:
				spec.Type = id
			}
		}
	}
}

func (c *checker) addImport(file *ast.File, name *ast.Ident, path string) {
	spec := &ast.ImportSpec{Name: name, Path: &ast.BasicLit{Kind: token.STRING, Value: strconv.Quote(path)}}
	file.Decls = append(file.Decls, &ast.GenDecl{Tok: token.IMPORT, Specs: []ast.Spec{spec}})
	file.Imports = append(file.Imports, spec)
}

// importName is the name that an import gives its package, "" if it can't be told.
func (c *checker) importName(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	path, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return ""
	}
	pkg, err := c.session.importer.Import(path)
	if err != nil {
		return ""
	}
	return pkg.Name()
}

// redo brings back the declaration of an earlier cell's type to which this cell
// adds a method: a type's methods are fixed once it is compiled.
func (c *checker) redo(out *checked) {
	own := map[string]bool{}
	for _, d := range out.decls {
		for _, name := range declaredNames(d) {
			own[name] = true
		}
	}
	adding := map[string]map[string]bool{} // type → names of the methods that the cell has
	var order []string
	for _, d := range out.decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv == nil {
			continue
		}
		base := syntax.ReceiverName(fn)
		e := c.session.names[base]
		if own[base] || e == nil {
			continue
		}
		if _, ok := e.object.(*types.TypeName); !ok || e.text.source == nil {
			continue
		}
		if adding[base] == nil {
			adding[base] = map[string]bool{}
			order = append(order, base)
		}
		adding[base][fn.Name.Name] = true
	}
	for _, base := range order {
		e := c.session.names[base]
		if c.again[e] == nil {
			c.again[e] = c.parser.parseSpec(e.text)
			for _, m := range e.methods {
				if !adding[base][m.name] {
					c.again[e] = append(c.again[e], c.parser.parseDecl(m.text)...)
				}
			}
		}
		out.decls = append(out.decls, c.again[e]...)
	}
}

// shadowVars are the package-level twins of the variables that the statements
// declare.
func (c *checker) shadowVars(out *checked, declared map[string]bool) []ast.Decl {
	var decls []ast.Decl
	seen := map[string]bool{}
	// fresh blanks the names that have a twin already, or need none: a variable of
	// an earlier cell stands for itself as long as its type stays.
	fresh := func(id *ast.Ident) *ast.Ident {
		_, earlier := c.session.names[id.Name]
		if seen[id.Name] || declared[id.Name] || earlier && !c.cloned[id.Name] {
			return &ast.Ident{NamePos: id.NamePos, Name: "_"}
		}
		seen[id.Name] = true
		return id
	}
	for _, stmt := range c.parsed.shadow.List {
		switch stmt := unlabel(stmt).(type) {
		case *ast.AssignStmt:
			if stmt.Tok != token.DEFINE {
				continue
			}
			spec := &ast.ValueSpec{Values: stmt.Rhs}
			for _, lhs := range stmt.Lhs {
				if id, ok := lhs.(*ast.Ident); ok {
					spec.Names = append(spec.Names, fresh(id))
				}
			}
			decls = append(decls, &ast.GenDecl{TokPos: stmt.Pos(), Tok: token.VAR, Specs: []ast.Spec{spec}})
		case *ast.DeclStmt:
			gen, ok := stmt.Decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, spec := range gen.Specs {
				if spec, ok := spec.(*ast.ValueSpec); ok {
					twin := &ast.ValueSpec{Type: spec.Type, Values: spec.Values}
					for _, id := range spec.Names {
						twin.Names = append(twin.Names, fresh(id))
					}
					decls = append(decls, &ast.GenDecl{TokPos: gen.TokPos, Tok: token.VAR, Specs: []ast.Spec{twin}})
				}
			}
		}
	}
	for name := range seen {
		declared[name] = true
		if e := c.session.names[name]; e != nil {
			// The twin takes the place of the earlier variable.
			delete(out.entities, e.object)
		}
	}
	return decls
}

// rekey gives positional struct literals of earlier cells' types their keys. To
// go/types such a type is another package's, whose unexported fields a literal
// must not set by position; set by name they may be, since packages are compared
// by path there.
func (c *checker) rekey(out *checked) bool {
	changed := false
	look := func(node ast.Node) bool {
		lit, ok := node.(*ast.CompositeLit)
		if !ok || len(lit.Elts) == 0 {
			return true
		}
		if _, keyed := lit.Elts[0].(*ast.KeyValueExpr); keyed {
			return true
		}
		t := out.info.TypeOf(lit)
		if t == nil {
			return true
		}
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		named, ok := types.Unalias(t).(*types.Named)
		if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg() == out.pkg || named.Obj().Pkg().Path() != "main" {
			return true
		}
		fields, ok := named.Underlying().(*types.Struct)
		if !ok || fields.NumFields() != len(lit.Elts) {
			return true
		}
		for i, elt := range lit.Elts {
			// The key has no position: there is no such name in the text.
			lit.Elts[i] = &ast.KeyValueExpr{Key: ast.NewIdent(fields.Field(i).Name()), Value: elt}
		}
		changed = true
		return true
	}
	for _, d := range out.decls {
		ast.Inspect(d, look)
	}
	ast.Inspect(c.parsed.body, look)
	if c.parsed.shadow != nil {
		ast.Inspect(c.parsed.shadow, look)
	}
	return changed
}

// settle finds what the next try must do otherwise; false means that there is nothing.
func (c *checker) settle(out *checked) bool {
	changed := false
	for again := true; again; {
		again = false
		for _, d := range c.parsed.decls {
			if !c.same[d] && c.unchanged(out, d) {
				c.same[d] = true
				changed, again = true, true
			}
		}
	}
	return changed
}

// clone finds the earlier variables that the statements declare with another
// type, and says whether there are any that weren't known.
func (c *checker) clone(out *checked) bool {
	changed := false
	if len(out.decls) > 0 && c.parsed.shadow != nil {
		for name, v := range topVars(out) {
			e := c.session.names[name]
			if e != nil && !c.cloned[name] && !(e.isVar() && types.Identical(e.object.Type(), v.Type())) {
				c.cloned[name] = true
				changed = true
			}
		}
	}
	return changed
}

// unchanged says that a declaration repeats what the session has: the same text,
// and every name in it means what it meant.
func (c *checker) unchanged(out *checked, d ast.Decl) bool {
	if c.parsed.program {
		return false
	}
	names := declaredNames(d)
	if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil {
		return false // goes with its type
	}
	if len(names) == 0 {
		return false
	}
	for _, name := range names {
		e := c.session.names[name]
		if e == nil || e.isVar() || !c.sameDecl(out, e, d, name) {
			return false
		}
		methods := c.methodsOf(name)
		if len(methods) != len(e.methods) {
			return false
		}
		for _, m := range methods {
			i := slices.IndexFunc(e.methods, func(old *entity) bool { return old.name == m.Name.Name })
			if i < 0 || !c.sameDecl(out, e.methods[i], m, name) {
				return false
			}
		}
	}
	for _, name := range names {
		for _, m := range c.methodsOf(name) {
			c.same[m] = true
		}
	}
	return true
}

func (c *checker) methodsOf(name string) []*ast.FuncDecl {
	var out []*ast.FuncDecl
	for _, d := range c.parsed.decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil && syntax.ReceiverName(fn) == name {
			out = append(out, fn)
		}
	}
	return out
}

// sameDecl compares a declaration with an entity. self is the name that stands
// for the declaration itself where it refers to itself.
func (c *checker) sameDecl(out *checked, e *entity, d ast.Decl, self string) bool {
	if e.text.source == nil {
		return false
	}
	span := c.parser.span(d.Pos())
	start, end := span.offset(d.Pos()), span.offset(d.End())
	if gen, ok := d.(*ast.GenDecl); ok && gen.Tok == token.TYPE {
		spec := specOf(gen, self)
		start, end = span.offset(spec.Pos()), span.offset(spec.End())
	}
	if span.source.text[start:end] != e.text.source.text[e.text.start:e.text.end] {
		return false
	}
	same := true
	ast.Inspect(d, func(node ast.Node) bool {
		id, ok := node.(*ast.Ident)
		if !ok || !same {
			return same
		}
		obj := out.info.Uses[id]
		if obj == nil || obj.Parent() != out.pkg.Scope() && out.entities[obj] == nil {
			if name, ok := obj.(*types.PkgName); ok && c.session.imports[name.Name()] != name.Imported().Path() {
				same = false
			}
			return same
		}
		was := slices.ContainsFunc(e.uses, func(u *entity) bool {
			return u.name == id.Name && u.owner == nil && c.session.names[id.Name] == u
		})
		if id.Name == self || id.Name == e.name && e.owner == nil {
			was = true
		}
		// What it refers to must be the session's, or be repeated in this cell itself.
		now := out.entities[obj] != nil
		for _, other := range c.parsed.decls {
			if slices.Contains(declaredNames(other), id.Name) && (c.same[other] || other == d) {
				now = true
			}
		}
		same = was && now
		return same
	})
	return same
}

// topVars are the variables that the cell's statements declare at top level.
func topVars(c *checked) map[string]*types.Var {
	out := map[string]*types.Var{}
	for _, id := range topIdents(c.body) {
		if v, ok := c.info.Defs[id].(*types.Var); ok && id.Name != "_" {
			out[id.Name] = v
		}
	}
	return out
}

// topIdents are the names on the left of the top-level := and var of a body.
func topIdents(body *ast.BlockStmt) []*ast.Ident {
	var ids []*ast.Ident
	for _, stmt := range body.List {
		ids = append(ids, stmtIdents(stmt)...)
	}
	return ids
}

func stmtIdents(stmt ast.Stmt) []*ast.Ident {
	var ids []*ast.Ident
	switch stmt := unlabel(stmt).(type) {
	case *ast.AssignStmt:
		if stmt.Tok == token.DEFINE {
			for _, lhs := range stmt.Lhs {
				if id, ok := lhs.(*ast.Ident); ok {
					ids = append(ids, id)
				}
			}
		}
	case *ast.DeclStmt:
		if gen, ok := stmt.Decl.(*ast.GenDecl); ok && gen.Tok == token.VAR {
			for _, spec := range gen.Specs {
				if spec, ok := spec.(*ast.ValueSpec); ok {
					ids = append(ids, spec.Names...)
				}
			}
		}
	}
	return ids
}

func unlabel(stmt ast.Stmt) ast.Stmt {
	for {
		labeled, ok := stmt.(*ast.LabeledStmt)
		if !ok {
			return stmt
		}
		stmt = labeled.Stmt
	}
}

// declaredNames are the package-level names of a declaration; a method has none.
func declaredNames(d ast.Decl) []string {
	var names []string
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil && d.Name.Name != "init" && d.Name.Name != "_" {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, spec.Name.Name)
			case *ast.ValueSpec:
				for _, id := range spec.Names {
					if id.Name != "_" {
						names = append(names, id.Name)
					}
				}
			}
		}
	}
	return names
}

// specOf is the type spec of a name.
func specOf(gen *ast.GenDecl, name string) ast.Spec {
	for _, spec := range gen.Specs {
		if ts, ok := spec.(*ast.TypeSpec); ok && ts.Name.Name == name {
			return spec
		}
	}
	return gen.Specs[0]
}

// lastExpr is the expression that ends the cell, whose value is shown.
func lastExpr(body *ast.BlockStmt) ast.Expr {
	if len(body.List) == 0 {
		return nil
	}
	if stmt, ok := body.List[len(body.List)-1].(*ast.ExprStmt); ok {
		return stmt.X
	}
	return nil
}

var (
	mainQualifier = regexp.MustCompile(`\bmain\.([\pL_])`)
	couldNot      = regexp.MustCompile(`^could not import \S+ \((.*)\)$`)
)

// diagnostics are the errors that concern a user.
func (c *checker) diagnostics(out *checked) []Diagnostic {
	unused := map[token.Pos]bool{}
	for _, id := range topIdents(c.parsed.body) {
		unused[id.Pos()] = true
	}
	last := lastExpr(c.parsed.body)
	var diags []Diagnostic
	for _, e := range out.errors {
		span := c.parser.span(e.Pos)
		switch {
		case span != nil && span.shadow:
			continue
		case strings.HasPrefix(e.Msg, "\t"): // the second half of the error before
			continue
		case strings.HasPrefix(e.Msg, "declared and not used") && unused[e.Pos]:
			continue
		case strings.HasSuffix(e.Msg, "imported and not used") || strings.Contains(e.Msg, " imported as ") && strings.HasSuffix(e.Msg, " and not used"):
			continue
		case strings.HasSuffix(e.Msg, "is not used") && within(last, e.Pos) && isValue(out.info, last):
			continue
		case strings.HasPrefix(e.Msg, "initialization cycle") && c.parsed.shadow != nil:
			continue // a cycle of variables that statements set, each in its turn
		}
		d := Diagnostic{Place: Place{Line: 1, Column: 1}, Message: mainQualifier.ReplaceAllString(e.Msg, "$1")}
		if span != nil && span.check != nil {
			diags = append(diags, checkError(span, c.parser.span(span.check.call), d.Message))
			continue
		}
		if span != nil {
			d.Place = placeAt(span.source.text, span.offset(e.Pos))
			if span.source.cell != c.n {
				d.Place.Cell = span.source.cell
			}
		}
		if m := couldNot.FindStringSubmatch(d.Message); m != nil {
			d.Message = m[1]
		}
		d.Hint = out.suggest(c.session, e)
		if d.Hint == "" {
			d.Hint = out.outdated(c.session, e.Pos)
		}
		diags = append(diags, d)
	}
	if d, wrong := c.overflow(out, last); wrong && len(diags) == 0 {
		diags = append(diags, d)
	}
	return sorted(diags)
}

// overflow says that the cell's value is a constant that no variable could hold.
// To go/types it is none's value.
func (c *checker) overflow(out *checked, last ast.Expr) (Diagnostic, bool) {
	if last == nil {
		return Diagnostic{}, false
	}
	tv := out.info.Types[last]
	basic, ok := tv.Type.(*types.Basic)
	if !ok || tv.Value == nil || basic.Info()&types.IsUntyped == 0 {
		return Diagnostic{}, false
	}
	t := types.Default(basic)
	if fits := types.ConvertibleTo(basic, t) && representable(tv.Value, t); fits {
		return Diagnostic{}, false
	}
	span := c.parser.span(last.Pos())
	return Diagnostic{
		Place:   placeAt(span.source.text, span.offset(last.Pos())),
		Message: fmt.Sprintf("cannot use %s (%s constant %s) as %s value (overflows)", types.ExprString(last), basic, tv.Value, t),
	}, true
}

// representable says that a type has a constant's value.
func representable(value constant.Value, t types.Type) bool {
	switch t.(*types.Basic).Kind() {
	case types.Int:
		_, exact := constant.Int64Val(constant.ToInt(value))
		return exact
	case types.Int32: // a rune
		n, exact := constant.Int64Val(constant.ToInt(value))
		return exact && int64(int32(n)) == n
	case types.Float64:
		f, _ := constant.Float64Val(value)
		return !math.IsInf(f, 0)
	case types.Complex128:
		re, _ := constant.Float64Val(constant.Real(value))
		im, _ := constant.Float64Val(constant.Imag(value))
		return !math.IsInf(re, 0) && !math.IsInf(im, 0)
	}
	return true
}

// outdated explains an error in a statement that uses what was declared before
// one of its types was declared anew: the message may name two types T.
func (c *checked) outdated(s *Session, pos token.Pos) string {
	var inner ast.Node // the innermost statement or declaration at the place
	ast.Inspect(c.file, func(node ast.Node) bool {
		switch node.(type) {
		case nil:
			return false
		case ast.Stmt, ast.Decl:
			if pos < node.Pos() || node.End() <= pos {
				return false
			}
			inner = node
		}
		return true
	})
	if inner == nil {
		return ""
	}
	hint := ""
	ast.Inspect(inner, func(node ast.Node) bool {
		id, ok := node.(*ast.Ident)
		if !ok || hint != "" {
			return hint == ""
		}
		e := c.entities[c.info.Uses[id]]
		if e == nil {
			return true
		}
		for _, u := range e.uses {
			now := s.names[u.name]
			if _, isType := u.object.(*types.TypeName); isType && u.owner == nil && now != nil && now != u {
				hint = fmt.Sprintf("%s still has the %s of In[%d], which In[%d] has replaced", e.name, u.name, u.cell, now.cell)
				break
			}
		}
		return true
	})
	return hint
}

// within says that a position lies in an expression, but not in a function
// literal of it.
func within(e ast.Expr, pos token.Pos) bool {
	if e == nil || pos < e.Pos() || e.End() <= pos {
		return false
	}
	in := true
	ast.Inspect(e, func(node ast.Node) bool {
		if lit, ok := node.(*ast.FuncLit); ok && lit.Body.Pos() <= pos && pos < lit.End() {
			in = false
		}
		return in
	})
	return in
}

// isValue says that an expression has one value that can be shown.
func isValue(info *types.Info, e ast.Expr) bool {
	tv, ok := info.Types[e]
	if !ok || !tv.IsValue() || tv.Type == nil {
		return false
	}
	if basic, ok := tv.Type.(*types.Basic); ok && basic.Kind() == types.Invalid {
		return false
	}
	_, several := tv.Type.(*types.Tuple)
	return !several
}

// sorted puts diagnostics in the order of the text, without repeats.
func sorted(diags []Diagnostic) []Diagnostic {
	slices.SortStableFunc(diags, func(a, b Diagnostic) int {
		for _, d := range []int{a.Place.Cell - b.Place.Cell, a.Place.Line - b.Place.Line, a.Place.Column - b.Place.Column} {
			if d != 0 {
				return d
			}
		}
		return 0
	})
	return slices.Compact(diags)
}
