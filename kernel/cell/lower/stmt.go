package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// block is the statements of a block, without its braces.
func (f *fn) block(b *ast.BlockStmt) string {
	if b == nil {
		return ""
	}
	var out strings.Builder
	declared := 0
	for _, s := range b.List {
		switch s.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			if f.top {
				out.WriteString(f.hold(s))
				continue
			}
		}
		out.WriteString(f.stmt(s))
		if f.top && f.cell.Declaring[s] {
			declared++
			out.WriteString(Helpers + ".Declared(" + strconv.Itoa(declared) + ")\n")
		}
	}
	return out.String()
}

// braced is a block inside a function.
func (f *fn) braced(b *ast.BlockStmt) string {
	g := f
	if f.top {
		inner := *f
		inner.top = false
		g = &inner
	}
	return "{\n" + g.block(b) + "}"
}

// stmt is a statement, with its place before it and a line feed behind.
func (f *fn) stmt(s ast.Stmt) string {
	text := f.plain(s, "")
	if text == "" {
		return ""
	}
	return f.line(s.Pos()) + f.mark(s) + text + "\n"
}

// plain is a statement by itself. label is the one it bears.
func (f *fn) plain(s ast.Stmt, label string) string {
	switch s := s.(type) {
	case *ast.EmptyStmt:
		return ""
	case *ast.ExprStmt:
		return f.exprStmt(s)
	case *ast.AssignStmt:
		return f.assign(s)
	case *ast.DeclStmt:
		return f.declStmt(s)
	case *ast.IncDecStmt:
		if f.told(s.X) {
			return f.step(s)
		}
		return bare(f.expr(s.X)) + s.Tok.String()
	case *ast.BlockStmt:
		return f.braced(s)
	case *ast.IfStmt:
		return f.ifStmt(s)
	case *ast.ForStmt:
		return f.forStmt(s, label)
	case *ast.RangeStmt:
		return f.rangeStmt(s, label)
	case *ast.SwitchStmt:
		return f.switchStmt(s, label)
	case *ast.TypeSwitchStmt:
		return f.typeSwitch(s, label)
	case *ast.SelectStmt:
		return f.selectStmt(s, label)
	case *ast.ReturnStmt:
		return f.returnStmt(s)
	case *ast.BranchStmt:
		return f.branch(s)
	case *ast.LabeledStmt:
		return f.labeled(s)
	case *ast.GoStmt:
		return f.goStmt(s)
	case *ast.DeferStmt:
		return f.deferStmt(s)
	case *ast.SendStmt:
		elem := f.typeOf(s.Chan).Underlying().(*types.Chan).Elem()
		return Helpers + ".Send(" + f.expr(s.Chan) + ", " + f.value(s.Value, elem) + f.channelText(s.Chan) + ")"
	}
	f.refuse(s.Pos(), "", "cells can't use this statement (%T)", s)
	return ""
}

func (f *fn) exprStmt(s *ast.ExprStmt) string {
	if f.top && ast.Unparen(s.X) == f.cell.Show && f.cell.Show != nil {
		return Helpers + ".Show(" + f.value(s.X, types.NewInterfaceType(nil, nil)) + ")"
	}
	if u, ok := ast.Unparen(s.X).(*ast.UnaryExpr); ok && u.Op == token.ARROW {
		return Helpers + ".Recv(" + f.expr(u.X) + f.channelText(u.X) + ")"
	}
	return f.expr(s.X)
}

// target is a place to assign to: an expression, its type, and whether it is new.
type place struct {
	text  string
	typ   types.Type
	fresh bool
	value string   // the variable that holds the value to assign, in ordered
	told  ast.Expr // what is told of when it is written to, nil for a place that isn't
}

func (f *fn) place(e ast.Expr, define bool) place {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		if id.Name == "_" {
			return place{text: "_"}
		}
		if obj := f.source.Info.Defs[id]; obj != nil && define {
			if name := f.variable(obj); name != "" {
				return place{text: "*" + Variables + "." + name, typ: f.subst(obj.Type())}
			}
			return place{text: f.local(obj), typ: f.subst(obj.Type()), fresh: true}
		}
	}
	var told ast.Expr
	if f.told(e) {
		told = e
	}
	if star, ok := ast.Unparen(e).(*ast.StarExpr); ok {
		return place{text: "*" + f.operand(star.X), typ: f.typeOf(e), told: told}
	}
	return place{text: bare(f.raw(e)), typ: f.typeOf(e), told: told}
}

// bare takes the parentheses off a pointer's target: the interpreter does not
// assign to something in parentheses.
func bare(text string) string {
	if !strings.HasPrefix(text, "(*") {
		return text
	}
	depth := 0
	for i, r := range text {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			if i == len(text)-1 {
				return text[1:i]
			}
			return text
		}
	}
	return text
}

func (f *fn) assign(s *ast.AssignStmt) string {
	if text, ok := f.ordered(s); ok {
		return text
	}
	define := s.Tok == token.DEFINE
	if s.Tok != token.ASSIGN && !define {
		return f.operate(f.place(s.Lhs[0], false).text, s)
	}
	var to []place
	for _, l := range s.Lhs {
		to = append(to, f.place(l, define))
	}
	if len(s.Rhs) == 1 && len(to) > 1 {
		return f.assignTuple(to, s.Rhs[0])
	}
	var values []string
	for i, r := range s.Rhs {
		t := to[i].typ
		if t == nil { // blank: an untyped constant gets its default type
			t = types.Default(f.typeOf(r))
		}
		if f.isElement(s.Lhs[i]) {
			values = append(values, f.stored(r, t))
		} else {
			values = append(values, f.value(r, t))
		}
	}
	return f.store(to, values)
}

// isElement says that a place is an element of a map.
func (f *fn) isElement(e ast.Expr) bool {
	x, ok := ast.Unparen(e).(*ast.IndexExpr)
	if ok {
		_, ok = f.typeOf(x.X).Underlying().(*types.Map)
	}
	return ok
}

// operate is x op= y; a shift's count keeps its own type.
func (f *fn) operate(x string, s *ast.AssignStmt) string {
	if s.Tok == token.SHL_ASSIGN || s.Tok == token.SHR_ASSIGN {
		return x + " " + s.Tok.String() + " " + f.count(s.Rhs[0])
	}
	return x + " " + s.Tok.String() + " " + loose(f.expr(s.Rhs[0]))
}

// store assigns values of the places' own types.
func (f *fn) store(to []place, values []string) string {
	fresh := 0
	for _, p := range to {
		if p.fresh {
			fresh++
		}
	}
	var texts []string
	for _, p := range to {
		texts = append(texts, p.text)
	}
	if slices.ContainsFunc(to, func(p place) bool { return p.told != nil }) {
		return f.storeTold(to, values)
	}
	list := strings.Join(texts, ", ")
	if fresh == len(to) && fresh > 0 {
		if len(values) < len(to) {
			return list + " := " + values[0]
		}
		// One by one: the interpreter mixes up some lists.
		var first, then []string
		for i, text := range texts {
			switch {
			case values[i] == "nil":
				then = append(then, "var "+text+" "+f.typeText(to[i].typ))
			case calling(values[i]):
				first = append(first, f.definition(text, values[i], to[i].typ))
			default:
				then = append(then, f.definition(text, values[i], to[i].typ))
			}
		}
		return strings.Join(append(first, then...), "; ")
	}
	pre := ""
	for _, p := range to {
		if p.fresh {
			pre += "var " + p.text + " " + f.typeText(p.typ) + "; "
		}
	}
	if len(values) < len(to) && strings.Trim(list, "_, ") == "" {
		// The interpreter leaves out what is for nobody, also if it would panic.
		var temps []string
		for range to {
			temps = append(temps, f.name("t"))
		}
		return pre + strings.Join(temps, ", ") + " := " + values[0]
	}
	if list == "_" {
		// The interpreter can't throw everything away; nobody reads the variable.
		if values[0] == "nil" {
			return pre
		}
		return pre + f.name("t") + " := " + values[0]
	}
	if len(to) == 1 && isFunction(to[0].typ) && strings.Contains(values[0], "(") && !strings.HasPrefix(values[0], "func") {
		// The interpreter puts a function that a native one returns into the slot
		// that stands for the place, not into the place.
		temp := f.name("t")
		return pre + temp + " := " + values[0] + "; " + list + " = " + temp
	}
	if len(to) == 1 && isStruct(to[0].typ) && strings.HasSuffix(values[0], "}") {
		// The interpreter makes a literal the variable, which pointers to it and
		// functions that use it don't see.
		temp := f.name("t")
		return pre + temp + " := " + values[0] + "; " + list + " = " + temp
	}
	const operators = "{( +-*/^!&|<>=%"
	if len(values) > 1 && strings.ContainsAny(strings.Join(values, ""), operators) {
		temps := slices.Clone(values)
		for _, calls := range []bool{true, false} { // variables are read when the calls are done
			for i, v := range values {
				if calling(v) != calls || v == "nil" || !strings.ContainsAny(v, operators) && !strings.Contains(v, "ʹ") {
					continue
				}
				temp := f.name("t")
				pre += temp + " := " + v + "; "
				temps[i] = temp
			}
		}
		values = temps
	}
	if len(values) > 1 && slices.Contains(values, "nil") {
		return pre + apart(texts, values)
	}
	return pre + list + " = " + strings.Join(values, ", ")
}

// definition makes a variable with a value. The type of an empty interface is
// spelt out: a value from another interface still has that one's type.
func (f *fn) definition(name, value string, t types.Type) string {
	if it, ok := t.Underlying().(*types.Interface); ok && it.NumMethods() == 0 && !strings.HasPrefix(value, anyType+"(") {
		return "var " + name + " " + f.typeText(t) + " = " + value
	}
	return name + " := " + value
}

// apart assigns nil by itself: among other values the interpreter does not know
// nil of what.
func apart(texts, values []string) string {
	var left, right, nils []string
	for i, v := range values {
		if v == "nil" {
			nils = append(nils, texts[i]+" = nil")
		} else {
			left, right = append(left, texts[i]), append(right, v)
		}
	}
	if len(left) > 0 {
		nils = append([]string{strings.Join(left, ", ") + " = " + strings.Join(right, ", ")}, nils...)
	}
	return strings.Join(nils, "; ")
}

// storeTold is store where some of the places are told of.
func (f *fn) storeTold(to []place, values []string) string {
	to = slices.Clone(to)
	temps := f.temporaries(to)
	if len(values) < len(to) {
		var names []string
		for i := range to {
			if to[i].text == "_" {
				temps[i].text = "_"
			}
			names = append(names, temps[i].text)
		}
		return strings.Join(names, ", ") + " := " + values[0] + f.oneByOne(to)
	}
	pre := ""
	for i := range to {
		pre += f.store(temps[i:i+1], values[i:i+1]) + "; "
	}
	return strings.TrimSuffix(pre, "; ") + f.oneByOne(to)
}

func isStruct(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Struct)
	return ok
}

func isFunction(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// assignTuple assigns from one expression that has several values.
func (f *fn) assignTuple(to []place, rhs ast.Expr) string {
	var temps []string
	var have []types.Type
	for range to {
		temps = append(temps, f.name("t"))
	}
	source := ""
	var out strings.Builder
	rhs = ast.Unparen(rhs)
	var opened func(text string, t types.Type) string // for a first value that is an any
	switch x := rhs.(type) {
	case *ast.CallExpr:
		tuple := f.typeOf(x).(*types.Tuple)
		for v := range tuple.Variables() {
			have = append(have, v.Type())
		}
		source = f.call(x)
	case *ast.IndexExpr:
		m := f.typeOf(x.X).Underlying().(*types.Map)
		have = []types.Type{m.Elem(), types.Typ[types.Bool]}
		if source = f.index(x); f.told(x) {
			source = f.mapRead("lookup", m) + "(" + f.operand(x.X) + ", " + f.key(x, m) + f.site(x) + ")"
		}
	case *ast.TypeAssertExpr:
		t := f.typeOf(x.Type)
		have = []types.Type{t, types.Typ[types.Bool]}
		if f.heldType(t) == f.typeText(t) {
			out.WriteString("var " + temps[0] + " " + f.typeText(t) + "; " + temps[1])
			source = Helpers + ".TryTo(" + f.expr(x.X) + ", &" + temps[0] + ")"
			break
		}
		source = Helpers + ".Try(" + f.expr(x.X) + ", new(" + f.heldType(t) + "))"
		opened = f.held
	case *ast.UnaryExpr:
		t := f.typeOf(x.X).Underlying().(*types.Chan).Elem()
		have = []types.Type{t, types.Typ[types.Bool]}
		// By a pointer, so that no interface value has to be made of it.
		out.WriteString("var " + temps[0] + " " + f.typeText(t) + "; " + temps[1])
		source = Helpers + ".RecvTo(" + f.expr(x.X) + ", &" + temps[0] + f.channelText(x.X) + ")"
	}
	direct := opened == nil && out.Len() == 0
	for i, p := range to {
		if p.typ != nil && !types.Identical(p.typ, have[i]) {
			direct = false
		}
	}
	if direct {
		return f.store(to, []string{source})
	}
	if out.Len() == 0 {
		out.WriteString(strings.Join(temps, ", "))
	}
	out.WriteString(" := " + source)
	var places []place
	var values []string
	for i, p := range to {
		if p.text == "_" {
			continue
		}
		value := temps[i]
		if opened != nil && i == 0 {
			value = opened(value, have[0])
		}
		places = append(places, p)
		values = append(values, f.convert(value, have[i], p.typ))
	}
	if len(places) > 0 {
		out.WriteString("; " + f.store(places, values))
	}
	return out.String()
}

func (f *fn) declStmt(s *ast.DeclStmt) string {
	gen, ok := s.Decl.(*ast.GenDecl)
	if !ok || gen.Tok != token.VAR {
		return "" // types and constants stand where they are used
	}
	var out []string
	for _, spec := range gen.Specs {
		spec := spec.(*ast.ValueSpec)
		var to []place
		for _, id := range spec.Names {
			to = append(to, f.place(id, true))
		}
		switch {
		case len(spec.Values) == 0:
			for _, p := range to {
				switch {
				case p.text == "_":
				case p.fresh:
					out = append(out, "var "+p.text+" "+f.typeText(p.typ))
				default:
					zero := f.name("zero")
					out = append(out, "{ var "+zero+" "+f.typeText(p.typ)+"; "+p.text+" = "+zero+" }")
				}
			}
		case len(spec.Values) == 1 && len(to) > 1:
			out = append(out, f.assignTuple(to, spec.Values[0]))
		default:
			var values []string
			for i, v := range spec.Values {
				t := to[i].typ
				if t == nil {
					t = types.Default(f.typeOf(v))
					if spec.Type != nil {
						t = f.typeOf(spec.Type)
					}
				}
				values = append(values, f.value(v, t))
			}
			out = append(out, f.store(to, values))
		}
	}
	return strings.Join(out, "; ")
}

// initializer sets a package-level variable of a program.
func (f *fn) initializer(init *types.Initializer) string {
	var to []place
	for _, v := range init.Lhs {
		switch name := f.variable(v); {
		case v.Name() == "_":
			to = append(to, place{text: "_"})
		case name == "":
			return ""
		default:
			to = append(to, place{text: "*" + Variables + "." + name, typ: v.Type()})
		}
	}
	if len(to) > 1 {
		return f.assignTuple(to, init.Rhs) + "\n"
	}
	t := to[0].typ
	if t == nil {
		t = types.Default(f.typeOf(init.Rhs))
	}
	return f.line(init.Rhs.Pos()) + f.store(to, []string{f.value(init.Rhs, t)}) + "\n"
}

func (f *fn) returnStmt(s *ast.ReturnStmt) string {
	results := f.sig.Results()
	var values []string
	switch {
	case len(s.Results) == 0:
		return f.leave(f.exit)
	case len(s.Results) == 1 && results.Len() > 1:
		return f.returnTuple(s.Results[0])
	}
	var to []place
	for i, r := range s.Results {
		t := results.At(i).Type()
		values = append(values, f.value(r, t))
		if f.assigns {
			to = append(to, place{text: f.results[i], typ: t})
		}
	}
	if f.assigns {
		return "{ " + f.store(to, values) + "; " + f.leave(f.exit) + " }"
	}
	return f.leave("return " + strings.Join(values, ", "))
}

// returnTuple returns all that a call returns.
func (f *fn) returnTuple(e ast.Expr) string {
	results := f.sig.Results()
	tuple := f.typeOf(e).(*types.Tuple)
	same := true
	for i := range results.Len() {
		same = same && types.Identical(tuple.At(i).Type(), results.At(i).Type())
	}
	if same && !f.assigns {
		return "return " + f.expr(e)
	}
	var to []place
	var names []string
	for i := range results.Len() {
		p := place{typ: results.At(i).Type()}
		if f.assigns {
			p.text = f.results[i]
		} else {
			p.text, p.fresh = f.name("result"), true
		}
		names = append(names, p.text)
		to = append(to, p)
	}
	text := f.assignTuple(to, e)
	if f.assigns {
		return "{ " + text + "; " + f.leave(f.exit) + " }"
	}
	return "{ " + text + "; return " + strings.Join(names, ", ") + " }"
}

// goStmt starts a goroutine. Receiver and arguments are evaluated first.
func (f *fn) goStmt(s *ast.GoStmt) string {
	pre, call := f.later(s.Call)
	return "{ " + pre + Helpers + ".Go(" + argument(f.own("func() { "+f.markTold(s.Pos())+call+" }", "func()")) + ") }"
}

func (f *fn) deferStmt(s *ast.DeferStmt) string {
	if f.isBuiltin(s.Call, "recover") {
		// It is as if this function called it, but only where it returns.
		return f.defers + ".Push((func() { " + f.defers + ".Recover(" + f.frame + ") }), false)"
	}
	pre, call := f.later(s.Call)
	recovers := "true"
	fun := ast.Unparen(s.Call.Fun)
	if lit, ok := fun.(*ast.FuncLit); ok {
		if _, has, _ := f.survey(lit.Body); !has {
			recovers = "false"
		}
	} else if m := f.declared(fun); m != nil && !f.recovers(m) && !ofInterface(m) {
		recovers = "false"
	}
	return "{ " + pre + Helpers + ".Push(" + f.defers + ", (func() { " + f.markTold(s.Pos()) + call + " }), " + recovers + ") }"
}

// later splits a call into what is evaluated now and the call that comes later.
func (f *fn) later(e *ast.CallExpr) (now, call string) {
	first, then := "", "" // variables are read when the calls are done
	defer func() { now = first + then + now }()
	keep := func(text string) string {
		if text == "nil" || text == "true" || text == "false" {
			return text
		}
		temp := f.name("t")
		if calling(text) {
			first += temp + " := " + text + "; "
		} else {
			then += temp + " := " + text + "; "
		}
		return temp
	}
	fun := ast.Unparen(e.Fun)
	if id, ok := fun.(*ast.Ident); ok {
		if b, ok := f.source.Info.Uses[id].(*types.Builtin); ok {
			if b.Name() == "recover" {
				return "", Helpers + ".Recover(nil)" // on a goroutine of its own
			}
			var args []string
			for _, a := range f.builtinArgs(e, b.Name()) {
				args = append(args, keep(a))
			}
			return now, builtinCall(b.Name(), args)
		}
	}
	if f.source.Info.Types[e.Fun].IsType() {
		return "", "_ = " + f.expr(e)
	}
	sig, ok := f.typeOf(e.Fun).Underlying().(*types.Signature)
	if !ok {
		return "", ""
	}
	if len(e.Args) == 1 {
		if tuple, ok := f.typeOf(e.Args[0]).(*types.Tuple); ok {
			var temps, args []string
			for i := range tuple.Len() {
				temp := f.name("t")
				temps = append(temps, temp)
				args = append(args, f.convert(temp, tuple.At(i).Type(), paramType(sig, i)))
			}
			now += strings.Join(temps, ", ") + " := " + f.expr(e.Args[0]) + "; "
			return now, f.callArgs(e, args, false)
		}
	}
	var args []string
	callee := ""
	if text, t, m := f.method(fun); m != nil {
		f := f.naming(fun.(*ast.SelectorExpr).X)
		r := keep(text)
		if types.IsInterface(t) {
			now += f.helper("present", "", func(name, _ string) string {
				return "func " + name + "(ʹx " + anyType + ") {\nif ʹx == nil { " + Helpers + ".Invoke(nil, \"\") }\n}\n"
			}) + "(" + r + "); "
		}
		for _, a := range f.args(sig, e) {
			args = append(args, keep(a))
		}
		spreads := e.Ellipsis.IsValid()
		if types.IsInterface(t) {
			args, spreads = f.withRest(fun, args, spreads)
		}
		return now, f.callOn(r, t, m, args, spreads)
	}
	lit, isLit := fun.(*ast.FuncLit)
	switch name := f.functionName(fun); {
	case name != "":
		callee = name
	case isLit && len(e.Args) == 0:
		args, spreads := f.withRest(fun, nil, false)
		return "", f.funcLit(lit) + "(" + spread(args, spreads) + ")"
	default:
		callee = keep(f.expr(fun))
	}
	for _, a := range f.args(sig, e) {
		args = append(args, keep(a))
	}
	spreads := e.Ellipsis.IsValid()
	if call := f.namingArgument(e).announcedCall(fun, args, spreads); call != "" {
		return now, call
	}
	if f.functionName(fun) == "" {
		args, spreads = f.withRest(fun, args, spreads)
	}
	return now, callee + "(" + spread(args, spreads) + ")"
}
