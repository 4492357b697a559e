package lower

import (
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"lockstep/kernel/worker/celltype"
)

// typeText is a type in lowered code.
func (e *emitter) typeText(t types.Type) string { return e.text(t, Types+".") }

// declText is a type in a celltype.Decl, where the types of cells go by their
// bare names.
func (e *emitter) declText(t types.Type) string { return e.text(t, "") }

func (e *emitter) text(t types.Type, prefix string) string {
	switch t := t.(type) {
	case *types.Alias:
		return e.text(types.Unalias(t), prefix)
	case *types.Basic:
		switch t.Kind() {
		case types.UnsafePointer:
			return e.pkg("unsafe") + ".Pointer"
		case types.UntypedNil:
			return e.anyText(prefix)
		}
		return types.Default(t).(*types.Basic).Name()
	case *types.Named:
		if !isCellNamed(t) {
			return e.nativeNamed(t, prefix)
		}
		if t = e.sourced(t); t == nil {
			return e.anyText(prefix)
		}
		return prefix + e.symbol(t)
	case *types.Pointer:
		return "*" + e.text(t.Elem(), prefix)
	case *types.Slice:
		return "[]" + e.text(t.Elem(), prefix)
	case *types.Array:
		return "[" + strconv.FormatInt(t.Len(), 10) + "]" + e.text(t.Elem(), prefix)
	case *types.Map:
		return "map[" + e.text(t.Key(), prefix) + "]" + e.text(t.Elem(), prefix)
	case *types.Chan:
		switch t.Dir() {
		case types.SendOnly:
			return "chan<- " + e.text(t.Elem(), prefix)
		case types.RecvOnly:
			return "<-chan " + e.text(t.Elem(), prefix)
		}
		elem := e.text(t.Elem(), prefix)
		if strings.HasPrefix(elem, "<-") {
			elem = "(" + elem + ")" // elsewhere parentheses confuse the interpreter
		}
		return "chan " + elem
	case *types.Signature:
		return "func" + e.signatureText(t, prefix)
	case *types.Struct:
		if t.NumFields() == 0 {
			if prefix == "" {
				return "struct{}"
			}
			return Helpers + ".Empty" // the interpreter's own is no type to assert
		}
		return prefix + e.symbol(t)
	case *types.Interface:
		if t.NumMethods() == 0 {
			return e.anyText(prefix)
		}
		return prefix + e.symbol(t)
	}
	e.refuse(token.NoPos, "", "the type %s can't be used in cells", t)
	return e.anyText(prefix)
}

// anyText is the empty interface type. In lowered code it is a compiled one: the
// interpreter's own holds values in a form of its own.
func (e *emitter) anyText(prefix string) string {
	if prefix == "" {
		return "any"
	}
	return anyType
}

func (e *emitter) signatureText(s *types.Signature, prefix string) string {
	var params, results []string
	for i := range s.Params().Len() {
		t := s.Params().At(i).Type()
		if s.Variadic() && i == s.Params().Len()-1 {
			params = append(params, "..."+e.text(t.Underlying().(*types.Slice).Elem(), prefix))
			continue
		}
		params = append(params, e.text(t, prefix))
	}
	for v := range s.Results().Variables() {
		results = append(results, e.text(v.Type(), prefix))
	}
	return "(" + strings.Join(params, ", ") + ")" + resultText(results)
}

func resultText(results []string) string {
	switch len(results) {
	case 0:
		return ""
	case 1:
		return " " + results[0]
	default:
		return " (" + strings.Join(results, ", ") + ")"
	}
}

// nativeNamed is a type of an imported package, or a predeclared one.
func (e *emitter) nativeNamed(t *types.Named, prefix string) string {
	if t.Obj().Pkg() == nil {
		if prefix != "" && t.Obj().Name() == "error" {
			return Helpers + ".Error"
		}
		return t.Obj().Name()
	}
	if t.TypeArgs().Len() > 0 || !t.Obj().Exported() {
		// iter.Seq[int] and the like are fine as what they stand for.
		if _, ok := t.Underlying().(*types.Struct); !ok {
			return e.text(t.Underlying(), prefix)
		}
		e.refuse(token.NoPos, "", "cells can't use the type %s", t)
		return e.anyText(prefix)
	}
	obj := e.importable(t.Obj())
	return e.pkg(obj.Pkg().Path()) + "." + obj.Name()
}

// importable is what names a type where cells can import it: a type of an internal
// package goes by an alias that another package exports.
func (e *emitter) importable(obj *types.TypeName) *types.TypeName {
	if !isInternal(obj.Pkg().Path()) {
		return obj
	}
	seen := map[*types.Package]bool{}
	var find func(p *types.Package) *types.TypeName
	find = func(p *types.Package) *types.TypeName {
		if seen[p] {
			return nil
		}
		seen[p] = true
		if !isInternal(p.Path()) {
			for _, name := range p.Scope().Names() {
				alias, ok := p.Scope().Lookup(name).(*types.TypeName)
				if !ok || !alias.IsAlias() || !alias.Exported() {
					continue
				}
				if named, ok := types.Unalias(alias.Type()).(*types.Named); ok && named.Obj() == obj {
					return alias
				}
			}
		}
		for _, q := range p.Imports() {
			if alias := find(q); alias != nil {
				return alias
			}
		}
		return nil
	}
	if alias := find(e.cell.Pkg); alias != nil {
		return alias
	}
	return obj
}

func isInternal(path string) bool {
	return slices.Contains(strings.Split(path, "/"), "internal")
}

// pkg is the name by which lowered code knows a package.
func (e *emitter) pkg(path string) string {
	alias := "ʹ" + strings.NewReplacer("/", "_", ".", "_", "-", "_").Replace(path)
	e.packages[alias] = path
	return alias
}

func isCellNamed(t *types.Named) bool {
	pkg := t.Obj().Pkg()
	return pkg != nil && (pkg.Path() == "main" || isLibrary(pkg) || isLibraryType(t))
}

// symbol is the name of a type that package celltype makes: a named type of a
// cell, or an unnamed struct or interface type.
func (e *emitter) symbol(t types.Type) string {
	key := e.session.linkText(t)
	for _, list := range [][]typeSymbol{e.known.types[key], e.session.known.types[key]} {
		for _, s := range list {
			if types.Identical(s.typ, t) {
				e.uses[s.name] = true
				e.refer(s.name)
				return s.name
			}
		}
	}
	base, shown := "struct", ""
	named, isNamed := t.(*types.Named)
	if isNamed {
		base = named.Obj().Name()
		shown = e.session.shownName(named)
	} else if types.IsInterface(t) {
		base = "interface"
	}
	name := e.name(base)
	e.refer(name)
	defer e.defining(name)()
	e.known.types[key] = append(e.known.types[key], typeSymbol{t, name})
	at := len(e.types)
	e.types = append(e.types, celltype.Decl{Name: name, Shown: shown})
	if isNamed && named.Obj().Pkg().Path() != "main" {
		e.types[at].Package = importPath(named.Obj().Pkg())
	}
	if shown == "" {
		e.types[at].Text = e.session.goText(t)
	}
	underlying := e.underlyingText(t.Underlying())
	e.types[at].Type = underlying
	if !types.IsInterface(t) {
		methods := e.methodsOf(t, name) // a struct without a name has those of what it embeds
		e.types[at].Methods = methods
	}
	return name
}

// typeName is the name by which an embedded field of a type goes.
func typeName(t types.Type) string {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	switch t := t.(type) {
	case *types.Named:
		return t.Obj().Name()
	case *types.Basic:
		return t.Name()
	}
	return ""
}

// underlyingText is the type that a Decl declares.
func (e *emitter) underlyingText(t types.Type) string {
	switch t := t.(type) {
	case *types.Struct:
		var fields []string
		for i := range t.NumFields() {
			f := t.Field(i)
			text := e.declText(f.Type())
			switch {
			case !f.Embedded():
				text = f.Name() + " " + text
			case f.Name() != typeName(f.Type()): // embedded by an alias
				text = f.Name() + " (" + text + ")"
			}
			if tag := t.Tag(i); tag != "" {
				text += " " + strconv.Quote(tag)
			}
			fields = append(fields, text)
		}
		return "struct { " + strings.Join(fields, "; ") + " }"
	case *types.Interface:
		var methods []string
		for m := range t.Methods() {
			methods = append(methods, m.Name()+e.signatureText(m.Signature(), ""))
		}
		return "interface { " + strings.Join(methods, "; ") + " }"
	}
	return e.declText(t)
}

// methodsOf lists a type's methods and has the functions emitted that they run.
func (e *emitter) methodsOf(t types.Type, symbol string) []celltype.Method {
	values := types.NewMethodSet(t)
	set := types.NewMethodSet(types.NewPointer(t))
	var methods []celltype.Method
	for sel := range set.Methods() {
		m := sel.Obj().(*types.Func)
		if !m.Exported() && m.Pkg() != nil && m.Pkg().Path() != "main" {
			continue // promoted from a package's type; only that package can call it
		}
		onPointer := values.Lookup(m.Pkg(), m.Name()) == nil
		sig := sel.Type().(*types.Signature)
		methods = append(methods, celltype.Method{
			Name:    m.Name(),
			Type:    "func" + e.signatureText(sig, ""),
			Pointer: onPointer,
		})
		e.queue = append(e.queue, func() { e.registerMethod(t, symbol, sel, onPointer) })
	}
	return methods
}

// registerMethod emits the statement that says what runs for a method.
func (e *emitter) registerMethod(t types.Type, symbol string, sel *types.Selection, onPointer bool) {
	sig := sel.Type().(*types.Signature)
	recv := Types + "." + symbol
	recvType := t
	if onPointer {
		recv = "*" + recv
		recvType = types.NewPointer(t)
	}
	defer e.defining(symbol)()
	f := e.newFunc(e.cell.Source, nil)
	params, args := f.forward(sig)
	call := f.callMethod("ʹr", recvType, sel.Index(), sel.Obj().(*types.Func), args, sig.Variadic())
	if sig.Results().Len() > 0 {
		call = "return " + call
	}
	e.methods = append(e.methods, Helpers+".Method("+strconv.Quote(symbol)+", "+strconv.Quote(sel.Obj().Name())+
		", (func(ʹr "+recv+params+")"+e.results(sig)+" { "+f.forwards(sel.Obj().(*types.Func))+call+" }), "+strconv.Quote(e.setup())+")")
}

func (e *emitter) results(sig *types.Signature) string {
	var texts []string
	for v := range sig.Results().Variables() {
		texts = append(texts, e.typeText(v.Type()))
	}
	return resultText(texts)
}

// fromCells says that a type is made of types of cells, so that the two variants
// of it differ.
func fromCells(t types.Type) bool {
	seen := map[types.Type]bool{}
	var look func(t types.Type) bool
	look = func(t types.Type) bool {
		t = types.Unalias(t)
		if seen[t] {
			return false
		}
		seen[t] = true
		switch t := t.(type) {
		case *types.Named:
			return isCellNamed(t) && !types.IsInterface(t)
		case *types.Pointer:
			return look(t.Elem())
		case *types.Slice:
			return look(t.Elem())
		case *types.Array:
			return look(t.Elem())
		case *types.Chan:
			return look(t.Elem())
		case *types.Map:
			return look(t.Key()) || look(t.Elem())
		case *types.Struct:
			return t.NumFields() > 0
		case *types.Signature:
			for v := range t.Params().Variables() {
				if look(v.Type()) {
					return true
				}
			}
			for v := range t.Results().Variables() {
				if look(v.Type()) {
					return true
				}
			}
		}
		return false
	}
	return look(t)
}
