package steps

import (
	"reflect"
	"sync/atomic"
	"unsafe"
)

// Site is a place in a program that calls a function.
type Site struct {
	node      *node
	assertion *node // of the result, which is done together with the call
	define    *node // the definition of a variable, likewise
	function  reflect.Type
	in        Package
}

// NumArg is how many arguments the call has.
func (s *Site) NumArg() int { return len(s.node.child) - 1 }

// Arg is what gives the value of the i-th argument.
func (s *Site) Arg(i int) func(*frame) reflect.Value {
	arg := s.node.child[1+i]
	variadic := s.function.IsVariadic() && i >= s.function.NumIn()-1
	var t reflect.Type
	if variadic {
		t = s.function.In(s.function.NumIn() - 1).Elem()
	} else {
		t = s.function.In(i)
	}
	convertLiteralValue(arg, t)
	if isFuncSrc(arg.typ) {
		return genFunctionWrapper(arg)
	}
	return genValue(arg)
}

// Once has the i-th argument, which is the same each time, evaluated only once.
func (s *Site) Once(i int) {
	arg := s.node.child[1+i]
	usual := arg.gen
	if usual == nil || arg.kind != words().callExpr {
		return
	}
	arg.gen = func(n *node) {
		usual(n)
		evaluate, next := n.exec, getExec(n.tnext)
		slot, level := n.findex, n.level
		var known atomic.Pointer[reflect.Value]
		n.exec = func(f *frame) step {
			if v := known.Load(); v != nil {
				getFrame(f, level).data[slot] = *v
				return next
			}
			evaluate(f)
			v := getFrame(f, level).data[slot]
			known.Store(&v)
			return next
		}
	}
}

// Stored is the constant that is assigned to the package's variable of a name in
// front of the statement that the site is part of.
func (s *Site) Stored(name string) (value int64, ok bool) {
	for n := s.node; n.anc != nil && n.kind != words().funcLit; n = n.anc {
		for i := childPosition(n) - 1; i >= 0; i-- {
			before := n.anc.child[i]
			if value, ok := s.in.stored(before, name); ok {
				return value, true
			}
			if before == nil || before.kind != words().assignStmt && before.kind != words().declStmt {
				break
			}
		}
	}
	return 0, false
}

// TakeOver is Stored, and leaves out the assignment where nothing but the site comes
// after it in its statement: the site then is to do it.
func (s *Site) TakeOver(name string) (value int64, taken bool) {
	value, _ = s.Stored(name)
	w := words()
	for _, arg := range s.node.child[1:] {
		if arg.kind != w.identExpr && arg.kind != w.basicLit {
			return value, false
		}
	}
	n := s.node
	if n.anc.kind == w.typeAssertExpr && n.anc.child[0] == n {
		n = n.anc
	}
	if k := n.anc.kind; k == w.exprStmt || k == w.defineStmt && n.anc.nleft == 1 && n.anc.nright == 1 {
		n = n.anc
	} else {
		return value, false
	}
	i := childPosition(n)
	if i == 0 {
		return value, false
	}
	store := n.anc.child[i-1]
	if _, ok := s.in.stored(store, name); !ok {
		return value, false
	}
	store.start.gen = func(start *node) { start.exec = getExec(store.tnext) }
	return value, true
}

// Asserted has the site do x.(T) too where that is all that the program does with
// the call's result, which then is to be a T.
func (s *Site) Asserted() bool {
	a := s.node.anc
	if a.kind != words().typeAssertExpr || a.child[0] != s.node || a.anc.action == words().assignX || a.fnext != nil {
		return false
	}
	s.assertion = a
	return true
}

// defined has the site define a variable too where that is all that the program
// does with the result.
func (s *Site) defined() {
	n := s.last()
	d := n.anc
	if d.kind == words().defineStmt && d.nleft == 1 && d.nright == 1 && len(d.child) == 2 && d.child[1] == n && d.child[0].ident != "_" && !isFuncSrc(n.typ) {
		s.define = d
	}
}

// last is the last node that the site does.
func (s *Site) last() *node {
	switch {
	case s.define != nil:
		return s.define
	case s.assertion != nil:
		return s.assertion
	}
	return s.node
}

// Result is what gives the place of the i-th result, nil if nobody wants it. The
// place can be set; it is to be asked for when the result is there.
func (s *Site) Result(i int) func(*frame) reflect.Value {
	n := s.node
	if i == 0 && s.function.NumOut() == 1 {
		s.defined()
	}
	switch {
	case s.define != nil:
		return fresh(s.define)
	case s.assertion != nil:
		return genValue(s.assertion)
	case n.anc.kind == words().exprStmt:
		return nil
	case n.anc.action == words().assignX:
		to := n.anc.child[i]
		if to.ident == "_" {
			return nil
		}
		if n.anc.kind == words().defineXStmt && !to.redeclared {
			return fresh(to)
		}
		return genValue(to)
	case n.anc.action == words().returns:
		index := childPosition(n) + i
		return func(f *frame) reflect.Value { return f.data[index] }
	}
	level, index := n.level, n.findex+i
	if level == 0 {
		return func(f *frame) reflect.Value { return f.data[index] }
	}
	return func(f *frame) reflect.Value { return getFrame(f, level).data[index] }
}

// fresh makes the variable of a node anew: a closure may have kept that of an
// earlier round.
func fresh(n *node) func(*frame) reflect.Value {
	level, index := n.level, n.findex
	return func(f *frame) reflect.Value {
		if level != 0 {
			f = getFrame(f, level)
		}
		at := &f.data[index]
		if !at.CanSet() {
			*at = reflect.New(at.Type()).Elem()
			return *at
		}
		v := *(*value)(unsafe.Pointer(at))
		v.ptr = unsafeNew(v.typ)
		*at = *(*reflect.Value)(unsafe.Pointer(&v))
		return *at
	}
}

// childPosition is a node's place among its ancestor's children.
func childPosition(n *node) int {
	for i, c := range n.anc.child {
		if c == n {
			return i
		}
	}
	return 0
}
