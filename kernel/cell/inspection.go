package cell

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"lockstep/kernel/cell/docs"
	"lockstep/kernel/execution"
)

// Inspect says what a name is: the one at a cursor, which counts bytes, else the
// function between whose arguments it stands, else the one before it on the line.
// See execution.Engine.
func (s *Session) Inspect(text string, cursor, detail int) (execution.Inspection, bool) {
	cursor = clamp(text, cursor)
	if tooLong(text) != nil || !s.lockSoon() {
		return execution.Inspection{}, false
	}
	defer s.mu.Unlock()
	if inside, ok := importPathAt(text, cursor); ok {
		return s.inspectPackage(text[inside.start:inside.end], detail)
	}
	tokens := lex(text, true)
	i := inspected(tokens, text, cursor)
	if i < 0 {
		return execution.Inspection{}, false
	}
	v := s.view(text, tokens[i].start)
	t := v.subject()
	switch {
	case t.object != nil:
	case t.path != "":
		return s.inspectPackage(t.path, detail)
	default:
		return execution.Inspection{}, false
	}
	if name, ok := t.object.(*types.PkgName); ok {
		return s.inspectPackage(name.Imported().Path(), detail)
	}
	_, builtin := t.object.(*types.Builtin)
	if isInvalid(t.object.Type()) && !builtin {
		return execution.Inspection{}, false
	}
	declaration, comment := v.declaration(t, detail), v.comment(t)
	pkg := t.object.Pkg()
	if pkg == nil || isCells(pkg) {
		return render(declaration, comment, pkg, nil), true
	}
	return render(declaration, comment, pkg, docs.Of(pkg.Path())), true
}

// inspected is the index of the name that a cursor asks about, -1 for none.
// tokens has the comments too.
func inspected(tokens []lexeme, text string, cursor int) int {
	for i, l := range tokens {
		if l.start <= cursor && cursor <= l.end && l.tok == token.IDENT {
			return i
		}
	}
	var before []int // the tokens before the cursor but for comments, as indices
	for i, l := range tokens {
		if l.tok == token.COMMENT && l.start < cursor && cursor < l.end {
			return -1
		}
		if l.start < cursor && l.tok != token.COMMENT {
			before = append(before, i)
		}
	}
	if i := called(tokens, before); i >= 0 {
		return i
	}
	if n := len(before); n > 0 && tokens[before[n-1]].tok.IsKeyword() && tokens[before[n-1]].end >= cursor {
		return -1
	}
	line := strings.LastIndexByte(text[:cursor], '\n') + 1
	for _, i := range slices.Backward(before) {
		if l := tokens[i]; l.tok == token.IDENT && l.start >= line {
			return i
		}
	}
	return -1
}

// called is the function whose arguments, or the type whose literal, the last of
// some tokens are in; -1 for none.
func called(tokens []lexeme, before []int) int {
	var open []int // indices in before
	for j, i := range before {
		switch tokens[i].tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			open = append(open, j)
		case token.RPAREN, token.RBRACK, token.RBRACE:
			for k := len(open) - 1; k >= 0; k-- {
				if matches(tokens[before[open[k]]].tok, tokens[i].tok) {
					open = open[:k]
					break
				}
			}
		}
	}
	for _, j := range slices.Backward(open) {
		l := tokens[before[j]]
		if l.tok == token.LBRACK || j == 0 {
			continue
		}
		callee := j - 1
		if tokens[before[callee]].tok == token.RBRACK { // f[T](
			depth := 0
			for ; callee >= 0; callee-- {
				switch tokens[before[callee]].tok {
				case token.RBRACK:
					depth++
				case token.LBRACK:
					depth--
				}
				if depth == 0 {
					callee--
					break
				}
			}
		}
		if callee >= 0 && tokens[before[callee]].tok == token.IDENT && (l.tok == token.LPAREN || tokens[before[j-1]].end == l.start) {
			return before[callee]
		}
		if l.tok == token.LBRACE {
			return -1 // a block: what is called around it is not what is being written
		}
	}
	return -1
}

// subject is what an inspection is about: an object, or else a package that
// isn't imported.
type subject struct {
	object types.Object
	// owner is the type whose field or method the object is.
	owner *types.TypeName
	path  string
}

// subject is what the target means.
func (v *view) subject() subject {
	id := v.target()
	if id == nil {
		return subject{}
	}
	obj := v.info.Uses[id]
	if obj == nil {
		obj = v.info.Defs[id]
	}
	t := subject{object: obj}
	switch parent := v.parent(1).(type) {
	case *ast.SelectorExpr:
		if parent.Sel != id {
			break
		}
		if selection := v.info.Selections[parent]; selection != nil {
			t.owner = ownerOf(selection)
		} else if pkg, ok := parent.X.(*ast.Ident); ok && obj == nil && v.info.Uses[pkg] == nil {
			for _, p := range v.session.packagesNamed(pkg.Name) {
				if o := p.Scope().Lookup(id.Name); o != nil && o.Exported() {
					return subject{object: o}
				}
			}
		}
	case *ast.KeyValueExpr:
		if lit, ok := v.parent(2).(*ast.CompositeLit); ok && parent.Key == id {
			t.owner = typeName(v.info.TypeOf(lit))
		}
	case *ast.Field:
		if spec, ok := v.parent(4).(*ast.TypeSpec); ok { // spec, struct, fields, field, name
			t.owner, _ = v.info.Defs[spec.Name].(*types.TypeName)
		}
	}
	if fn, ok := obj.(*types.Func); ok && fn.Signature().Recv() != nil && t.owner == nil {
		t.owner = typeName(fn.Signature().Recv().Type())
	}
	if t.object == nil {
		t.object = v.implicit(id)
	}
	if t.object == nil {
		t.object = types.Universe.Lookup(id.Name)
	}
	if t.object == nil {
		if path, ok := v.session.imports[id.Name]; ok && !v.program {
			t.path = path
		} else if paths := v.session.pathsNamed(id.Name); len(paths) > 0 && v.isQualifier(id) {
			t.path = paths[0]
		}
	}
	return t
}

// isQualifier says that the target is followed by a dot and a name, or by nothing
// yet: it may be a package.
func (v *view) isQualifier(id *ast.Ident) bool {
	sel, ok := v.parent(1).(*ast.SelectorExpr)
	if ok {
		return sel.X == id
	}
	_, ok = v.parent(1).(*ast.ExprStmt)
	return ok
}

// implicit is the variable of a type switch, which has an object a case.
func (v *view) implicit(id *ast.Ident) types.Object {
	assign, ok := v.parent(1).(*ast.AssignStmt)
	if !ok {
		return nil
	}
	sw, ok := v.parent(2).(*ast.TypeSwitchStmt)
	if !ok || sw.Assign != ast.Stmt(assign) {
		return nil
	}
	if x, ok := assign.Rhs[0].(*ast.TypeAssertExpr); ok && !isInvalid(v.info.TypeOf(x.X)) {
		return types.NewVar(id.Pos(), v.pkg, id.Name, v.info.TypeOf(x.X))
	}
	return nil
}

// typeName is a type's name, or that of what it points to; nil for none.
func typeName(t types.Type) *types.TypeName {
	if t == nil {
		return nil
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return named.Origin().Obj()
	}
	return nil
}

// ownerOf is the type that declares what a selection selects, which may be one
// that is embedded.
func ownerOf(selection *types.Selection) *types.TypeName {
	if fn, ok := selection.Obj().(*types.Func); ok {
		if recv := fn.Signature().Recv(); recv != nil {
			return typeName(recv.Type())
		}
	}
	t := selection.Recv()
	for _, i := range selection.Index()[:len(selection.Index())-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		u, ok := t.Underlying().(*types.Struct)
		if !ok {
			return nil
		}
		t = u.Field(i).Type()
	}
	return typeName(t)
}
