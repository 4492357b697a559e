package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// typeOf is the type of an expression, type parameters replaced.
func (f *fn) typeOf(e ast.Expr) types.Type {
	if !isLibrary(f.source.Pkg) {
		f.at = e.Pos()
	}
	t := f.source.Info.TypeOf(e)
	if t == nil {
		return types.Typ[types.Invalid]
	}
	return f.subst(t)
}

// value is an expression converted to a type as an assignment would.
func (f *fn) value(e ast.Expr, to types.Type) string {
	from := f.typeOf(e)
	if sel, ok := ast.Unparen(e).(*ast.SelectorExpr); ok && types.IsInterface(to) && f.isStdin(sel) {
		return Helpers + ".Stdin()"
	}
	return f.convert(loose(f.expr(e)), from, to)
}

// convert converts implicitly.
func (f *fn) convert(text string, from, to types.Type) string {
	if to == nil || types.Identical(from, to) {
		return text
	}
	if basic, ok := from.(*types.Basic); ok && basic.Kind() == types.UntypedNil {
		if it, ok := to.Underlying().(*types.Interface); ok && it.NumMethods() > 0 && f.typeText(to) != Helpers+".Error" {
			return f.zero(to)
		}
		if _, ok := to.Underlying().(*types.Signature); ok && types.Unalias(to) != to.Underlying() {
			return "(" + f.typeText(to) + ")(nil)" // it does not know a function type of ours for nil
		}
		return "nil"
	}
	if types.IsInterface(to) {
		return f.toInterface(text, from, to)
	}
	if basic, ok := from.(*types.Basic); ok && basic.Info()&types.IsUntyped != 0 {
		if _, named := types.Unalias(to).(*types.Named); named {
			return f.typeText(to) + "(" + text + ")" // an untyped bool, or a shift
		}
		return text
	}
	if a, ok := from.Underlying().(*types.Chan); ok {
		if b, ok := to.Underlying().(*types.Chan); ok && a.Dir() != b.Dir() {
			return Helpers + ".Conv(" + text + ", " + f.token(to) + ").(" + f.typeText(to) + ")"
		}
	}
	if f.typeText(from) == f.typeText(to) {
		return text
	}
	return f.converted(text, from, to)
}

// toInterface makes an interface value. It always holds the true variant of a
// type.
func (f *fn) toInterface(text string, from, to types.Type) string {
	empty := to.Underlying().(*types.Interface).NumMethods() == 0
	if types.IsInterface(from) {
		if empty || f.typeText(from) == f.typeText(to) {
			return text
		}
		return f.helper("as", f.typeText(to), func(name, target string) string {
			// No named result: it would start with what an earlier call left.
			return "func " + name + "(ʹx " + anyType + ") " + target + " {\nif ʹx != nil { return ʹx.(" + target + ") }\nvar ʹr " + target + "\nreturn ʹr }\n"
		}) + "(" + text + ")"
	}
	if typ := f.heldType(from); typ != f.typeText(from) {
		text = typ + "(" + text + ")"
	}
	boxed := Helpers + ".Box(" + argument(text) + ")"
	if _, ok := from.(*types.Basic); ok && empty {
		return anyType + "(" + text + ")" // there is one variant of it only
	}
	if empty {
		return boxed
	}
	return boxed + ".(" + f.typeText(to) + ")"
}

// zero is the zero value of an interface type as a call: the interpreter does not
// make it from a nil that stands among other expressions.
func (f *fn) zero(t types.Type) string {
	return f.helper("zero", f.typeText(t), func(name, typ string) string {
		return "func " + name + "() " + typ + " {\nvar ʹv " + typ + "\nreturn ʹv\n}\n"
	}) + "()"
}

// helper has a function emitted once for each key.
func (f *fn) helper(kind, key string, text func(name, key string) string) string {
	id := kind + " " + key
	if name := f.helpers[id]; name != "" {
		return name
	}
	name := f.name(kind)
	f.helpers[id] = name
	f.out.WriteString(text(name, key))
	return name
}

// token stands for a type as an argument.
func (f *fn) token(t types.Type) string { return "new(" + f.typeText(t) + ")" }

// expr is an expression in lowered code.
func (f *fn) expr(e ast.Expr) string {
	e = ast.Unparen(e)
	if tv, ok := f.source.Info.Types[e]; ok && tv.Value != nil {
		return f.constant(tv.Value, f.typeOf(e))
	}
	text := ""
	if f.told(e) {
		text = f.read(e)
	} else {
		text = f.plainExpr(e)
	}
	if name := f.silentVariable(e); name != "" {
		return f.refusing(text, e, name)
	}
	return text
}

// plainExpr is an expression that is no constant, itself untold.
func (f *fn) plainExpr(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return f.ident(e)
	case *ast.FuncLit:
		return f.own(f.funcLit(e), f.typeText(f.typeOf(e)))
	case *ast.CompositeLit:
		return f.composite(e)
	case *ast.SelectorExpr:
		return f.selector(e)
	case *ast.IndexExpr:
		return f.index(e)
	case *ast.IndexListExpr:
		return f.instantiated(e.X, f.typeOf(e))
	case *ast.SliceExpr:
		return f.slice(e)
	case *ast.StarExpr:
		switch t := f.typeOf(e).Underlying().(type) {
		case *types.Basic:
			if t.Info()&types.IsString != 0 {
				return f.follow(e) // what a nil pointer points to would be "<invalid Value>"
			}
		case *types.Signature:
			return f.follow(e) // the call would never end
		}
		return "(*" + f.expr(e.X) + ")"
	case *ast.TypeAssertExpr:
		return f.assertion(e)
	case *ast.CallExpr:
		return f.call(e)
	case *ast.UnaryExpr:
		return f.unary(e)
	case *ast.BinaryExpr:
		text := f.binary(e)
		if t := f.typeOf(e); isComparison(e.Op) && !isUntyped(t) && t != types.Typ[types.Bool] {
			text = f.typeText(t) + "(" + text + ")" // to the interpreter all comparisons are plain bools
		}
		return text
	}
	f.refuse(e.Pos(), "", "cells can't use this expression (%T)", e)
	return "nil"
}

// follow is *p where the interpreter would not notice that p is nil.
func (f *fn) follow(e *ast.StarExpr) string {
	return f.helper("follow", f.typeText(f.typeOf(e)), func(name, typ string) string {
		return "func " + name + "(ʹp *" + typ + ") " + typ + " {\nʹv := *ʹp\nreturn ʹv\n}\n"
	}) + "(" + f.expr(e.X) + ")"
}

// stored is an expression as the value of a map's element. The interpreter takes
// what a nil pointer points to for no element.
func (f *fn) stored(e ast.Expr, to types.Type) string {
	if star, ok := ast.Unparen(e).(*ast.StarExpr); ok && !f.told(e) {
		return f.convert(f.follow(star), f.typeOf(e), to)
	}
	return f.value(e, to)
}

func (f *fn) ident(id *ast.Ident) string {
	if id.Name == "_" {
		return "_"
	}
	obj := f.source.Info.Uses[id]
	if obj == nil {
		obj = f.source.Info.Defs[id]
	}
	switch obj := obj.(type) {
	case *types.Nil:
		return "nil"
	case *types.Func:
		return f.instantiated(id, f.typeOf(id))
	case *types.Var:
		if name := f.variable(obj); name != "" {
			if local := f.lent[name]; local != "" {
				return local
			}
			return "(*" + Variables + "." + name + ")"
		}
		if obj.Pkg() != nil && obj.Parent() == obj.Pkg().Scope() && obj.Pkg().Path() != "main" {
			return f.nativeVar(obj) // imported with a dot
		}
		return f.local(obj)
	}
	return id.Name
}

// instantiated is a function as a value: declared, generic, or of a package.
func (f *fn) instantiated(e ast.Expr, t types.Type) string {
	sig, ok := t.Underlying().(*types.Signature)
	if !ok {
		return f.expr(e)
	}
	if name := f.functionName(e); name != "" {
		return f.functionValue(name, sig, f.declared(e))
	}
	return "nil"
}

// functionName is the name of the function that an expression denotes, "" if it
// is a value.
func (f *fn) functionName(e ast.Expr) string {
	switch x := ast.Unparen(e).(type) {
	case *ast.IndexExpr:
		return f.functionName(x.X)
	case *ast.IndexListExpr:
		return f.functionName(x.X)
	case *ast.SelectorExpr:
		if id, ok := x.X.(*ast.Ident); ok {
			if _, ok := f.source.Info.Uses[id].(*types.PkgName); ok {
				return f.functionName(x.Sel)
			}
		}
	case *ast.Ident:
		fn, ok := f.source.Info.Uses[x].(*types.Func)
		if !ok {
			return ""
		}
		var args []types.Type
		if inst, ok := f.source.Info.Instances[x]; ok {
			for a := range inst.TypeArgs.Types() {
				args = append(args, f.subst(a))
			}
		}
		if fn.Pkg() != nil && fn.Pkg().Path() != "main" {
			if len(args) > 0 || isLibrary(fn.Pkg()) {
				return f.libraryName(x, fn, args)
			}
			return f.pkg(fn.Pkg().Path()) + "." + fn.Name()
		}
		if len(args) > 0 {
			return f.instance(fn, args)
		}
		if known := f.emitter.function(fn); known != nil {
			return known.name
		}
	}
	return ""
}

func (f *fn) isStdin(sel *ast.SelectorExpr) bool {
	v, ok := f.source.Info.Uses[sel.Sel].(*types.Var)
	return ok && v.Pkg() != nil && v.Pkg().Path() == "os" && v.Name() == "Stdin" && !v.IsField()
}

func (f *fn) selector(e *ast.SelectorExpr) string {
	if id, ok := e.X.(*ast.Ident); ok {
		if pkg, ok := f.source.Info.Uses[id].(*types.PkgName); ok {
			return f.qualified(e, pkg)
		}
	}
	sel := f.source.Info.Selections[e]
	if sel == nil {
		return "nil"
	}
	if sel.Kind() == types.MethodExpr {
		return f.methodExpr(e, sel)
	}
	recv := f.typeOf(e.X)
	obj, index := f.lookup(e, sel, recv)
	switch obj := obj.(type) {
	case *types.Var:
		text, _ := f.path(f.base(e.X), recv, index)
		return text
	case *types.Func:
		return f.bind(e, recv, index, obj)
	}
	return "nil"
}

// lookup finds a field or method; in generic code it depends on the type at hand.
func (f *fn) lookup(e *ast.SelectorExpr, sel *types.Selection, recv types.Type) (types.Object, []int) {
	if len(f.env) == 0 {
		return sel.Obj(), sel.Index()
	}
	obj, index, _ := types.LookupFieldOrMethod(recv, true, f.source.Pkg, e.Sel.Name)
	return obj, index
}

// operand is an expression before a dot or a bracket.
func (f *fn) operand(e ast.Expr) string {
	text := f.expr(e)
	switch ast.Unparen(e).(type) {
	case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr, *ast.CallExpr:
		return text
	}
	return "(" + text + ")"
}

// path follows fields, embedded ones too.
func (f *fn) path(text string, t types.Type, index []int) (string, types.Type) {
	for _, i := range index {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st := t.Underlying().(*types.Struct)
		text += "." + st.Field(i).Name()
		t = st.Field(i).Type()
	}
	return text, t
}

func (f *fn) qualified(e *ast.SelectorExpr, pkg *types.PkgName) string {
	obj := f.source.Info.Uses[e.Sel]
	path := pkg.Imported().Path()
	if v, ok := obj.(*types.Var); ok && path == "os" {
		switch v.Name() {
		case "Stdout", "Stderr":
			return Helpers + "." + v.Name() + "()"
		}
	}
	switch obj := obj.(type) {
	case *types.Func:
		if sig, ok := f.typeOf(e).(*types.Signature); ok {
			if name := f.announcedValue(obj, sig); name != "" {
				return name
			}
			return f.functionValue(f.functionName(e), sig, obj)
		}
	case *types.Var:
		return f.nativeVar(obj)
	}
	return f.pkg(path) + "." + e.Sel.Name
}

// nativeVar is a variable of a package. One of a basic type the interpreter would
// take for a constant: there is a pointer to it under its name with a ʹ before.
func (f *fn) nativeVar(v *types.Var) string {
	pkg := f.pkg(v.Pkg().Path()) + "."
	if _, ok := v.Type().Underlying().(*types.Basic); ok {
		return "(*" + pkg + "ʹ" + v.Name() + ")"
	}
	return pkg + v.Name()
}

// methodExpr is T.Method: a function that takes the receiver first.
func (f *fn) methodExpr(e *ast.SelectorExpr, sel *types.Selection) string {
	sig := f.typeOf(e).(*types.Signature)
	params, args := f.forward(sig)
	recv := sig.Params().At(0).Type()
	obj, index := f.lookup(e, sel, recv)
	m, ok := obj.(*types.Func)
	if !ok {
		return "nil"
	}
	call := f.callMethod(args[0], recv, index, m, args[1:], sig.Variadic())
	if sig.Results().Len() > 0 {
		call = "return " + call
	}
	return f.own("func("+strings.TrimPrefix(params, ", ")+")"+f.emitter.results(sig)+" { "+f.forwards(m)+call+" }", f.typeText(sig))
}

// bind is a method value: it keeps the receiver that it was made with.
func (f *fn) bind(e *ast.SelectorExpr, recv types.Type, index []int, m *types.Func) string {
	sig := f.typeOf(e).(*types.Signature)
	text, t := f.receiverOf(e.X, recv, index, m)
	params, args := f.forward(sig)
	call := f.callOn("ʹr", t, m, args, sig.Variadic())
	if sig.Results().Len() > 0 {
		call = "return " + call
	}
	maker := f.name("bind")
	check := ""
	if types.IsInterface(t) {
		check = "if " + Helpers + ".Eq(ʹr, nil) { " + Helpers + ".NilDereference() }\n"
	}
	f.out.WriteString("func " + maker + "(ʹr " + f.typeText(t) + ") " + f.typeText(sig) + " {\n" + check + "return func(" +
		strings.TrimPrefix(params, ", ") + ")" + f.emitter.results(sig) + " { " + f.forwards(m) + call + " }\n}\n")
	return maker + "(" + text + ")"
}

// receiver is what a method takes as its receiver: the embedded part of a value,
// with its address taken or its pointer followed.
func (f *fn) receiver(text string, t types.Type, index []int, m *types.Func) (string, types.Type) {
	// A compiled type's promoted methods are its own: the way to them may lead by
	// way of fields that are not exported.
	for _, i := range index[:len(index)-1] {
		if isCompiled(t) {
			break
		}
		text, t = f.path(text, t, []int{i})
	}
	if types.IsInterface(t) {
		return text, t
	}
	_, have := types.Unalias(t).(*types.Pointer)
	if p, ok := t.Underlying().(*types.Pointer); ok && !have {
		_, have = p, true
	}
	_, want := types.Unalias(m.Signature().Recv().Type()).(*types.Pointer)
	switch {
	case want && !have:
		return addressOf(text), types.NewPointer(t)
	case have && !want:
		return "(*" + text + ")", t.Underlying().(*types.Pointer).Elem()
	}
	return text, t
}

// isCompiled says that a type is one of a compiled package, or a pointer to one.
func isCompiled(t types.Type) bool {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	named, ok := t.(*types.Named)
	return ok && !isCellNamed(named) && !types.IsInterface(t)
}

// addressOf takes the address of a variable's text.
func addressOf(text string) string {
	if strings.HasPrefix(text, "(*") && closing(text) == len(text)-1 {
		return text[len("(*") : len(text)-1]
	}
	return "&" + text
}

func (f *fn) index(e *ast.IndexExpr) string {
	x := f.typeOf(e.X)
	if _, ok := x.Underlying().(*types.Signature); ok {
		return f.instantiated(e.X, f.typeOf(e))
	}
	if m, ok := x.Underlying().(*types.Map); ok {
		return f.operand(e.X) + "[" + f.key(e, m) + "]"
	}
	if _, ok := x.Underlying().(*types.Pointer); ok {
		// To an array: the interpreter takes an element for the whole array.
		return "(*" + f.expr(e.X) + ")[" + loose(f.expr(e.Index)) + "]"
	}
	return f.base(e.X) + "[" + loose(f.expr(e.Index)) + "]"
}

func (f *fn) slice(e *ast.SliceExpr) string {
	text := f.base(e.X) + "["
	if _, ok := f.typeOf(e.X).Underlying().(*types.Pointer); ok {
		text = "(*" + f.expr(e.X) + ")[" // as with an element
	}
	if e.Low != nil {
		text += f.expr(e.Low)
	}
	text += ":"
	if e.High != nil {
		text += f.expr(e.High)
	}
	if e.Slice3 {
		text += ":" + f.expr(e.Max)
	}
	return text + "]"
}

func (f *fn) assertion(e *ast.TypeAssertExpr) string {
	t := f.typeOf(e)
	if tuple, ok := t.(*types.Tuple); ok {
		t = tuple.At(0).Type()
	}
	text := Helpers + ".Assert(" + f.expr(e.X) + ", new(" + f.heldType(t) + ")" + ", " + strconv.Quote(f.session.goText(f.typeOf(e.X))) + ")"
	return f.held(text, t)
}

// opened gives an any that holds an open value its type.
func (f *fn) opened(text string, t types.Type) string {
	if types.IsInterface(t) {
		return f.toInterface(text, types.NewInterfaceType(nil, nil), t)
	}
	if st, ok := t.Underlying().(*types.Struct); ok && st.NumFields() == 0 {
		// Nothing can be read from it, and the interpreter tries.
		return f.helper("empty", f.typeText(t), func(name, typ string) string {
			return "func " + name + "(ʹx " + anyType + ") " + typ + " {\nvar ʹv " + typ + "\nreturn ʹv\n}\n"
		}) + "(" + text + ")"
	}
	return text + ".(" + f.typeText(t) + ")"
}

func (f *fn) unary(e *ast.UnaryExpr) string {
	switch e.Op {
	case token.AND:
		if lit, ok := ast.Unparen(e.X).(*ast.CompositeLit); ok {
			text := f.composite(lit)
			if strings.HasPrefix(text, "(*new(") {
				return strings.TrimSuffix(strings.TrimPrefix(text, "(*"), ")")
			}
			return "&" + text
		}
		if star, ok := ast.Unparen(e.X).(*ast.StarExpr); ok {
			return f.operand(star.X)
		}
		return addressOf(f.raw(e.X))
	case token.ARROW:
		t := f.typeOf(e)
		if tuple, ok := t.(*types.Tuple); ok {
			t = tuple.At(0).Type()
		}
		return f.opened(Helpers+".Recv("+f.expr(e.X)+f.channelText(e.X)+")", t)
	}
	return "(" + e.Op.String() + f.expr(e.X) + ")"
}

func (f *fn) binary(e *ast.BinaryExpr) string {
	x, y := f.typeOf(e.X), f.typeOf(e.Y)
	if e.Op == token.EQL || e.Op == token.NEQ {
		isNil := func(t types.Type) bool {
			b, ok := t.(*types.Basic)
			return ok && b.Kind() == types.UntypedNil
		}
		if (types.IsInterface(x) || types.IsInterface(y)) && !isNil(x) && !isNil(y) {
			empty := types.NewInterfaceType(nil, nil)
			text := Helpers + ".Eq(" + f.convert(f.expr(e.X), x, empty) + ", " + f.convert(f.expr(e.Y), y, empty) + ")"
			if e.Op == token.NEQ {
				text = "!" + text
			}
			return text
		}
	}
	if text, ok := f.compareMixed(e, x, y); ok {
		return text
	}
	if e.Op == token.SHL || e.Op == token.SHR {
		return "(" + f.side(e.X, e.Op.Precedence()) + " " + e.Op.String() + " " + f.count(e.Y) + ")"
	}
	left := f.side(e.X, e.Op.Precedence())
	if e.Op == token.LAND || e.Op == token.LOR {
		if start := strings.TrimLeft(left, "(!-+^*&"); strings.HasPrefix(start, "[") || strings.HasPrefix(start, "map[") {
			left = "true && " + left // or the interpreter decides by the type that comes first
			if e.Op == token.LOR {
				left = "(" + left + ")"
			}
		}
	}
	return "(" + left + " " + e.Op.String() + " " + f.side(e.Y, e.Op.Precedence()+1) + ")"
}

// side is an operand, without parentheses if it binds at least as tightly.
func (f *fn) side(e ast.Expr, precedence int) string {
	text := f.expr(e)
	if b, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && b.Op.Precedence() < precedence {
		return text
	}
	return loose(text)
}

func isComparison(op token.Token) bool {
	switch op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return true
	}
	return false
}

// compareMixed compares values of different types, which the interpreter refuses:
// the one that can be assigned to the other's type is converted to it.
func (f *fn) compareMixed(e *ast.BinaryExpr, x, y types.Type) (string, bool) {
	if e.Op != token.EQL && e.Op != token.NEQ || types.Identical(x, y) || isUntyped(x) || isUntyped(y) || types.IsInterface(x) || types.IsInterface(y) {
		return "", false
	}
	to := x
	if !types.AssignableTo(y, x) {
		to = y
	}
	return "(" + f.value(e.X, to) + " " + e.Op.String() + " " + f.value(e.Y, to) + ")", true
}

func isUntyped(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Info()&types.IsUntyped != 0
}

// count is by how much a shift shifts: unsigned, or a panic.
func (f *fn) count(e ast.Expr) string {
	if tv := f.source.Info.Types[e]; tv.Value != nil {
		return f.constant(tv.Value, types.Typ[types.Uint64])
	}
	if b, ok := f.typeOf(e).Underlying().(*types.Basic); ok && b.Info()&types.IsUnsigned != 0 {
		return "uint64(" + f.expr(e) + ")"
	}
	return Helpers + ".Shift(int64(" + f.expr(e) + "))"
}

// composite is a composite literal, with its elements converted and its fields
// named.
func (f *fn) composite(lit *ast.CompositeLit) string {
	t := f.typeOf(lit)
	prefix := ""
	if p, ok := t.Underlying().(*types.Pointer); ok {
		prefix, t = "&", p.Elem() // an element whose &T is left out
	}
	var elts []string
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for i, elt := range lit.Elts {
			field := i
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				name := kv.Key.(*ast.Ident).Name
				for j := range u.NumFields() {
					if u.Field(j).Name() == name {
						field = j
					}
				}
				elt = kv.Value
			}
			if u.Field(field).Name() == "_" && !f.calls(elt) {
				continue // a blank field stays zero
			}
			elts = append(elts, u.Field(field).Name()+": "+f.element(elt, u.Field(field).Type()))
		}
	case *types.Map:
		if types.IsInterface(u.Key()) && len(lit.Elts) > 1 {
			return f.mapByStatements(lit, t, u)
		}
		for _, elt := range lit.Elts {
			kv := elt.(*ast.KeyValueExpr)
			elts = append(elts, f.element(kv.Key, u.Key())+": "+f.stored(kv.Value, u.Elem()))
		}
	default:
		var elem types.Type
		switch u := u.(type) {
		case *types.Slice:
			elem = u.Elem()
		case *types.Array:
			elem = u.Elem()
		}
		keyed := slices.ContainsFunc(lit.Elts, func(elt ast.Expr) bool {
			_, ok := elt.(*ast.KeyValueExpr)
			return ok
		})
		for i, elt := range lit.Elts {
			key := ""
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				key, elt = f.expr(kv.Key)+": ", kv.Value
			} else if _, ok := ast.Unparen(elt).(*ast.CallExpr); ok && !keyed {
				// Of an element without an index the interpreter seeks the type before it
				// knows those of variables: it doesn't find a native method of one.
				key = strconv.Itoa(i) + ": "
			}
			elts = append(elts, key+f.element(elt, elem))
		}
	}
	if len(elts) == 0 {
		if st, ok := t.Underlying().(*types.Struct); ok && st.NumFields() == 0 {
			if _, named := types.Unalias(t).(*types.Named); named {
				// The interpreter does not make values of no size from a literal.
				if prefix != "" {
					return "new(" + f.typeText(t) + ")"
				}
				return "(*new(" + f.typeText(t) + "))"
			}
		}
	}
	return prefix + f.typeText(t) + "{" + strings.Join(elts, ", ") + "}"
}

// element is an element of a composite literal.
// mapByStatements is a map literal whose keys are interface values: the interpreter
// refuses constants among them that look the same.
func (f *fn) mapByStatements(lit *ast.CompositeLit, t types.Type, m *types.Map) string {
	name := f.name("m")
	text := "func() " + f.typeText(t) + " { " + name + " := " + f.typeText(t) + "{}; "
	for _, elt := range lit.Elts {
		kv := elt.(*ast.KeyValueExpr)
		text += name + "[" + f.element(kv.Key, m.Key()) + "] = " + f.element(kv.Value, m.Elem()) + "; "
	}
	return text + "return " + name + " }()"
}

func (f *fn) element(e ast.Expr, to types.Type) string {
	text := f.value(e, to)
	if _, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && !types.IsInterface(to) {
		// The interpreter looks for the type of a sum in the literal's, which it
		// can't take apart if it is a type of ours.
		return f.typeText(to) + "(" + text + ")"
	}
	return text
}
