package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
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

// noSize says that a value has nothing to read or write. A function is none to
// tell of either: the interpreter can't call what it has read in this way.
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
		if p, ok := t.Underlying().(*types.Pointer); ok {
			_ = p
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
	if star, ok := e.(*ast.StarExpr); ok {
		return f.expr(star.X)
	}
	return addressOf(f.raw(e))
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
	return ", " + f.markText(e.Pos()) + ", " + strconv.Quote(exprText(e))
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
	text, t := f.receiver(f.base(e), recv, index, m)
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

// tell is the statement, with a semicolon behind it, that tells of a write to what
// a place's text stands for.
func (f *fn) tell(text string, e ast.Expr) string {
	if x, ok := ast.Unparen(e).(*ast.IndexExpr); ok && f.isElement(e) {
		_ = x
		return simulated("WriteMap("+text[:strings.Index(text, "[")]+f.site(e)+")") + "; "
	}
	address := "&" + text
	if pointer, ok := strings.CutPrefix(text, "*"); ok {
		address = pointer
	}
	return simulated("Write("+address+f.site(e)+")") + "; "
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
	one := &ast.BasicLit{ValuePos: s.X.Pos(), Kind: token.INT, Value: "1"}
	op := token.ADD_ASSIGN
	if s.Tok == token.DEC {
		op = token.SUB_ASSIGN
	}
	var pre strings.Builder
	text := f.steadyPlace(s.X, &pre)
	return pre.String() + f.modify(text, s.X, op, basicText(one))
}

func basicText(lit *ast.BasicLit) string { return lit.Value }

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
		address := "&" + text
		if pointer, ok := strings.CutPrefix(text, "*"); ok {
			address = pointer
		}
		read = f.readAt(address, f.typeOf(e), f.site(e))
	}
	operator := strings.TrimSuffix(op.String(), "=")
	return old + " := " + read + "; " + changed + " := " + old + " " + operator + " " + y + "; " + f.tell(text, e) + text + " = " + changed
}

// find notes which variables of a piece of syntax are shared: see told. Of the
// session's variables it notes those that functions write to.
func (e *emitter) find(source *Source, root ast.Node) {
	if e.found[root] {
		return
	}
	e.found[root] = true
	info := source.Info
	home := map[types.Object]ast.Node{} // the function that declares a variable
	captured, assigned := map[types.Object]bool{}, map[types.Object]bool{}
	function := ast.Node(nil)
	if _, ok := root.(*ast.FuncDecl); ok {
		function = root
	}
	inits := map[types.Object]bool{} // variables of a loop whose header is being looked at
	write := func(x ast.Expr, addressed bool) {
		v := rootVariable(info, x)
		switch {
		case v == nil || inits[v] && !addressed:
		case e.variable(v) != "":
			if function != nil || addressed {
				e.session.written[e.variable(v)] = true
			}
		case addressed:
			e.shared[v] = true
		default:
			assigned[v] = true
		}
	}
	var look func(node ast.Node) bool
	within := func(f ast.Node, nodes ...ast.Node) {
		outer := function
		function = f
		for _, n := range nodes {
			ast.Inspect(n, look)
		}
		function = outer
	}
	look = func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncLit:
			within(node, node.Type, node.Body)
			return false
		case *ast.Ident:
			if v, ok := info.Defs[node].(*types.Var); ok {
				home[v] = function
			} else if v, ok := info.Uses[node].(*types.Var); ok {
				if at, known := home[v]; known && at != function {
					captured[v] = true
				}
			}
		case *ast.ForStmt:
			// A loop's own counting goes on in a copy of its variables.
			var own []types.Object
			if node.Init != nil {
				ast.Inspect(node.Init, look)
				for _, id := range definedIdents(node.Init) {
					own = append(own, info.Defs[id])
				}
			}
			if node.Cond != nil {
				ast.Inspect(node.Cond, look)
			}
			if node.Post != nil {
				for _, v := range own {
					inits[v] = true
				}
				ast.Inspect(node.Post, look)
				for _, v := range own {
					delete(inits, v)
				}
			}
			ast.Inspect(node.Body, look)
			return false
		case *ast.AssignStmt:
			for _, l := range node.Lhs {
				if id, ok := ast.Unparen(l).(*ast.Ident); !ok || info.Defs[id] == nil {
					write(l, false)
				}
			}
		case *ast.IncDecStmt:
			write(node.X, false)
		case *ast.RangeStmt:
			if node.Tok == token.ASSIGN {
				for _, l := range []ast.Expr{node.Key, node.Value} {
					if l != nil {
						write(l, false)
					}
				}
			}
		case *ast.UnaryExpr:
			if node.Op == token.AND {
				write(node.X, true)
			}
		case *ast.SliceExpr:
			if _, ok := info.TypeOf(node.X).Underlying().(*types.Array); ok {
				write(node.X, true)
			}
		case *ast.SelectorExpr:
			sel := info.Selections[node]
			if sel == nil || sel.Kind() != types.MethodVal {
				break
			}
			m, ok := sel.Obj().(*types.Func)
			if !ok || m.Signature().Recv() == nil || m.Pkg() == nil || m.Pkg().Path() != "main" && !isLibrary(m.Pkg()) {
				break // what a package's own type holds is the package's affair
			}
			_, wants := types.Unalias(m.Signature().Recv().Type()).(*types.Pointer)
			if _, has := info.TypeOf(node.X).Underlying().(*types.Pointer); wants && !has {
				write(node.X, true)
			}
		}
		return true
	}
	ast.Inspect(root, look)
	for v := range captured {
		if assigned[v] {
			e.shared[v] = true
		}
	}
}

// rootVariable is the variable that an expression is or is a part of, nil for what
// a pointer leads to.
func rootVariable(info *types.Info, e ast.Expr) *types.Var {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, _ := info.Uses[x].(*types.Var)
		return v
	case *ast.SelectorExpr:
		sel := info.Selections[x]
		if sel == nil || sel.Kind() != types.FieldVal || sel.Indirect() {
			return nil
		}
		return rootVariable(info, x.X)
	case *ast.IndexExpr:
		if _, ok := info.TypeOf(x.X).Underlying().(*types.Array); ok {
			return rootVariable(info, x.X)
		}
	}
	return nil
}

// findAll is find for the whole cell.
func (e *emitter) findAll() {
	for _, d := range e.cell.Decls {
		e.find(e.cell.Source, d)
	}
	for _, s := range e.cell.Body {
		e.find(e.cell.Source, s)
	}
}

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

// growing is the list that n elements are appended to, told of what append does.
func (f *fn) growing(text string, t types.Type, n int, e ast.Expr) string {
	return f.helper("growing", f.typeText(t), func(name, typ string) string {
		return "func " + name + "(ʹs " + typ + ", ʹc int, ʹat int64, ʹn string) " + typ + " {\n" + simulated("Append(ʹs, ʹc, ʹat, ʹn)") + "\nreturn ʹs\n}\n"
	}) + "(" + text + ", " + strconv.Itoa(n) + f.site(e) + ")"
}

// builtinTold is delete, clear or copy.
func (f *fn) builtinTold(e *ast.CallExpr, name string) string {
	args := f.builtinArgs(e, name)
	var params []string
	for i, a := range e.Args {
		t := f.typeOf(a)
		if name == "delete" && i == 1 {
			t = f.typeOf(e.Args[0]).Underlying().(*types.Map).Key()
		}
		params = append(params, "ʹp"+strconv.Itoa(i)+" "+f.typeText(types.Default(t)))
	}
	tell, result, call := "WriteMap(ʹp0, ʹat, ʹn)", "", name+"(ʹp0, ʹp1)"
	switch {
	case name == "copy":
		tell, result, call = "Copy(ʹp0, ʹp1, ʹat)", " int", "return "+call
	case name == "clear":
		call = Helpers + ".Clear(ʹp0)"
		if _, ok := f.typeOf(e.Args[0]).Underlying().(*types.Slice); ok {
			tell = "ClearElements(ʹp0, ʹat, ʹn)"
		}
	}
	return f.helper(name, strings.Join(params, ", "), func(fn, list string) string {
		return "func " + fn + "(" + list + ", ʹat int64, ʹn string)" + result + " {\n" + simulated(tell) + "\n" + call + "\n}\n"
	}) + "(" + spread(args, false) + f.site(e.Args[0]) + ")"
}

// announcedValue is a compiled function as a value, if a simulation is told of its
// calls; "" for others.
func (f *fn) announcedValue(m *types.Func, sig *types.Signature) string {
	if m.Pkg() == nil || m.Pkg().Path() == "main" || isLibrary(m.Pkg()) || m.Signature().TypeParams().Len() > 0 {
		return ""
	}
	name := f.announced(m, nil)
	if name == "" {
		return ""
	}
	params, args := f.forward(sig)
	call := f.announce(name, m.Signature(), nil, args, sig.Variadic())
	if sig.Results().Len() > 0 {
		call = "return " + call
	}
	return f.own("func("+strings.TrimPrefix(params, ", ")+")"+f.emitter.results(sig)+" { "+call+" }", f.typeText(sig))
}

// rangeTold is a range over a slice with values, or over a map.
func (f *fn) rangeTold(s *ast.RangeStmt, label string) (text string, ok bool) {
	if !f.watch {
		return "", false
	}
	inside := ""
	store := func(e ast.Expr, value string, from types.Type) {
		if isBlank(e) {
			return
		}
		p := f.place(e, s.Tok == token.DEFINE)
		text := f.store([]place{p}, []string{f.convert(value, from, p.typ)}) + "\n"
		if valueFirst(s, e) {
			inside = text + inside
		} else {
			inside += text
		}
	}
	g := f.with(&target{label: label, loop: true})
	switch t := f.typeOf(s.X).Underlying().(type) {
	case *types.Slice:
		if isBlank(s.Value) {
			return "", false
		}
		list, i, n := f.name("list"), f.name("i"), f.name("n")
		store(s.Key, i, types.Typ[types.Int])
		store(s.Value, f.readAt("&"+list+"["+i+"]", t.Elem(), ", "+f.markText(s.X.Pos())+", "+strconv.Quote(exprText(s.X)+"[…]")), t.Elem())
		return "{ " + list + " := " + f.expr(s.X) + "\n" + mark(label) + "for " + i + ", " + n + " := 0, len(" + list + "); " + i + " < " + n + "; " + i + "++ {\n" +
			inside + g.block(s.Body) + "}}", true
	case *types.Map:
		keys := f.name("keys")
		store(s.Key, f.opened(keys+".Key()", t.Key()), t.Key())
		store(s.Value, f.opened(keys+".Value()", t.Elem()), t.Elem())
		return "{ " + keys + " := " + Helpers + ".RangeMap(" + f.expr(s.X) + f.site(s.X) + ")\n" + mark(label) + "for " + keys + ".Next() {\n" +
			inside + g.block(s.Body) + "}}", true
	}
	return "", false
}

// mutating are the compiled functions that change the elements of the slices, or
// the maps, that they are called with; others read them.
var mutating = map[string]bool{}

func init() {
	for _, name := range strings.Fields(`
		slices.Sort slices.SortFunc slices.SortStableFunc slices.Reverse slices.Insert slices.Delete slices.DeleteFunc slices.Replace slices.Compact
		slices.CompactFunc maps.Copy maps.DeleteFunc maps.Insert sort.Ints sort.Strings sort.Float64s sort.Slice sort.SliceStable`) {
		mutating[name] = true
	}
}

// touching tells of what a function of the library does to the elements of its
// arguments, where compiled code does it.
func (f *fn) touching(e *ast.CallExpr, args []string) []string {
	m := f.declared(e.Fun)
	if !f.watch || m == nil || m.Pkg() == nil || len(args) > len(e.Args) {
		return args
	}
	switch m.Pkg().Path() {
	case "slices", "maps", "sort":
	default:
		return args
	}
	args = slices.Clone(args)
	for i, a := range e.Args[:len(args)] {
		t := f.typeOf(a)
		switch t.Underlying().(type) {
		case *types.Slice, *types.Map:
		default:
			continue
		}
		writes := mutating[m.FullName()] && i == 0
		// As the parameter has it: sort.Slice takes an any.
		boxed := types.IsInterface(paramType(m.Signature(), i)) && m.Signature().TypeParams().Len() == 0
		typ := f.typeText(t)
		if boxed {
			typ = anyType
		}
		args[i] = f.helper("touching", typ+" "+strconv.FormatBool(writes), func(name, _ string) string {
			return "func " + name + "(ʹx " + typ + ", ʹat int64, ʹn string) " + typ + " {\n" +
				simulated("Elements(ʹx, "+strconv.FormatBool(writes)+", ʹat, ʹn)") + "\nreturn ʹx\n}\n"
		}) + "(" + args[i] + f.site(a) + ")"
	}
	return args
}

// silence notes of a cell that can't simulate to which of the session's variables
// its statements give functions: these tell of nothing.
func (e *emitter) silence() {
	if e.watch {
		e.set = e.sets()
		return
	}
	set := func(x ast.Expr) {
		v := rootVariable(e.cell.Info, x)
		if id, ok := ast.Unparen(x).(*ast.Ident); ok && v == nil {
			v, _ = e.cell.Info.Defs[id].(*types.Var)
		}
		if v == nil || !holdsFunctions(v.Type()) {
			return
		}
		if name := e.variable(v); name != "" {
			e.session.silent[name] = true
		}
	}
	look := func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.AssignStmt:
			for _, l := range node.Lhs {
				set(l)
			}
		case *ast.ValueSpec:
			for _, id := range node.Names {
				if len(node.Values) > 0 {
					set(id)
				}
			}
		case *ast.UnaryExpr:
			if node.Op == token.AND {
				set(node.X)
			}
		}
		return true
	}
	for _, s := range e.cell.Body {
		ast.Inspect(s, look)
	}
}

// sets are the session's variables that the statements of a cell set which can
// simulate.
func (e *emitter) sets() []string {
	var names []string
	set := func(ids ...ast.Expr) {
		for _, e2 := range ids {
			if id, ok := e2.(*ast.Ident); ok {
				if name := e.variable(e.cell.Info.ObjectOf(id)); name != "" {
					names = append(names, name)
				}
			}
		}
	}
	for _, s := range e.cell.Body {
		switch s := s.(type) {
		case *ast.AssignStmt:
			set(s.Lhs...)
		case *ast.DeclStmt:
			if gen, ok := s.Decl.(*ast.GenDecl); ok {
				for _, spec := range gen.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok {
						for _, id := range v.Names {
							set(id)
						}
					}
				}
			}
		}
	}
	return names
}

// holdsFunctions says that values of a type have functions in them.
func holdsFunctions(t types.Type) bool {
	seen := map[types.Type]bool{}
	var look func(t types.Type) bool
	look = func(t types.Type) bool {
		if seen[t] {
			return false
		}
		seen[t] = true
		switch t := t.Underlying().(type) {
		case *types.Signature:
			return true
		case *types.Pointer:
			return look(t.Elem())
		case *types.Slice:
			return look(t.Elem())
		case *types.Array:
			return look(t.Elem())
		case *types.Map:
			return look(t.Key()) || look(t.Elem())
		case *types.Struct:
			for f := range t.Fields() {
				if f.Pkg() != nil && f.Pkg().Path() == "main" && look(f.Type()) {
					return true
				}
			}
		}
		return false
	}
	return look(t)
}

// silentVariable is the name of a session variable that holds functions which tell
// of nothing, if e is one and somebody asks.
func (f *fn) silentVariable(e ast.Expr) string {
	id, ok := e.(*ast.Ident)
	if !ok || !f.watch {
		return ""
	}
	v, ok := f.source.Info.Uses[id].(*types.Var)
	if !ok {
		return ""
	}
	if name := f.variable(v); f.session.silent[name] && !slices.Contains(f.set, name) {
		return id.Name
	}
	return ""
}

// refusing is a value that a simulation refuses.
func (f *fn) refusing(text string, e ast.Expr, name string) string {
	return f.helper("silent", f.typeText(f.typeOf(e)), func(helper, typ string) string {
		return "func " + helper + "(ʹv " + typ + ", ʹat int64, ʹn string) " + typ + " {\n" + simulated("Stale(ʹn, ʹat)") + "\nʹr := ʹv\nreturn ʹr\n}\n"
	}) + "(" + argument(text) + ", " + f.markText(e.Pos()) + ", " + strconv.Quote(name) + ")"
}
