package cell

import (
	"fmt"
	"go/ast"
	"go/token"
	"strconv"
	"strings"
)

// coursePath is the package whose calls bring the checks of exercises into a cell.
const coursePath = "lockstep/lessons/course"

// checkPrefix begins the names of the functions that check exercises.
const checkPrefix = "ʹcheckʹ"

// Exercises knows how the exercises of the course are checked.
type Exercises interface {
	// Check returns the body of a func(c *course.Case), after imports of its own.
	// The error says that there is no such exercise, and what there is.
	Check(id, language string) (string, error)
}

// SetExercises gives the session the exercises that its cells may check.
func (s *Session) SetExercises(e Exercises) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.exercises = e
}

// check is one call of course.Check. The exercise's code becomes a function of
// the cell, so that it is checked and lowered with all that the cell can name,
// and the call is handed that function.
type check struct {
	id       string
	call     token.Pos
	function token.Pos // of the name that is called
	file     *ast.File // with imports of its own, and the function
	fn       *ast.FuncDecl
}

// checks finds the calls of course.Check and course.Lesson in a cell. They are
// told by their text: types come later.
func (s *Session) checks(n int, p *cellParser, tree *parsed) {
	names := map[string]bool{}
	for name, path := range s.imports {
		if path == coursePath {
			names[name] = true
		}
	}
	for _, spec := range tree.imports {
		if path, _ := strconv.Unquote(spec.Path.Value); path == coursePath {
			if spec.Name != nil {
				names[spec.Name.Name] = true
			} else {
				names["course"] = true
			}
		}
	}
	if len(names) == 0 || s.exercises == nil {
		return
	}
	look := func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); !ok || !names[x.Name] {
			return true
		}
		switch sel.Sel.Name {
		case "Lesson":
			if len(call.Args) == 2 {
				if language, ok := stringLiteral(call.Args[1]); ok {
					s.language = language
				}
			}
		case "Check":
			if len(call.Args) == 1 {
				s.check(n, p, tree, call)
			}
		}
		return true
	}
	for _, d := range tree.decls {
		ast.Inspect(d, look)
	}
	ast.Inspect(tree.body, look)
}

func stringLiteral(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// check hands a call of course.Check its function.
func (s *Session) check(n int, p *cellParser, tree *parsed, call *ast.CallExpr) {
	refuse := func(format string, args ...any) {
		span := p.span(call.Args[0].Pos())
		p.diags = append(p.diags, Diagnostic{Place: placeAt(span.source.text, span.offset(call.Args[0].Pos())), Message: fmt.Sprintf(format, args...)})
	}
	id, ok := stringLiteral(call.Args[0])
	if !ok {
		refuse("the exercise must be named by a string literal")
		return
	}
	text, err := s.exercises.Check(id, s.language)
	if err != nil {
		refuse("%v", err)
		return
	}
	name := fmt.Sprintf("%s%dʹ%d", checkPrefix, n, len(tree.checks))
	c := &check{id: id, call: call.Pos(), function: call.Fun.(*ast.SelectorExpr).Sel.Pos()}
	if err := p.parseCheck(c, n, name, text); err != nil {
		refuse("the check of %s is broken: %v", id, err)
		return
	}
	tree.checks = append(tree.checks, c)
	call.Args = append(call.Args, &ast.Ident{NamePos: call.Rparen, Name: name})
}

// parseCheck makes a file of an exercise's check.
func (p *cellParser) parseCheck(c *check, n int, name, text string) error {
	src := &source{cell: n, text: text}
	chunks, diags := split(text)
	if len(diags) > 0 {
		return Errors(diags)
	}
	var imports, body []chunk
	for _, chunk := range chunks {
		if chunk.kind == token.IMPORT {
			imports = append(imports, chunk)
		} else {
			body = append(body, chunk)
		}
	}
	before := len(p.diags)
	c.file = p.parseFile(src, declHeader+"import \"lockstep/lessons/course\"\n", only(text, imports), "\n", false)
	p.spans[len(p.spans)-1].check = c
	header := "package main; func " + name + "(c *course.Case) {\n"
	tree := p.parseFile(src, header, only(text, body), "\n}\n", false)
	p.spans[len(p.spans)-1].check = c
	if found := p.diags[before:]; len(found) > 0 {
		err := Errors(append([]Diagnostic{}, found...))
		p.diags = p.diags[:before]
		return err
	}
	c.fn = tree.Decls[0].(*ast.FuncDecl)
	c.file.Decls = append(c.file.Decls, c.fn)
	return nil
}

// checkError is an error in the check of an exercise as the learner sees it: the
// cells don't have yet what the check uses.
func checkError(span *span, at *span, message string) Diagnostic {
	return Diagnostic{
		Place:   placeAt(at.source.text, at.offset(span.check.call)),
		Message: fmt.Sprintf("%s can't be checked: %s", span.check.id, strings.TrimSuffix(message, "\n")),
		Hint:    "run the cells above first, and keep the names and types of the exercise",
	}
}
