package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"lockstep/kernel/worker/marks"
)

// In a session that can simulate, functions tell of each access to a variable that
// another goroutine may reach: that is a scheduling point of a simulation, and what
// its detection of races sees. Which variables those are follows from the syntax and
// its types: what a pointer, slice or map leads to, a variable whose address is
// taken, one that a function literal shares with the function around it, and the
// session's own. A variable that nothing assigns to once it is made tells nothing.

// told says that a function tells of a read of e, or of a write to it.
func (f *fn) told(e ast.Expr) bool {
	if !f.watch {
		return false
	}
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, ok := f.source.Info.Uses[x].(*types.Var)
		return ok && f.sharedVariable(v) && !f.noSize(e)
	case *ast.SelectorExpr:
		sel := f.source.Info.Selections[x]
		if sel == nil || sel.Kind() != types.FieldVal || f.noSize(e) {
			return false
		}
		return f.byPointer(x, sel) || f.told(x.X)
	case *ast.IndexExpr:
		switch f.typeOf(x.X).Underlying().(type) {
		case *types.Slice, *types.Pointer:
			return !f.noSize(e)
		case *types.Map:
			return true
		case *types.Array:
			return f.told(x.X) && !f.noSize(e)
		}
	case *ast.StarExpr:
		return f.source.Info.Types[x].IsValue() && !f.noSize(e)
	}
	return false
}

// noSize says that a value has nothing to read or write.
func (f *fn) noSize(e ast.Expr) bool {
	switch t := f.typeOf(e).Underlying().(type) {
	case *types.Struct:
		return t.NumFields() == 0
	case *types.Array:
		return t.Len() == 0
	case *types.Tuple:
		return true
	}
	return false
}

// byPointer says that the way to a field leads over a pointer.
func (f *fn) byPointer(e *ast.SelectorExpr, sel *types.Selection) bool {
	t := f.typeOf(e.X)
	_, index := f.lookup(e, sel, t)
	for _, i := range index {
		if _, ok := t.Underlying().(*types.Pointer); ok {
			return true
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			return false
		}
		t = st.Field(i).Type()
	}
	return false
}

// sharedVariable says of a variable that several goroutines may read it while one
// of them writes.
func (f *fn) sharedVariable(v *types.Var) bool {
	if name := f.variable(v); name != "" {
		if f.session.written[name] {
			return true
		}
		if f.current != nil && f.current.ignores != nil {
			f.current.ignores[name] = true
		}
		return false
	}
	return f.shared[v]
}

// read is a read of e that is told.
func (f *fn) read(e ast.Expr) string {
	e = ast.Unparen(e)
	site := f.site(e)
	if x, ok := e.(*ast.IndexExpr); ok {
		if m, ok := f.typeOf(x.X).Underlying().(*types.Map); ok {
			return f.mapRead("element", m) + "(" + f.operand(x.X) + ", " + f.key(x, m) + site + ")"
		}
	}
	return f.readAt(f.addressText(e), f.typeOf(e), site)
}

// readAt is a read of what stands at an address.
func (f *fn) readAt(address string, t types.Type, site string) string {
	return f.helper("read", f.typeText(t), func(name, typ string) string {
		return "func " + name + "(ʹp *" + typ + ", ʹat int64, ʹn string) " + typ + " {\n" + simulated("Read(ʹp, ʹat, ʹn)") + "\nʹv := *ʹp\nreturn ʹv\n}\n"
	}) + "(" + address + site + ")"
}

// simulated is a call of a native function that is made in a simulation only.
func simulated(call string) string { return "if *" + Helpers + ".Sim { " + Helpers + "." + call + " }" }

// addressText is the address of a place.
func (f *fn) addressText(e ast.Expr) string {
	e = ast.Unparen(e)
	switch e := e.(type) {
	case *ast.StarExpr:
		return f.expr(e.X)
	case *ast.IndexExpr:
		if f.byArrayPointer(e) {
			return f.elementAddress(f.expr(e.X), f.expr(e.Index), e)
		}
	}
	return addressOf(f.raw(e))
}

// placeAddress is the address of a place whose operands are evaluated.
func (f *fn) placeAddress(text string, e ast.Expr) string {
	if pointer, ok := strings.CutPrefix(text, "*"); ok {
		return pointer
	}
	if x, ok := ast.Unparen(e).(*ast.IndexExpr); ok && f.byArrayPointer(x) {
		at := strings.LastIndex(text, "[")
		return f.elementAddress(text[:at], text[at+1:len(text)-1], x)
	}
	return "&" + text
}

// byArrayPointer says that an element is one of the array that a pointer points to.
func (f *fn) byArrayPointer(e *ast.IndexExpr) bool {
	_, ok := f.typeOf(e.X).Underlying().(*types.Pointer)
	return ok
}

// elementAddress is the address of such an element, which the interpreter doesn't
// take.
func (f *fn) elementAddress(pointer, index string, e *ast.IndexExpr) string {
	elem := f.typeText(f.typeOf(e))
	return f.helper("address", f.typeText(f.typeOf(e.X)), func(name, typ string) string {
		return "func " + name + "(ʹp " + typ + ", ʹi int) *" + elem + " {\nʹs := (*ʹp)[:]\nreturn &ʹs[ʹi]\n}\n"
	}) + "(" + pointer + ", int(" + index + "))"
}

// mapRead is a function that reads an element of a map: "lookup" says, too, whether
// there is one.
func (f *fn) mapRead(kind string, m *types.Map) string {
	typ, key, elem := f.typeText(m), f.typeText(m.Key()), f.typeText(m.Elem())
	return f.helper(kind, typ, func(name, _ string) string {
		result, read := elem, "ʹv := ʹm[ʹk]\nreturn ʹv"
		if kind == "lookup" {
			result, read = "("+elem+", bool)", "ʹv, ʹok := ʹm[ʹk]\nreturn ʹv, ʹok"
		}
		return "func " + name + "(ʹm " + typ + ", ʹk " + key + ", ʹat int64, ʹn string) " + result + " {\n" + simulated("ReadMap(ʹm, ʹat, ʹn)") + "\n" + read + "\n}\n"
	})
}

// key is the key of a map's element.
func (f *fn) key(x *ast.IndexExpr, m *types.Map) string {
	key := f.value(x.Index, m.Key())
	if key == "nil" {
		key = f.zero(m.Key())
	}
	return key
}

// site is the place and the text of e, as arguments after others.
func (f *fn) site(e ast.Expr) string {
	return ", " + f.markText(e.Pos()) + ", " + f.nameText(e, "")
}

// nameText is what reports call e, with a suffix, as a literal. It is empty in the
// runtime's own code: what that uses is no concern of theirs.
func (f *fn) nameText(e ast.Expr, suffix string) string {
	if isLibrary(f.source.Pkg) && strings.HasPrefix(importPath(f.source.Pkg), bundled) {
		return `""`
	}
	return strconv.Quote(exprText(e) + suffix)
}

// markText is the mark of a place, 0 for a place that is in no cell.
func (f *fn) markText(pos token.Pos) string {
	cell, line, column, ok := f.source.Place(pos)
	if !ok {
		return "0"
	}
	return strconv.FormatInt(marks.Mark(cell, f.serial, line, column), 10)
}

// markTold notes the place of a call that comes later, or on another goroutine, for
// what it tells.
func (f *fn) markTold(pos token.Pos) string {
	if !f.watch {
		return ""
	}
	return f.markAt(pos)
}

// maxText bounds what a report calls a variable by.
const maxText = 40

func exprText(e ast.Expr) string {
	text := []rune(types.ExprString(e))
	if len(text) > maxText {
		return string(text[:maxText-1]) + "…"
	}
	return string(text)
}

// raw is e as a place: what reads or writes it tells of that itself.
func (f *fn) raw(e ast.Expr) string {
	e = ast.Unparen(e)
	if !f.told(e) {
		return f.expr(e)
	}
	return f.plainExpr(e)
}

// base is an operand before a dot or bracket, of which a part is read or written:
// a part of a variable is not all of it.
func (f *fn) base(e ast.Expr) string {
	if !f.told(e) || f.isElement(e) {
		return f.operand(e)
	}
	switch f.typeOf(e).Underlying().(type) {
	case *types.Struct, *types.Array:
		text := f.raw(e)
		if _, ok := ast.Unparen(e).(*ast.StarExpr); ok {
			return "(" + bare(text) + ")"
		}
		return text
	}
	return f.operand(e)
}

// receiverOf is the receiver of a method that is selected from e.
func (f *fn) receiverOf(e ast.Expr, recv types.Type, index []int, m *types.Func) (string, types.Type) {
	if !f.watch {
		return f.receiver(f.operand(e), recv, index, m)
	}
	base := f.base(e)
	if f.wantsAddress(recv, m) && f.told(e) {
		base = f.raw(e)
		if _, ok := ast.Unparen(e).(*ast.StarExpr); ok {
			base = "(" + bare(base) + ")"
		}
	}
	text, t := f.receiver(base, recv, index, m)
	if _, ok := t.Underlying().(*types.Pointer); ok {
		return text, t
	}
	_, pointer := recv.Underlying().(*types.Pointer)
	_, part := f.typeOf(e).Underlying().(*types.Struct)
	if pointer && !types.IsInterface(t) || part && f.told(e) && !f.isElement(e) && !f.noSize(e) {
		text = f.readAt(addressOf(text), t, f.site(e))
	}
	return text, t
}

// wantsAddress says that a method which is selected from a value of type recv takes
// its address.
func (f *fn) wantsAddress(recv types.Type, m *types.Func) bool {
	_, wants := types.Unalias(m.Signature().Recv().Type()).(*types.Pointer)
	_, pointer := recv.Underlying().(*types.Pointer)
	return wants && !pointer && !types.IsInterface(recv)
}

// tell is the statement, with a semicolon behind it, that tells of a write to what
// a place's text stands for.
func (f *fn) tell(text string, e ast.Expr) string {
	if f.isElement(e) {
		return simulated("WriteMap("+text[:strings.Index(text, "[")]+f.site(e)+")") + "; "
	}
	return simulated("Write("+f.placeAddress(text, e)+f.site(e)+")") + "; "
}

// writesTold says that an assignment writes to a place that is told of.
func (f *fn) writesTold(list ...ast.Expr) bool {
	for _, e := range list {
		if id, ok := ast.Unparen(e).(*ast.Ident); ok && (id.Name == "_" || f.source.Info.Defs[id] != nil) {
			continue
		}
		if f.told(e) {
			return true
		}
	}
	return false
}

// step is x++ or x--, told.
func (f *fn) step(s *ast.IncDecStmt) string {
	op := token.ADD_ASSIGN
	if s.Tok == token.DEC {
		op = token.SUB_ASSIGN
	}
	var pre strings.Builder
	text := f.steadyPlace(s.X, &pre)
	return pre.String() + f.modify(text, s.X, op, "1")
}

// steadyPlace is a place whose operands have been evaluated by statements that are
// added to pre.
func (f *fn) steadyPlace(e ast.Expr, pre *strings.Builder) string {
	return bare(f.steady(e, func(text string) string {
		temp := f.name("t")
		pre.WriteString(temp + " := " + text + "; ")
		return temp
	}))
}

// modify is x op= y for a place whose operands are evaluated: a read, and then a
// write.
func (f *fn) modify(text string, e ast.Expr, op token.Token, y string) string {
	old, changed := f.name("t"), f.name("t")
	read := ""
	if x, ok := ast.Unparen(e).(*ast.IndexExpr); ok && f.isElement(e) {
		m := f.typeOf(x.X).Underlying().(*types.Map)
		at := strings.Index(text, "[")
		read = f.mapRead("element", m) + "(" + text[:at] + ", " + text[at+1:len(text)-1] + f.site(e) + ")"
	} else {
		read = f.readAt(f.placeAddress(text, e), f.typeOf(e), f.site(e))
	}
	operator := strings.TrimSuffix(op.String(), "=")
	return old + " := " + read + "; " + changed + " := " + old + " " + operator + " " + y + "; " + f.tell(text, e) + text + " = " + changed
}
