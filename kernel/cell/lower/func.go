package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// fn lowers one function or function literal.
type fn struct {
	*emitter
	source *Source
	env    env
	scope  *scope // of the types that it declares, nil where it isn't generic
	names  map[types.Object]string

	sig     *types.Signature
	results []string          // the variables of the results, if they have any
	assigns bool              // a return assigns to them, since others look at them
	exit    string            // the statement that leaves the function
	defers  string            // the variable of the deferred calls, "" for none
	frame   string            // the variable that recover looks at, "" for none
	called  bool              // a literal that is called where it stands, and so not deferred
	lent    map[string]string // session variables → locals that stand for them for a while
	top     bool              // the statements of the cell itself
	watch   bool              // accesses to what is shared are told of
	twin    string            // the function's version that tells of accesses, "" for none
	object  string            // what a native function is called with goes by, in quotes
	jumps   bool              // a goto may make any statement run again
	serial  int               // the number in the function's name, 0 for the cell's own
	targets []*target
}

func (e *emitter) newFunc(source *Source, env env) *fn {
	return &fn{emitter: e, source: source, env: env, names: map[types.Object]string{}, exit: "return", watch: e.watch}
}

// literal is the fn of a function literal inside f.
func (f *fn) literal(sig *types.Signature) *fn {
	g := *f
	g.watch, g.twin = f.emitter.watch, ""
	g.sig, g.results, g.assigns, g.exit, g.defers, g.frame, g.called, g.top, g.targets = sig, nil, false, "return", "", "", false, false, nil
	return &g
}

// line is a directive that names the place of what follows.
func (f *fn) line(pos token.Pos) string {
	cell, line, column, ok := f.source.Place(pos)
	if !ok {
		return ""
	}
	return fmt.Sprintf("/*line %s:%d:%d*/", f.file(cell), line, column)
}

// file is the name of the file that a place of a cell is in. The interpreter
// looks for a package among the imports of the file that mentions it, so what
// this unit has of another cell is in a file of its own.
func (e *emitter) file(cell int) string {
	if cell == e.cell.Number {
		return FileName(cell, cell)
	}
	e.foreign[cell] = true
	return FileName(cell, e.cell.Number)
}

// FileName is the name of the file that holds what the unit of a cell has of
// another cell, or of itself.
func FileName(cell, unit int) string {
	if cell == unit {
		return fmt.Sprintf("In[%d]", cell)
	}
	return fmt.Sprintf("In[%d]@%d", cell, unit)
}

// local is the name of a local variable.
func (f *fn) local(obj types.Object) string {
	if name := f.names[obj]; name != "" {
		return name
	}
	name := f.name(obj.Name())
	f.names[obj] = name
	return name
}

// emitFunction emits a function or method, made concrete by env.
func (e *emitter) emitFunction(known *function, name string, env env) {
	e.current = known
	defer func() { e.current = nil }()
	e.find(known.source, known.decl)
	if e.watch && named(known.decl) {
		twin := e.name(name[:strings.LastIndex(name, "ʹ")])
		e.emitVersion(known, twin, env, "", true)
		e.emitVersion(known, name, env, twin, false)
		return
	}
	e.emitVersion(known, name, env, "", e.watch)
}

// named says that all parameters of a function have names.
func named(decl *ast.FuncDecl) bool {
	for _, list := range []*ast.FieldList{decl.Recv, decl.Type.Params} {
		if list == nil {
			continue
		}
		for _, field := range list.List {
			if len(field.Names) == 0 {
				return false
			}
			for _, id := range field.Names {
				if id.Name == "_" {
					return false
				}
			}
		}
	}
	return true
}

// emitVersion emits a function that tells of its accesses, or one that doesn't: it
// leaves simulations to its twin, so that the telling costs nothing outside of them.
func (e *emitter) emitVersion(known *function, name string, env env, twin string, watch bool) {
	defer e.defining(name)()
	f := e.newFunc(known.source, env)
	f.watch, f.twin, f.scope = watch, twin, e.scope(known.decl, env)
	if twin != "" {
		e.refer(twin)
	}
	obj, _ := known.source.Info.Defs[known.decl.Name].(*types.Func)
	if obj == nil || known.decl.Body == nil {
		return
	}
	f.sig = f.signature(obj.Signature())
	_, number, _ := strings.Cut(name[strings.LastIndex(name, "ʹ"):], "ʹ")
	f.serial, _ = strconv.Atoi(number)
	text := f.function(known.decl.Recv, known.decl.Type, known.decl.Body)
	e.out.WriteString("func " + name + text + "\n")
}

// signature substitutes in a signature, and forgets its receiver.
func (f *fn) signature(s *types.Signature) *types.Signature {
	return f.env.subst(types.NewSignatureType(nil, nil, nil, s.Params(), s.Results(), s.Variadic()), f.scope).(*types.Signature)
}

// function is a function's parameters, results and body.
func (f *fn) function(recv *ast.FieldList, typ *ast.FuncType, body *ast.BlockStmt) string {
	head, rest := f.parts(recv, typ, body)
	return head + rest + "}"
}

// parts are a function's parameters and results, up to the brace, and what stands
// between its braces.
func (f *fn) parts(recv *ast.FieldList, typ *ast.FuncType, body *ast.BlockStmt) (head, rest string) {
	var params []string
	add := func(list *ast.FieldList, variadic bool) {
		if list == nil {
			return
		}
		for i, field := range list.List {
			t := f.typeOf(field.Type)
			text := ""
			if dots, ok := field.Type.(*ast.Ellipsis); ok && variadic && i == len(list.List)-1 {
				text = "..." + f.typeText(f.typeOf(dots.Elt))
			} else {
				text = f.typeText(t)
			}
			for _, id := range field.Names {
				params = append(params, f.param(id)+" "+text)
			}
			if len(field.Names) == 0 {
				params = append(params, "_ "+text)
			}
		}
	}
	add(recv, false)
	add(typ.Params, f.sig.Variadic())

	f.jumps = hasGoto(body)
	hasDefer, hasRecover, returnsFromRange := f.survey(body)
	var results, resultTypes []string
	for v := range f.sig.Results().Variables() {
		resultTypes = append(resultTypes, f.typeText(v.Type()))
	}
	named := false
	if typ.Results != nil {
		for _, field := range typ.Results.List {
			for _, id := range field.Names {
				named = true
				results = append(results, f.param(id))
			}
		}
	}
	if !named && (hasDefer || returnsFromRange) {
		for range resultTypes {
			results = append(results, f.name("result"))
		}
	}
	for i, name := range results {
		if name == "_" {
			results[i] = f.name("result")
		}
	}
	// Results have variables of their own: the interpreter lets a named result start
	// with what the place has that the call's value goes to.
	f.assigns = hasDefer || returnsFromRange
	f.results = results
	f.exit = "return"
	if len(results) > 0 && !hasDefer {
		f.exit += " " + strings.Join(results, ", ")
	}
	head = "(" + strings.Join(params, ", ") + ")" + resultText(resultTypes) + " {\n"
	var out strings.Builder
	if f.twin != "" {
		out.WriteString(f.leaveToTwin(params, len(resultTypes) > 0))
	}
	for i, name := range results {
		out.WriteString("var " + name + " " + resultTypes[i] + "\n")
	}
	if hasRecover {
		f.frame = f.name("frame")
		if f.called {
			out.WriteString("var " + f.frame + " *" + Helpers + ".Defers\n")
		} else {
			out.WriteString(f.frame + " := " + Helpers + ".Frame()\n")
		}
	}
	out.WriteString(f.deferring(hasDefer, func() string { return f.block(body) }))
	if hasDefer && len(results) > 0 {
		out.WriteString("return " + strings.Join(results, ", ") + "\n")
	}
	return head, out.String()
}

// leaveToTwin calls the version of a function that tells of accesses, in a
// simulation.
func (f *fn) leaveToTwin(params []string, results bool) string {
	var args []string
	variadic := false
	for _, p := range params {
		name, typ, _ := strings.Cut(p, " ")
		args = append(args, name)
		variadic = strings.HasPrefix(typ, "...")
	}
	call := f.twin + "(" + spread(args, variadic) + ")"
	if results {
		call = "return " + call
	} else {
		call += "; return"
	}
	return "if *" + Helpers + ".Sim { " + call + " }\n"
}

// body is the statements of a cell, which may defer as a function does.
func (f *fn) body(body *ast.BlockStmt) string {
	f.sig = types.NewSignatureType(nil, nil, nil, nil, nil, false)
	hasDefer, hasRecover, _ := f.survey(body)
	text := ""
	if hasRecover {
		f.frame = f.name("frame")
		text = f.frame + " := " + Helpers + ".Frame()\n"
	}
	return text + f.deferring(hasDefer, func() string { return f.block(body) })
}

// deferring puts statements that defer under the machinery of deferred calls.
func (f *fn) deferring(hasDefer bool, statements func() string) string {
	if !hasDefer {
		return statements()
	}
	f.defers = f.name("defers")
	return Helpers + ".Defer((func(" + f.defers + " *" + Helpers + ".Defers) {\n" + statements() + "}))\n"
}

// param names a parameter or result.
func (f *fn) param(id *ast.Ident) string {
	obj := f.source.Info.Defs[id]
	if id.Name == "_" || obj == nil {
		return "_"
	}
	return f.local(obj)
}

// survey says what a body does by itself, function literals apart.
func (f *fn) survey(body *ast.BlockStmt) (hasDefer, hasRecover, returnsFromRange bool) {
	var look func(node ast.Node, inRange bool)
	look = func(root ast.Node, inRange bool) {
		ast.Inspect(root, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.FuncLit:
				return false
			case *ast.DeferStmt:
				hasDefer = true
			case *ast.CallExpr:
				hasRecover = hasRecover || f.isBuiltin(node, "recover")
			case *ast.ReturnStmt:
				returnsFromRange = returnsFromRange || inRange
			case *ast.RangeStmt:
				if _, ok := f.typeOf(node.X).Underlying().(*types.Signature); ok && node != root {
					look(node.X, inRange)
					look(node.Body, true)
					return false
				}
			}
			return true
		})
	}
	look(body, false)
	return hasDefer, hasRecover, returnsFromRange
}

// hasGoto says that a body has a goto, function literals apart.
func hasGoto(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(node ast.Node) bool {
		if b, ok := node.(*ast.BranchStmt); ok && b.Tok == token.GOTO {
			found = true
		}
		_, literal := node.(*ast.FuncLit)
		return !literal
	})
	return found
}

func (f *fn) isBuiltin(call *ast.CallExpr, name string) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok || id.Name != name {
		return false
	}
	_, ok = f.source.Info.Uses[id].(*types.Builtin)
	return ok
}

// forward is a list of parameters for a signature, each with a comma before it,
// and the arguments that pass them on.
func (f *fn) forward(sig *types.Signature) (params string, args []string) {
	for i := range sig.Params().Len() {
		name := "ʹp" + strconv.Itoa(i)
		t := sig.Params().At(i).Type()
		text := f.typeText(t)
		if sig.Variadic() && i == sig.Params().Len()-1 {
			text = "..." + f.typeText(t.Underlying().(*types.Slice).Elem())
		}
		params += ", " + name + " " + text
		args = append(args, name)
	}
	return params, args
}

// funcLit is a function literal.
func (f *fn) funcLit(lit *ast.FuncLit) string { return f.literalText(lit, false) }

// calledLit is a function literal that is called at once.
func (f *fn) calledLit(lit *ast.FuncLit) string { return f.literalText(lit, true) }

// literalText is a function literal. One that is made outside of simulations may
// run in one, and so has both: statements that tell of its accesses, and others that
// don't.
func (f *fn) literalText(lit *ast.FuncLit, called bool) string {
	sig, _ := f.typeOf(lit).Underlying().(*types.Signature)
	g := f.literal(sig)
	g.called = called
	if f.watch || !g.watch || hasLabels(lit.Body) {
		return "func" + g.function(nil, lit.Type, lit.Body)
	}
	quiet := f.literal(sig)
	quiet.called, quiet.watch = called, false
	head, told := g.parts(nil, lit.Type, lit.Body)
	_, rest := quiet.parts(nil, lit.Type, lit.Body)
	if told == rest {
		return "func" + head + rest + "}"
	}
	if sig.Results().Len() == 0 {
		told += "return\n"
	}
	return "func" + head + "if *" + Helpers + ".Sim {\n" + told + "}\n" + rest + "}"
}

// hasLabels says that a body has labels, of which a function can't have two of one
// name.
func hasLabels(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(node ast.Node) bool {
		_, label := node.(*ast.LabeledStmt)
		found = found || label
		return !found
	})
	return found
}

// argument is an expression as an argument. Handed straight to a compiled
// function, a literal without parentheses would see the variables of the
// interpreter as they are when it is called; elsewhere parentheses confuse it.
func argument(text string) string {
	if strings.HasPrefix(text, "func(") && strings.HasSuffix(text, "}") {
		return "(" + text + ")"
	}
	return text
}

// own has a function literal made in a frame of its own where the statement may
// run again. When a function made from a literal returns, the interpreter puts
// back what was in the literal's slot before, in the frame that made it: if that
// happens in another goroutine, between the making and the use of the next
// function of this literal, an earlier one would be used in its place.
func (f *fn) own(literal, typ string) string {
	again := f.jumps
	for _, t := range f.targets {
		again = again || t.loop && t.iterator == nil
	}
	if !again {
		return literal
	}
	return "func() " + typ + " { return " + literal + " }()"
}

// functionValue is a declared function used as a value: a literal that calls it,
// since the interpreter's own value of it can't be passed everywhere.
func (f *fn) functionValue(name string, sig *types.Signature, fn *types.Func) string {
	params, args := f.forward(sig)
	call := name + "(" + spread(args, sig.Variadic()) + ")"
	if sig.Results().Len() > 0 {
		call = "return " + call
	}
	return f.own("func("+strings.TrimPrefix(params, ", ")+")"+f.emitter.results(sig)+" { "+f.forwards(fn)+call+" }", f.typeText(sig))
}

// spread joins arguments, the last of which may be a slice for variadic ones.
func spread(args []string, variadic bool) string {
	for i, a := range args {
		args[i] = argument(a)
	}
	text := strings.Join(args, ", ")
	if variadic {
		text += "..."
	}
	return text
}
