package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// target is a statement that break or continue may leave.
type target struct {
	label string
	loop  bool
	// iterator is set for a range over a function, whose body is a function.
	iterator *iterator
	// before is what a continue does first: it hands an iteration's variables on.
	before string
}

// iterator is a range over a function while its body is lowered.
type iterator struct {
	code  string   // the variable that says how the body was left
	done  string   // the variable that says that it must not be called again
	exits []string // what to do for the codes 1, 2, …
}

// stop leaves the loop from its body, to go on with exit after it if there is one.
func (it *iterator) stop(exit string) string {
	text := it.done + " = true; return false"
	if exit != "" {
		it.exits = append(it.exits, exit)
		text = it.code + " = " + strconv.Itoa(len(it.exits)) + "; " + text
	}
	return text
}

func (f *fn) with(t *target) *fn {
	g := *f
	g.top = false
	g.targets = append(append([]*target(nil), f.targets...), t)
	return &g
}

// labeled puts a statement's label where break and continue find it: a loop or
// switch may stand in a block of its own. A goto has a label of its own.
func (f *fn) labeled(s *ast.LabeledStmt) string {
	name := s.Label.Name
	if !f.leads(s) {
		name = "" // the interpreter knows no label that nothing leads to
	}
	text := f.plain(s.Stmt, name)
	if text == "" {
		text = "{}"
	}
	switch s.Stmt.(type) {
	case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
		if !f.goesTo(f.source.Info.Defs[s.Label]) {
			return text
		}
		if name != "" {
			text = "{\n" + text + "}" // or the interpreter doesn't know the second label
		}
	}
	return gotoLabel(s.Label.Name) + ":\n" + text
}

func gotoLabel(name string) string { return name + "ʹgoto" }

// goesTo says that a goto statement leads to a label.
func (f *fn) goesTo(label types.Object) bool {
	found := false
	look := func(node ast.Node) bool {
		if b, ok := node.(*ast.BranchStmt); ok && b.Tok == token.GOTO && f.source.Info.Uses[b.Label] == label {
			found = true
		}
		return !found
	}
	for _, d := range f.cell.Decls {
		ast.Inspect(d, look)
	}
	for _, s := range f.cell.Body {
		ast.Inspect(s, look)
	}
	return found
}

// leads says that a break or continue names a statement's label.
func (f *fn) leads(s *ast.LabeledStmt) bool {
	found := false
	ast.Inspect(s.Stmt, func(node ast.Node) bool {
		if b, ok := node.(*ast.BranchStmt); ok && b.Label != nil && b.Tok != token.GOTO && b.Label.Name == s.Label.Name {
			found = true
		}
		return !found
	})
	return found
}

// mark is the label of a loop, switch or select.
func mark(label string) string {
	if label == "" {
		return ""
	}
	return label + ":\n"
}

func (f *fn) branch(s *ast.BranchStmt) string {
	label := ""
	if s.Label != nil {
		label = s.Label.Name
	}
	switch s.Tok {
	case token.FALLTHROUGH:
		return "fallthrough"
	case token.GOTO:
		return "goto " + gotoLabel(label)
	}
	at := -1
	for i := len(f.targets) - 1; i >= 0; i-- {
		t := f.targets[i]
		if label == "" && (t.loop || s.Tok == token.BREAK) || label != "" && t.label == label {
			at = i
			break
		}
	}
	if at < 0 {
		return s.Tok.String()
	}
	// The innermost iterator whose body the statement leaves.
	inner := -1
	for i := len(f.targets) - 1; i >= at; i-- {
		if f.targets[i].iterator != nil {
			inner = i
			break
		}
	}
	text := s.Tok.String()
	if label != "" {
		text += " " + label
	}
	switch {
	case inner < 0:
		if before := f.targets[at].before; before != "" && s.Tok == token.CONTINUE {
			return "{ " + before + text + " }"
		}
		return text
	case inner == at && s.Tok == token.CONTINUE:
		return "{ " + f.targets[inner].before + "return true }"
	case inner == at:
		return "{ " + f.targets[inner].iterator.stop("") + " }"
	}
	// Leave the iterator's body first, and the outer statement after it.
	outer := *f
	outer.targets = f.targets[:inner]
	return "{ " + f.targets[inner].iterator.stop(outer.branch(s)) + " }"
}

// leave is a return, also out of the bodies of iterators.
func (f *fn) leave(text string) string {
	for i := len(f.targets) - 1; i >= 0; i-- {
		it := f.targets[i].iterator
		if it == nil {
			continue
		}
		outer := *f
		outer.targets = f.targets[:i]
		return it.stop(outer.leave(text))
	}
	return text
}

func (f *fn) ifStmt(s *ast.IfStmt) string {
	if s.Init != nil {
		// The variables of the header are seen by all branches.
		return "{ " + f.plain(s.Init, "") + "\n" + f.ifRest(s) + " }"
	}
	return f.ifRest(s)
}

func (f *fn) ifRest(s *ast.IfStmt) string {
	text := "if " + f.line(s.Cond.Pos()) + f.condition(s.Cond) + " " + f.braced(s.Body)
	switch e := s.Else.(type) {
	case nil:
	case *ast.IfStmt:
		if e.Init != nil {
			text += " else {\n" + f.stmt(e) + "}"
		} else {
			text += " else " + f.ifRest(e)
		}
	default:
		text += " else " + f.braced(s.Else.(*ast.BlockStmt))
	}
	return text
}

// condition is an expression that decides where to go on. The interpreter always
// takes the one way after an assertion or a conversion: not after a comparison.
func (f *fn) condition(e ast.Expr) string {
	text := loose(f.expr(e))
	compare := false
	switch e := ast.Unparen(e).(type) {
	case *ast.TypeAssertExpr:
		compare = true
	case *ast.UnaryExpr:
		compare = e.Op == token.ARROW
	case *ast.CallExpr:
		compare = f.source.Info.Types[e.Fun].IsType()
	}
	if compare {
		text += " == true"
	}
	return text
}

func (f *fn) forStmt(s *ast.ForStmt, label string) string {
	// Each iteration has variables of its own where somebody could tell; the
	// header works on others, which take over the values in between.
	header, inward, outward := f, "", ""
	if s.Init != nil {
		for _, id := range definedIdents(s.Init) {
			obj := f.source.Info.Defs[id]
			if obj == nil || !f.keeps(obj, s.Body) {
				continue
			}
			if header == f {
				h := *f
				h.names = maps.Clone(f.names)
				header = &h
			}
			header.names[obj] = f.name(obj.Name())
			inward += f.local(obj) + " := " + header.names[obj] + "\n"
			outward += header.names[obj] + " = " + f.local(obj) + "; "
		}
	}
	// What follows the body is the header's, whatever was noted there.
	if s.Post != nil && f.risky(s.Post) || s.Cond != nil && f.risky(&ast.ExprStmt{X: s.Cond}) {
		outward = f.markAt(s.Pos()) + outward
	}
	g := f.with(&target{label: label, loop: true, before: outward})
	init, cond, post := "", "", ""
	if s.Init != nil {
		init = header.plain(s.Init, "")
	}
	if s.Cond != nil {
		cond = header.condition(s.Cond)
	}
	if s.Post != nil {
		post = header.plain(s.Post, "")
	}
	body := " {\n" + inward + g.block(s.Body)
	if outward != "" {
		body += outward + "\n"
	}
	body += "}"
	if strings.ContainsAny(post, ";{") {
		post = "func() { " + post + " }()"
	}
	// Without a condition the interpreter runs a header's call again and again.
	if strings.ContainsAny(init, ";{") || strings.HasPrefix(init, "var ") || init != "" && cond == "" {
		return "{ " + init + "\n" + mark(label) + "for ; " + cond + "; " + post + body + "}"
	}
	if init == "" && post == "" {
		return mark(label) + "for " + cond + body
	}
	return mark(label) + "for " + init + "; " + cond + "; " + post + body
}

func definedIdents(s ast.Stmt) []*ast.Ident {
	var ids []*ast.Ident
	if a, ok := s.(*ast.AssignStmt); ok && a.Tok == token.DEFINE {
		for _, l := range a.Lhs {
			if id, ok := l.(*ast.Ident); ok && id.Name != "_" {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// keeps says that an iteration's variable may outlive the iteration: a function
// literal uses it or its address is taken.
func (f *fn) keeps(obj types.Object, body ast.Node) bool {
	uses := func(root ast.Node) bool {
		found := false
		ast.Inspect(root, func(node ast.Node) bool {
			if id, ok := node.(*ast.Ident); ok && f.source.Info.Uses[id] == obj {
				found = true
			}
			return !found
		})
		return found
	}
	found := false
	ast.Inspect(body, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncLit:
			found = found || uses(node)
			return false
		case *ast.UnaryExpr:
			found = found || node.Op == token.AND && uses(node.X)
		case *ast.GoStmt, *ast.DeferStmt:
			found = found || uses(node)
		case *ast.SelectorExpr:
			if sel := f.source.Info.Selections[node]; sel != nil && sel.Kind() == types.MethodVal {
				found = found || uses(node.X)
			}
		case *ast.SliceExpr:
			found = found || uses(node.X)
		}
		return !found
	})
	return found
}

func (f *fn) rangeStmt(s *ast.RangeStmt, label string) string {
	if text, ok := f.rangeTold(s, label); ok {
		return text
	}
	t := f.typeOf(s.X)
	switch u := t.Underlying().(type) {
	case *types.Signature:
		return f.rangeFunc(s, u, label)
	case *types.Chan:
		return f.rangeChan(s, u, label)
	case *types.Basic:
		if u.Info()&types.IsInteger != 0 {
			return f.rangeInt(s, t, f.expr(s.X), label)
		}
		return f.rangeString(s, label)
	case *types.Pointer:
		// Without its elements an array need not be there.
		if a, ok := u.Elem().Underlying().(*types.Array); ok && isBlank(s.Value) {
			loop := f.rangeInt(s, types.Typ[types.Int], strconv.FormatInt(a.Len(), 10), label)
			if f.calls(s.X) {
				loop = "{ " + f.name("t") + " := " + f.expr(s.X) + "\n" + loop + "}"
			}
			return loop
		}
	case *types.Array:
		if isBlank(s.Value) && !f.calls(s.X) {
			return f.rangeInt(s, types.Typ[types.Int], strconv.FormatInt(u.Len(), 10), label)
		}
	}
	g := f.with(&target{label: label, loop: true})
	var key, elem types.Type
	deref := t.Underlying()
	if p, ok := deref.(*types.Pointer); ok {
		deref = p.Elem().Underlying()
	}
	switch u := deref.(type) {
	case *types.Slice:
		key, elem = types.Typ[types.Int], u.Elem()
	case *types.Array:
		key, elem = types.Typ[types.Int], u.Elem()
	case *types.Map:
		key, elem = u.Key(), u.Elem()
	}
	if _, ok := elem.Underlying().(*types.Chan); ok && !isBlank(s.Value) {
		if _, ok := deref.(*types.Map); !ok {
			return f.rangeElements(s, elem, label)
		}
	}
	x := f.expr(s.X)
	if _, ok := t.Underlying().(*types.Pointer); ok {
		x = "(*" + x + ")[:]" // the interpreter can't range by a pointer of ours
	}
	if tv := f.source.Info.Types[s.X]; tv.Value == nil {
		if _, ok := ast.Unparen(s.X).(*ast.CompositeLit); ok {
			x = "(" + x + ")"
		}
	}
	names := []string{}
	inside := ""
	for i, e := range []ast.Expr{s.Key, s.Value} {
		if e == nil {
			continue
		}
		p := f.place(e, s.Tok == token.DEFINE)
		if p.text == "_" {
			names = append(names, "_")
			continue
		}
		_, isMap := deref.(*types.Map)
		if f.single(s, e, i == 0 && !isMap) {
			names = append(names, p.text)
			continue
		}
		temp := f.name("t")
		names = append(names, temp)
		from := key
		if i == 1 {
			from = elem
		}
		store := f.store([]place{p}, []string{f.convert(temp, from, p.typ)}) + "\n"
		if valueFirst(s, e) {
			inside = store + inside
		} else {
			inside += store
		}
	}
	header := "for range " + x
	if len(names) > 0 && strings.Trim(strings.Join(names, ""), "_") != "" {
		header = "for " + strings.Join(names, ", ") + " := range " + x
	}
	return mark(label) + header + " {\n" + inside + g.block(s.Body) + "}"
}

// single says that a variable of a range loop can be the interpreter's own, which
// is one for all iterations: nobody keeps it. What counts must not be assigned to
// either.
func (f *fn) single(s *ast.RangeStmt, e ast.Expr, counts bool) bool {
	id, ok := e.(*ast.Ident)
	if !ok || s.Tok != token.DEFINE {
		return false
	}
	obj := f.source.Info.Defs[id]
	return obj != nil && !f.keeps(obj, s.Body) && !(counts && f.assigned(obj, s.Body))
}

// assigned says that a statement assigns to a variable by its name.
func (f *fn) assigned(obj types.Object, body ast.Node) bool {
	found := false
	look := func(list ...ast.Expr) {
		for _, e := range list {
			if e == nil {
				continue
			}
			if id, ok := ast.Unparen(e).(*ast.Ident); ok && f.source.Info.Uses[id] == obj {
				found = true
			}
		}
	}
	ast.Inspect(body, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.AssignStmt:
			look(node.Lhs...)
		case *ast.IncDecStmt:
			look(node.X)
		case *ast.RangeStmt:
			look(node.Key, node.Value)
		}
		return !found
	})
	return found
}

// rangeString decodes the string itself: the interpreter loses count at bytes that
// are no UTF-8.
func (f *fn) rangeString(s *ast.RangeStmt, label string) string {
	text, i, r, n := f.name("s"), f.name("i"), f.name("r"), f.name("n")
	inside := ""
	for _, v := range []struct {
		e    ast.Expr
		text string
		typ  types.Type
	}{{s.Key, i + " - " + n, types.Typ[types.Int]}, {s.Value, r, types.Typ[types.Int32]}} {
		if v.e == nil {
			continue
		}
		if p := f.place(v.e, s.Tok == token.DEFINE); p.text != "_" {
			store := f.store([]place{p}, []string{f.convert(v.text, v.typ, p.typ)}) + "\n"
			if valueFirst(s, v.e) {
				inside = store + inside
			} else {
				inside += store
			}
		}
	}
	g := f.with(&target{label: label, loop: true})
	return mark(label) + "for " + text + ", " + i + " := string(" + f.expr(s.X) + "), 0; " + i + " < len(" + text + "); {\n" +
		r + ", " + n + " := " + f.pkg("unicode/utf8") + ".DecodeRuneInString(" + text + "[" + i + ":])\n" + i + " += " + n + "\n" +
		inside + g.block(s.Body) + "}"
}

// valueFirst says that a range stores into e, its value's place, before it does
// into its key's: the place of the value goes by what the key was.
func valueFirst(s *ast.RangeStmt, e ast.Expr) bool {
	isName := func(e ast.Expr) bool {
		_, ok := ast.Unparen(e).(*ast.Ident)
		return ok
	}
	return s.Tok == token.ASSIGN && e == s.Value && isName(s.Key) && !isName(e)
}

func isBlank(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return e == nil || ok && id.Name == "_"
}

// rangeElements counts through a slice or array: where the elements are channels
// the interpreter takes it for a channel.
func (f *fn) rangeElements(s *ast.RangeStmt, elem types.Type, label string) string {
	list, i := f.name("list"), f.name("i")
	inside := ""
	if !isBlank(s.Key) {
		p := f.place(s.Key, s.Tok == token.DEFINE)
		inside += f.store([]place{p}, []string{f.convert(i, types.Typ[types.Int], p.typ)}) + "\n"
	}
	p := f.place(s.Value, s.Tok == token.DEFINE)
	inside += f.store([]place{p}, []string{f.convert(list+"["+i+"]", elem, p.typ)}) + "\n"
	g := f.with(&target{label: label, loop: true})
	return "{ " + list + " := " + f.expr(s.X) + "\n" + mark(label) + "for " + i + " := 0; " + i + " < len(" + list + "); " + i + "++ {\n" +
		inside + g.block(s.Body) + "}}"
}

func (f *fn) rangeInt(s *ast.RangeStmt, t types.Type, limit, label string) string {
	var p place
	if s.Key != nil {
		p = f.place(s.Key, s.Tok == token.DEFINE)
	}
	if p.typ != nil {
		t = p.typ
	}
	t = types.Default(t)
	typ := f.typeText(t)
	i, n := f.name("i"), f.name("n")
	inside := ""
	switch {
	case p.typ != nil && f.single(s, s.Key, true):
		i = p.text
	case p.typ != nil:
		inside = f.store([]place{p}, []string{i}) + "\n"
	}
	if tv := f.source.Info.Types[s.X]; tv.Value != nil {
		limit = f.constant(tv.Value, t)
	}
	g := f.with(&target{label: label, loop: true})
	zero := typ + "(0)"
	return mark(label) + "for " + i + ", " + n + " := " + zero + ", " + limit + "; " + i + " < " + n + "; " + i + "++ {\n" + inside + g.block(s.Body) + "}"
}

func (f *fn) rangeChan(s *ast.RangeStmt, c *types.Chan, label string) string {
	ch, value, to := f.name("c"), f.name("t"), "nil"
	before, first, inside := "", "", ""
	if s.Key != nil {
		if p := f.place(s.Key, s.Tok == token.DEFINE); p.text != "_" {
			to = "&" + value
			declare := func(name string) string { return "var " + name + " " + f.typeText(c.Elem()) + "\n" }
			switch {
			case f.watch || !f.single(s, s.Key, false):
				first = declare(value)
				inside = f.store([]place{p}, []string{f.convert(value, c.Elem(), p.typ)}) + "\n"
			case f.single(s, s.Key, true): // one variable, which the pointer goes on leading to
				to = f.name("p")
				before = declare(p.text) + to + " := &" + p.text + "\n"
			default:
				to = "&" + p.text
				before = declare(p.text)
			}
		}
	}
	g := f.with(&target{label: label, loop: true})
	return "{ " + ch + " := " + f.expr(s.X) + "\n" + before + mark(label) + "for {\n" + f.markAt(s.X.Pos()) + first +
		"if !" + Helpers + ".RecvTo(" + ch + ", " + to + f.channelText(s.X) + ") { break }\n" + inside + g.block(s.Body) + "}}"
}

// rangeFunc calls the iterator with the loop's body as a function.
func (f *fn) rangeFunc(s *ast.RangeStmt, sig *types.Signature, label string) string {
	yield := sig.Params().At(0).Type().Underlying().(*types.Signature)
	it := &iterator{code: f.name("code"), done: f.name("done")}
	back := f.markAt(s.X.Pos()) // what follows the body is the iterator's
	g := f.with(&target{label: label, loop: true, iterator: it, before: back})
	var params []string
	inside := ""
	exprs := []ast.Expr{s.Key, s.Value}
	for i := range yield.Params().Len() {
		pt := yield.Params().At(i).Type()
		name := "_"
		if i < len(exprs) && exprs[i] != nil {
			if p := f.place(exprs[i], s.Tok == token.DEFINE); p.text != "_" {
				name = f.name("t")
				inside += f.store([]place{p}, []string{f.convert(name, pt, p.typ)}) + "\n"
			}
		}
		params = append(params, name+" "+f.typeText(pt))
	}
	guard := "if " + it.done + " { " + Helpers + ".IteratorMisuse() }\n"
	body := g.block(s.Body)
	text := "{ " + it.code + ", " + it.done + " := 0, false\n" + f.operand(s.X) + "(func(" + strings.Join(params, ", ") + ") bool {\n" +
		guard + inside + body + back + "return true })\n" + it.done + " = true\n"
	for i, exit := range it.exits {
		text += "if " + it.code + " == " + strconv.Itoa(i+1) + " { " + exit + " }\n"
	}
	return text + "}"
}

// clause is the statements of a clause. The interpreter knows labels in blocks only,
// and falls through from a statement to a statement.
func (f *fn) clause(list []ast.Stmt) string {
	fall := ""
	if endsFalling(list) {
		list, fall = list[:len(list)-1], "fallthrough\n"
	}
	text := f.block(&ast.BlockStmt{List: list})
	labeled := slices.ContainsFunc(list, func(s ast.Stmt) bool { _, ok := s.(*ast.LabeledStmt); return ok })
	if labeled || text == "" && fall != "" {
		text = "{\n" + text + "}\n"
	}
	return text + fall
}

func (f *fn) switchStmt(s *ast.SwitchStmt, label string) string {
	g := f.with(&target{label: label})
	pre := ""
	if s.Init != nil {
		pre = f.plain(s.Init, "") + "\n"
	}
	var tagType types.Type
	tag := ""
	if s.Tag != nil {
		tagType = types.Default(f.typeOf(s.Tag))
		tag = f.name("tag")
		pre += tag + " := " + f.value(s.Tag, tagType) + "\n"
	}
	// The interpreter moves a default to the end, where it is no more what the
	// clause before it falls through to: choose first, by number, and then jump.
	chosen := ""
	var choice strings.Builder
	if i := inwardDefault(s); i >= 0 {
		chosen = f.name("case")
		pre += chosen + " := " + strconv.Itoa(i) + "\n"
	}
	var out strings.Builder
	for i, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		var conds []string
		for _, e := range c.List {
			if s.Tag == nil {
				if types.IsInterface(f.typeOf(e)) {
					conds = append(conds, Helpers+".Eq("+f.expr(e)+", "+anyType+"(true))")
				} else {
					conds = append(conds, f.condition(e))
				}
				continue
			}
			conds = append(conds, f.equal(tag, tagType, e))
		}
		clause := "default:\n"
		if c.List != nil {
			clause = "case " + f.line(c.Pos()) + strings.Join(conds, " || ") + ":\n"
		}
		if chosen != "" {
			if c.List != nil {
				choice.WriteString(clause + chosen + " = " + strconv.Itoa(i) + "\n")
			}
			clause = "case " + chosen + " == " + strconv.Itoa(i) + ":\n"
		}
		body := g.clause(c.Body)
		if i > 0 && body == "" && endsFalling(s.Body.List[i-1].(*ast.CaseClause).Body) {
			body = "{\n}\n"
		}
		out.WriteString(clause + body)
	}
	if chosen != "" {
		pre += "switch {\n" + choice.String() + "}\n"
	}
	text := mark(label) + "switch {\n" + out.String() + "}"
	if pre != "" {
		return "{ " + pre + text + "}"
	}
	return text
}

// inwardDefault is the index of a switch's default if that is not the last clause
// and some clause falls through, else -1.
func inwardDefault(s *ast.SwitchStmt) int {
	at, falls := -1, false
	for i, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		if c.List == nil && i < len(s.Body.List)-1 {
			at = i
		}
		falls = falls || endsFalling(c.Body)
	}
	if !falls {
		return -1
	}
	return at
}

// endsFalling says that a clause falls through to the next.
func endsFalling(list []ast.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	b, ok := list[len(list)-1].(*ast.BranchStmt)
	return ok && b.Tok == token.FALLTHROUGH
}

// equal compares a switch's tag with a case.
func (f *fn) equal(tag string, tagType types.Type, e ast.Expr) string {
	t := f.typeOf(e)
	if b, ok := t.(*types.Basic); ok && b.Kind() == types.UntypedNil {
		return tag + " == nil"
	}
	if types.IsInterface(tagType) || types.IsInterface(t) {
		empty := types.NewInterfaceType(nil, nil)
		return Helpers + ".Eq(" + f.convert(tag, tagType, empty) + ", " + f.value(e, empty) + ")"
	}
	if tv := f.source.Info.Types[e]; tv.Value != nil {
		return "(" + tag + " == " + f.constant(tv.Value, tagType) + ")"
	}
	if !types.Identical(tagType, t) && !isUntyped(t) {
		if !types.AssignableTo(t, tagType) {
			return "(" + f.convert(tag, tagType, t) + " == " + f.expr(e) + ")"
		}
		return "(" + tag + " == " + f.value(e, tagType) + ")"
	}
	return "(" + tag + " == " + f.expr(e) + ")"
}

func (f *fn) typeSwitch(s *ast.TypeSwitchStmt, label string) string {
	g := f.with(&target{label: label})
	pre := ""
	if s.Init != nil {
		pre = f.plain(s.Init, "") + "\n"
	}
	var x ast.Expr
	switch a := s.Assign.(type) {
	case *ast.AssignStmt:
		x = a.Rhs[0].(*ast.TypeAssertExpr).X
	case *ast.ExprStmt:
		x = a.X.(*ast.TypeAssertExpr).X
	}
	value := f.name("x")
	xt := f.typeOf(x)
	pre += "var " + value + " " + anyType + " = " + f.expr(x) + "\n"
	var out strings.Builder
	for _, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		var conds []string
		var single types.Type
		for _, e := range c.List {
			t := f.typeOf(e)
			if b, ok := t.(*types.Basic); ok && b.Kind() == types.UntypedNil {
				conds = append(conds, value+" == nil")
				continue
			}
			conds = append(conds, Helpers+".Is("+value+", new("+f.heldType(t)+"))")
			single = t
		}
		if c.List == nil {
			out.WriteString("default:\n")
		} else {
			out.WriteString("case " + f.line(c.Pos()) + strings.Join(conds, " || ") + ":\n")
		}
		if obj := f.source.Info.Implicits[c]; obj != nil {
			name := g.local(obj)
			if len(c.List) == 1 && single != nil && !types.IsInterface(single) {
				out.WriteString(name + " := " + f.held(Helpers+".Open("+value+")", single) + "\n")
			} else {
				t := xt
				if len(c.List) == 1 && single != nil {
					t = single
				}
				out.WriteString("var " + name + " " + f.typeText(t) + " = " + f.toInterface(value, types.NewInterfaceType(nil, nil), t) + "\n")
			}
		}
		out.WriteString(g.clause(c.Body))
	}
	return "{ " + pre + mark(label) + "switch {\n" + out.String() + "}}"
}

func (f *fn) selectStmt(s *ast.SelectStmt, label string) string {
	g := f.with(&target{label: label})
	index, ok := f.name("i"), f.name("ok")
	pre := ""
	var cases []string
	var out strings.Builder
	for i, c := range s.Body.List {
		c := c.(*ast.CommClause)
		inside := ""
		switch comm := c.Comm.(type) {
		case nil:
			cases = append(cases, Helpers+".DefaultCase()")
		case *ast.SendStmt:
			elem := f.typeOf(comm.Chan).Underlying().(*types.Chan).Elem()
			cases = append(cases, Helpers+".SendCase("+f.expr(comm.Chan)+", "+f.value(comm.Value, elem)+f.channelText(comm.Chan)+")")
		case *ast.ExprStmt:
			ch := ast.Unparen(comm.X).(*ast.UnaryExpr).X
			cases = append(cases, Helpers+".RecvCase("+f.expr(ch)+", nil"+f.channelText(ch)+")")
		case *ast.AssignStmt:
			u := ast.Unparen(comm.Rhs[0]).(*ast.UnaryExpr)
			elem := f.typeOf(u.X).Underlying().(*types.Chan).Elem()
			value, to := f.name("v"), "nil"
			ch := f.expr(u.X)
			for j, l := range comm.Lhs {
				p := f.place(l, comm.Tok == token.DEFINE)
				if p.text == "_" {
					continue
				}
				if j == 0 {
					to = "&" + value
					pre += "var " + value + " " + f.typeText(elem) + "\n"
					inside += f.store([]place{p}, []string{f.convert(value, elem, p.typ)}) + "\n"
				} else {
					inside += f.store([]place{p}, []string{f.convert(ok, types.Typ[types.Bool], p.typ)}) + "\n"
				}
			}
			cases = append(cases, Helpers+".RecvCase("+ch+", "+to+f.channelText(u.X)+")")
		}
		out.WriteString("case " + index + " == " + strconv.Itoa(i) + ":\n" + inside + g.clause(c.Body))
	}
	return "{ " + pre + index + ", " + ok + " := " + Helpers + ".Select(" + strings.Join(cases, ", ") + ")\n" + mark(label) + "switch {\n" + out.String() + "}}"
}
