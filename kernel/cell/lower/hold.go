package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// share notes which session variables something other than the statements of a
// cell may reach, now or later: a function uses them, or their address is taken.
func (e *emitter) share() {
	within := func(root ast.Node) {
		ast.Inspect(root, func(node ast.Node) bool {
			if id, ok := node.(*ast.Ident); ok {
				if name := e.variable(e.cell.Info.Uses[id]); name != "" {
					e.session.shared[name] = true
				}
			}
			return true
		})
	}
	look := func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncDecl, *ast.FuncLit, *ast.GoStmt, *ast.DeferStmt, *ast.SelectorExpr:
			within(node)
		case *ast.UnaryExpr:
			if node.Op == token.AND {
				within(node.X)
			}
		}
		return true
	}
	for _, d := range e.cell.Decls {
		ast.Inspect(d, look)
	}
	for _, s := range e.cell.Body {
		ast.Inspect(s, look)
	}
}

// hold lowers a loop among a cell's statements. A session variable costs the
// interpreter a step for each use, so those of basic types that nothing else can
// reach are locals while the loop runs. Only loops that end in no other way than
// by their end qualify: a loop that may panic, call or wait has to leave the
// variables as they are at that moment.
func (f *fn) hold(s ast.Stmt) string {
	if !f.quiet(s) {
		return f.stmt(s)
	}
	var names []string
	held := map[string]types.Type{}
	ast.Inspect(s, func(node ast.Node) bool {
		if id, ok := node.(*ast.Ident); ok {
			obj := f.source.Info.Uses[id]
			name := f.variable(obj)
			if name == "" || f.session.shared[name] || held[name] != nil {
				return true
			}
			if _, ok := obj.Type().Underlying().(*types.Basic); ok {
				names, held[name] = append(names, name), obj.Type()
			}
		}
		return true
	})
	if len(names) == 0 {
		return f.stmt(s)
	}
	g := *f
	g.lent = map[string]string{}
	var before, after strings.Builder
	for _, name := range names {
		local := f.name("held")
		g.lent[name] = local
		// With its type spelt out: else the interpreter reckons with it as with
		// values of compiled code.
		before.WriteString("var " + local + " " + f.typeText(held[name]) + " = *" + Variables + "." + name + "\n")
		after.WriteString("*" + Variables + "." + name + " = " + local + "\n")
	}
	return "{\n" + before.String() + g.stmt(s) + after.String() + "}\n"
}

// quiet says that a statement can't panic, call a function, wait or jump away.
func (f *fn) quiet(s ast.Stmt) bool {
	quiet := true
	ast.Inspect(s, func(node ast.Node) bool {
		switch node := node.(type) {
		case nil, *ast.BlockStmt, *ast.ForStmt, *ast.IfStmt, *ast.IncDecStmt, *ast.EmptyStmt, *ast.BasicLit, *ast.ParenExpr:
		case *ast.SwitchStmt, *ast.CaseClause:
		case *ast.Ident:
			// A local type or nil would do no harm, but is not needed either.
			switch obj := f.source.Info.ObjectOf(node).(type) {
			case *types.Var:
				_, basic := obj.Type().Underlying().(*types.Basic)
				quiet = quiet && basic
			case nil, *types.Const, *types.TypeName, *types.Builtin:
			default:
				quiet = quiet && node.Name == "_"
			}
		case *ast.RangeStmt:
			_, basic := f.typeOf(node.X).Underlying().(*types.Basic)
			quiet = quiet && basic
		case *ast.AssignStmt:
			quiet = quiet && (len(node.Lhs) != 1 || f.safeOperator(node.Tok, node.Rhs[0]))
		case *ast.BinaryExpr:
			quiet = quiet && f.safeOperator(node.Op, node.Y)
		case *ast.UnaryExpr:
			quiet = quiet && node.Op != token.AND && node.Op != token.ARROW
		case *ast.BranchStmt:
			quiet = quiet && node.Tok != token.GOTO && node.Label == nil
		case *ast.CallExpr:
			_, basic := f.typeOf(node).Underlying().(*types.Basic)
			conversion := f.source.Info.Types[node.Fun].IsType() && basic
			quiet = quiet && (conversion || f.isBuiltin(node, "len"))
		default:
			quiet = false
		}
		return quiet
	})
	return quiet
}

// safeOperator says that an operator can't panic: one that divides or shifts may,
// unless y is a constant, or a shift's count is unsigned.
func (f *fn) safeOperator(op token.Token, y ast.Expr) bool {
	switch op {
	case token.QUO, token.REM, token.QUO_ASSIGN, token.REM_ASSIGN:
		v := f.source.Info.Types[y].Value
		return v != nil && constant.Sign(v) != 0
	case token.SHL, token.SHR, token.SHL_ASSIGN, token.SHR_ASSIGN:
		return f.source.Info.Types[y].Value != nil
	}
	return true
}
