package lower

import (
	"go/ast"
	"go/token"
	"strconv"

	"lockstep/kernel/worker/marks"
)

// mark notes where the program is, in front of a statement that may panic: the
// interpreter knows of a panic only in which function it was.
func (f *fn) mark(s ast.Stmt) string {
	if !f.top && !risky(s) {
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
func risky(s ast.Stmt) bool {
	found := false
	ast.Inspect(s, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.BlockStmt, *ast.FuncLit, *ast.CaseClause, *ast.CommClause:
			return false
		case *ast.IndexExpr, *ast.SliceExpr, *ast.StarExpr, *ast.CallExpr, *ast.TypeAssertExpr, *ast.SelectorExpr, *ast.SendStmt:
			found = true
		case *ast.UnaryExpr: // one that waits may be asked where
			found = found || node.Op == token.ARROW
		case *ast.SelectStmt:
			found = true
		case *ast.BinaryExpr:
			found = found || node.Op == token.QUO || node.Op == token.REM || node.Op == token.SHL || node.Op == token.SHR
		case *ast.AssignStmt:
			found = found || node.Tok == token.QUO_ASSIGN || node.Tok == token.REM_ASSIGN || node.Tok == token.SHL_ASSIGN || node.Tok == token.SHR_ASSIGN
		}
		return !found
	})
	return found
}
