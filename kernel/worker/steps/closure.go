package steps

import (
	"reflect"
	"sync/atomic"
)

// Literal is a function literal without results.
type Literal struct {
	node      *node
	variables *layout
}

// Literal is the i-th argument if that is a function literal without results. The
// interpreter makes no function of it any more.
func (s *Site) Literal(i int) (l Literal, ok bool) {
	n := s.node.child[1+i]
	for n.kind == words().parenExpr && len(n.child) == 1 {
		n = n.child[0]
	}
	if n.kind != words().funcLit || s.function.In(i).NumOut() > 0 {
		return l, false
	}
	n.gen = passOn
	return Literal{n, layOut(n, 0)}, true
}

// Run calls the function in the frame that the literal stands in.
func (l Literal) Run(f *Frame, args ...reflect.Value) {
	inner := newFrame(f, len(l.node.types), atomic.LoadUint64(&f.id))
	l.variables.allocate(inner.data)
	for i, arg := range args {
		if i < len(inner.data) { // the interpreter has no place for what isn't used
			inner.data[i].Set(arg)
		}
	}
	runCfg(l.node.child[3].start, inner, l.node, l.node)
}

// Keep is what calls the function later, with the variables of now.
func (l Literal) Keep(f *Frame) (call func()) {
	f = cloneFrame(f)
	return func() { l.Run(f) }
}
