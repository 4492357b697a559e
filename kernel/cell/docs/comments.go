package docs

import (
	"go/ast"
	"go/token"
	"strings"

	"lockstep/kernel/cell/syntax"
)

// Comments are the doc comments of one package, without comment markers. The key
// of the package itself is "", that of a function, type, variable or constant
// its name, that of a method, a struct field or an interface's method "Type.Name".
// What has no comment has no key.
type Comments map[string]string

// Add reads the doc comments of a file that was parsed with its comments. A
// symbol that has one already keeps it. keep says which names count: pass
// ast.IsExported for what importers see.
//
// A member of a group of constants or variables has the group's comment after
// its own.
func (c Comments) Add(file *ast.File, keep func(name string) bool) {
	c.add("", file.Doc)
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			key := d.Name.Name
			if !keep(key) {
				continue
			}
			if d.Recv != nil {
				owner := syntax.ReceiverName(d)
				if owner == "" || !keep(owner) {
					continue
				}
				key = owner + "." + key
			}
			c.add(key, d.Doc)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					if keep(spec.Name.Name) {
						c.add(spec.Name.Name, spec.Doc, d.Doc)
						c.addMembers(spec.Name.Name, spec.Type, keep)
					}
				case *ast.ValueSpec:
					for _, id := range spec.Names {
						if keep(id.Name) {
							c.addAll(id.Name, first(spec.Doc, spec.Comment), d.Doc)
						}
					}
				}
			}
		}
	}
}

// addMembers reads the comments of a struct's fields or an interface's methods.
func (c Comments) addMembers(owner string, t ast.Expr, keep func(string) bool) {
	var fields *ast.FieldList
	switch t := t.(type) {
	case *ast.StructType:
		fields = t.Fields
	case *ast.InterfaceType:
		fields = t.Methods
	}
	if fields == nil {
		return
	}
	for _, f := range fields.List {
		names := f.Names
		if len(names) == 0 {
			if id := embedded(f.Type); id != nil {
				names = []*ast.Ident{id}
			}
		}
		for _, id := range names {
			if keep(id.Name) {
				c.add(owner+"."+id.Name, f.Doc, f.Comment)
			}
		}
	}
}

// add stores the first comment that there is.
func (c Comments) add(key string, groups ...*ast.CommentGroup) {
	c.store(key, text(first(groups...)))
}

// addAll stores the comments one after the other.
func (c Comments) addAll(key string, groups ...*ast.CommentGroup) {
	var texts []string
	for _, g := range groups {
		if t := text(g); t != "" {
			texts = append(texts, t)
		}
	}
	c.store(key, strings.Join(texts, "\n\n"))
}

func (c Comments) store(key, text string) {
	if text != "" && c[key] == "" {
		c[key] = text
	}
}

func first(groups ...*ast.CommentGroup) *ast.CommentGroup {
	for _, g := range groups {
		if text(g) != "" {
			return g
		}
	}
	return nil
}

func text(g *ast.CommentGroup) string { return strings.TrimSpace(g.Text()) }

// embedded is the name in *T, p.T, T[P] and the like.
func embedded(t ast.Expr) *ast.Ident {
	for {
		switch x := t.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			return x.Sel
		case *ast.StarExpr:
			t = x.X
		case *ast.ParenExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		default:
			return nil
		}
	}
}

// Statement returns the comment that stands right above a statement, or behind it
// on its last line: what a variable that the statement declares has for a doc
// comment. comments are those of the statement's file.
func Statement(fset *token.FileSet, comments []*ast.CommentGroup, stmt ast.Node) string {
	line := func(pos token.Pos) int { return fset.Position(pos).Line }
	column := func(pos token.Pos) int { return fset.Position(pos).Column }
	var behind string
	for _, g := range comments {
		switch {
		// Further right, it stands behind the statement of the line above.
		case line(g.End())+1 == line(stmt.Pos()) && column(g.Pos()) <= column(stmt.Pos()):
			if t := text(g); t != "" {
				return t
			}
		case g.Pos() >= stmt.End() && line(g.Pos()) == line(stmt.End()):
			behind = text(g)
		}
	}
	return behind
}
