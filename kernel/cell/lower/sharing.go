package lower

import (
	"go/ast"
	"go/types"
	"strings"
)

// Sharing knows of the cells of a session what they share: what the lowered code of
// functions tells of, for those who write it as Go. See told.
type Sharing struct {
	session *Session
	shared  map[types.Object]bool
	cells   map[*Cell]*fn
}

// Sharing looks at cells, which s has lowered.
func (s *Session) Sharing(cells []*Cell) *Sharing {
	x := &Sharing{session: s, shared: map[types.Object]bool{}, cells: map[*Cell]*fn{}}
	for _, c := range cells {
		e := &emitter{
			session: s,
			cell:    c,
			known:   newKnown(),
			uses:    map[string]bool{},
			refers:  map[string]map[string]bool{},
			watch:   true,
			found:   map[ast.Node]bool{},
			shared:  x.shared,
		}
		e.findAll()
		x.cells[c] = e.newFunc(c.Source, nil)
	}
	return x
}

// Told says that a function of c tells of a read of e, or of a write to it.
func (x *Sharing) Told(c *Cell, e ast.Expr) bool {
	tv := c.Info.Types[ast.Unparen(e)]
	return tv.Value == nil && x.cells[c].told(e)
}

// Receiver says how a function of c uses what stands before the dot of a method: it
// takes the address, or reads what a pointer points to, or reads it as any value.
func (x *Sharing) Receiver(c *Cell, e *ast.SelectorExpr) (addressed, followed bool) {
	sel := c.Info.Selections[e]
	m, ok := sel.Obj().(*types.Func)
	if !ok {
		return false, false
	}
	f := x.cells[c]
	recv := f.typeOf(e.X)
	if f.wantsAddress(recv, m) {
		return true, false
	}
	_, pointer := recv.Underlying().(*types.Pointer)
	_, wants := types.Unalias(m.Signature().Recv().Type()).(*types.Pointer)
	return false, pointer && !wants && len(sel.Index()) == 1 && !types.IsInterface(m.Signature().Recv().Type())
}

// Name is what reports call a variable, or a part of one.
func (x *Sharing) Name(e ast.Expr) string { return exprText(ast.Unparen(e)) }

// An Object says what the method of a compiled type does with the object that it is
// called on.
type Object uint8

// What such a method does.
const (
	NoObject      Object = iota // it has no state, or one that takes care of itself
	KeepsObject                 // who knows
	ReadsObject                 // it only looks
	ChangesObject               // it changes it
)

// ObjectOf says what a method does that is called on a t.
func ObjectOf(t types.Type, m *types.Func) Object {
	named := namedBase(t)
	if named == nil || named.Obj().Pkg() == nil || types.IsInterface(named) || m.Signature().Recv() == nil {
		return NoObject
	}
	if _, pointer := types.Unalias(m.Signature().Recv().Type()).(*types.Pointer); !pointer {
		return NoObject
	}
	path := named.Obj().Pkg().Path()
	looks, known := objects[path+"."+named.Obj().Name()]
	switch {
	case known:
		for _, name := range strings.Fields(looks) {
			if name == m.Name() {
				return ReadsObject
			}
		}
		return ChangesObject
	case stateful[path]:
		return KeepsObject
	}
	return NoObject
}

// Changes reports whether a function of packages slices, maps and sort changes what
// its first argument leads to.
func Changes(m *types.Func) bool { return mutating[m.FullName()] }

// Atomic says what a function of sync/atomic, or a method of it or of sync.Map, does
// to the variable that it is called with: Load, Store, Update or Swap; "" for others.
func Atomic(m *types.Func) string {
	return map[string]string{atomicLoad: "Load", atomicStore: "Store", atomicUpdate: "Update", "swap": "Swap"}[atomicKind(m)]
}

// Uncontrolled is the name of a compiled function that waits for what is outside of
// the program, "" for others.
func Uncontrolled(m *types.Func) string { return uncontrolled(m) }
