package lower

import (
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strings"
)

func (e *emitter) newFunction(name string, decl *ast.FuncDecl, source *Source) *function {
	return &function{name: name, decl: decl, source: source, watched: e.watch, ignores: map[string]bool{}, calls: map[*function]bool{}}
}

// stale says of a function of an earlier cell that it tells too little: it was
// lowered when the session couldn't simulate yet, or a variable is written to now
// that was not; or it calls such a function.
func (e *emitter) stale(f *function) bool {
	seen := map[*function]bool{}
	var look func(f *function) bool
	look = func(f *function) bool {
		if seen[f] || f.library {
			return false
		}
		seen[f] = true
		if !f.watched {
			return true
		}
		for name := range f.ignores {
			if e.session.written[name] {
				return true
			}
		}
		for callee := range f.calls {
			if look(callee) {
				return true
			}
		}
		return false
	}
	return look(f)
}

// again has a function of an earlier cell lowered anew, for this cell and those
// that come.
func (e *emitter) again(obj types.Object, old *function) *function {
	base, _, _ := strings.Cut(old.name, "ʹ")
	if recv := receiver(obj); recv != nil {
		base += "ʹ" + obj.Name()
	}
	f := e.newFunction(e.name(base), old.decl, old.source)
	e.known.functions[obj] = f
	sig := obj.(*types.Func).Signature()
	if old.decl.Body != nil && sig.TypeParams().Len() == 0 && sig.RecvTypeParams().Len() == 0 {
		e.queue = append(e.queue, func() { e.emitFunction(f, f.name, nil) })
	}
	return f
}

// renew has all methods of earlier cells' types made known anew, by which
// interface values call them, if one of them tells too little.
func (e *emitter) renew() {
	if !e.watch {
		return
	}
	stale := !e.session.watched
	for obj, f := range e.session.known.functions {
		stale = stale || receiver(obj) != nil && e.stale(f)
	}
	if !stale {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(e.session.known.types)) {
		for _, s := range e.session.known.types[key] {
			if named, ok := s.typ.(*types.Named); types.IsInterface(s.typ) || ok && named.Obj().Pkg().Path() != "main" {
				continue
			}
			e.uses[s.name] = true
			e.methodsOf(s.typ, s.name)
		}
	}
}
