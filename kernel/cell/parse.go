package cell

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// source is a stretch of a cell that is parsed by itself: the whole cell, or one
// declaration of an earlier cell that is emitted again.
type source struct {
	cell int
	text string
}

// The headers that make a cell's declarations, and its statements, a file. Each
// ends with a line feed, so columns stay the cell's own.
const (
	declHeader = "package main\n"
	bodyHeader = "package main; func _() {\n"
	specHeader = "package main; type (\n"
)

// span ties a file of the parser to the cell whose text it holds.
type span struct {
	file   *token.File
	source *source
	header int    // bytes before the cell's text
	shadow bool   // a second copy of the statements, made for their types only
	check  *check // the check of an exercise that the text is of, nil for the cells' own
}

// offset is where in the cell's text a position lies.
func (s *span) offset(pos token.Pos) int {
	return min(max(s.file.Offset(pos)-s.header, 0), len(s.source.text))
}

// parsed is a cell as syntax.
type parsed struct {
	source  *source
	program bool // the cell starts with a package clause
	imports []*ast.ImportSpec
	decls   []ast.Decl
	body    *ast.BlockStmt
	shadow  *ast.BlockStmt // the body once more, with positions of its own
	checks  []*check       // of exercises
	// copyBody parses the statements once more; nil if there are none.
	copyBody func() *ast.BlockStmt
}

// parser turns texts into syntax with positions that lead back to the cells.
type cellParser struct {
	fset  *token.FileSet
	spans []*span
	diags []Diagnostic
}

func (p *cellParser) span(pos token.Pos) *span {
	for _, s := range p.spans {
		if token.Pos(s.file.Base()) <= pos && pos <= token.Pos(s.file.Base()+s.file.Size()) {
			return s
		}
	}
	return nil
}

// place is where in a cell a position lies.
func (p *cellParser) place(pos token.Pos) Place {
	s := p.span(pos)
	if s == nil {
		return Place{Line: 1, Column: 1}
	}
	return placeAt(s.source.text, s.offset(pos))
}

// parseFile parses header + text + trailer as a file.
func (p *cellParser) parseFile(src *source, header, text, trailer string, shadow bool) *ast.File {
	name := fmt.Sprintf("In[%d]", src.cell)
	base := p.fset.Base()
	// Without parser.AllErrors it is the first error of a line that is told, as gofmt does.
	tree, err := parser.ParseFile(p.fset, name, header+text+trailer, parser.SkipObjectResolution)
	file := p.fset.File(token.Pos(base))
	p.spans = append(p.spans, &span{file: file, source: src, header: len(header), shadow: shadow})
	if err != nil && !shadow {
		p.syntaxErrors(err, text, len(header))
	}
	if tree != nil && !shadow {
		p.nesting(tree)
	}
	return tree
}

// syntaxErrors reports what the parser found, an error a line as gofmt does. The
// file goes on behind the cell's text; to the user that is where the text ends.
func (p *cellParser) syntaxErrors(err error, text string, header int) {
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		p.diags = append(p.diags, Diagnostic{Place: Place{Line: 1, Column: 1}, Message: err.Error(), Syntax: true})
		return
	}
	end := len(strings.TrimRight(text, " \t\r\n"))
	for _, e := range list {
		offset, message := e.Pos.Offset-header, e.Msg
		past := offset >= end
		if past {
			offset = end
			message = foundPast.ReplaceAllString(message, "found 'EOF'")
			if m := missingPast.FindStringSubmatch(message); m != nil {
				message = "missing ',' or closing bracket in " + m[1]
			}
		}
		p.diags = append(p.diags, Diagnostic{Place: placeAt(text, offset), Message: message, Syntax: true, unfinished: past})
		if past {
			return // the parser has lost its way
		}
	}
}

var (
	foundPast   = regexp.MustCompile(`found (newline|'}'|'\)')$`)
	missingPast = regexp.MustCompile(`^missing ',' before newline in (.*)$`)
)

// parseCell parses a whole cell.
func (p *cellParser) parseCell(n int, text string) *parsed {
	src := &source{cell: n, text: text}
	out := &parsed{source: src, body: &ast.BlockStmt{}}
	if p.diags = append(p.diags, tooLong(text)...); len(p.diags) > 0 {
		return out
	}
	chunks, diags := split(text)
	if len(diags) > 0 {
		if last := len(chunks) - 1; last < 0 || !chunks[last].torn || !p.parseTorn(src, chunks[last]) {
			p.diags = append(p.diags, diags...)
		}
		return out
	}
	var imports, decls, stmts []chunk
	for i, c := range chunks {
		switch {
		case c.kind == token.PACKAGE && i == 0:
			out.program = true
		case c.kind == token.IMPORT && !out.program:
			imports = append(imports, c)
		case c.kind == token.IMPORT || c.isDecl() || c.kind == token.VAR && out.program:
			decls = append(decls, c)
		default:
			stmts = append(stmts, c)
		}
	}
	if out.program && len(stmts) > 0 {
		place := placeAt(text, stmts[0].start)
		p.diags = append(p.diags, Diagnostic{Place: place, Message: "non-declaration statement outside function body", Syntax: true})
		return out
	}
	// In a cell imports may stand anywhere, and the same one more than once.
	if len(imports) > 0 {
		if tree := p.parseFile(src, declHeader, only(text, imports), "\n", false); tree != nil {
			out.imports = distinct(tree.Imports)
		}
	}
	tree := p.parseFile(src, declHeader, only(text, decls), "\n", false)
	if tree != nil {
		out.imports = append(out.imports, tree.Imports...)
		for _, d := range tree.Decls {
			if gen, ok := d.(*ast.GenDecl); ok && gen.Tok == token.IMPORT {
				continue
			}
			out.decls = append(out.decls, d)
		}
	}
	body := only(text, stmts)
	out.body = p.parseBody(src, body, false)
	if len(p.diags) == 0 && len(stmts) > 0 {
		out.copyBody = func() *ast.BlockStmt { return p.parseBody(src, body, true) }
	}
	return out
}

// parseTorn has Go's parser say what it expects in place of the bracket that a
// chunk is torn by.
func (p *cellParser) parseTorn(src *source, c chunk) bool {
	header, before := bodyHeader, len(p.diags)
	if c.kind != token.ILLEGAL && c.kind != token.VAR {
		header = declHeader
	}
	p.parseFile(src, header, only(src.text, []chunk{c}), "\n", false)
	p.diags = p.diags[:min(len(p.diags), before+1)] // the rest follows from the first
	return len(p.diags) > before
}

// addShadow gives the cell its shadow, if it has functions that could see what
// its statements declare.
func (c *parsed) addShadow() {
	if c.copyBody != nil && len(c.decls)+len(c.checks) > 0 {
		c.shadow = c.copyBody()
	}
}

// distinct drops the imports that repeat one before them.
func distinct(imports []*ast.ImportSpec) []*ast.ImportSpec {
	seen := map[string]bool{}
	return slices.DeleteFunc(imports, func(spec *ast.ImportSpec) bool {
		key := spec.Path.Value
		if spec.Name != nil {
			key = spec.Name.Name + " " + key
		}
		repeated := seen[key]
		seen[key] = true
		return repeated
	})
}

func (p *cellParser) parseBody(src *source, text string, shadow bool) *ast.BlockStmt {
	tree := p.parseFile(src, bodyHeader, text, "\n}\n", shadow)
	if tree != nil && len(tree.Decls) > 0 {
		if fn, ok := tree.Decls[0].(*ast.FuncDecl); ok && fn.Body != nil {
			return fn.Body
		}
	}
	return &ast.BlockStmt{}
}

// parseDecl parses a function of an earlier cell again.
func (p *cellParser) parseDecl(text declText) []ast.Decl {
	return p.parseAgain(text, declHeader, "\n")
}

// parseSpec parses one type of an earlier cell again.
func (p *cellParser) parseSpec(text declText) []ast.Decl {
	return p.parseAgain(text, specHeader, "\n)\n")
}

func (p *cellParser) parseAgain(text declText, header, trailer string) []ast.Decl {
	kept := only(text.source.text, []chunk{{start: text.start, end: text.end}})
	if tree := p.parseFile(text.source, header, kept, trailer, false); tree != nil {
		return tree.Decls
	}
	return nil
}

// only blanks all of a text but the chunks, so that what is left keeps its place.
func only(text string, chunks []chunk) string {
	out := make([]byte, len(text))
	for i := range len(text) {
		out[i] = ' '
		if text[i] == '\n' {
			out[i] = '\n'
		}
	}
	for _, c := range chunks {
		copy(out[c.start:c.end], text[c.start:c.end])
		if c.end < len(out) && out[c.end] == ' ' && text[c.end-1] != ';' {
			out[c.end] = ';' // two statements on a line stay two
		}
	}
	return string(out)
}
