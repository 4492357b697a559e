package lower

import (
	"go/ast"
	"go/types"
)

// A function that contains recover asks on entry whether it is what a defer
// statement called (ʹrt.Frame). The deferred call says so in advance, and to no one
// in particular: a function between the two that doesn't ask would pass it on.

// declared is the function or method that an expression denotes, nil if it is a
// value.
func (f *fn) declared(e ast.Expr) *types.Func {
	switch x := ast.Unparen(e).(type) {
	case *ast.IndexExpr:
		return f.declared(x.X)
	case *ast.IndexListExpr:
		return f.declared(x.X)
	case *ast.Ident:
		fn, _ := f.source.Info.Uses[x].(*types.Func)
		return fn
	case *ast.SelectorExpr:
		sel := f.source.Info.Selections[x]
		if sel == nil {
			return f.declared(x.Sel)
		}
		if sel.Kind() == types.MethodVal {
			obj, _ := f.lookup(x, sel, f.typeOf(x.X))
			fn, _ := obj.(*types.Func)
			return fn
		}
	}
	return nil
}

// recovers says that a function of a cell contains recover.
func (f *fn) recovers(fn *types.Func) bool {
	if fn == nil {
		return false
	}
	known := f.emitter.function(fn.Origin())
	if known == nil || known.decl.Body == nil {
		return false
	}
	g := f.newFunc(known.source, nil)
	_, has, _ := g.survey(known.decl.Body)
	return has
}

// undeferred is a function that calls another, which contains recover, not as a
// deferred call.
func (f *fn) undeferred(name string, sig *types.Signature) string {
	return f.helper("call", name, func(caller, name string) string {
		params, args := f.forward(sig)
		if len(params) > 0 {
			params = params[len(", "):]
		}
		call := name + "(" + spread(args, sig.Variadic()) + ")"
		if sig.Results().Len() > 0 {
			call = "return " + call
		}
		return "func " + caller + "(" + params + ")" + f.emitter.results(sig) + " {\n" + Helpers + ".Frame()\n" + call + "\n}\n"
	})
}

// undeferredMethod is the same of a method of what is of type t.
func (f *fn) undeferredMethod(t types.Type, m *types.Func) string {
	sig := m.Signature()
	base := types.Unalias(t)
	if p, ok := base.(*types.Pointer); ok {
		base = types.Unalias(p.Elem())
	}
	name := f.methodName(base.(*types.Named), m)
	params := []*types.Var{types.NewParam(m.Pos(), m.Pkg(), "", t)}
	for v := range f.signature(sig).Params().Variables() {
		params = append(params, v)
	}
	all := types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), f.signature(sig).Results(), sig.Variadic())
	return f.undeferred(name, all)
}
