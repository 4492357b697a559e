package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
)

// silence notes of a cell that can't simulate to which of the session's variables
// its statements give functions: these tell of nothing.
func (e *emitter) silence() {
	if e.watch {
		e.set = e.sets()
		return
	}
	set := func(x ast.Expr) {
		v := rootVariable(e.cell.Info, x)
		if id, ok := ast.Unparen(x).(*ast.Ident); ok && v == nil {
			v, _ = e.cell.Info.Defs[id].(*types.Var)
		}
		if v == nil || !holdsFunctions(v.Type()) {
			return
		}
		if name := e.variable(v); name != "" {
			e.session.silent[name] = true
		}
	}
	look := func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.AssignStmt:
			for _, l := range node.Lhs {
				set(l)
			}
		case *ast.ValueSpec:
			for _, id := range node.Names {
				if len(node.Values) > 0 {
					set(id)
				}
			}
		case *ast.UnaryExpr:
			if node.Op == token.AND {
				set(node.X)
			}
		}
		return true
	}
	for _, s := range e.cell.Body {
		ast.Inspect(s, look)
	}
}

// sets are the session's variables that the statements of a cell set which can
// simulate.
func (e *emitter) sets() []string {
	var names []string
	set := func(ids ...ast.Expr) {
		for _, e2 := range ids {
			if id, ok := e2.(*ast.Ident); ok {
				if name := e.variable(e.cell.Info.ObjectOf(id)); name != "" {
					names = append(names, name)
				}
			}
		}
	}
	for _, s := range e.cell.Body {
		switch s := s.(type) {
		case *ast.AssignStmt:
			set(s.Lhs...)
		case *ast.DeclStmt:
			if gen, ok := s.Decl.(*ast.GenDecl); ok {
				for _, spec := range gen.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok {
						for _, id := range v.Names {
							set(id)
						}
					}
				}
			}
		}
	}
	return names
}

// holdsFunctions says that values of a type have functions in them.
func holdsFunctions(t types.Type) bool {
	seen := map[types.Type]bool{}
	var look func(t types.Type) bool
	look = func(t types.Type) bool {
		if seen[t] {
			return false
		}
		seen[t] = true
		switch t := t.Underlying().(type) {
		case *types.Signature:
			return true
		case *types.Pointer:
			return look(t.Elem())
		case *types.Slice:
			return look(t.Elem())
		case *types.Array:
			return look(t.Elem())
		case *types.Map:
			return look(t.Key()) || look(t.Elem())
		case *types.Struct:
			for f := range t.Fields() {
				if f.Pkg() != nil && f.Pkg().Path() == "main" && look(f.Type()) {
					return true
				}
			}
		}
		return false
	}
	return look(t)
}

// silentVariable is the name of a session variable that holds functions which tell
// of nothing, if e is one and somebody asks.
func (f *fn) silentVariable(e ast.Expr) string {
	id, ok := e.(*ast.Ident)
	if !ok || !f.watch {
		return ""
	}
	v, ok := f.source.Info.Uses[id].(*types.Var)
	if !ok {
		return ""
	}
	if name := f.variable(v); f.session.silent[name] && !slices.Contains(f.set, name) {
		return id.Name
	}
	return ""
}

// refusing is a value that a simulation refuses.
func (f *fn) refusing(text string, e ast.Expr, name string) string {
	return f.helper("silent", f.typeText(f.typeOf(e)), func(helper, typ string) string {
		return "func " + helper + "(ʹv " + typ + ", ʹat int64, ʹn string) " + typ + " {\n" + simulated("Stale(ʹn, ʹat)") + "\nʹr := ʹv\nreturn ʹr\n}\n"
	}) + "(" + argument(text) + ", " + f.markText(e.Pos()) + ", " + strconv.Quote(name) + ")"
}
