package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A function that is to run in another process has to be found there by its name,
// and with it all that it refers to: so a unit says of each name what it refers to,
// and has the initialisers of its variables apart from its statements.

// refer notes that what is being emitted refers to a name.
func (e *emitter) refer(name string) {
	if e.definer != "" && e.definer != name {
		e.refers[e.definer][name] = true
	}
}

// defining says that what is emitted until the returned function is called is of
// the given name.
func (e *emitter) defining(name string) (done func()) {
	before := e.definer
	e.definer = name
	if e.refers[name] == nil {
		e.refers[name] = map[string]bool{}
	}
	return func() { e.definer = before }
}

func (e *emitter) references() map[string][]string {
	out := map[string][]string{}
	for name, to := range e.refers {
		out[name] = slices.Sorted(maps.Keys(to))
	}
	return out
}

// initials are the initialisers of the cell's variables, and the variables that
// have none because a statement declares them.
func (e *emitter) initials() (initial []Initial, set []string) {
	add := func(vars []string, text func(*fn) string) {
		entry := e.name("ʹinitial")
		defer e.defining(entry)()
		f := e.newFunc(e.cell.Source, nil)
		f.sig = types.NewSignatureType(nil, nil, nil, nil, nil, false)
		initial = append(initial, Initial{vars, entry, "func " + entry + "() {\n" + text(f) + "\n}\n"})
	}
	if e.cell.Program {
		for _, init := range e.cell.Info.InitOrder {
			var vars []string
			for _, v := range init.Lhs {
				if name := e.variable(v); name != "" {
					vars = append(vars, name)
				}
			}
			add(vars, func(f *fn) string { return f.initializer(init) })
		}
		return initial, nil
	}
	names := func(ids []*ast.Ident) (vars []string) {
		for _, id := range ids {
			if name := e.variable(e.cell.Info.Defs[id]); name != "" {
				vars = append(vars, name)
			}
		}
		return vars
	}
	for _, s := range e.cell.Body {
		for labeled, ok := s.(*ast.LabeledStmt); ok; labeled, ok = s.(*ast.LabeledStmt) {
			s = labeled.Stmt
		}
		switch s := s.(type) {
		case *ast.AssignStmt:
			if s.Tok != token.DEFINE {
				break
			}
			for _, l := range s.Lhs {
				if id, ok := l.(*ast.Ident); ok {
					set = append(set, names([]*ast.Ident{id})...)
				}
			}
		case *ast.DeclStmt:
			gen, ok := s.Decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				break
			}
			for _, spec := range gen.Specs {
				one := &ast.DeclStmt{Decl: &ast.GenDecl{TokPos: spec.Pos(), Tok: token.VAR, Specs: []ast.Spec{spec}}}
				add(names(spec.(*ast.ValueSpec).Names), func(f *fn) string { return f.declStmt(one) })
			}
		}
	}
	return initial, set
}

// bundled begins the import paths of the packages whose parameters of the name
// targetParameter are functions for other processes, and in package thread of the
// name taskParameter functions for threads.
const (
	bundled         = "lockstep/runtime/"
	processPath     = bundled + "process"
	threadPath      = bundled + "thread"
	targetParameter = "target"
	taskParameter   = "task"
)

// runtimeFunctions has the functions among a call's arguments known by name that
// other processes or threads are to run.
func (f *fn) runtimeFunctions(e *ast.CallExpr, sig *types.Signature, args []string) {
	callee := f.declared(e.Fun)
	if callee == nil || callee.Pkg() == nil || !strings.HasPrefix(importPath(callee.Pkg()), bundled) {
		return
	}
	path := importPath(callee.Pkg())
	for i := range min(sig.Params().Len(), len(args), len(e.Args)) {
		switch param := sig.Params().At(i); {
		case param.Name() == targetParameter:
			args[i] = f.target(e.Args[i], param.Type(), args[i], path == processPath)
		case param.Name() == taskParameter && path == threadPath:
			args[i] = f.task(e.Args[i], args[i])
		}
	}
}

// task is a function for a thread as an argument.
func (f *fn) task(e ast.Expr, text string) string {
	fn := f.declared(e)
	if fn == nil {
		return text // what it holds is known when it runs only
	}
	return Helpers + ".NamedTask(" + argument(text) + ", " + strconv.Quote(fn.Name()) + ")"
}

// target is a function for another process as an argument. strict says that
// nothing else will do: a function literal is refused.
func (f *fn) target(e ast.Expr, to types.Type, text string, strict bool) string {
	const hint = "declare a function, and give it what it needs as arguments: process.Start(work, x)"
	fun := ast.Unparen(e)
	switch x := fun.(type) {
	case *ast.FuncLit:
		if name := f.captured(x); name != "" && strict {
			f.refuse(x.Pos(), hint, "this function uses the local variable %s, which another process doesn't have", name)
		} else if strict {
			f.refuse(x.Pos(), hint, "another process can run a declared function only, which it knows by name")
		}
		return text
	case *ast.SelectorExpr:
		if sel := f.source.Info.Selections[x]; sel != nil && strict && sel.Kind() != types.FieldVal {
			what := "a method expression"
			if sel.Kind() == types.MethodVal {
				what = "a method value, which holds its receiver"
			}
			f.refuse(x.Pos(), hint, "another process can run a declared function only: %s is %s", types.ExprString(x), what)
			return text
		}
	}
	name := ""
	if fn := f.declared(fun); fn != nil && fn.Signature().Recv() == nil {
		name = f.functionName(fun)
	}
	if name == "" {
		return text // what it holds is known when it runs only
	}
	sig, ok := f.typeOf(fun).Underlying().(*types.Signature)
	if !ok {
		return text
	}
	if pkg := f.declared(fun).Pkg(); pkg.Path() != "main" && !isLibrary(pkg) {
		name = pkg.Path() + "." + f.declared(fun).Name()
	}
	named := Helpers + ".Target(" + argument(f.functionValue(f.functionName(fun), sig, f.declared(fun))) + ", " + strconv.Quote(name) + ")"
	if types.IsInterface(to) {
		return named
	}
	return f.opened(Helpers+".Open("+named+")", to)
}

// captured is the first local variable of the surrounding functions that a
// function literal uses, "" if there is none.
func (f *fn) captured(lit *ast.FuncLit) (name string) {
	ast.Inspect(lit.Body, func(node ast.Node) bool {
		id, ok := node.(*ast.Ident)
		if !ok || name != "" {
			return name == ""
		}
		v, ok := f.source.Info.Uses[id].(*types.Var)
		if !ok || v.IsField() || f.variable(v) != "" || v.Pkg() == nil || v.Parent() == nil || v.Parent() == v.Pkg().Scope() {
			return true
		}
		if v.Pos() < lit.Pos() || lit.End() <= v.Pos() {
			name = v.Name()
		}
		return true
	})
	return name
}
