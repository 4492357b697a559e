package cell

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"slices"
	"strings"
)

// A view is a cell with its types as far as they can be told, for somebody who is
// still typing it: parts of it may not parse, nor type-check.
type view struct {
	*checked
	session *Session
	text    string
	tokens  []lexeme // without comments
	chunk   chunk    // the one that the target is in
	pos     token.Pos
	// path leads from the chunk's declaration or statement to the identifier that
	// is the target, which is last. It is empty where no syntax has been made of
	// the target.
	path []ast.Node
}

// target is the identifier that a view is about.
func (v *view) target() *ast.Ident {
	if len(v.path) == 0 {
		return nil
	}
	return v.path[len(v.path)-1].(*ast.Ident)
}

// parent is the i-th node above the target, nil for none.
func (v *view) parent(i int) ast.Node {
	if len(v.path) <= i {
		return nil
	}
	return v.path[len(v.path)-1-i]
}

// view parses and checks a cell around the identifier at a byte offset. s.mu is held.
func (s *Session) view(text string, offset int) *view {
	v := &view{session: s, text: text, tokens: lex(text, false)}
	p := &cellParser{fset: token.NewFileSet()}
	// No cell has this number, so none is taken for this one.
	tree := v.parse(p, &source{cell: -1, text: text}, offset)
	if s.longStrings(p, tree); len(p.diags) > 0 {
		v.path = nil
		tree = &parsed{source: tree.source, body: &ast.BlockStmt{Lbrace: tree.body.Lbrace, Rbrace: tree.body.Rbrace}}
	}
	c := &checker{session: s, n: -1, parsed: tree, parser: p, same: map[ast.Decl]bool{}, again: map[*entity][]ast.Decl{}, cloned: map[string]bool{}, all: true}
	v.checked = c.once()
	c.lent = v.missing()
	if c.clone(v.checked) || len(c.lent) > 0 {
		v.checked = c.once()
	}
	return v
}

// missing are packages that the cell uses and doesn't import, by name: the import
// is often written last. The target's own is not among them, since what is meant
// may become clear only when its name is complete.
func (v *view) missing() map[string]string {
	lent := map[string]string{}
	ast.Inspect(v.file, func(node ast.Node) bool {
		sel, ok := node.(*ast.SelectorExpr)
		if !ok || len(v.path) > 1 && ast.Node(sel) == v.parent(1) {
			return true
		}
		if id, ok := sel.X.(*ast.Ident); ok && v.info.Uses[id] == nil && lent[id.Name] == "" {
			if paths := v.session.pathsWith(id.Name, sel.Sel.Name); len(paths) > 0 {
				lent[id.Name] = paths[0]
			}
		}
		return true
	})
	return lent
}

// parse parses each chunk by itself, so that what is wrong with one doesn't reach
// the next, and the target's so that the target is not lost.
func (v *view) parse(p *cellParser, src *source, offset int) *parsed {
	out := &parsed{source: src, body: &ast.BlockStmt{}}
	var decls, stmts []chunk
	for i, c := range looseChunks(src.text, v.tokens) {
		switch {
		case c.kind == token.PACKAGE && i == 0:
			out.program = true
		case c.kind == token.IMPORT || c.isDecl() || c.kind == token.VAR && out.program:
			decls = append(decls, c)
		default:
			stmts = append(stmts, c)
		}
	}
	if out.program {
		stmts = nil
	}
	// The pieces are parsed in this order because the scope of the statements must
	// not reach around the declarations.
	for _, c := range decls {
		tree := v.piece(p, src, c, offset, declHeader, "\n")
		for _, d := range tree.Decls {
			if gen, ok := d.(*ast.GenDecl); !ok || gen.Tok != token.IMPORT {
				out.decls = append(out.decls, d)
				continue
			}
			for _, spec := range d.(*ast.GenDecl).Specs {
				if spec, ok := spec.(*ast.ImportSpec); ok && spec.Path != nil {
					out.imports = append(out.imports, spec)
				}
			}
		}
	}
	out.body = v.block(p, src, stmts, offset)
	if len(out.decls) > 0 && len(stmts) > 0 {
		// What the functions see of the statements doesn't depend on the target.
		out.shadow = v.block(p, src, stmts, -1)
	}
	return out
}

// block makes one block of statements that are parsed each by itself.
func (v *view) block(p *cellParser, src *source, stmts []chunk, offset int) *ast.BlockStmt {
	body := &ast.BlockStmt{Lbrace: token.Pos(p.fset.Base())}
	for _, c := range stmts {
		tree := v.piece(p, src, c, offset, bodyHeader, "\n}\n")
		if len(tree.Decls) > 0 {
			if fn, ok := tree.Decls[0].(*ast.FuncDecl); ok && fn.Body != nil {
				body.List = append(body.List, fn.Body.List...)
			}
		}
	}
	body.Rbrace = token.Pos(p.fset.Base())
	return body
}

// maxRepairs bounds how many broken lines are taken out of the way of a target.
const maxRepairs = 8

// piece parses one chunk. If it holds the target and does not parse, the text is
// cut behind the target, and broken lines before the target are blanked.
func (v *view) piece(p *cellParser, src *source, c chunk, offset int, header, trailer string) *ast.File {
	whole, err := p.parsePiece(src, c, c.of(src.text), header, trailer)
	if offset < c.start || c.end < offset {
		return whole
	}
	v.chunk = c
	v.pos = p.posOf(src, offset)
	v.path = pathTo(whole, v.pos)
	if err == nil && len(v.path) > 0 {
		return whole
	}
	text := c.of(src.text)
	if i := tokenAt(v.tokens, offset); i >= 0 {
		text = src.text[c.start:v.tokens[i].end]
	}
	for range maxRepairs {
		open := brackets(lex(text, false))
		cut, err := p.parsePiece(src, c, text+closers(open), header, trailer)
		line := errorLine(err, len(header), text)
		if line < 0 || line >= strings.Count(src.text[c.start:offset], "\n") {
			pos := p.posOf(src, offset)
			path := pathTo(cut, pos)
			if len(path) == 0 {
				// After go and defer, nothing but a call is syntax.
				called, _ := p.parsePiece(src, c, text+"()"+closers(open), header, trailer)
				if found := pathTo(called, p.posOf(src, offset)); len(found) > 0 {
					cut, pos, path = called, p.posOf(src, offset), found
				}
			}
			if len(path) == 0 && len(v.path) > 0 {
				return whole
			}
			v.pos, v.path = pos, path
			return cut
		}
		text = blankLine(text, line)
	}
	return whole
}

// of is the chunk's part of the text.
func (c chunk) of(text string) string { return text[c.start:c.end] }

// parsePiece parses what stands for a chunk; there is always a file.
func (p *cellParser) parsePiece(src *source, c chunk, text, header, trailer string) (*ast.File, error) {
	base := p.fset.Base()
	tree, err := parser.ParseFile(p.fset, "", header+text+trailer, parser.SkipObjectResolution|parser.AllErrors)
	file := p.fset.File(token.Pos(base))
	if tooDeep(tree) != nil {
		tree, _ = parser.ParseFile(p.fset, "", header+trailer, parser.SkipObjectResolution)
	}
	// The latest is found first, of several that stand for one chunk.
	p.spans = slices.Insert(p.spans, 0, &span{file: file, source: src, header: len(header) - c.start})
	return tree, err
}

// posOf is the position of a byte offset in what was parsed last.
func (p *cellParser) posOf(src *source, offset int) token.Pos {
	s := p.spans[0]
	return s.file.Pos(min(max(offset+s.header, 0), s.file.Size()))
}

// errorLine is the line, from 0, of the first syntax error in a text that was
// parsed behind a header, -1 for none.
func errorLine(err error, header int, text string) int {
	var list scanner.ErrorList
	if !errors.As(err, &list) || len(list) == 0 {
		return -1
	}
	list.Sort()
	offset := min(max(list[0].Pos.Offset-header, 0), len(text))
	return strings.Count(text[:offset], "\n")
}

// blankLine blanks a line of a text but for its braces, so that blocks stay as
// they are.
func blankLine(text string, line int) string {
	lines := strings.SplitAfter(text, "\n")
	old := lines[line]
	blank := []byte(strings.Repeat(" ", len(old)))
	for _, l := range lex(old, false) {
		if l.tok == token.LBRACE || l.tok == token.RBRACE {
			blank[l.start] = old[l.start]
		}
	}
	if strings.HasSuffix(old, "\n") {
		blank[len(old)-1] = '\n'
	}
	lines[line] = string(blank)
	return strings.Join(lines, "")
}

// pathTo is the way from the root to the identifier at a position, without the
// file itself; nil if there is no such identifier.
func pathTo(root *ast.File, pos token.Pos) []ast.Node {
	var path, found []ast.Node
	ast.Inspect(root, func(node ast.Node) bool {
		if node == nil {
			path = path[:len(path)-1]
			return true
		}
		path = append(path, node)
		if id, ok := node.(*ast.Ident); ok && id.Pos() == pos && found == nil {
			found = slices.Clone(path[1:])
		}
		return true
	})
	return found
}
