package cell

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// scopeAt is the innermost scope at a position.
func (c *checked) scopeAt(pos token.Pos) *types.Scope {
	best, size := c.info.Scopes[c.file], token.Pos(-1)
	try := func(node ast.Node, from, to token.Pos) {
		scope := c.info.Scopes[node]
		if scope != nil && from.IsValid() && from <= pos && pos <= to && (size < 0 || to-from < size) {
			best, size = scope, to-from
		}
	}
	ast.Inspect(c.file, func(node ast.Node) bool {
		switch node := node.(type) {
		case nil, *ast.File, *ast.FuncType:
		case *ast.FuncDecl:
			// Its scope goes by its type, but holds what the body declares.
			if node.Body != nil {
				try(node.Type, min(node.Pos(), node.Body.Pos()), node.Body.End())
				try(node.Type, node.Body.Pos(), node.Body.End())
			} else {
				try(node.Type, node.Pos(), node.End())
			}
		case *ast.FuncLit:
			if node.Body != nil {
				try(node.Type, node.Pos(), node.Body.End())
			}
		default:
			if c.info.Scopes[node] != nil {
				try(node, node.Pos(), node.End())
			}
		}
		return true
	})
	return best
}

// visible calls yield for each name that means something at a position, from the
// innermost scope outwards; the predeclared names are not among them.
func (c *checked) visible(pos token.Pos, yield func(types.Object)) {
	inner := c.scopeAt(pos)
	for scope := inner; scope != nil && scope != types.Universe; scope = scope.Parent() {
		for _, name := range scope.Names() {
			if name == "_" || strings.Contains(name, "ʹ") {
				continue
			}
			if _, obj := inner.LookupParent(name, pos); obj != nil && obj == scope.Lookup(name) {
				yield(obj)
			}
		}
	}
}

// isInvalid says that nothing is known of a type.
func isInvalid(t types.Type) bool {
	basic, ok := t.(*types.Basic)
	return t == nil || ok && basic.Kind() == types.Invalid
}
