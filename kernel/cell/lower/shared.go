package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

// find notes which variables of a piece of syntax are shared: see told. Of the
// session's variables it notes those that functions write to.
func (e *emitter) find(source *Source, root ast.Node) {
	if e.found[root] {
		return
	}
	e.found[root] = true
	info := source.Info
	home := map[types.Object]ast.Node{} // the function that declares a variable
	captured, assigned := map[types.Object]bool{}, map[types.Object]bool{}
	function := ast.Node(nil)
	if _, ok := root.(*ast.FuncDecl); ok {
		function = root
	}
	inits := map[types.Object]bool{} // variables of a loop whose header is being looked at
	write := func(x ast.Expr, addressed bool) {
		v := rootVariable(info, x)
		switch {
		case v == nil || inits[v] && !addressed:
		case e.variable(v) != "":
			if function != nil || addressed {
				e.session.written[e.variable(v)] = true
			}
		case addressed:
			e.shared[v] = true
		default:
			assigned[v] = true
		}
	}
	var look func(node ast.Node) bool
	within := func(f ast.Node, nodes ...ast.Node) {
		outer := function
		function = f
		for _, n := range nodes {
			ast.Inspect(n, look)
		}
		function = outer
	}
	look = func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncLit:
			within(node, node.Type, node.Body)
			return false
		case *ast.Ident:
			if v, ok := info.Defs[node].(*types.Var); ok {
				home[v] = function
			} else if v, ok := info.Uses[node].(*types.Var); ok {
				if at, known := home[v]; known && at != function {
					captured[v] = true
				}
			}
		case *ast.ForStmt:
			// A loop's own counting goes on in a copy of its variables.
			var own []types.Object
			if node.Init != nil {
				ast.Inspect(node.Init, look)
				for _, id := range definedIdents(node.Init) {
					own = append(own, info.Defs[id])
				}
			}
			if node.Cond != nil {
				ast.Inspect(node.Cond, look)
			}
			if node.Post != nil {
				for _, v := range own {
					inits[v] = true
				}
				ast.Inspect(node.Post, look)
				for _, v := range own {
					delete(inits, v)
				}
			}
			ast.Inspect(node.Body, look)
			return false
		case *ast.AssignStmt:
			for _, l := range node.Lhs {
				if id, ok := ast.Unparen(l).(*ast.Ident); !ok || info.Defs[id] == nil {
					write(l, false)
				}
			}
		case *ast.IncDecStmt:
			write(node.X, false)
		case *ast.RangeStmt:
			if node.Tok == token.ASSIGN {
				for _, l := range []ast.Expr{node.Key, node.Value} {
					if l != nil {
						write(l, false)
					}
				}
			}
		case *ast.UnaryExpr:
			if node.Op == token.AND {
				write(node.X, true)
			}
		case *ast.SliceExpr:
			if _, ok := info.TypeOf(node.X).Underlying().(*types.Array); ok {
				write(node.X, true)
			}
		case *ast.SelectorExpr:
			sel := info.Selections[node]
			if sel == nil || sel.Kind() != types.MethodVal {
				break
			}
			m, ok := sel.Obj().(*types.Func)
			if !ok || m.Signature().Recv() == nil || m.Pkg() == nil || m.Pkg().Path() != "main" && !isLibrary(m.Pkg()) {
				break // what a package's own type holds is the package's affair
			}
			_, wants := types.Unalias(m.Signature().Recv().Type()).(*types.Pointer)
			if _, has := info.TypeOf(node.X).Underlying().(*types.Pointer); wants && !has {
				write(node.X, true)
			}
		}
		return true
	}
	ast.Inspect(root, look)
	for v := range captured {
		if assigned[v] {
			e.shared[v] = true
		}
	}
}

// rootVariable is the variable that an expression is or is a part of, nil for what
// a pointer leads to.
func rootVariable(info *types.Info, e ast.Expr) *types.Var {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, _ := info.Uses[x].(*types.Var)
		return v
	case *ast.SelectorExpr:
		sel := info.Selections[x]
		if sel == nil || sel.Kind() != types.FieldVal || sel.Indirect() {
			return nil
		}
		return rootVariable(info, x.X)
	case *ast.IndexExpr:
		if _, ok := info.TypeOf(x.X).Underlying().(*types.Array); ok {
			return rootVariable(info, x.X)
		}
	}
	return nil
}

// findAll is find for the whole cell.
func (e *emitter) findAll() {
	for _, d := range e.cell.Decls {
		e.find(e.cell.Source, d)
	}
	for _, s := range e.cell.Body {
		e.find(e.cell.Source, s)
	}
}
