package steps

import (
	"go/constant"
	"reflect"
)

// Package is a native package that programs import, whose functions they call, and
// whose variables they assign to, by steps of its own, rather than by way of
// package reflect, which takes longer than what most of them do.
type Package struct {
	Name string
	// Ops are by the names of functions and variables. Each is an Op, a Test or a
	// Store.
	Ops map[string]any
}

// An Op makes what a call does, given where it stands. It returns nil to leave the
// call to the interpreter.
type Op func(*Site) func(*Frame)

// A Test is an Op for a function whose one result is a bool.
type Test func(*Site) func(*Frame) bool

// A Store takes the constants that programs assign by a pointer.
type Store func(f *Frame, value int64)

// replace names our generator at a node that concerns the package.
func (in Package) replace(n *node) {
	switch n.kind {
	case words().callExpr:
		in.replaceOp(n)
	case words().assignStmt:
		in.replaceStore(n)
	}
}

// stored is what a statement like *pkg.name = 3 assigns.
func (in Package) stored(n *node, name string) (value int64, ok bool) {
	if n.kind != words().assignStmt || len(n.child) != 2 || n.child[0].kind != words().starExpr {
		return 0, false
	}
	to, from := n.child[0].child[0], n.child[1]
	if len(to.child) != 2 || to.child[0].ident != in.Name || to.child[1].ident != name || !from.rval.IsValid() {
		return 0, false
	}
	switch c := from.rval.Interface().(type) {
	case constant.Value:
		return constant.Int64Val(c)
	case int:
		return int64(c), true
	case int64:
		return c, true
	}
	return 0, false
}

// replaceStore makes one step of an assignment.
func (in Package) replaceStore(n *node) {
	for name, op := range in.Ops {
		store, ok := op.(Store)
		if !ok {
			continue
		}
		value, ok := in.stored(n, name)
		if !ok {
			continue
		}
		n.start.gen = func(start *node) {
			next := getExec(n.tnext)
			start.exec = func(f *frame) step {
				store(f, value)
				return next
			}
		}
		return
	}
}

// replaceOp replaces the generator of a call that there is an op for.
func (in Package) replaceOp(n *node) {
	w := words()
	if n.action == w.callSlice || n.gen == nil || len(n.child) == 0 || n.anc == nil || n.anc.kind == w.deferStmt || n.anc.kind == w.goStmt {
		return
	}
	callee := n.child[0]
	if callee.kind != w.selectorExpr || len(callee.child) != 2 || callee.child[0].ident != in.Name {
		return
	}
	function := callee.rval
	if !function.IsValid() || function.Kind() != reflect.Func {
		return
	}
	switch op := in.Ops[callee.child[1].ident].(type) {
	case Op:
		in.replaceCall(n, function.Type(), op)
	case Test:
		in.replaceTest(n, function.Type(), op)
	default:
		return
	}
	callee.gen = passOn
}

// passOn is the generator of a node that does nothing.
func passOn(n *node) { n.exec = getExec(n.tnext) }

func (in Package) replaceCall(n *node, function reflect.Type, op Op) {
	usual := n.gen
	n.gen = func(n *node) {
		s := &Site{node: n, function: function, in: in}
		do := op(s)
		if do == nil || n.fnext != nil {
			usual(n)
			return
		}
		next := getExec(s.last().tnext)
		n.exec = func(f *frame) step {
			do(f)
			return next
		}
	}
}

func (in Package) replaceTest(n *node, function reflect.Type, op Test) {
	usual := n.gen
	n.gen = func(n *node) {
		s := &Site{node: n, function: function, in: in}
		do := op(s)
		if do == nil || n.anc.action == words().assignX {
			usual(n)
			return
		}
		result := s.Result(0)
		next := getExec(s.last().tnext)
		switch {
		case n.fnext != nil:
			otherwise := getExec(n.fnext)
			n.exec = func(f *frame) step {
				if do(f) {
					result(f).SetBool(true)
					return next
				}
				result(f).SetBool(false)
				return otherwise
			}
		case result == nil:
			n.exec = func(f *frame) step {
				do(f)
				return next
			}
		default:
			n.exec = func(f *frame) step {
				result(f).SetBool(do(f))
				return next
			}
		}
	}
}
