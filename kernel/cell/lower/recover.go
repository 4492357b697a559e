package lower

import (
	"go/ast"
	"go/types"
)

// A function that contains recover asks on entry whether it is what a defer
// statement called (ʹrt.Frame). That goes by how many functions lie between: those
// that the lowering adds to stand for others say so (ʹrt.Forward).

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

// forwards is what a function begins with that stands for fn, if fn contains
// recover, or only the run will tell.
func (f *fn) forwards(fn *types.Func) string {
	if fn != nil && !ofInterface(fn) && !f.recovers(fn) {
		return ""
	}
	return Helpers + ".Forward(); "
}

// ofInterface says that a method is one of an interface.
func ofInterface(m *types.Func) bool {
	recv := m.Signature().Recv()
	return recv != nil && types.IsInterface(recv.Type())
}
