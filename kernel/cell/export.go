package cell

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"go/types"
	"maps"
	"math"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lockstep/kernel/cell/lower"
	"lockstep/kernel/cell/syntax"
)

// Exported is a cell that Export puts into a program.
type Exported struct {
	Number int
	Text   string
	// Fails says that the cell is meant to end in an error. One that doesn't
	// compile becomes a comment, and the program goes on after a panic.
	Fails bool
}

// ExportError is what is wrong with one cell of an export.
type ExportError struct {
	Cell int
	Err  error // an Errors, unless the cell can't be exported at all
}

func (e *ExportError) Error() string { return fmt.Sprintf("In[%d]: %v", e.Cell, e.Err) }
func (e *ExportError) Unwrap() error { return e.Err }

// Export writes cells as the text of a plain Go program: their declarations at
// package level, and the statements of each as a function that main calls. What
// a notebook allows and Go doesn't is written out: a name that is declared twice
// becomes two names, the variables of statements become the package's, and the
// value that ends a cell is shown by a call. doc is the program's comment, a line
// or more without slashes; importer knows the packages that
// cells may import, exercises those that they may check. The error is an *ExportError.
func Export(importer types.Importer, exercises Exercises, doc string, cells []Exported) (string, error) {
	x := &exporter{
		session:  NewSession(importer),
		names:    map[*entity]string{},
		packages: map[string]string{},
		taken:    map[string]bool{"main": true, "init": true},
		owners:   map[*types.Package]map[string]*entity{},
		targets:  map[string]bool{},
		carried:  map[string]bool{},
		started:  map[*entity]bool{},
		watched:  map[*ast.BlockStmt]bool{},
		reported: map[*entity]bool{},
	}
	x.session.exercises = exercises
	x.session.mu.Lock()
	defer x.session.mu.Unlock()
	for _, c := range cells {
		if err := x.compile(c); err != nil {
			return "", &ExportError{Cell: c.Number, Err: err}
		}
	}
	if x.simulates {
		if err := x.simulations(); err != nil {
			return "", err
		}
	}
	x.name()
	x.prune()
	for _, c := range x.cells {
		if err := x.write(c); err != nil {
			return "", &ExportError{Cell: c.Number, Err: err}
		}
	}
	text := x.program(doc)
	out, err := format.Source([]byte(text))
	if err != nil {
		return "", fmt.Errorf("the program is not well-formed: %w\n%s", err, text)
	}
	return string(out), nil
}

type exporter struct {
	session  *Session
	cells    []*exportCell
	names    map[*entity]string // as the program calls them
	packages map[string]string  // path → name
	taken    map[string]bool    // names that can't be given to anything more
	live     map[*entity]bool
	owners   map[*types.Package]map[string]*entity // types by the package of their cell
	// simulates says that a cell imports the simulator: what a simulation controls
	// is then called by the runtime's name for it, which is the standard library's
	// outside of simulations.
	simulates bool
	// targets are the declared functions that cells use as values, by name: any of
	// them may be what a process is started for.
	targets map[string]bool
	// started are those that calls of package process name. Where forks is true,
	// processes may begin with the values of the variables that these lead to.
	started map[*entity]bool
	forks   bool
	// carried are the types of the cells that go to other processes as such, in an
	// expression of each: the type arguments of package process.
	carried map[string]bool
	// sharing knows what the cells share; watched are the bodies of functions that
	// simulations run. reported are the variables that these use.
	sharing  *lower.Sharing
	watched  map[*ast.BlockStmt]bool
	reported map[*entity]bool
}

// processPath is the package whose programs hand over to its Main.
const processPath = "lockstep/runtime/process"

// processExecutor makes processes in a program that need not import their package.
const processExecutor = "lockstep/runtime/futures.NewProcesses"

// exportCell is one cell on its way into the program.
type exportCell struct {
	Exported
	*lowering        // nil if it doesn't compile
	err       error  // why not
	decls     string // at package level
	body      string // the statements; empty if there are none
}

func (x *exporter) compile(c Exported) error {
	l, err := x.session.compile(c.Number, c.Text)
	switch {
	case err != nil && c.Fails:
		x.cells = append(x.cells, &exportCell{Exported: c, err: err})
		return nil
	case err != nil:
		return err
	case l.parsed.program:
		return errors.New("the cell is a whole program already")
	}
	x.session.commit(l.program, math.MaxInt)
	for _, name := range l.imported {
		x.simulates = x.simulates || name.Imported().Path() == "lockstep/runtime/sim"
	}
	x.cells = append(x.cells, &exportCell{Exported: c, lowering: l})
	return nil
}

// name gives everything that is declared a name of its own: the first to come
// keeps its name, unless the one after replaces it wholly.
func (x *exporter) name() {
	for _, c := range x.cells {
		if c.lowering == nil {
			continue
		}
		note := func(node ast.Node) bool {
			if id, ok := node.(*ast.Ident); ok {
				x.taken[id.Name] = true
			}
			return true
		}
		ast.Inspect(c.lowering.body, note)
		for _, d := range c.lowering.decls {
			ast.Inspect(d, note)
		}
		for _, e := range slices.Concat(c.program.types, c.program.vars) {
			if pkg := e.object.Pkg(); pkg != nil {
				if x.owners[pkg] == nil {
					x.owners[pkg] = map[string]*entity{}
				}
				x.owners[pkg][e.name] = e
			}
		}
	}
}

// prune finds what the statements of any cell reach, and what the names of the
// session lead to at the end: the rest has been replaced before it was used.
func (x *exporter) prune() {
	x.live = map[*entity]bool{}
	var reach func(e *entity)
	reach = func(e *entity) {
		if x.live[e] {
			return
		}
		x.live[e] = true
		for _, u := range e.uses {
			reach(u)
		}
		for _, m := range e.methods {
			reach(m)
		}
		if e.owner != nil {
			reach(e.owner)
		}
	}
	for _, c := range x.cells {
		if c.lowering == nil {
			continue
		}
		for _, e := range c.usesIn(c.lowering.body) {
			reach(e)
		}
		for _, e := range slices.Concat(c.program.vars, c.program.restored) {
			reach(e)
		}
	}
	for _, e := range x.session.names {
		reach(e)
	}
	used := map[string]bool{}
	for _, c := range x.cells {
		if c.lowering == nil {
			continue
		}
		for _, e := range slices.Concat(c.program.types, c.program.vars) {
			if !x.live[e] {
				continue
			}
			name := e.name
			if strings.HasPrefix(name, checkPrefix) {
				name = "check"
				x.taken[name] = true
			}
			if used[name] {
				name = x.free(name)
			}
			used[name] = true
			x.names[e] = name
		}
	}
}

// free returns a name like the one wanted that nothing in the cells has.
func (x *exporter) free(want string) string {
	for i := 2; ; i++ {
		if name := want + strconv.Itoa(i); !x.taken[name] {
			x.taken[name] = true
			return name
		}
	}
}

// importName is what the program calls a package, which it imports from now on.
func (x *exporter) importName(pkg *types.Package) string {
	if name, ok := x.packages[pkg.Path()]; ok {
		return name
	}
	name := pkg.Name()
	clash := func(name string) bool {
		for _, other := range x.packages {
			if other == name {
				return true
			}
		}
		for _, other := range x.names {
			if other == name {
				return true
			}
		}
		return false
	}
	if clash(name) {
		name = x.free(name)
	}
	x.packages[pkg.Path()] = name
	return name
}

// write turns one cell into package-level declarations and a body.
func (x *exporter) write(c *exportCell) error {
	if c.lowering == nil {
		return nil
	}
	var decls, body strings.Builder
	written := map[ast.Decl]bool{}
	to := &decls // where the piece before went
	end := 0
	for _, p := range c.pieces() {
		lead := c.Text[end:p.start]
		// What stands behind a piece on its line belongs to it.
		behind, lead, _ := strings.Cut(lead, "\n")
		if end == 0 {
			behind, lead = "", c.Text[:p.start]
		}
		to.WriteString(" " + strings.TrimLeft(behind, "; \t") + "\n")
		end = p.end
		to = &decls
		switch node := p.node.(type) {
		case nil:
			// The program imports what it uses; a comment above has no place then.
			to = new(strings.Builder)
		case ast.Decl:
			written[node] = true
			if slices.Contains(c.lowering.decls, node) && x.wanted(c, node) {
				to.WriteString("\n" + lead + x.nodeText(c, node))
			}
		case ast.Stmt:
			text, err := x.statement(c, node)
			if err != nil {
				return err
			}
			if !x.isInitialiser(c, node) {
				to = &body
			}
			if text != "" {
				to.WriteString(lead + text)
			}
		}
	}
	to.WriteString(" " + strings.TrimLeft(c.Text[end:], "; \t") + "\n")
	// What an earlier cell declared and this one declares anew, with more methods.
	for _, d := range c.lowering.decls {
		if written[d] || !x.wanted(c, d) {
			continue
		}
		switch d := d.(type) {
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				decls.WriteString("\n\ntype " + x.nodeText(c, spec) + "\n")
			}
		case *ast.FuncDecl:
			if span := c.parser.span(d.Pos()); span.check != nil {
				decls.WriteString(x.checkText(c, span.check))
				continue
			}
			decls.WriteString("\n\n" + x.nodeText(c, d) + "\n")
		}
	}
	vars, err := x.variables(c)
	if err != nil {
		return err
	}
	c.decls, c.body = tidy(vars+decls.String()), tidy(body.String())
	return nil
}

var blankLines = regexp.MustCompile(`\n[ \t]*\n([ \t]*\n)+`)

// tidy leaves one blank line where there are several, and none at the ends.
func tidy(text string) string {
	return strings.Trim(blankLines.ReplaceAllString(text, "\n\n"), " \t\n")
}

// wanted says that a declaration has not been replaced before it was used.
func (x *exporter) wanted(c *exportCell, d ast.Decl) bool {
	entities := c.declared(d)
	return len(entities) == 0 || slices.ContainsFunc(entities, func(e *entity) bool { return x.live[e] })
}

// declared are the entities of a declaration; of a method, its type.
func (c *exportCell) declared(d ast.Decl) []*entity {
	var out []*entity
	add := func(name string) {
		for _, e := range c.program.types {
			if e.name == name {
				out = append(out, e)
			}
		}
	}
	if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil {
		add(syntax.ReceiverName(fn))
	}
	for _, name := range declaredNames(d) {
		add(name)
	}
	return out
}

// piece is a top-level part of a cell's text.
type piece struct {
	node       ast.Node // nil for an import
	start, end int
}

// pieces are the parts of a cell in the order of the text.
func (c *exportCell) pieces() []piece {
	var out []piece
	chunks, _ := split(c.Text) // it has been split before
	for _, chunk := range chunks {
		if chunk.kind == token.IMPORT {
			out = append(out, piece{start: chunk.start, end: chunk.end})
		}
	}
	add := func(node ast.Node) {
		span := c.parser.span(node.Pos())
		out = append(out, piece{node, span.offset(node.Pos()), span.offset(node.End())})
	}
	for _, d := range c.parsed.decls {
		add(d)
	}
	for _, stmt := range c.lowering.body.List {
		if _, empty := stmt.(*ast.EmptyStmt); !empty {
			add(stmt)
		}
	}
	slices.SortFunc(out, func(a, b piece) int { return cmp.Compare(a.start, b.start) })
	return out
}

// statement is the text of a top-level statement; it may be empty.
func (x *exporter) statement(c *exportCell, stmt ast.Stmt) (string, error) {
	text := x.nodeText(c, stmt)
	switch s := unlabel(stmt).(type) {
	case *ast.DeclStmt:
		gen, ok := s.Decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.VAR || x.initialiser(c, gen) {
			break
		}
		return x.assignments(c, gen)
	case *ast.ExprStmt:
		if s.X == lastExpr(c.lowering.body) && isValue(c.info, s.X) {
			text = x.mustImport("lockstep/runtime/display") + ".Show(" + text + ")"
		}
	}
	return text, nil
}

// assignments are what a var statement does to variables of the package.
func (x *exporter) assignments(c *exportCell, gen *ast.GenDecl) (string, error) {
	var lines []string
	for _, spec := range gen.Specs {
		spec := spec.(*ast.ValueSpec)
		var names []string
		for _, id := range spec.Names {
			names = append(names, x.ident(c, id))
		}
		if len(spec.Values) > 0 {
			first, last := spec.Values[0], spec.Values[len(spec.Values)-1]
			span := c.parser.span(first.Pos())
			values := x.text(c, spec, span.offset(first.Pos()), span.offset(last.End()))
			lines = append(lines, strings.Join(names, ", ")+" = "+values)
			continue
		}
		for i, id := range spec.Names {
			if e := c.entities[c.info.Defs[id]]; e != nil && slices.Contains(c.program.restored, e) {
				t, err := x.typeText(e.object.Type())
				if err != nil {
					return "", err
				}
				lines = append(lines, names[i]+" = *new("+t+")")
			}
		}
	}
	return strings.Join(lines, "\n"), nil
}

// isInitialiser says that a statement moves to package level.
func (x *exporter) isInitialiser(c *exportCell, stmt ast.Stmt) bool {
	s, ok := stmt.(*ast.DeclStmt)
	if !ok {
		return false
	}
	gen, ok := s.Decl.(*ast.GenDecl)
	return ok && gen.Tok == token.VAR && x.initialiser(c, gen)
}

// initialiser says that a var statement can be a package's: whatever it gives
// its variables is the same before the first cell as where it stands.
func (x *exporter) initialiser(c *exportCell, gen *ast.GenDecl) bool {
	early := true
	for _, spec := range gen.Specs {
		spec := spec.(*ast.ValueSpec)
		for _, id := range spec.Names {
			if e := c.entities[c.info.Defs[id]]; id.Name == "_" || e != nil && slices.Contains(c.program.restored, e) {
				early = false // it sets a variable that has a value already
			}
		}
		for _, value := range spec.Values {
			ast.Inspect(value, func(node ast.Node) bool {
				id, ok := node.(*ast.Ident)
				if !ok {
					return early
				}
				e := c.entities[c.info.Uses[id]]
				if e != nil && (e.isVar() || !x.still(e)) {
					early = false
				}
				return early
			})
		}
	}
	return early
}

// still says that what an entity does is the same at all times: it leads to no
// variable.
func (x *exporter) still(e *entity) bool {
	seen := map[*entity]bool{}
	var find func(e *entity) bool
	find = func(e *entity) bool {
		if seen[e] {
			return true
		}
		seen[e] = true
		if e.isVar() {
			return false
		}
		uses := slices.Clone(e.uses)
		for _, m := range e.methods {
			uses = append(uses, m.uses...)
		}
		return !slices.ContainsFunc(uses, func(u *entity) bool { return !find(u) })
	}
	return find(e)
}

// variables declares the variables that a cell's statements set.
func (x *exporter) variables(c *exportCell) (string, error) {
	early := map[*entity]bool{}
	for _, stmt := range c.lowering.body.List {
		if x.isInitialiser(c, stmt) {
			for _, id := range stmtIdents(stmt) {
				early[c.entities[c.info.Defs[id]]] = true
			}
		}
	}
	var lines []string
	for _, e := range c.program.vars {
		if early[e] {
			continue
		}
		t, err := x.typeText(e.object.Type())
		if err != nil {
			return "", fmt.Errorf("the type of %s: %w", e.name, err)
		}
		lines = append(lines, x.names[e]+" "+t)
	}
	switch len(lines) {
	case 0:
		return "", nil
	case 1:
		return "var " + lines[0] + "\n\n", nil
	}
	return "var (\n" + strings.Join(lines, "\n") + "\n)\n\n", nil
}

var (
	cellType   = regexp.MustCompile(`ʹ(\d+)\.([\pL_][\pL\pN_]*)`)
	hiddenType = regexp.MustCompile(`\b[\pL_][\pL\pN_]*\.[\p{Ll}_][\pL\pN_]*`)
)

// typeText writes a type as the program names it.
func (x *exporter) typeText(t types.Type) (string, error) {
	var of []*types.Package
	text := types.TypeString(t, func(pkg *types.Package) string {
		if pkg.Path() != "main" {
			return x.importName(pkg)
		}
		of = append(of, pkg)
		return "ʹ" + strconv.Itoa(len(of)-1)
	})
	if name := hiddenType.FindString(text); name != "" {
		return "", fmt.Errorf("%s has no name outside its package", name)
	}
	var err error
	text = cellType.ReplaceAllStringFunc(text, func(s string) string {
		m := cellType.FindStringSubmatch(s)
		i, _ := strconv.Atoi(m[1])
		e := x.owners[of[i]][m[2]]
		if e == nil || x.names[e] == "" {
			err = fmt.Errorf("%s has no name outside its function", m[2])
			return m[2]
		}
		return x.names[e]
	})
	return text, err
}

// ident is what the program calls the thing that an identifier declares.
func (x *exporter) ident(c *exportCell, id *ast.Ident) string {
	if e := c.entities[c.info.Defs[id]]; e != nil && x.names[e] != "" {
		return x.names[e]
	}
	return id.Name
}

func (x *exporter) nodeText(c *exportCell, node ast.Node) string {
	span := c.parser.span(node.Pos())
	return x.text(c, node, span.offset(node.Pos()), span.offset(node.End()))
}

// checkText is the function that checks an exercise.
func (x *exporter) checkText(c *exportCell, check *check) string {
	body := check.fn.Body
	text := ""
	if list := body.List; len(list) > 0 {
		first, last := c.parser.span(list[0].Pos()), list[len(list)-1].End()
		text = x.text(c, body, first.offset(list[0].Pos()), first.offset(last))
	}
	return fmt.Sprintf("\n\n// %s checks the exercise %s.\nfunc %s(c *%s.Case) {\n%s\n}\n",
		x.ident(c, check.fn.Name), check.id, x.ident(c, check.fn.Name), x.mustImport(coursePath), text)
}

func lastArg(call *ast.CallExpr) (*ast.Ident, bool) {
	if len(call.Args) == 0 {
		return nil, false
	}
	id, ok := call.Args[len(call.Args)-1].(*ast.Ident)
	return id, ok
}

// setsSession says that a := stands at top level, so that it sets variables of the
// session.
func (x *exporter) setsSession(c *exportCell, define *ast.AssignStmt) bool {
	return slices.ContainsFunc(c.lowering.body.List, func(stmt ast.Stmt) bool { return unlabel(stmt) == ast.Stmt(define) })
}

// rename is what an identifier is in the program.
func (x *exporter) rename(c *exportCell, id *ast.Ident, selected bool) string {
	obj := c.info.Uses[id]
	if obj == nil {
		obj = c.info.Defs[id]
	}
	switch obj := obj.(type) {
	case nil:
		return id.Name
	case *types.PkgName:
		return x.importName(obj.Imported())
	case *types.Var:
		if obj.IsField() && obj.Embedded() {
			if named, ok := types.Unalias(deref(obj.Type())).(*types.Named); ok {
				if e := c.entities[named.Obj()]; e != nil && x.names[e] != "" {
					return x.names[e]
				}
			}
			return id.Name
		}
	}
	if e := c.entities[obj]; e != nil && e.owner == nil && x.names[e] != "" {
		return x.names[e]
	}
	if pkg := obj.Pkg(); !selected && pkg != nil && pkg.Path() != "main" && obj.Parent() == pkg.Scope() {
		return x.importName(pkg) + "." + id.Name // it was imported with a dot
	}
	return id.Name
}

// target is the declared function that an identifier uses, if it has a name at
// package level and could thus be called in another process.
func (x *exporter) target(c *exportCell, id *ast.Ident) *entity {
	fn, ok := c.info.Uses[id].(*types.Func)
	if !ok || fn.Signature().Recv() != nil || fn.Signature().TypeParams().Len() > 0 {
		return nil
	}
	if e := c.entities[fn]; e != nil && e.owner == nil && x.names[e] != "" {
		return e
	}
	return nil
}

// noteStarted notes the functions that a call of package process is given.
func (x *exporter) noteStarted(c *exportCell, call *ast.CallExpr) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return
	}
	if obj := c.info.Uses[sel.Sel]; obj == nil || obj.Pkg() == nil || obj.Pkg().Path() != processPath {
		return
	}
	for _, arg := range call.Args {
		if id, ok := ast.Unparen(arg).(*ast.Ident); ok {
			if e := x.target(c, id); e != nil {
				x.started[e] = true
			}
		}
	}
}

// inherited are the names of the variables that processes which begin with Fork
// have to get the values of.
func (x *exporter) inherited() []string {
	seen := map[*entity]bool{}
	var out []string
	var reach func(e *entity)
	reach = func(e *entity) {
		if seen[e] {
			return
		}
		seen[e] = true
		if e.isVar() {
			out = append(out, x.names[e])
		}
		for _, u := range slices.Concat(e.uses, e.methods) {
			reach(u)
		}
	}
	for e := range x.started {
		reach(e)
	}
	slices.Sort(out)
	return out
}

// noteCarried notes the type arguments that a name of package process is given,
// where they are types of the cells: a program has to make them known.
func (x *exporter) noteCarried(c *exportCell, id *ast.Ident) {
	instance, ok := c.info.Instances[id]
	if obj := c.info.Uses[id]; !ok || obj == nil || obj.Pkg() == nil || obj.Pkg().Path() != processPath {
		return
	}
	for t := range instance.TypeArgs.Types() {
		named, ok := types.Unalias(t).(*types.Named)
		if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != "main" || types.IsInterface(named) {
			continue
		}
		if text, err := x.typeText(named); err == nil {
			x.carried["*new("+text+")"] = true
		}
	}
}

func deref(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// program puts the parts together.
func (x *exporter) program(doc string) string {
	var calls, parts strings.Builder
	fails := false
	recovering := "mayPanic"
	if x.taken[recovering] {
		recovering = x.free(recovering)
	}
	for _, c := range x.cells {
		if c.lowering == nil {
			fmt.Fprintf(&parts, "\n// In[%d] does not compile:\n", c.Number)
			var errs Errors
			if errors.As(c.err, &errs) {
				for _, d := range errs {
					fmt.Fprintf(&parts, "// line %d:%d: %s\n", d.Place.Line, d.Place.Column, strings.ReplaceAll(d.Message, "\n", "\n// "))
				}
			}
			parts.WriteString("//\n// \t" + strings.ReplaceAll(strings.TrimRight(c.Text, "\n"), "\n", "\n// \t") + "\n")
			continue
		}
		if c.decls != "" {
			parts.WriteString("\n" + c.decls + "\n")
		}
		if c.body == "" {
			continue
		}
		name := fmt.Sprintf("cell%d", c.Number)
		if x.taken[name] {
			name = x.free(name)
		}
		fmt.Fprintf(&parts, "\nfunc %s() {\n%s\n}\n", name, c.body)
		if c.Fails {
			fails = true
			fmt.Fprintf(&calls, "%s(%s)\n", recovering, name)
		} else {
			fmt.Fprintf(&calls, "%s()\n", name)
		}
	}
	if fails {
		osName, fmtName := x.mustImport("os"), x.mustImport("fmt")
		fmt.Fprintf(&parts, `
// %s runs a cell that is there to show a panic, and goes on after it.
func %s(cell func()) {
	defer func() {
		if value := recover(); value != nil {
			%s.Fprintln(%s.Stderr, "panic:", value)
		}
	}()
	cell()
}
`, recovering, recovering, fmtName, osName)
	}
	main := calls.String()
	if name, ok := x.packages[processPath]; ok {
		main = name + ".Main(func() {\n" + main + "}"
		if x.forks {
			for _, v := range x.inherited() {
				main = fmt.Sprintf("%s.RegisterVariable(%q, &%s)\n", name, v, v) + main
			}
		}
		for _, given := range slices.Concat(slices.Sorted(maps.Keys(x.targets)), slices.Sorted(maps.Keys(x.carried))) {
			main += ", " + given
		}
		main += ")\n"
	}
	if len(x.watched) > 0 {
		main = x.tells() + main
	}
	var out strings.Builder
	for line := range strings.Lines(doc) {
		out.WriteString("// " + line)
	}
	out.WriteString("\npackage main\n\n")
	if len(x.packages) > 0 {
		out.WriteString("import (\n")
		for _, group := range [2]bool{false, true} {
			for _, p := range slices.Sorted(maps.Keys(x.packages)) {
				switch bundled := strings.HasPrefix(p, "lockstep/"); {
				case bundled != group:
				case path.Base(p) == x.packages[p]:
					fmt.Fprintf(&out, "%q\n", p)
				default:
					fmt.Fprintf(&out, "%s %q\n", x.packages[p], p)
				}
			}
			out.WriteString("\n")
		}
		out.WriteString(")\n\n")
	}
	out.WriteString("func main() {\n" + main + "}\n" + parts.String())
	return out.String()
}

// mustImport is importName for a package that is certainly there.
func (x *exporter) mustImport(path string) string {
	pkg, err := x.session.importer.Import(path)
	if err != nil {
		panic(fmt.Sprintf("cell: %s can't be imported: %v", path, err))
	}
	return x.importName(pkg)
}
