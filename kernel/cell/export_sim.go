package cell

import (
	"cmp"
	"go/ast"
	"go/types"
	"slices"

	"lockstep/kernel/cell/lower"
)

const simPath = "lockstep/runtime/sim"

// simulations finds the functions that simulations run: those that cells hand to the
// simulator, and what these lead to. What is simulated in cells only would wait, or
// run, outside of a program's simulation and never say so: the error is an
// *ExportError for the first cell that has such a thing.
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
			if fn, ok := callee.(*types.Func); ok && fn.Pkg() != nil && fn.Pkg().Path() == simPath {
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
		case *ast.SelectorExpr:
			if sel := c.info.Selections[node]; sel != nil && sel.Kind() == types.MethodExpr && watched(sel.Obj()) {
				s.note(c, node, "a method of package "+sel.Obj().Pkg().Name()+" as a function", "call it in a function of your own")
			}
		case *ast.Ident:
			obj := c.info.Uses[node]
			if obj == nil {
				break
			}
			if fn, ok := obj.(*types.Func); ok && (fn.FullName() == "sync.OnceValue" || fn.FullName() == "sync.OnceValues") {
				s.note(c, node, fn.FullName(), "use a sync.Once")
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

// watched says that a method has a counterpart in package gosim.
func watched(m types.Object) bool {
	fn, ok := m.(*types.Func)
	if !ok || fn.Signature().Recv() == nil {
		return false
	}
	return watcher(fn.Signature().Recv().Type()) != ""
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
