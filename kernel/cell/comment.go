package cell

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"

	"lockstep/kernel/cell/docs"
)

// comment is the doc comment of a subject.
func (v *view) comment(t subject) string {
	key := t.object.Name()
	if t.owner != nil {
		key = t.owner.Name() + "." + key
	}
	pkg := t.object.Pkg()
	switch {
	case pkg == nil:
		return docs.Of("builtin")[key]
	case !isCells(pkg):
		return docs.Of(pkg.Path())[key]
	}
	source := v.sourceOf(t)
	if source == nil {
		return ""
	}
	return commentsOf(source.text)[key]
}

// sourceOf is the cell that declares a subject at top level, nil if it is
// declared inside a function.
func (v *view) sourceOf(t subject) *source {
	obj := t.object
	if t.owner != nil {
		obj = t.owner
	}
	if e := v.session.entityOf(obj); e != nil {
		return e.text.source
	}
	if obj.Pkg() != v.pkg {
		return nil
	}
	top := obj.Parent() == v.pkg.Scope()
	for _, id := range topIdents(v.checked.body) {
		top = top || v.info.Defs[id] == obj
	}
	if span := v.parser.span(obj.Pos()); span != nil && top {
		return span.source
	}
	return nil
}

// entityOf is the declaration that made an object, nil if no earlier cell did.
func (s *Session) entityOf(obj types.Object) *entity {
	if e := s.names[obj.Name()]; e != nil && e.object == obj {
		return e
	}
	for _, p := range s.history {
		for _, list := range [][]*entity{p.types, p.vars} {
			for _, e := range list {
				if e.object == obj {
					return e
				}
			}
		}
	}
	return nil
}

// commentsOf are the doc comments of what a cell declares at top level: those of
// its declarations, and for variables those of the statements that make them.
func commentsOf(text string) docs.Comments {
	comments := docs.Comments{}
	// Imports and the package clause are of neither sort.
	var notDecls, notStmts []chunk
	program := false
	for _, c := range looseChunks(text, lex(text, false)) {
		program = program || c.kind == token.PACKAGE
		decl := c.isDecl() || c.kind == token.VAR && program
		if !decl {
			notDecls = append(notDecls, c)
		}
		if decl || c.kind == token.IMPORT || c.kind == token.PACKAGE {
			notStmts = append(notStmts, c)
		}
	}
	fset := token.NewFileSet()
	const mode = parser.ParseComments | parser.SkipObjectResolution | parser.AllErrors
	// What doesn't parse has no comments. The first line feed keeps a comment at
	// the top of the cell from being the package's.
	tree, _ := parser.ParseFile(fset, "", "package main\n\n"+without(text, notDecls), mode)
	tree.Doc = nil
	comments.Add(tree, func(string) bool { return true })

	tree, _ = parser.ParseFile(fset, "", bodyHeader+without(text, notStmts)+"\n}\n", mode)
	for _, d := range tree.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		for _, stmt := range fn.Body.List {
			comment := ""
			for i, id := range stmtIdents(stmt) {
				if i == 0 {
					comment = docs.Statement(fset, tree.Comments, stmt)
				}
				if comments[id.Name] == "" && comment != "" {
					comments[id.Name] = comment
				}
			}
		}
	}
	return comments
}

// without blanks chunks of a text, with what stands behind them on their last
// line: it is theirs.
func without(text string, chunks []chunk) string {
	out := []byte(text)
	for _, c := range chunks {
		end := c.end
		if i := strings.IndexByte(text[end:], '\n'); i >= 0 {
			if rest := strings.TrimLeft(text[end:end+i], " \t;"); strings.HasPrefix(rest, "//") {
				end += i
			}
		} else if strings.HasPrefix(strings.TrimLeft(text[end:], " \t;"), "//") {
			end = len(text)
		}
		for i := c.start; i < end; i++ {
			if out[i] != '\n' {
				out[i] = ' '
			}
		}
	}
	return string(out)
}
