package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

func (f *fn) call(e *ast.CallExpr) string {
	fun := ast.Unparen(e.Fun)
	if tv := f.source.Info.Types[e.Fun]; tv.IsType() {
		return f.conversion(e, f.typeOf(e.Fun))
	}
	if id, ok := fun.(*ast.Ident); ok {
		if b, ok := f.source.Info.Uses[id].(*types.Builtin); ok {
			return f.builtin(e, b.Name())
		}
	}
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		if b, ok := f.source.Info.Uses[sel.Sel].(*types.Builtin); ok {
			return f.builtin(e, b.Name()) // of package unsafe
		}
	}
	sig, ok := f.typeOf(e.Fun).Underlying().(*types.Signature)
	if !ok {
		return "nil"
	}
	// A call whose results are all the arguments of another.
	if len(e.Args) == 1 {
		if tuple, ok := f.typeOf(e.Args[0]).(*types.Tuple); ok {
			return f.callTuple(e, sig, tuple)
		}
	}
	args := f.args(sig, e)
	return f.callArgs(e, args, e.Ellipsis.IsValid())
}

// callArgs calls what e calls, with arguments in lowered code.
func (f *fn) callArgs(e *ast.CallExpr, args []string, spreads bool) string {
	fun := ast.Unparen(e.Fun)
	if text, t, m := f.method(fun); m != nil {
		f := f.naming(fun.(*ast.SelectorExpr).X)
		if types.IsInterface(t) {
			args, spreads = f.withRest(fun, args, spreads)
		}
		return f.callOn(text, t, m, args, spreads)
	}
	if name := f.functionName(fun); name != "" {
		args = f.touching(e, args)
		if call := f.namingArgument(e).announcedCall(fun, args, spreads); call != "" {
			return call
		}
		return name + "(" + spread(args, spreads) + ")"
	}
	args, spreads = f.withRest(fun, args, spreads)
	if lit, ok := fun.(*ast.FuncLit); ok {
		return f.calledLit(lit) + "(" + spread(args, spreads) + ")"
	}
	return f.expr(fun) + "(" + spread(args, spreads) + ")"
}

// withRest are the arguments of a call of a value, with nil for a variadic
// parameter that gets none: the interpreter would pass an empty list.
func (f *fn) withRest(fun ast.Expr, args []string, spreads bool) ([]string, bool) {
	sig, ok := f.typeOf(fun).Underlying().(*types.Signature)
	if !ok || !sig.Variadic() || spreads || len(args) >= sig.Params().Len() {
		return args, spreads
	}
	return append(args, f.typeText(sig.Params().At(len(args)).Type())+"(nil)"), true
}

// callTuple is f(g()) where g has several results.
func (f *fn) callTuple(e *ast.CallExpr, sig *types.Signature, tuple *types.Tuple) string {
	var temps, args []string
	for i := range tuple.Len() {
		temp := f.name("t")
		temps = append(temps, temp)
		args = append(args, f.convert(temp, tuple.At(i).Type(), paramType(sig, i)))
	}
	pre, call := "", ""
	if f.calls(e.Fun) { // what is called is known before the arguments are
		pre, call = f.calleeFirst(e, args)
	} else {
		call = f.callArgs(e, args, false)
	}
	results := f.emitter.results(sig)
	if sig.Results().Len() > 0 {
		call = "return " + call
	}
	return "func()" + results + " { " + pre + strings.Join(temps, ", ") + " := " + f.expr(e.Args[0]) + "; " + call + " }()"
}

// method is the method that an expression before a call's arguments names, nil for
// anything else, and what it takes as its receiver.
func (f *fn) method(fun ast.Expr) (text string, t types.Type, m *types.Func) {
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return "", nil, nil
	}
	s := f.source.Info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal {
		return "", nil, nil
	}
	recv := f.typeOf(sel.X)
	obj, index := f.lookup(sel, s, recv)
	if m, ok = obj.(*types.Func); !ok {
		return "", nil, nil
	}
	text, t = f.receiverOf(sel.X, recv, index, m)
	return text, t, m
}

// calleeFirst evaluates what e calls, or its receiver, ahead of the call.
func (f *fn) calleeFirst(e *ast.CallExpr, args []string) (pre, call string) {
	fun, temp := ast.Unparen(e.Fun), f.name("t")
	if text, t, m := f.method(fun); m != nil {
		f := f.naming(fun.(*ast.SelectorExpr).X)
		return temp + " := " + text + "; ", f.callOn(temp, t, m, args, false)
	}
	return temp + " := " + f.expr(fun) + "; ", temp + "(" + spread(args, false) + ")"
}

// paramType is the type that the i-th argument is converted to.
func paramType(sig *types.Signature, i int) types.Type {
	n := sig.Params().Len()
	if sig.Variadic() && i >= n-1 {
		return sig.Params().At(n - 1).Type().Underlying().(*types.Slice).Elem()
	}
	return sig.Params().At(i).Type()
}

func (f *fn) args(sig *types.Signature, e *ast.CallExpr) []string {
	var args []string
	for i, a := range e.Args {
		if !e.Ellipsis.IsValid() || i < len(e.Args)-1 {
			args = append(args, f.value(a, paramType(sig, i)))
			continue
		}
		list := sig.Params().At(sig.Params().Len() - 1).Type()
		text := f.value(a, list)
		if text == "nil" {
			text = f.typeText(list) + "(nil)" // the interpreter wants to know of what
		}
		args = append(args, text)
	}
	f.runtimeFunctions(e, sig, args)
	return args
}

// callMethod calls a method of an operand, by way of embedded fields.
func (f *fn) callMethod(text string, recv types.Type, index []int, m *types.Func, args []string, spreads bool) string {
	text, t := f.receiver(text, recv, index, m)
	return f.callOn(text, t, m, args, spreads)
}

// callOn calls a method of just what it takes as its receiver.
func (f *fn) callOn(text string, t types.Type, m *types.Func, args []string, spreads bool) string {
	if name := nativeMethods[m.FullName()]; name != "" {
		return f.callNative(name, text, t, args)
	}
	if base := namedBase(t); base == nil || !isCellNamed(base) {
		if name := f.announced(m, t); name != "" {
			return f.announce(name, f.signature(m.Signature()), []string{text}, args, spreads)
		}
	}
	if types.IsInterface(t) {
		if name := locker(m); name != "" {
			return Helpers + "." + name + "(" + strings.Join(append([]string{text}, f.objectText()...), ", ") + ")"
		}
		return f.callInterface(text, t, m, args, spreads)
	}
	if named := namedBase(t); named != nil && isCellNamed(named) {
		if name := f.methodName(named, m); name != "" {
			return name + "(" + spread(append([]string{text}, args...), spreads) + ")"
		}
	}
	if told, ok := f.objectTold(text, t, m); ok {
		text = told
	} else if strings.HasPrefix(text, "&") {
		text = "(" + text + ")"
	}
	return text + "." + m.Name() + "(" + spread(args, spreads) + ")"
}

// namedBase is the named type that t is, or points to, nil for none.
func namedBase(t types.Type) *types.Named {
	base := types.Unalias(t)
	if p, ok := base.(*types.Pointer); ok {
		base = types.Unalias(p.Elem())
	}
	named, _ := base.(*types.Named)
	return named
}

// callInterface calls a method of an interface value. Where the signature has
// types of cells, or the name is not exported, the interpreter can't.
func (f *fn) callInterface(text string, t types.Type, m *types.Func, args []string, spreads bool) string {
	sig := f.signature(m.Signature())
	if named, ok := types.Unalias(t).(*types.Named); ok && named.TypeArgs().Len() > 0 {
		obj, _, _ := types.LookupFieldOrMethod(t, false, m.Pkg(), m.Name())
		if inst, ok := obj.(*types.Func); ok {
			sig = f.signature(inst.Signature())
		}
	}
	if token.IsExported(m.Name()) && !fromCells(sig) {
		return text + "." + m.Name() + "(" + spread(args, spreads) + ")"
	}
	key := m.Name() + " " + f.typeText(sig)
	name := f.helper("invoke", key, func(name, _ string) string {
		params, names := f.forward(sig)
		list := ""
		for i, n := range names {
			list += ", " + f.convert(n, sig.Params().At(i).Type(), types.NewInterfaceType(nil, nil))
		}
		call := Helpers + ".Invoke(ʹx, " + strconv.Quote(m.Name()) + list + ")"
		var results []string
		for i := range sig.Results().Len() {
			results = append(results, f.opened("ʹr["+strconv.Itoa(i)+"]", sig.Results().At(i).Type()))
		}
		body := call
		if len(results) > 0 {
			body = "ʹr := " + call + "\nreturn " + strings.Join(results, ", ")
		}
		return "func " + name + "(ʹx " + anyType + params + ")" + f.emitter.results(sig) + " {\n" + body + "\n}\n"
	})
	return name + "(" + spread(append([]string{text}, args...), spreads) + ")"
}

// conversion is T(x).
func (f *fn) conversion(e *ast.CallExpr, to types.Type) string {
	x := e.Args[0]
	from := f.typeOf(x)
	text := f.expr(x)
	if basic, ok := from.(*types.Basic); ok && basic.Kind() == types.UntypedNil {
		if types.IsInterface(to) {
			return f.zero(to)
		}
		return f.zero(to)
	}
	if types.IsInterface(to) {
		return f.convert(text, from, to)
	}
	if a, ok := from.Underlying().(*types.Chan); ok {
		if b, ok := to.Underlying().(*types.Chan); ok && a.Dir() != b.Dir() {
			return f.convert(text, from, to)
		}
	}
	if basic, ok := to.Underlying().(*types.Basic); ok {
		// Of a constant that generic code converts to a type parameter the checker
		// knows no value.
		v := f.source.Info.Types[x].Value
		if v != nil && (basic.Info()&types.IsNumeric != 0 || v.Kind() != constant.Int) {
			return f.constant(v, to)
		}
	}
	if textOf(from, to) || textOf(to, from) {
		return Helpers + ".Conv(" + text + ", " + f.token(to) + ").(" + f.typeText(to) + ")"
	}
	if _, ok := from.Underlying().(*types.Slice); ok {
		switch u := to.Underlying().(type) {
		case *types.Array:
			return Helpers + ".SliceToArray(" + text + ", " + f.token(to) + ").(" + f.typeText(to) + ")"
		case *types.Pointer:
			_ = u
			return Helpers + ".SliceToArray(" + text + ", " + f.token(to) + ").(" + f.typeText(to) + ")"
		}
	}
	return f.converted(text, from, to)
}

// converted is T(text). A type in parentheses misleads the interpreter where the
// conversion begins a condition; types that need them are converted to by a
// function.
func (f *fn) converted(text string, from, to types.Type) string {
	typ := f.typeText(to)
	for _, start := range []string{"*", "<-", "chan", "func"} {
		if strings.HasPrefix(typ, start) {
			return f.helper("to", typ+" "+f.typeText(from), func(name, _ string) string {
				return "func " + name + "(ʹv " + f.typeText(from) + ") " + typ + " {\nreturn (" + typ + ")(ʹv)\n}\n"
			}) + "(" + argument(text) + ")"
		}
	}
	return typ + "(" + text + ")"
}

// textOf says that a conversion is between a string and a slice of a named type
// of bytes or runes, which the interpreter doesn't know.
func textOf(text, slice types.Type) bool {
	b, ok := text.Underlying().(*types.Basic)
	if !ok || b.Info()&types.IsString == 0 {
		return false
	}
	s, ok := slice.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	_, named := types.Unalias(s.Elem()).(*types.Named)
	return named
}

func (f *fn) builtin(e *ast.CallExpr, name string) string {
	if len(e.Args) == 1 && slices.Contains([]string{"print", "println", "append", "copy", "delete"}, name) {
		if tuple, ok := f.typeOf(e.Args[0]).(*types.Tuple); ok {
			return f.builtinTuple(e, name, tuple)
		}
	}
	arg := func(i int) string { return f.expr(e.Args[i]) }
	switch name {
	case "len", "cap":
		t := f.typeOf(e.Args[0]).Underlying()
		if p, ok := t.(*types.Pointer); ok {
			t = p.Elem().Underlying()
		}
		if a, ok := t.(*types.Array); ok { // not a constant, so it has calls
			return "func() int { " + f.name("t") + " := " + arg(0) + "; return " + strconv.FormatInt(a.Len(), 10) + " }()"
		}
		if _, ok := t.(*types.Chan); ok && f.watch {
			if name == "cap" {
				return Helpers + ".Cap(" + arg(0) + ")"
			}
			return Helpers + ".Len(" + arg(0) + f.channelText(e.Args[0]) + ")"
		}
		if m, ok := t.(*types.Map); ok && f.watch {
			return f.helper("length", f.typeText(m), func(name, typ string) string {
				return "func " + name + "(ʹm " + typ + ", ʹat int64, ʹn string) int {\n" + simulated("ReadMap(ʹm, ʹat, ʹn)") + "\nreturn len(ʹm)\n}\n"
			}) + "(" + arg(0) + f.site(e.Args[0]) + ")"
		}
		return name + "(" + arg(0) + ")"
	case "append":
		t := f.typeOf(e)
		elem := t.Underlying().(*types.Slice).Elem()
		args := []string{f.value(e.Args[0], t)}
		for i, a := range e.Args[1:] {
			if e.Ellipsis.IsValid() && i == len(e.Args)-2 {
				text := f.expr(a)
				if b, ok := f.typeOf(a).Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
					text = "[]byte(" + text + ")"
				}
				args = append(args, text+"...")
				continue
			}
			args = append(args, f.value(a, elem))
		}
		if args[0] == "nil" {
			args[0] = f.typeText(t) + "(nil)"
		}
		if !e.Ellipsis.IsValid() && len(args) > 1 && (len(args) > 2 && strings.ContainsAny(strings.Join(args[1:], ""), "[.") || types.AssignableTo(f.typeOf(e.Args[1]), t)) {
			// The interpreter reads each element when it has stored those before,
			// and takes an element that could be such a slice too for all of them.
			args = []string{args[0], "[]" + f.typeText(elem) + "{" + strings.Join(args[1:], ", ") + "}..."}
		}
		if len(args) == 1 {
			return args[0]
		}
		if f.watch && !e.Ellipsis.IsValid() {
			args[0] = f.growing(args[0], t, len(e.Args)-1, e.Args[0])
		}
		return "append(" + strings.Join(args, ", ") + ")"
	case "delete", "panic", "close", "clear", "copy", "print", "println":
		if f.watch && (name == "delete" || name == "clear" || name == "copy") {
			return f.builtinTold(e, name)
		}
		return builtinCall(name, f.builtinArgs(e, name))
	case "make":
		t := f.typeOf(e.Args[0])
		args := []string{f.typeText(t)}
		c, isChan := t.Underlying().(*types.Chan)
		oneWay := isChan && c.Dir() != types.SendRecv
		if oneWay {
			args[0] = f.typeText(types.NewChan(types.SendRecv, c.Elem()))
		}
		for i := range e.Args[1:] {
			args = append(args, arg(i+1))
		}
		if _, ok := t.Underlying().(*types.Slice); ok && len(args) == 3 && f.source.Info.Types[e.Args[2]].Value == nil {
			// The interpreter doesn't tell which of the two is out of range.
			text := Helpers + ".MakeSlice(" + f.token(t) + ", int(" + args[1] + "), int(" + args[2] + "))"
			return f.opened(text, t)
		}
		text := "make(" + strings.Join(args, ", ") + ")"
		if oneWay {
			text = Helpers + ".Conv(" + text + ", " + f.token(t) + ").(" + f.typeText(t) + ")"
		}
		return text
	case "new":
		t := f.typeOf(e.Args[0])
		if f.source.Info.Types[e.Args[0]].IsType() {
			return "new(" + f.typeText(t) + ")"
		}
		t = f.typeOf(e).Underlying().(*types.Pointer).Elem()
		maker := f.helper("new", f.typeText(t), func(name, typ string) string {
			return "func " + name + "(ʹv " + typ + ") *" + typ + " {\nʹp := new(" + typ + ")\n*ʹp = ʹv\nreturn ʹp\n}\n"
		})
		return maker + "(" + f.value(e.Args[0], t) + ")"
	case "recover":
		return Helpers + ".Recover(" + f.frame + ")"
	case "min", "max":
		t := f.typeOf(e)
		op := map[string]string{"min": "<", "max": ">"}[name]
		chooser := f.helper(name, f.typeText(t), func(fn, typ string) string {
			// A NaN, which is unequal to itself, wins.
			return "func " + fn + "(ʹa, ʹb " + typ + ") " + typ + " {\nif ʹa != ʹa || ʹa " + op + " ʹb { return ʹa }\nreturn ʹb\n}\n"
		})
		text := f.value(e.Args[0], t)
		for _, a := range e.Args[1:] {
			text = chooser + "(" + text + ", " + f.value(a, t) + ")"
		}
		return text
	case "complex":
		t := f.typeOf(e)
		if len(e.Args) == 1 { // both parts by one call
			re, im := f.name("t"), f.name("t")
			return "func() " + f.typeText(t) + " { " + re + ", " + im + " := " + f.expr(e.Args[0]) + "; return " + f.typeText(t) + "(" + complexOf(types.Typ[types.Float64], "float64("+re+")", "float64("+im+")") + ") }()"
		}
		part := types.Typ[types.Float64]
		if b, ok := t.Underlying().(*types.Basic); ok && b.Kind() == types.Complex64 {
			part = types.Typ[types.Float32]
		}
		text := complexOf(part, f.part(e.Args[0], part), f.part(e.Args[1], part))
		if _, ok := types.Unalias(t).(*types.Named); ok {
			text = f.typeText(t) + "(" + text + ")"
		}
		return text
	}
	if _, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr); ok {
		return f.unsafe(e, name)
	}
	var args []string
	for i := range e.Args {
		args = append(args, arg(i))
	}
	return name + "(" + strings.Join(args, ", ") + ")"
}

// unsafe is a function of package unsafe.
func (f *fn) unsafe(e *ast.CallExpr, name string) string {
	x := f.typeOf(e.Args[0])
	// In generic code sizes are no constants to the checker. They are to the
	// interpreter, which would divide by one that is zero.
	size := func(n int64) string {
		return f.helper("size", strconv.FormatInt(n, 10), func(name, n string) string {
			return "func " + name + "() uintptr {\nreturn uintptr(" + n + ")\n}\n"
		}) + "()"
	}
	switch name {
	case "Sizeof":
		return size(sizes.Sizeof(x))
	case "Alignof":
		return size(sizes.Alignof(x))
	case "Offsetof":
		sel := ast.Unparen(e.Args[0]).(*ast.SelectorExpr)
		recv := f.typeOf(sel.X)
		if p, ok := recv.Underlying().(*types.Pointer); ok {
			recv = p.Elem()
		}
		_, index := f.lookup(sel, f.source.Info.Selections[sel], recv)
		offset := int64(0)
		for _, i := range index {
			st := recv.Underlying().(*types.Struct)
			offset += sizes.Offsetsof(slices.Collect(st.Fields()))[i]
			recv = st.Field(i).Type()
		}
		return size(offset)
	case "Add":
		return f.pkg("unsafe") + ".Add(" + f.expr(e.Args[0]) + ", int(" + f.expr(e.Args[1]) + "))"
	case "Slice":
		t := f.typeOf(e)
		return Helpers + ".UnsafeSlice(" + f.value(e.Args[0], x) + ", int(" + f.expr(e.Args[1]) + ")).(" + f.typeText(t) + ")"
	case "String":
		return Helpers + ".UnsafeString(" + f.expr(e.Args[0]) + ", int(" + f.expr(e.Args[1]) + "))"
	case "StringData":
		return Helpers + ".UnsafeStringData(" + f.expr(e.Args[0]) + ")"
	}
	return Helpers + ".UnsafeSliceData(" + f.expr(e.Args[0]) + ").(" + f.typeText(f.typeOf(e)) + ")"
}

// sizes are those of the system that cells run on, which is this one.
var sizes = types.SizesFor("gc", runtime.GOARCH)

// builtinTuple is print(f()), append(f()) and the like where f has several results.
func (f *fn) builtinTuple(e *ast.CallExpr, name string, tuple *types.Tuple) string {
	var temps, args []string
	for i := range tuple.Len() {
		temp, t := f.name("t"), tuple.At(i).Type()
		temps = append(temps, temp)
		switch {
		case name == "append" && i > 0:
			args = append(args, f.convert(temp, t, tuple.At(0).Type().Underlying().(*types.Slice).Elem()))
		case name == "append" || name == "copy" || name == "delete" && i == 0:
			args = append(args, temp)
		case name == "delete":
			args = append(args, f.convert(temp, t, tuple.At(0).Type().Underlying().(*types.Map).Key()))
		default:
			args = append(args, f.convert(temp, t, types.NewInterfaceType(nil, nil)))
		}
	}
	call, result := builtinCall(name, args), ""
	if name == "copy" {
		call, result = "return "+call, " int"
	}
	if name == "append" {
		call, result = "return append("+strings.Join(args, ", ")+")", " "+f.typeText(tuple.At(0).Type())
	}
	return "func()" + result + " { " + strings.Join(temps, ", ") + " := " + f.expr(e.Args[0]) + "; " + call + " }()"
}

// builtinArgs are the arguments of a built-in function that is called for what it
// does.
func (f *fn) builtinArgs(e *ast.CallExpr, name string) []string {
	empty := types.NewInterfaceType(nil, nil)
	var args []string
	for i, a := range e.Args {
		t := f.typeOf(a)
		switch {
		case name == "panic":
			args = append(args, f.value(a, empty))
		case name == "delete" && i == 1:
			args = append(args, f.value(a, f.typeOf(e.Args[0]).Underlying().(*types.Map).Key()))
		case name == "print" || name == "println":
			text := f.expr(a)
			if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsUntyped == 0 && b.Kind() != types.UnsafePointer {
				text, t = b.Name()+"("+text+")", b // the name of a type does not show
			}
			text = f.convert(text, t, empty)
			if types.IsInterface(t) {
				text = Helpers + ".Interface(" + text + ")" // shown as the words that it is
			}
			args = append(args, text)
		default:
			args = append(args, f.expr(a))
		}
	}
	if name == "close" && f.watch {
		args = append(args, strconv.Quote(exprText(e.Args[0])))
	}
	return args
}

// builtinCall calls such a function.
func builtinCall(name string, args []string) string {
	list := "(" + strings.Join(args, ", ") + ")"
	if name == "delete" || name == "copy" {
		return name + list
	}
	return Helpers + "." + strings.ToUpper(name[:1]) + name[1:] + list
}

// complexOf makes a complex number of parts of type part. The interpreter has one
// of 128 bits for any, and loses constant parts.
func complexOf(part *types.Basic, re, im string) string {
	name := ".Complex128("
	if part.Kind() == types.Float32 {
		name = ".Complex64("
	}
	return Helpers + name + re + ", " + im + ")"
}

// part is one half of a complex number.
func (f *fn) part(e ast.Expr, t *types.Basic) string {
	if tv := f.source.Info.Types[e]; tv.Value != nil {
		return f.constant(tv.Value, t)
	}
	return t.Name() + "(" + f.expr(e) + ")"
}
