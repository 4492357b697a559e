package cell

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lockstep/kernel/execution"
)

// Nearness of candidates, for those that fit what is typed equally well.
const (
	nearField    = iota // a field of the literal at hand
	nearLocal           // declared in the cell, or in the package at hand
	nearSession         // declared in earlier cells
	nearKeyword         // keywords that the place asks for
	nearUniverse        // predeclared
	nearModule          // packages
)

// Complete finds what could stand at a cursor, which counts bytes. The cell need
// be neither whole nor right. See execution.Engine.
func (s *Session) Complete(text string, cursor int) execution.Completions {
	cursor = clamp(text, cursor)
	start := identStart(text, cursor)
	typed := text[start:cursor]
	none := execution.Completions{Start: cursor, End: cursor}
	if tooLong(text) != nil || !s.lockSoon() {
		return none
	}
	defer s.mu.Unlock()
	if inside, ok := importPathAt(text, cursor); ok {
		return s.completeImport(inside, text[inside.start:cursor], cursor)
	}
	// A letter of no keyboard makes an identifier of what is typed, also where that
	// is nothing or a keyword.
	text = text[:cursor] + "ʹ" + text[cursor:]
	i := tokenAt(lex(text, false), start)
	v := s.view(text, start)
	if i < 0 || v.tokens[i].tok != token.IDENT || i > 0 && v.tokens[i-1].tok.IsLiteral() && v.tokens[i-1].end == start {
		return none // in a comment, a string or a number
	}
	r := &ranking{typed: typed}
	v.complete(r, i)
	if len(r.items) == 0 {
		return none
	}
	return execution.Completions{Start: start, End: cursor, Items: r.sorted()}
}

// clamp keeps a cursor inside a text and off the middle of a character.
func clamp(text string, cursor int) int {
	cursor = min(max(cursor, 0), len(text))
	for cursor > 0 && cursor < len(text) && !utf8.RuneStart(text[cursor]) {
		cursor--
	}
	return cursor
}

// identStart is where the identifier that ends at a cursor starts.
func identStart(text string, cursor int) int {
	start := cursor
	for start > 0 {
		r, size := utf8.DecodeLastRuneInString(text[:start])
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		start -= size
	}
	return start
}

// completeImport finds import paths.
func (s *Session) completeImport(inside lexeme, typed string, cursor int) execution.Completions {
	r := &ranking{typed: typed}
	for path, name := range s.packages() {
		near := nearModule
		if strings.HasPrefix(path, "lockstep/") {
			near = nearSession
		}
		r.add(execution.Candidate{Text: path, Kind: execution.Module, Signature: name}, near, asInitials)
	}
	return execution.Completions{Start: inside.start, End: cursor, Items: r.sorted()}
}

// complete gathers what could stand in the place of the target, which is token i.
func (v *view) complete(r *ranking, i int) {
	id := v.target()
	if id == nil {
		// No syntax has been made of it: what comes before it is broken, or it is a
		// keyword's beginning, as in `if x { } el`.
		if i == 0 || v.tokens[i-1].tok != token.PERIOD && v.chunk.kind != token.IMPORT && v.chunk.kind != token.PACKAGE {
			v.names(r, nil)
			v.keywords(r, allKeywords)
		}
		return
	}
	switch parent := v.parent(1).(type) {
	case *ast.SelectorExpr:
		if parent.Sel == id {
			v.selector(r, parent.X)
			return
		}
	case *ast.KeyValueExpr:
		if lit, ok := v.parent(2).(*ast.CompositeLit); ok && parent.Key == id && v.fields(r, lit) {
			return
		}
	case *ast.CompositeLit:
		if parent.Type != id {
			keyed := slices.ContainsFunc(parent.Elts, func(e ast.Expr) bool { _, ok := e.(*ast.KeyValueExpr); return ok })
			if v.fields(r, parent) && keyed {
				return
			}
		}
	case *ast.BranchStmt:
		v.labels(r)
		return
	case *ast.FuncDecl, *ast.ImportSpec, *ast.LabeledStmt:
		return // a new name
	case *ast.TypeSpec:
		if parent.Name == id {
			return
		}
	case *ast.ValueSpec:
		if slices.Contains(parent.Names, id) {
			return
		}
	case *ast.Field:
		if slices.Contains(parent.Names, id) {
			return
		}
	}
	if v.wantsType() {
		v.names(r, isType)
		v.keywords(r, typeKeywords)
		return
	}
	v.names(r, nil)
	v.keywords(r, typeKeywords)
	if v.inForHeader() {
		v.keywords(r, rangeKeyword)
		return
	}
	if _, ok := v.parent(1).(*ast.ExprStmt); !ok {
		return
	}
	v.keywords(r, statementKeywords)
	switch v.parent(2).(type) {
	case *ast.CaseClause, *ast.CommClause:
		v.keywords(r, caseKeywords)
	case *ast.BlockStmt:
		if len(v.path) == 4 && !v.chunk.isDecl() { // function, block, statement, name
			v.keywords(r, topKeywords)
		}
	}
}

// selector gathers what x. can be followed by.
func (v *view) selector(r *ranking, x ast.Expr) {
	if id, ok := x.(*ast.Ident); ok {
		if name, ok := v.info.Uses[id].(*types.PkgName); ok {
			addPackage(r, name.Imported())
			return
		}
		if v.info.Uses[id] == nil && v.info.Defs[id] == nil {
			// A package that isn't imported. Of several the one with the best fit counts.
			best := noMatch
			for _, pkg := range v.session.packagesNamed(id.Name) {
				one := ranking{typed: r.typed}
				addPackage(&one, pkg)
				for _, item := range one.items {
					if item.match < best {
						best, r.items = item.match, one.items
					}
				}
			}
			return
		}
	}
	tv, ok := v.info.Types[x]
	if !ok || isInvalid(tv.Type) {
		return
	}
	for _, m := range membersOf(tv.Type, tv.Addressable(), v.pkg) {
		if tv.IsType() {
			if fn, ok := m.Object.(*types.Func); !ok || fn.Signature().Recv() == nil {
				continue // only methods make method expressions
			}
		}
		r.add(candidate(m.Object), m.depth, asInitials)
	}
}

func addPackage(r *ranking, pkg *types.Package) {
	scope := pkg.Scope()
	for _, name := range scope.Names() {
		if obj := scope.Lookup(name); obj.Exported() {
			r.add(candidate(obj), nearLocal, asInitials)
		}
	}
}

// fields gathers the fields that a struct literal doesn't set yet. It says
// whether the literal is a struct's.
func (v *view) fields(r *ranking, lit *ast.CompositeLit) bool {
	t := v.info.TypeOf(lit)
	if structOf(t) == nil {
		return false
	}
	set := map[string]bool{}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); ok {
				set[key.Name] = true
			}
		}
	}
	for f := range structFields(t) {
		if !set[f.Name()] {
			r.add(candidate(f), nearField, asInitials)
		}
	}
	return true
}

// labels gathers the labels of the function.
func (v *view) labels(r *ranking) {
	ast.Inspect(v.path[0], func(node ast.Node) bool {
		if l, ok := node.(*ast.LabeledStmt); ok {
			r.add(execution.Candidate{Text: l.Label.Name, Kind: execution.Keyword}, nearLocal, asInitials)
		}
		return true
	})
}

// wantsType says that only a type can stand at the target.
func (v *view) wantsType() bool {
	var below ast.Node = v.target()
	for i := 1; ; i++ {
		switch parent := v.parent(i).(type) {
		case *ast.StarExpr, *ast.ParenExpr:
			below = parent // what it means depends on what is around it
			continue
		case *ast.Field:
			return parent.Type == below
		case *ast.ValueSpec:
			return parent.Type == below
		case *ast.TypeSpec:
			return parent.Type == below
		case *ast.ArrayType:
			return parent.Elt == below
		case *ast.MapType, *ast.ChanType:
			return true
		case *ast.CompositeLit:
			return parent.Type == below
		case *ast.TypeAssertExpr:
			return parent.Type == below
		case *ast.CaseClause:
			_, ok := v.parent(i + 2).(*ast.TypeSwitchStmt)
			return ok && slices.ContainsFunc(parent.List, func(e ast.Expr) bool { return ast.Node(e) == below })
		default:
			return false
		}
	}
}

// inForHeader says that the target stands where `for x := range` may.
func (v *view) inForHeader() bool {
	for i := 1; ; i++ {
		switch parent := v.parent(i).(type) {
		case *ast.ForStmt:
			return parent.Body == nil || v.pos < parent.Body.Pos() || !parent.Body.Lbrace.IsValid()
		case *ast.AssignStmt, *ast.ExprStmt:
		default:
			return false
		}
	}
}

func isType(obj types.Object) bool {
	switch obj.(type) {
	case *types.TypeName, *types.PkgName:
		return true
	}
	return false
}

// names gathers what can be named at the target, all or what keep accepts.
func (v *view) names(r *ranking, keep func(types.Object) bool) {
	add := func(obj types.Object, near int) {
		if keep == nil || keep(obj) {
			r.add(candidate(obj), near, asInitials)
		}
	}
	v.visible(v.pos, func(obj types.Object) {
		near := nearLocal
		if v.entities[obj] != nil {
			near = nearSession
		}
		add(obj, near)
	})
	if !v.program {
		for name, path := range v.session.imports {
			r.add(execution.Candidate{Text: name, Kind: execution.Module, Signature: path}, nearSession, asInitials)
		}
	}
	for _, name := range types.Universe.Names() {
		add(types.Universe.Lookup(name), nearUniverse)
	}
	if r.typed == "" {
		return // all packages that there are would be no help
	}
	packages := v.session.packages()
	names := make([]string, 0, len(packages))
	for _, name := range packages {
		if !r.seen[name] && match(r.typed, name) <= asPrefixIgnoringCase {
			names = append(names, name)
		}
	}
	for _, name := range names {
		paths := v.session.pathsNamed(name)
		r.add(execution.Candidate{Text: name, Kind: execution.Module, Signature: strings.Join(paths, ", ")}, nearModule, asPrefixIgnoringCase)
	}
}

var (
	topKeywords       = []string{"import"}
	statementKeywords = []string{"break", "const", "continue", "defer", "fallthrough", "for", "go", "goto", "if", "return", "select", "switch", "type", "var"}
	caseKeywords      = []string{"case", "default"}
	rangeKeyword      = []string{"range"}
	typeKeywords      = []string{"chan", "func", "interface", "map", "struct"}
	allKeywords       = slices.Concat(topKeywords, statementKeywords, caseKeywords, rangeKeyword, typeKeywords, []string{"else", "package"})
)

func (v *view) keywords(r *ranking, words []string) {
	for _, word := range words {
		r.add(execution.Candidate{Text: word, Kind: execution.Keyword}, nearKeyword, asPrefix)
	}
}
