package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
	"unicode"

	"lockstep/kernel/cell/library"
	"lockstep/kernel/worker/instances"
)

// sources leads from functions of the library, of export data and of the source
// itself, to what is lowered for them.
type sources struct {
	library   *library.Library
	packages  map[*library.Package]*Source
	functions map[types.Object]*function // nil for one without source
}

func newSources(l *library.Library) sources {
	return sources{l, map[*library.Package]*Source{}, map[types.Object]*function{}}
}

// libraryPrefix begins the names of the library's functions in lowered code, by
// which reports of panics leave them out.
const libraryPrefix = "ʹstdʹ"

// importPath is the path that users know a package by.
func importPath(p *types.Package) string { return strings.TrimPrefix(p.Path(), library.Root) }

// nowhere is Source.Place for the library, which stands in no cell.
func nowhere(token.Pos) (cell, line, column int, ok bool) { return 0, 0, 0, false }

func isLibrary(p *types.Package) bool { return p != nil && strings.HasPrefix(p.Path(), library.Root) }

// function is the source of a function or method of the library, nil if there is
// none: because there is compiled code of it, or because it can't be lowered.
func (s *sources) function(obj types.Object) *function {
	fn, ok := obj.(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Pkg().Path() == "main" {
		return nil
	}
	if f, ok := s.functions[obj]; ok {
		return f
	}
	s.functions[obj] = nil
	sig := fn.Signature()
	if !isLibrary(fn.Pkg()) && sig.TypeParams().Len() == 0 && sig.RecvTypeParams().Len() == 0 {
		return nil
	}
	pkg := s.source(fn.Pkg())
	if pkg == nil {
		return nil
	}
	recv, name := "", fn.Name()
	if t := receiver(fn); t != nil {
		recv = t.Obj().Name()
		name = recv + "." + name
	}
	if decl := pkg.Function(recv, fn.Name()); decl != nil {
		if s.packages[pkg] == nil {
			s.packages[pkg] = &Source{Info: pkg.Info, Pkg: pkg.Types, Place: nowhere}
		}
		s.functions[obj] = &function{name: libraryPrefix + importPath(fn.Pkg()) + "." + name, decl: decl, source: s.packages[pkg], library: true}
	}
	return s.functions[obj]
}

// source is the package with its source. That it can be checked is tested when
// this program is built.
func (s *sources) source(p *types.Package) *library.Package {
	pkg, err := s.library.Package(importPath(p))
	if err != nil {
		return nil
	}
	return pkg
}

// isLibraryType says that a type is one of the library's generic struct types.
// They are made as cells' types are, since compiled code has none of them. (Other
// generic types, like iter.Seq, can do as what they stand for.)
func isLibraryType(t *types.Named) bool {
	if t.TypeArgs().Len() == 0 {
		return false
	}
	_, ok := t.Underlying().(*types.Struct)
	return ok
}

// libraryName is the name of a function of the library that is generic, or that
// its source alone has.
func (f *fn) libraryName(id *ast.Ident, fn *types.Func, args []types.Type) string {
	name := f.compiled(fn, args)
	if name == "" {
		name = f.instance(fn, args)
	}
	if name == "" {
		f.refuse(id.Pos(), "", "cells can't use the generic %s.%s", fn.Pkg().Name(), fn.Name())
		name = "nil"
	}
	return name
}

// refuse refuses a construct; one of the library's source has no place in a cell.
func (f *fn) refuse(pos token.Pos, hint, format string, args ...any) {
	if isLibrary(f.source.Pkg) {
		pos = token.NoPos
	}
	f.emitter.refuse(pos, hint, format, args...)
}

// sourced is a type as its package's source has it: the layout of export data can
// be one that lowered code can't work on. Without source it is refused, and nil.
func (e *emitter) sourced(t *types.Named) *types.Named {
	pkg := t.Obj().Pkg()
	if pkg == nil || pkg.Path() == "main" || isLibrary(pkg) {
		return t
	}
	if source := e.session.sources.source(pkg); source != nil {
		if obj, ok := source.Types.Scope().Lookup(t.Obj().Name()).(*types.TypeName); ok {
			var args []types.Type
			for a := range t.TypeArgs().Types() {
				args = append(args, a)
			}
			if inst, err := types.Instantiate(typeContext.Load(), obj.Type(), args, false); err == nil {
				return inst.(*types.Named)
			}
		}
	}
	e.refuse(token.NoPos, "", "cells can't use the type %s", types.TypeString(t, (*types.Package).Name))
	return nil
}

// compiled is the name of a generic function of the library for type arguments
// with which it is compiled into this program, "" for others.
func (e *emitter) compiled(fn *types.Func, args []types.Type) string {
	var texts []string
	for _, a := range args {
		text := types.TypeString(a, nil)
		if it, ok := types.Unalias(a).(*types.Interface); ok && it.Empty() {
			text = "any"
		}
		texts = append(texts, text)
	}
	name, ok := instances.Name(fn.Pkg().Path() + "." + fn.Name() + "[" + strings.Join(texts, ",") + "]")
	if !ok {
		return ""
	}
	return e.pkg(instances.Path) + "." + name
}

// native is the name of the compiled function that stands behind a function
// without body.
func native(name string) string {
	return Helpers + "." + string(unicode.ToUpper(rune(name[0]))) + name[1:]
}

// heldType is the type of an interface value that holds a t. A generic function
// type of the library, which otherwise is handled as what it stands for, has its
// name there: iter.Seq[int] is not func(func(int) bool).
func (f *fn) heldType(t types.Type) string {
	if named, ok := types.Unalias(t).(*types.Named); ok && named.TypeArgs().Len() > 0 && !isCellNamed(named) {
		if _, ok := named.Underlying().(*types.Signature); ok {
			return Types + "." + f.symbol(named)
		}
	}
	return f.typeText(t)
}

// held is opened for what comes from an interface value.
func (f *fn) held(text string, t types.Type) string {
	if typ := f.heldType(t); typ != f.typeText(t) {
		return f.helper("held", typ, func(name, typ string) string {
			to := f.typeText(t)
			return "func " + name + "(ʹv " + typ + ") " + to + " {\nreturn (" + to + ")(ʹv)\n}\n"
		}) + "(" + text + ".(" + typ + "))"
	}
	return f.opened(text, t)
}
