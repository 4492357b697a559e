package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ordered assigns in Go's order where that can be told: first the calls, on the
// left and then on the right, then what else indexes, pointers and selectors on the
// left work on, then the other values, then one assignment after the other. So do
// compiled programs, also where the language leaves it open when a variable is read.
// ok is false where the interpreter's own order is as good.
func (f *fn) ordered(s *ast.AssignStmt) (text string, ok bool) {
	if !f.orderMatters(s) && !f.writesTold(s.Lhs...) {
		return "", false
	}
	var first, then strings.Builder
	keep := func(text string) string {
		pre := &then
		if calling(text) {
			pre = &first
		} else if len(s.Lhs) == 1 {
			return text // the assignment comes next
		}
		temp := f.name("t")
		pre.WriteString(temp + " := " + text + "; ")
		return temp
	}
	var to []place
	for _, l := range s.Lhs {
		p := f.place(l, s.Tok == token.DEFINE)
		if p.text != "_" && !p.fresh {
			p.text = bare(f.steady(l, keep))
		}
		to = append(to, p)
	}
	if s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
		shift := s.Tok == token.SHL_ASSIGN || s.Tok == token.SHR_ASSIGN
		y := ""
		if shift {
			y = f.count(s.Rhs[0])
		} else {
			y = loose(f.expr(s.Rhs[0]))
		}
		if f.source.Info.Types[s.Rhs[0]].Value == nil && (to[0].told != nil || calling(y)) {
			temp := f.name("t")
			first.WriteString(temp + " := " + y + "; ")
			y = temp
		}
		if to[0].told != nil {
			return first.String() + then.String() + f.modify(to[0].text, to[0].told, s.Tok, y), true
		}
		return first.String() + then.String() + to[0].text + " " + s.Tok.String() + " " + y, true
	}
	if len(s.Rhs) == 1 && len(to) > 1 {
		value := f.assignTuple(f.temporaries(to), s.Rhs[0])
		return first.String() + value + strings.TrimSuffix("; "+then.String(), "; ") + f.oneByOne(to), true
	}
	values := f.temporaries(to)
	for i, r := range s.Rhs {
		if to[i].typ == nil {
			values[i].typ = types.Default(f.typeOf(r))
		}
		pre, value := &then, f.value(r, values[i].typ)
		if calling(value) {
			pre = &first
		} else if len(to) == 1 && to[0].told == nil && !f.mayDivideByZero(r) {
			return first.String() + f.store(to, []string{value}), true
		}
		pre.WriteString(f.store(values[i:i+1], []string{value}) + "; ")
		to[i].value = values[i].text
	}
	return strings.TrimSuffix(first.String()+then.String(), "; ") + f.oneByOne(to), true
}

// calling says that lowered code may call something, other than to convert a value.
func calling(text string) bool {
	for rest := text; ; {
		at := strings.IndexByte(rest, '(')
		if at < 0 {
			return false
		}
		before := rest[:at]
		start := strings.LastIndexFunc(before, func(r rune) bool { return r != '.' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		name := before
		if start >= 0 {
			_, size := utf8.DecodeRuneInString(before[start:])
			name = before[start+size:]
		}
		called := name != "" || start >= 0 && strings.ContainsRune(")]}", rune(before[start]))
		if called && name != anyType && !strings.HasPrefix(name, Types+".") && types.Universe.Lookup(name) == nil {
			return true
		}
		rest = rest[at+1:]
	}
}

// temporaries are fresh variables for the values of places.
func (f *fn) temporaries(to []place) []place {
	temps := make([]place, len(to))
	for i, p := range to {
		temps[i] = place{text: f.name("t"), typ: p.typ, fresh: true}
		if p.text == "_" && p.typ == nil {
			temps[i].text, temps[i].fresh = "_", false
		}
		to[i].value = temps[i].text
	}
	return temps
}

// oneByOne assigns to each place its value.
func (f *fn) oneByOne(to []place) string {
	text := ""
	for _, p := range to {
		switch {
		case p.text == "_":
		case p.fresh:
			text += "; " + p.text + " := " + p.value
		case p.told != nil:
			text += "; " + f.tell(p.text, p.told) + p.text + " = " + p.value
		default:
			text += "; " + p.text + " = " + p.value
		}
	}
	return text
}

// orderMatters says that an assignment could do something else in another order.
func (f *fn) orderMatters(s *ast.AssignStmt) bool {
	if s.Tok == token.DEFINE {
		return false
	}
	parts, calls := false, false
	for _, l := range s.Lhs {
		if _, ok := ast.Unparen(l).(*ast.Ident); !ok {
			parts = true
			calls = calls || f.calls(l)
		}
	}
	if !parts {
		return false
	}
	values := false
	for _, r := range s.Rhs {
		values = values || f.calls(r)
	}
	if len(s.Lhs) == 1 {
		return values || f.mayDivideByZero(s.Rhs[0])
	}
	if calls || values {
		return true
	}
	// Without calls only the assignments themselves change what is worked on, or one
	// panics after another is done.
	if f.failsLate(s) {
		return true
	}
	assigned := map[types.Object]bool{}
	for _, l := range s.Lhs {
		if id, ok := ast.Unparen(l).(*ast.Ident); ok {
			assigned[f.source.Info.Uses[id]] = true
		}
	}
	found := false
	for _, l := range s.Lhs {
		if _, ok := ast.Unparen(l).(*ast.Ident); ok {
			continue
		}
		ast.Inspect(l, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.Ident:
				found = found || assigned[f.source.Info.Uses[node]]
			case *ast.StarExpr:
				found = true
			case *ast.SelectorExpr:
				_, pointer := f.typeOf(node.X).Underlying().(*types.Pointer)
				found = found || pointer
			case *ast.IndexExpr:
				_, isMap := f.typeOf(node.X).Underlying().(*types.Map)
				found = found || isMap
			}
			return !found
		})
	}
	return found
}

// failsLate says that an index on the left may be out of range, though not of the
// first place: the places before it get their values. It is in range where the same
// element is among the values.
func (f *fn) failsLate(s *ast.AssignStmt) bool {
	read := map[string]bool{}
	for _, r := range s.Rhs {
		if x, ok := ast.Unparen(r).(*ast.IndexExpr); ok {
			read[types.ExprString(x)] = true
		}
	}
	found := false
	for _, l := range s.Lhs[1:] {
		ast.Inspect(l, func(node ast.Node) bool {
			if x, ok := node.(*ast.IndexExpr); ok && !read[types.ExprString(x)] {
				_, isArray := f.typeOf(x.X).Underlying().(*types.Array)
				found = found || !isArray || f.source.Info.Types[x.Index].Value == nil
			}
			return !found
		})
	}
	return found
}

// mayDivideByZero says that an expression panics before what it is assigned to is
// found out of range.
func (f *fn) mayDivideByZero(e ast.Expr) bool {
	x, ok := ast.Unparen(e).(*ast.BinaryExpr)
	return ok && !f.safeOperator(x.Op, x.Y)
}

// calls says that an expression calls a function or receives, and so may change
// what other expressions see. Of the built-in functions that have a value append,
// copy and recover do.
func (f *fn) calls(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			tv := f.source.Info.Types[node.Fun]
			found = found || !tv.IsType() && !tv.IsBuiltin() || slices.ContainsFunc([]string{"append", "copy", "recover"}, func(name string) bool { return f.isBuiltin(node, name) })
		case *ast.UnaryExpr:
			found = found || node.Op == token.ARROW
		}
		return !found
	})
	return found
}

// steady is a place whose operands have been evaluated.
func (f *fn) steady(e ast.Expr, keep func(string) string) string {
	e = ast.Unparen(e)
	switch x := e.(type) {
	case *ast.StarExpr:
		return "(*" + keep(f.expr(x.X)) + ")"
	case *ast.SelectorExpr:
		sel := f.source.Info.Selections[x]
		if sel == nil {
			break
		}
		recv := f.typeOf(x.X)
		_, index := f.lookup(x, sel, recv)
		base := ""
		if _, ok := recv.Underlying().(*types.Pointer); ok {
			base = keep(f.expr(x.X))
		} else {
			base = f.steady(x.X, keep)
		}
		text, _ := f.path(base, recv, index)
		return text
	case *ast.IndexExpr:
		switch t := f.typeOf(x.X).Underlying().(type) {
		case *types.Map:
			base := keep(f.expr(x.X))
			return base + "[" + keep(f.key(x, t)) + "]"
		case *types.Array:
			base := f.steady(x.X, keep)
			return base + "[" + f.steadyIndex(x.Index, keep) + "]"
		default:
			base := keep(f.expr(x.X))
			return base + "[" + f.steadyIndex(x.Index, keep) + "]"
		}
	}
	return f.raw(e)
}

func (f *fn) steadyIndex(e ast.Expr, keep func(string) string) string {
	if tv := f.source.Info.Types[e]; tv.Value != nil {
		return f.expr(e)
	}
	return keep(f.expr(e))
}
