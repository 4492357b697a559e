package cell

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"lockstep/kernel/cell/lower"
)

const simPath = "lockstep/runtime/sim"

// simulations looks, in the functions that cells hand to the simulator, for what is
// simulated in cells only: in a program it would wait, or run, outside of the
// simulation and never say so. The error is an *ExportError for the first cell that
// has such a thing.
func (x *exporter) simulations() error {
	var cells []*lower.Cell
	for _, c := range x.cells {
		if c.lowering != nil {
			cells = append(cells, c.syntax)
		}
	}
	x.sharing = x.session.lowered.Sharing(cells)
	s := &simulated{exporter: x, given: map[any][]part{}, arguments: map[any][]part{}, methods: map[string][]part{}, seen: map[visit]bool{}, wrong: map[int]Errors{}}
	var roots []part
	for _, c := range x.cells {
		if c.lowering == nil {
			continue
		}
		for _, d := range c.lowering.decls {
			roots = append(roots, s.gather(c, d)...)
		}
		roots = append(roots, s.gather(c, c.lowering.body)...)
	}
	for _, p := range roots {
		s.visit(p, true)
	}
	for _, c := range x.cells {
		if wrong := s.wrong[c.Number]; len(wrong) > 0 {
			slices.SortFunc(wrong, func(a, b Diagnostic) int {
				return cmp.Or(a.Place.Line-b.Place.Line, a.Place.Column-b.Place.Column)
			})
			return &ExportError{Cell: c.Number, Err: wrong}
		}
	}
	return nil
}

// part is a piece of a cell's syntax.
type part struct {
	c    *exportCell
	node ast.Node
}

type visit struct {
	node   ast.Node
	handed bool
}

// simulated is what simulations run of a notebook.
type simulated struct {
	*exporter
	// given says what a function consists of, and what values a variable is given.
	given map[any][]part
	// arguments are those of a parameter.
	arguments map[any][]part
	// methods are those of a name.
	methods map[string][]part
	seen    map[visit]bool
	wrong   map[int]Errors // by the number of the cell
}

// key is what given knows an object by: things that cells declare are the same in
// all of them.
func (s *simulated) key(c *exportCell, obj types.Object) any {
	if e := c.entities[obj]; e != nil {
		return e
	}
	if fn, ok := obj.(*types.Func); ok {
		return fn.Origin()
	}
	return obj
}

// isAbstract says that a function is a method of an interface.
func isAbstract(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	return recv != nil && types.IsInterface(recv.Type())
}

func (s *simulated) give(to map[any][]part, c *exportCell, obj types.Object, value ast.Node) {
	if obj != nil {
		k := s.key(c, obj)
		to[k] = append(to[k], part{c, value})
	}
}

// gather notes what functions, variables and parameters are in a piece of syntax, and
// returns what it hands to the simulator.
func (s *simulated) gather(c *exportCell, root ast.Node) (roots []part) {
	object := func(e ast.Expr) types.Object {
		switch e := ast.Unparen(e).(type) {
		case *ast.Ident:
			if obj := c.info.Defs[e]; obj != nil {
				return obj
			}
			return c.info.Uses[e]
		case *ast.SelectorExpr:
			return c.info.Uses[e.Sel]
		}
		return nil
	}
	ast.Inspect(root, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncDecl:
			if node.Body != nil {
				s.give(s.given, c, c.info.Defs[node.Name], node.Body)
				if node.Recv != nil {
					s.methods[node.Name.Name] = append(s.methods[node.Name.Name], part{c, node.Body})
				}
			}
		case *ast.KeyValueExpr:
			if id, ok := node.Key.(*ast.Ident); ok {
				s.give(s.given, c, c.info.Uses[id], node.Value) // a field, if it is a struct's
			}
		case *ast.AssignStmt:
			if len(node.Lhs) == len(node.Rhs) {
				for i, to := range node.Lhs {
					s.give(s.given, c, object(to), node.Rhs[i])
				}
			}
		case *ast.ValueSpec:
			if len(node.Names) == len(node.Values) {
				for i, to := range node.Names {
					s.give(s.given, c, object(to), node.Values[i])
				}
			}
		case *ast.CallExpr:
			callee := object(node.Fun)
			if fn, ok := callee.(*types.Func); ok && fn.Pkg() != nil && fn.Pkg().Path() == simPath && !isCheckOption(fn) {
				for _, arg := range node.Args {
					roots = append(roots, part{c, arg})
				}
				return true
			}
			signature, ok := types.Type(nil), false
			if tv, known := c.info.Types[node.Fun]; known && tv.IsValue() {
				signature, ok = tv.Type, true
			}
			if fn, isFunc := callee.(*types.Func); isFunc {
				signature, ok = fn.Type(), true // with the parameters as they are declared
			}
			if sig, isSig := under(signature).(*types.Signature); ok && isSig {
				for i, arg := range node.Args {
					if i < sig.Params().Len() {
						s.give(s.arguments, c, sig.Params().At(i), arg)
					}
				}
			}
		}
		return true
	})
	return roots
}

// isCheckOption says that a function of the simulator has its argument called
// outside of the simulation.
func isCheckOption(fn *types.Func) bool { return fn.Name() == "Check" }

func under(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	return t.Underlying()
}

// visit looks at what a simulation runs. handed says that it is what the simulator
// was given, maybe by way of a parameter of the function around; inside of the
// simulation all that is passed on stands in its code.
func (s *simulated) visit(p part, handed bool) {
	if s.seen[visit{p.node, handed}] {
		return
	}
	s.seen[visit{p.node, handed}] = true
	c := p.c
	if body, ok := p.node.(*ast.BlockStmt); ok {
		s.watched[body] = true
	}
	ast.Inspect(p.node, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncLit:
			s.watched[node.Body] = true
		case *ast.GoStmt:
			s.note(c, node, "a goroutine", "start a thread with thread.Go")
		case *ast.SendStmt:
			s.note(c, node, "a channel", useQueue)
		case *ast.SelectStmt:
			s.note(c, node, "a select statement", useQueue)
		case *ast.UnaryExpr:
			if node.Op == token.ARROW {
				s.note(c, node, "a channel", useQueue)
			}
		case *ast.RangeStmt:
			if t := c.info.TypeOf(node.X); t != nil {
				if _, ok := t.Underlying().(*types.Chan); ok {
					s.note(c, node, "a channel", useQueue)
				}
			}
		case *ast.CallExpr:
			if fn, ok := c.info.Uses[callee(node)].(*types.Func); ok && fn.Pkg() != nil && fn.Pkg().Path() == simPath && isCheckOption(fn) {
				return false
			}
		case *ast.Ident:
			obj := c.info.Uses[node]
			if obj == nil {
				break
			}
			if fn, ok := obj.(*types.Func); ok && fn.Pkg() != nil {
				if instead, waits := realOnly(fn); waits {
					s.note(c, node, fn.Pkg().Name()+"."+callName(fn), instead)
				}
			}
			for _, given := range s.given[s.key(c, obj)] {
				s.visit(given, false)
			}
			if fn, ok := obj.(*types.Func); ok && isAbstract(fn) {
				for _, given := range s.methods[fn.Name()] {
					s.visit(given, false)
				}
			}
			if handed {
				for _, argument := range s.arguments[s.key(c, obj)] {
					s.visit(argument, true)
				}
			}
		}
		return true
	})
}

const useQueue = "use a queue.Queue"

func callee(call *ast.CallExpr) *ast.Ident {
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		return f
	case *ast.SelectorExpr:
		return f.Sel
	}
	return nil
}

// callName is a function of the standard library as documentation writes it:
// Mutex.Lock.
func callName(fn *types.Func) string {
	if recv := fn.Signature().Recv(); recv != nil {
		if named, ok := types.Unalias(deref(recv.Type())).(*types.Named); ok {
			return named.Obj().Name() + "." + fn.Name()
		}
	}
	return fn.Name()
}

// realOnly reports whether a function of the standard library waits, or has others
// wait, in the real world, and what to use instead.
func realOnly(fn *types.Func) (instead string, waits bool) {
	name := callName(fn)
	switch fn.Pkg().Path() {
	case "sync":
		switch name {
		case "Map.Load", "Map.Store", "Map.LoadOrStore", "Map.LoadAndDelete", "Map.Delete", "Map.Range",
			"Map.Swap", "Map.CompareAndSwap", "Map.CompareAndDelete", "Map.Clear", "Pool.Get", "Pool.Put", "NewCond",
			"Locker.Lock", "Locker.Unlock": // those of package thread are Lockers, too
			return "", false
		}
		return "use the types of package thread", true
	case "time":
		switch name {
		case "After", "AfterFunc", "NewTimer", "NewTicker", "Tick":
			return "use thread.NewTimer or thread.Sleep", true
		}
	case "context":
		switch name {
		case "WithTimeout", "WithTimeoutCause", "WithDeadline", "WithDeadlineCause", "AfterFunc":
			return "use a thread.Event and its WaitTimeout", true
		}
	}
	return "", false
}

// note keeps that a program can't simulate what stands at a node.
func (s *simulated) note(c *exportCell, node ast.Node, what, instead string) {
	span := c.parser.span(node.Pos())
	if span.source == nil {
		return
	}
	at := placeAt(span.source.text, span.offset(node.Pos()))
	d := Diagnostic{Place: at, Message: what + " is simulated in cells only, and this is for a program", Hint: instead}
	if !slices.ContainsFunc(s.wrong[c.Number], func(other Diagnostic) bool { return other.Place == at }) {
		s.wrong[c.Number] = append(s.wrong[c.Number], d)
	}
}
