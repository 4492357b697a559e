package cell

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lockstep/kernel/cell/lower"
)

// gosimPath is the package by which a program tells simulations what it does.
const gosimPath = "lockstep/runtime/gosim"

// watchedFunctions have a counterpart in package gosim, watchedTypes a function that
// gives one with their methods.
var (
	watchedFunctions = map[string]string{
		"context.AfterFunc": "AfterCancel",
		"math/rand.Read":    "Rand.Read", "math/rand.Shuffle": "Rand.Shuffle", "math/rand.Perm": "Rand.Perm",
		"math/rand/v2.Shuffle": "RandV2.Shuffle", "math/rand/v2.Perm": "RandV2.Perm",
	}
	watchedTypes = map[string]string{}
)

func init() {
	for path, names := range map[string]string{
		"fmt":     "Print Println Printf",
		"runtime": "Gosched",
		"sync":    "OnceFunc",
		"time":    "After AfterFunc Tick NewTimer NewTicker",
		"context": "WithCancel WithCancelCause WithTimeout WithTimeoutCause WithDeadline WithDeadlineCause Cause",
	} {
		for _, name := range strings.Fields(names) {
			watchedFunctions[path+"."+name] = name
		}
	}
	for _, name := range strings.Fields("Int Int31 Int63 Uint32 Uint64 Intn Int31n Int63n Float32 Float64 NormFloat64 ExpFloat64") {
		watchedFunctions["math/rand."+name] = "Rand." + name
	}
	for _, name := range strings.Fields("Int Int32 Int64 Uint Uint32 Uint64 IntN Int32N Int64N UintN Uint32N Uint64N Float32 Float64 NormFloat64 ExpFloat64") {
		watchedFunctions["math/rand/v2."+name] = "RandV2." + name
	}
	for _, name := range strings.Fields("sync.Mutex sync.RWMutex sync.Locker sync.WaitGroup sync.Once sync.Cond sync.Pool time.Timer time.Ticker") {
		_, watchedTypes[name], _ = strings.Cut(name, ".")
	}
}

// gosim is what the program calls a function of package gosim.
func (x *exporter) gosim(name string) string {
	return x.importName(types.NewPackage(gosimPath, "gosim")) + "." + name
}

// tells is the statement by which the program says that it tells simulations of all
// that it shares, and what it calls that.
func (x *exporter) tells() string {
	var entries []string
	for _, e := range slices.SortedFunc(maps.Keys(x.reported), func(a, b *entity) int { return strings.Compare(x.names[a], x.names[b]) }) {
		if name := x.names[e]; name != "" {
			entries = append(entries, strconv.Quote(name)+": &"+name)
		}
	}
	return x.gosim("Tells") + "(map[string]any{" + strings.Join(entries, ", ") + "})\n"
}

// share writes what functions that simulations run do to what goroutines share as
// calls of package gosim. It reports whether to look inside, and what to do after
// that.
func (r *rewriter) share(node ast.Node) (after func(), descend bool) {
	if block, ok := node.(*ast.BlockStmt); ok && r.watched[block] && !r.watch {
		r.watch = true
		r.list(block.List)
		return func() { r.watch = false }, true
	}
	if !r.watch {
		return nil, true
	}
	switch node := node.(type) {
	case *ast.BlockStmt:
		r.list(node.List)
	case *ast.CaseClause:
		r.list(node.Body)
	case *ast.CommClause:
		r.list(node.Body)
	case *ast.LabeledStmt:
		r.listed[node.Stmt] = r.listed[node]
	case *ast.AssignStmt:
		return r.assign(node)
	case *ast.ValueSpec:
		r.pair(len(node.Names), node.Values)
	case *ast.IncDecStmt:
		if r.told(node.X) {
			op := token.ADD
			if node.Tok == token.DEC {
				op = token.SUB
			}
			r.replace(node.Pos(), node.End(), r.modify(node, node.X, op, "1", true))
			return nil, false
		}
		r.place(node.X)
	case *ast.RangeStmt:
		return r.ranges(node), true
	case *ast.GoStmt:
		return r.goes(node)
	case *ast.SendStmt:
		return r.sends(node), true
	case *ast.SelectStmt:
		return r.selects(node)
	case *ast.UnaryExpr:
		if node.Op == token.ARROW {
			return r.receives(node), true
		}
		return r.expr(node), true
	case *ast.CallExpr:
		return r.call(node)
	case ast.Expr:
		return r.expr(node), true
	}
	return nil, true
}

func (r *rewriter) list(list []ast.Stmt) {
	for _, s := range list {
		r.listed[s] = true
	}
}

func (r *rewriter) told(e ast.Expr) bool { return r.sharing.Told(r.c.syntax, e) }

// place notes that nothing reads e.
func (r *rewriter) place(e ast.Expr) {
	for {
		r.places[e] = true
		p, ok := e.(*ast.ParenExpr)
		if !ok {
			return
		}
		e = p.X
	}
}

// quoted is what reports call e, as an argument.
func (r *rewriter) quoted(e ast.Expr) string { return strconv.Quote(r.sharing.Name(e)) }

// expr writes the use of an expression's value.
func (r *rewriter) expr(e ast.Expr) (after func()) {
	switch x := e.(type) {
	case *ast.Ident:
		if e := r.c.entities[r.c.info.Uses[x]]; e != nil && e.isVar() {
			r.reported[e] = true
		}
	case *ast.ParenExpr:
		if r.places[x] {
			r.place(x.X)
		}
		return nil
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			r.place(x.X)
		}
		return nil
	case *ast.SliceExpr:
		r.part(x.X)
		return nil
	case *ast.IndexExpr:
		r.part(x.X)
	case *ast.SelectorExpr:
		r.places[x.Sel] = true
		if fn, ok := r.c.info.Uses[x.Sel].(*types.Func); ok && fn.Signature().TypeParams().Len() == 0 {
			if name := lower.Uncontrolled(fn); name != "" {
				return func() { r.around(x, r.gosim("Uncontrolled")+"(", ", "+strconv.Quote(name)+")") }
			}
		}
		if sel := r.c.info.Selections[x]; sel != nil {
			switch sel.Kind() {
			case types.FieldVal:
				r.part(x.X)
			case types.MethodVal:
				return r.method(x)
			}
		}
	}
	if r.places[e] || !r.told(e) {
		return nil
	}
	switch x := e.(type) {
	case *ast.StarExpr:
		return func() {
			r.replace(x.Star, x.Star+1, r.gosim("Read")+"(")
			r.insert(x.End(), ", "+r.quoted(x)+")")
		}
	case *ast.IndexExpr:
		if r.isElement(x) {
			name := "Element"
			if r.pairs[x] {
				name = "Lookup"
			}
			return func() {
				r.around(x, r.gosim(name)+"(", "")
				r.replace(x.Lbrack, x.Lbrack+1, ", ")
				r.replace(x.Rbrack, x.Rbrack+1, ", "+r.quoted(x)+")")
			}
		}
	}
	if !r.addressable(e) {
		return nil
	}
	return func() { r.around(e, r.gosim("Read")+"(&", ", "+r.quoted(e)+")") }
}

// part notes that only a part of e is used, unless that is by way of a pointer.
func (r *rewriter) part(e ast.Expr) {
	if !r.told(e) || r.isElement(e) {
		return
	}
	switch r.c.info.TypeOf(e).Underlying().(type) {
	case *types.Struct, *types.Array:
		r.place(e)
	}
}

// method writes the receiver of a method.
func (r *rewriter) method(x *ast.SelectorExpr) (after func()) {
	m, ok := r.c.info.Uses[x.Sel].(*types.Func)
	if !ok {
		return nil
	}
	addressed, followed := r.sharing.Receiver(r.c.syntax, x)
	if addressed {
		r.place(x.X)
	}
	wrapper, path, pointer := "", "", false
	switch lower.ObjectOf(r.c.info.TypeOf(x.X), m) {
	case lower.ChangesObject:
		wrapper = "Changes"
	case lower.ReadsObject:
		wrapper = "Looks"
	case lower.KeepsObject:
		wrapper = "Keeps"
	}
	behind := ""
	switch kind := lower.Atomic(m); {
	case kind == "Swap":
		wrapper, behind = r.swaps(r.calls[x], 0)
	case kind != "":
		wrapper = kind + "s"
	}
	index := r.c.info.Selections[x].Index()
	if recv := m.Signature().Recv().Type(); wrapper == "" {
		if wrapper = watcher(recv); isLocker(m) {
			wrapper = "Locker"
		}
		if wrapper != "" && len(index) > 1 {
			path, pointer = r.embedded(x.X, index[:len(index)-1])
			addressed = !pointer && !types.IsInterface(recv)
			index = index[:1]
		}
	}
	switch {
	case len(index) > 1:
	case wrapper != "":
		before := r.gosim(wrapper) + "("
		if addressed {
			before += "&"
			r.place(x.X)
		}
		name := strconv.Quote(r.sharing.Name(x.X))
		return func() { r.around(x.X, before, path+behind+", "+name+")") }
	case followed:
		return func() { r.around(x.X, r.gosim("Read")+"(", ", "+r.quoted(x.X)+")") }
	}
	return nil
}

// watcher is the function of package gosim that gives the counterpart of what a method
// has as its receiver, "" for none.
func watcher(recv types.Type) string {
	named, ok := types.Unalias(deref(recv)).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return ""
	}
	return watchedTypes[named.Obj().Pkg().Path()+"."+named.Obj().Name()]
}

// isLocker says that a method of an interface locks or unlocks, and that what has it
// does both.
func isLocker(m *types.Func) bool {
	if !isAbstract(m) || m.Name() != "Lock" && m.Name() != "Unlock" {
		return false
	}
	for _, name := range []string{"Lock", "Unlock"} {
		obj, _, _ := types.LookupFieldOrMethod(m.Signature().Recv().Type(), false, m.Pkg(), name)
		if fn, ok := obj.(*types.Func); !ok || fn.Signature().Params().Len() > 0 || fn.Signature().Results().Len() > 0 {
			return false
		}
	}
	return true
}

// embedded is the way to a field that is embedded in e, by indices, and whether that
// is a pointer.
func (r *rewriter) embedded(e ast.Expr, index []int) (path string, pointer bool) {
	t := r.c.info.TypeOf(e)
	for _, i := range index {
		st, ok := deref(t.Underlying()).Underlying().(*types.Struct)
		if !ok {
			return path, false
		}
		path += "." + st.Field(i).Name()
		t = st.Field(i).Type()
	}
	_, pointer = t.Underlying().(*types.Pointer)
	return path, pointer
}

// isElement says that e is an element of a map.
func (r *rewriter) isElement(e ast.Expr) bool {
	x, ok := ast.Unparen(e).(*ast.IndexExpr)
	if ok {
		_, ok = r.c.info.TypeOf(x.X).Underlying().(*types.Map)
	}
	return ok
}

// addressable says that what is told of has an address: it is no part of a map's
// element, and of no result of a call.
func (r *rewriter) addressable(e ast.Expr) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident, *ast.StarExpr:
		return true
	case *ast.SelectorExpr:
		sel := r.c.info.Selections[x]
		return sel == nil || sel.Indirect() || r.addressable(x.X)
	case *ast.IndexExpr:
		switch r.c.info.TypeOf(x.X).Underlying().(type) {
		case *types.Slice, *types.Pointer:
			return true
		case *types.Array:
			return r.addressable(x.X)
		}
	}
	return false
}

// call writes the use of the elements of what a function is called with.
func (r *rewriter) call(e *ast.CallExpr) (after func(), descend bool) {
	wrap := func(a ast.Expr, function, more string) func() {
		return func() { r.around(a, r.gosim(function)+"(", more+", "+r.quoted(a)+")") }
	}
	fun := ast.Unparen(e.Fun)
	if id, ok := fun.(*ast.Ident); ok {
		if _, ok := r.c.info.Uses[id].(*types.Builtin); !ok || len(e.Args) == 0 {
			return nil, true
		}
		first := e.Args[0]
		_, isMap := under(r.c.info.TypeOf(first)).(*types.Map)
		_, isSlice := under(r.c.info.TypeOf(first)).(*types.Slice)
		_, isChannel := under(r.c.info.TypeOf(first)).(*types.Chan)
		switch id.Name {
		case "len", "cap", "close":
			switch {
			case isMap:
				return wrap(first, "Reads", ""), true
			case isChannel:
				r.replace(id.Pos(), id.End(), r.gosim(strings.ToUpper(id.Name[:1])+id.Name[1:]))
				return func() { r.insert(e.Rparen, ", "+r.quoted(first)) }, true
			}
		case "delete", "clear":
			return wrap(first, "Writes", ""), true
		case "append":
			if isSlice && !e.Ellipsis.IsValid() && len(e.Args) > 1 {
				return wrap(first, "Grow", ", "+strconv.Itoa(len(e.Args)-1)), true
			}
		case "copy":
			r.replace(id.Pos(), id.End(), r.gosim("Copy"))
		}
		return nil, true
	}
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return nil, true
	}
	r.calls[sel] = e
	m, ok := r.c.info.Uses[sel.Sel].(*types.Func)
	if !ok || m.Pkg() == nil || m.Signature().Recv() != nil {
		return nil, true
	}
	switch m.Pkg().Path() {
	case "slices", "maps", "sort":
		var all []func()
		for i, a := range e.Args {
			switch under(r.c.info.TypeOf(a)).(type) {
			case *types.Slice, *types.Map:
				function := "Reads"
				if i == 0 && lower.Changes(m) {
					function = "Writes"
				}
				all = append(all, wrap(a, function, ""))
			}
		}
		return func() {
			for _, f := range all {
				f()
			}
		}, true
	}
	if kind := lower.Atomic(m); kind != "" && len(e.Args) > 0 {
		wrapper, behind := kind+"s", ""
		if kind == "Swap" {
			wrapper, behind = r.swaps(e, 1)
		}
		a := e.Args[0]
		named := ast.Unparen(a)
		if u, ok := named.(*ast.UnaryExpr); ok && u.Op == token.AND {
			named = u.X
		}
		return func() { r.around(a, r.gosim(wrapper)+"(", behind+", "+r.quoted(named)+")") }, true
	}
	return nil, true
}

// swaps is how a compare-and-swap is told of, of which an argument is what it
// compares with, and that argument.
func (r *rewriter) swaps(call *ast.CallExpr, old int) (wrapper, argument string) {
	if call == nil || len(call.Args) <= old || !r.simple(call.Args[old]) {
		return "Updates", ""
	}
	return "Swaps", ", " + r.render(call.Args[old], false)
}

// ranges writes how a loop goes through a slice or a map.
func (r *rewriter) ranges(s *ast.RangeStmt) (after func()) {
	for _, e := range []ast.Expr{s.Key, s.Value} {
		if e != nil {
			r.place(e)
		}
	}
	function := ""
	switch r.c.info.TypeOf(s.X).Underlying().(type) {
	case *types.Slice:
		if id, ok := s.Value.(*ast.Ident); s.Value != nil && (!ok || id.Name != "_") {
			function = "Elements"
		}
	case *types.Map:
		function = "Pairs"
	case *types.Chan:
		function = "Received"
	}
	if function == "" {
		return nil
	}
	return func() { r.around(s.X, r.gosim(function)+"(", ", "+r.quoted(s.X)+")") }
}

// pair notes that of a map's element both values are used.
func (r *rewriter) pair(n int, values []ast.Expr) {
	if n == 2 && len(values) == 1 {
		r.pairs[ast.Unparen(values[0])] = true
	}
}

// assign writes an assignment.
func (r *rewriter) assign(s *ast.AssignStmt) (after func(), descend bool) {
	r.pair(len(s.Lhs), s.Rhs)
	tells := false
	for _, l := range s.Lhs {
		tells = tells || !r.isNew(l) && r.told(l)
		r.place(l)
	}
	switch {
	case !tells:
		return nil, true
	case s.Tok != token.ASSIGN && s.Tok != token.DEFINE:
		op, _ := operatorOf(s.Tok)
		r.replace(s.Pos(), s.End(), r.modify(s, s.Lhs[0], op, r.operand(s.Rhs[0]), r.simple(s.Rhs[0])))
		return nil, false
	case len(s.Lhs) > 1:
		r.replace(s.Pos(), s.End(), r.several(s))
		return nil, false
	}
	l := ast.Unparen(s.Lhs[0])
	name := r.quoted(l)
	value := s.Rhs[0]
	return func() {
		before, behind := r.conversion(r.c.info.TypeOf(l), r.c.info.TypeOf(value))
		r.around(value, before, behind+", "+name+")")
		r.replace(s.TokPos, s.TokPos+1, ",")
		switch x := l.(type) {
		case *ast.StarExpr:
			r.replace(x.Star, x.Star+1, r.gosim("Write")+"(")
		case *ast.IndexExpr:
			if r.isElement(x) {
				r.around(x, r.gosim("Put")+"(", "")
				r.replace(x.Lbrack, x.Lbrack+1, ", ")
				r.replace(x.Rbrack, x.Rbrack+1, "")
				return
			}
			r.around(l, r.gosim("Write")+"(&", "")
		default:
			r.around(l, r.gosim("Write")+"(&", "")
		}
	}, true
}

// isNew says that an assignment declares e, or drops what it is given.
func (r *rewriter) isNew(e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	return ok && (id.Name == "_" || r.c.info.Defs[id] != nil)
}

// conversion is what to put around a value to convert it as an assignment does.
func (r *rewriter) conversion(to, from types.Type) (before, behind string) {
	if b, ok := from.(*types.Basic); ok && b.Kind() == types.UntypedNil || types.Identical(to, from) {
		return "", ""
	}
	text, err := r.typeText(to)
	if err != nil {
		return "", ""
	}
	if strings.ContainsAny(text, " *<(") {
		text = "(" + text + ")"
	}
	return text + "(", ")"
}

// define makes a variable for a value that a place is to get.
func (r *rewriter) define(name string, to, value ast.Expr) string {
	text := r.render(value, false)
	if name == "_" {
		return "_ = " + text
	}
	if r.isNew(to) {
		return name + " := " + text
	}
	t := r.c.info.TypeOf(to)
	tv := r.c.info.Types[ast.Unparen(value)]
	_, operation := ast.Unparen(value).(*ast.BinaryExpr)
	if tv.Value != nil || tv.IsNil() || operation || !types.Identical(t, tv.Type) {
		if typ, err := r.typeText(t); err == nil {
			return "var " + name + " " + typ + " = " + text
		}
	}
	return name + " := " + text
}

// operatorOf is the operator of an assignment like +=.
func operatorOf(t token.Token) (token.Token, bool) {
	text, ok := strings.CutSuffix(t.String(), "=")
	for op := token.ADD; op <= token.AND_NOT; op++ {
		if op.String() == text {
			return op, ok
		}
	}
	return t, false
}

// render is an expression as the program has it; as a place nothing reads it.
func (r *rewriter) render(e ast.Expr, place bool) string {
	inner := &rewriter{exporter: r.exporter, c: r.c, watch: true, places: map[ast.Expr]bool{}}
	if place {
		inner.place(e)
	}
	span := r.c.parser.span(e.Pos())
	return inner.rewrite(e, span.offset(e.Pos()), span.offset(e.End()))
}

// operand is an expression behind an operator.
func (r *rewriter) operand(e ast.Expr) string {
	text := r.render(e, false)
	if _, ok := e.(*ast.BinaryExpr); ok {
		return "(" + text + ")"
	}
	return text
}

// simple says that it is all one when an expression is evaluated, and how often: it
// calls nothing, and reads nothing that is shared.
func (r *rewriter) simple(e ast.Expr) bool {
	simple := true
	ast.Inspect(e, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.CallExpr, *ast.FuncLit:
			simple = false
		case *ast.UnaryExpr:
			simple = simple && node.Op != token.ARROW
		case ast.Expr:
			simple = simple && !r.told(node)
		}
		return simple
	})
	return simple
}

// simplePlace is simple for what a place is found by.
func (r *rewriter) simplePlace(e ast.Expr) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		return true
	case *ast.StarExpr:
		return r.simple(x.X)
	case *ast.SelectorExpr:
		if _, pointer := r.c.info.TypeOf(x.X).Underlying().(*types.Pointer); pointer {
			return r.simple(x.X)
		}
		return r.simplePlace(x.X)
	case *ast.IndexExpr:
		if _, array := r.c.info.TypeOf(x.X).Underlying().(*types.Array); array {
			return r.simplePlace(x.X) && r.simple(x.Index)
		}
		return r.simple(x.X) && r.simple(x.Index)
	}
	return false
}

// target is a place that is told of, found: how to read and write it.
type target struct{ r, w func(value string) string }

// find writes, with keep, what a place is found by, unless that is simple.
func (r *rewriter) find(e ast.Expr, keep func(name, text string) string) target {
	e = ast.Unparen(e)
	name := r.quoted(e)
	call := func(function string, args ...string) string {
		return r.gosim(function) + "(" + strings.Join(append(args, name), ", ") + ")"
	}
	if r.isElement(e) {
		x := e.(*ast.IndexExpr)
		m, k := r.render(x.X, false), r.render(x.Index, false)
		if !r.simple(x.X) {
			m = keep("table", m)
		}
		if !r.simple(x.Index) {
			k = keep("key", k)
		}
		return target{
			func(string) string { return call("Element", m, k) },
			func(value string) string { return call("Put", m, k, value) },
		}
	}
	p := "&" + r.render(e, true)
	if star, ok := e.(*ast.StarExpr); ok {
		p = r.render(star.X, false)
	}
	if !r.simplePlace(e) {
		p = keep("at", p)
	}
	return target{
		func(string) string { return call("Read", p) },
		func(value string) string { return call("Write", p, value) },
	}
}

// modify is x op= y as a statement. simple says that y may be evaluated at any time.
func (r *rewriter) modify(s ast.Stmt, e ast.Expr, op token.Token, y string, simple bool) string {
	var steps []string
	keep := func(name, text string) string {
		name = r.free(name)
		steps = append(steps, name+" := "+text)
		return name
	}
	to := r.find(e, keep)
	if !simple {
		y = keep("by", y)
	}
	steps = append(steps, to.w(to.r("")+" "+op.String()+" "+y))
	return r.steps(s, steps)
}

// steps are statements in the place of one.
func (r *rewriter) steps(s ast.Stmt, steps []string) string {
	switch {
	case len(steps) == 1:
		return steps[0]
	case r.listed[s]:
		return "{\n" + strings.Join(steps, "\n") + "\n}"
	}
	return "func() { " + strings.Join(steps, "; ") + " }()"
}

// several is an assignment to several places: all values are there before the
// first of them changes.
func (r *rewriter) several(s *ast.AssignStmt) string {
	var steps []string
	keep := func(name, text string) string {
		name = r.free(name)
		steps = append(steps, name+" := "+text)
		return name
	}
	// Places are found before the values are there.
	stores := make([]func(value string) string, len(s.Lhs))
	for i, l := range s.Lhs {
		switch {
		case r.isNew(l):
		case r.told(l):
			stores[i] = r.find(l, keep).w
		default:
			text := r.render(l, true)
			stores[i] = func(value string) string { return text + " = " + value }
		}
	}
	values := make([]string, len(s.Lhs))
	for i, l := range s.Lhs {
		if values[i] = r.render(l, true); stores[i] != nil {
			values[i] = r.free("value")
		}
	}
	if len(s.Rhs) == len(s.Lhs) {
		for i, l := range s.Lhs {
			steps = append(steps, r.define(values[i], l, s.Rhs[i]))
		}
	} else {
		steps = append(steps, strings.Join(values, ", ")+" := "+r.tuple(s.Rhs[0]))
	}
	for i, store := range stores {
		if store == nil {
			continue
		}
		value := values[i]
		if tuple, ok := r.c.info.TypeOf(s.Rhs[0]).(*types.Tuple); ok && len(s.Rhs) < len(s.Lhs) {
			before, behind := r.conversion(r.c.info.TypeOf(s.Lhs[i]), tuple.At(i).Type())
			value = before + value + behind
		}
		steps = append(steps, store(value))
	}
	if s.Tok == token.DEFINE {
		return strings.Join(steps, "\n")
	}
	return r.steps(s, steps)
}

// tuple is an expression of two values or more.
func (r *rewriter) tuple(e ast.Expr) string {
	inner := &rewriter{exporter: r.exporter, c: r.c, watch: true, pairs: map[ast.Expr]bool{ast.Unparen(e): true}}
	span := r.c.parser.span(e.Pos())
	return inner.rewrite(e, span.offset(e.Pos()), span.offset(e.End()))
}
