package cell

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"github.com/dustin/go-humanize"
)

// What a cell may be made of. Nobody writes as much, but a program may have, and what
// takes the kernel's front process too long or too much memory can't be interrupted.
const (
	// maxText is the longest text of a cell, in bytes.
	maxText = 16 << 20
	// maxDepth is how deep its syntax may be nested.
	maxDepth = 2000
	// maxStrings is how long its constant strings may be, together, in bytes.
	maxStrings = 32 << 20
)

// tooLong is the error of a cell that is too long; nil for others.
func tooLong(text string) []Diagnostic {
	if len(text) <= maxText {
		return nil
	}
	return []Diagnostic{{
		Place:   Place{Line: 1, Column: 1},
		Message: fmt.Sprintf("the cell is %s long, of at most %s", humanize.IBytes(uint64(len(text))), humanize.IBytes(maxText)),
		Hint:    "read long data from a file",
		Syntax:  true,
	}}
}

// tooDeep is the first node that is nested too deep, nil if there is none.
func tooDeep(root ast.Node) (at ast.Node) {
	depth := 0
	ast.Inspect(root, func(node ast.Node) bool {
		switch {
		case node == nil:
			depth--
		case at != nil:
			return false
		case depth == maxDepth:
			at = node
			return false
		default:
			depth++
		}
		return true
	})
	return at
}

// nesting reports what is nested too deep in a tree.
func (p *cellParser) nesting(root ast.Node) {
	if at := tooDeep(root); at != nil {
		p.diags = append(p.diags, Diagnostic{
			Place:   p.place(at.Pos()),
			Message: fmt.Sprintf("this is nested more than %d levels deep", maxDepth),
			Hint:    "give parts of it names",
			Syntax:  true,
		})
	}
}

// constants tells how long constant strings are before anything computes them: a few
// declarations, each of twice the one before, would fill all memory.
type constants struct {
	session *Session
	values  map[string]ast.Expr // of those that the cell declares, but for those in functions
	known   map[string]extent
	scopes  []map[string]extent // of the blocks around, for those in functions
}

// extent is how long a constant is at most, in bytes, up to a little more than
// maxStrings. It is 0 for what is no string.
type extent int

func (e extent) plus(other extent) extent { return min(e+other, maxStrings+1) }

// longStrings reports constant strings that are too long together: all that the
// cell names, each time. The literals are no longer than its text.
func (s *Session) longStrings(p *cellParser, tree *parsed) {
	c := &constants{session: s, values: map[string]ast.Expr{}, known: map[string]extent{}}
	for _, d := range tree.decls {
		declared(d, func(name string, value ast.Expr) { c.values[name] = value })
	}
	total := extent(0)
	for _, root := range append([]ast.Decl{&ast.FuncDecl{Name: ast.NewIdent("_"), Type: &ast.FuncType{}, Body: tree.body}}, tree.decls...) {
		var path []ast.Node
		ast.Inspect(root, func(node ast.Node) bool {
			if total > maxStrings {
				return false
			}
			if node == nil {
				if isBlock(path[len(path)-1]) {
					c.scopes = c.scopes[:len(c.scopes)-1]
				}
				path = path[:len(path)-1]
				return false
			}
			path = append(path, node)
			switch node := node.(type) {
			case *ast.DeclStmt:
				declared(node.Decl, func(name string, value ast.Expr) { c.scopes[len(c.scopes)-1][name] = c.extent(value) })
			case *ast.Ident:
				if total = total.plus(c.named(node.Name)); total > maxStrings {
					p.diags = append(p.diags, Diagnostic{
						Place:   p.place(node.Pos()),
						Message: "constant strings of more than " + humanize.IBytes(maxStrings),
						Hint:    "make them while the cell runs, with strings.Repeat",
					})
					return false
				}
			default:
				if isBlock(node) {
					c.scopes = append(c.scopes, map[string]extent{})
				}
			}
			return true
		})
	}
}

// isBlock says that what a node declares is known in it only.
func isBlock(node ast.Node) bool {
	switch node.(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
		return true
	}
	return false
}

// declared calls f for each constant of a declaration.
func declared(d ast.Decl, f func(name string, value ast.Expr)) {
	decl, ok := d.(*ast.GenDecl)
	if !ok || decl.Tok != token.CONST {
		return
	}
	var values []ast.Expr // of the last that has any
	for _, spec := range decl.Specs {
		spec := spec.(*ast.ValueSpec)
		if len(spec.Values) > 0 {
			values = spec.Values
		}
		for i, name := range spec.Names {
			if i < len(values) {
				f(name.Name, values[i])
			}
		}
	}
}

// extent is at least that of x, if it is a constant.
func (c *constants) extent(x ast.Expr) extent {
	switch x := x.(type) {
	case *ast.BasicLit:
		if x.Kind == token.STRING {
			return extent(min(len(x.Value), maxStrings+1))
		}
	case *ast.ParenExpr:
		return c.extent(x.X)
	case *ast.BinaryExpr:
		if x.Op == token.ADD {
			return c.extent(x.X).plus(c.extent(x.Y))
		}
	case *ast.CallExpr: // string(65), or T("a")
		if len(x.Args) == 1 {
			if e := c.extent(x.Args[0]); e > 0 {
				return e
			}
			if id, ok := x.Fun.(*ast.Ident); ok && id.Name == "string" {
				return 4
			}
		}
	case *ast.SelectorExpr:
		return 64 // a package's, perhaps
	case *ast.Ident:
		return c.named(x.Name)
	}
	return 0
}

// named is the extent of the constant of a name.
func (c *constants) named(name string) extent {
	for _, scope := range slices.Backward(c.scopes) {
		if e, ok := scope[name]; ok {
			return e
		}
	}
	if e, ok := c.known[name]; ok {
		return e
	}
	c.known[name] = 0 // if it refers to itself, which is an error
	e := extent(0)
	if value := c.values[name]; value != nil {
		scopes := c.scopes
		c.scopes = nil
		e = c.extent(value)
		c.scopes = scopes
	} else if earlier := c.session.names[name]; earlier != nil {
		if k, ok := earlier.object.(*types.Const); ok && k.Val().Kind() == constant.String {
			e = extent(min(len(constant.StringVal(k.Val())), maxStrings+1))
		}
	}
	c.known[name] = e
	return e
}
