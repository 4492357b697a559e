package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"

	"lockstep/kernel/worker/marks"
)

// mark notes where the program is, in front of a statement that may panic: the
// interpreter knows of a panic only in which function it was.
func (f *fn) mark(s ast.Stmt) string {
	if !f.top && !f.risky(s) {
		return ""
	}
	return f.markAt(s.Pos())
}

// markAt notes a place.
func (f *fn) markAt(pos token.Pos) string {
	cell, line, column, ok := f.source.Place(pos)
	if !ok {
		return ""
	}
	at := strconv.FormatInt(marks.Mark(cell, f.serial, line, column), 10)
	text := "*" + Helpers + ".At = " + at + "; "
	if f.top {
		text += "*" + Helpers + ".Top = " + at + "; "
	}
	return text
}

// risky says that a statement can panic by itself, apart from the statements
// that it holds.
func (f *fn) risky(s ast.Stmt) bool {
	found := false
	ast.Inspect(s, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.BlockStmt, *ast.FuncLit, *ast.CaseClause, *ast.CommClause:
			return false
		case *ast.IndexExpr, *ast.SliceExpr, *ast.StarExpr, *ast.TypeAssertExpr, *ast.SelectorExpr, *ast.SendStmt:
			found = true
		case *ast.CallExpr:
			found = found || !f.ownFunction(node.Fun)
		case *ast.UnaryExpr: // one that waits may be asked where
			found = found || node.Op == token.ARROW
		case *ast.SelectStmt:
			found = true
		case *ast.BinaryExpr:
			found = found || !f.safeOperator(node.Op, node.Y)
		case *ast.AssignStmt:
			found = found || len(node.Rhs) == 1 && !f.safeOperator(node.Tok, node.Rhs[0])
		}
		return !found
	})
	return found
}

// ownFunction says that an expression denotes a declared function of a cell. A
// panic in there is not of the statement that calls it.
func (f *fn) ownFunction(e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	fn, ok := f.source.Info.Uses[id].(*types.Func)
	return ok && f.emitter.function(fn) != nil
}
