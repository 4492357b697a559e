package steps

import (
	"reflect"
	"sync"
	"unsafe"

	"github.com/traefik/yaegi/interp"
)

// The interpreter's own types, as far as they are needed. What is behind a
// pointer of no type is left alone.

// step is what a node does in a frame. It returns the step to go on with.
type step func(*frame) step

// program is an interp.Program.
type program struct {
	_    string
	root *node
}

// node is a piece of syntax and the step that it became.
type node struct {
	_          unsafe.Pointer
	child      []*node
	anc        *node // the node that it is a child of
	_          []unsafe.Pointer
	start      *node // the node to begin with
	tnext      *node // the node to go on with
	fnext      *node // the same for a condition that is false
	_          unsafe.Pointer
	_          int64
	findex     int // where the node's value is in its frame
	level      int // how many frames up that frame is
	nleft      int // how many children an assignment assigns to
	nright     int // how many it assigns
	kind       uint
	_          int
	_          unsafe.Pointer
	typ        *itype
	_          unsafe.Pointer
	types      []reflect.Type // of a function's variables
	scope      unsafe.Pointer
	action     uint
	exec       step
	gen        func(*node)
	_          any
	rval       reflect.Value // the node's value if it is a constant
	ident      string
	redeclared bool // of a variable on the left of := that was there before
}

// itype is a type.
type itype struct {
	_     uint
	_     []unsafe.Pointer
	_     *itype
	val   *itype // of the elements
	_     *itype
	arg   []*itype // a function's parameters
	ret   []*itype // a function's results
	_     *itype
	_     []*node
	_     []*itype
	_     []*itype
	_     []*itype
	_     string
	_     string
	_     int
	rtype reflect.Type // of a compiled type
}

// Frame holds the variables of a call.
type Frame = frame

type frame struct {
	id    uint64
	debug *debugData
	_     *frame
	_     *frame
	data  []reflect.Value
}

// debugData is of the interpreter's debugger, which isn't used.
type debugData struct{}

// Local is a pointer that the functions of one package may keep with a call of a
// function, for the goroutine that makes the call. It is nil at first.
func (f *frame) Local() *unsafe.Pointer { return (*unsafe.Pointer)(unsafe.Pointer(&f.debug)) }

//go:linkname getExec github.com/traefik/yaegi/interp.getExec
func getExec(n *node) step

//go:linkname setExec github.com/traefik/yaegi/interp.setExec
func setExec(n *node)

//go:linkname getFrame github.com/traefik/yaegi/interp.getFrame
func getFrame(f *frame, level int) *frame

//go:linkname genValue github.com/traefik/yaegi/interp.genValue
func genValue(n *node) func(*frame) reflect.Value

//go:linkname genValueArray github.com/traefik/yaegi/interp.genValueArray
func genValueArray(n *node) func(*frame) reflect.Value

//go:linkname vInt github.com/traefik/yaegi/interp.vInt
func vInt(v reflect.Value) int64

//go:linkname cloneFrame github.com/traefik/yaegi/interp.(*frame).clone
func cloneFrame(f *frame) *frame

//go:linkname genFunctionWrapper github.com/traefik/yaegi/interp.genFunctionWrapper
func genFunctionWrapper(n *node) func(*frame) reflect.Value

//go:linkname genFuncValue github.com/traefik/yaegi/interp.genFuncValue
func genFuncValue(n *node) func(*frame) reflect.Value

//go:linkname genInterfaceWrapper github.com/traefik/yaegi/interp.genInterfaceWrapper
func genInterfaceWrapper(n *node, t reflect.Type) func(*frame) reflect.Value

//go:linkname convertLiteralValue github.com/traefik/yaegi/interp.convertLiteralValue
func convertLiteralValue(n *node, t reflect.Type)

//go:linkname isBinCall github.com/traefik/yaegi/interp.isBinCall
func isBinCall(n *node, scope unsafe.Pointer) bool

//go:linkname isRegularCall github.com/traefik/yaegi/interp.isRegularCall
func isRegularCall(n *node) bool

//go:linkname isFuncSrc github.com/traefik/yaegi/interp.isFuncSrc
func isFuncSrc(t *itype) bool

//go:linkname isInterfaceBin github.com/traefik/yaegi/interp.isInterfaceBin
func isInterfaceBin(t *itype) bool

//go:linkname isInterfaceSrc github.com/traefik/yaegi/interp.isInterfaceSrc
func isInterfaceSrc(t *itype) bool

//go:linkname typeOf github.com/traefik/yaegi/interp.(*itype).TypeOf
func typeOf(t *itype) reflect.Type

//go:linkname variadicPos github.com/traefik/yaegi/interp.variadicPos
func variadicPos(n *node) int

//go:linkname newFrame github.com/traefik/yaegi/interp.newFrame
func newFrame(caller *frame, variables int, id uint64) *frame

//go:linkname runCfg github.com/traefik/yaegi/interp.runCfg
func runCfg(n *node, f *frame, function, call *node)

// The generators for which there are ours.

//go:linkname genCall github.com/traefik/yaegi/interp.call
func genCall(n *node)

//go:linkname genIndex github.com/traefik/yaegi/interp.getIndexArray
func genIndex(n *node)

//go:linkname genReturn github.com/traefik/yaegi/interp._return
func genReturn(n *node)

//go:linkname genSlice github.com/traefik/yaegi/interp.slice
func genSlice(n *node)

//go:linkname genSlice0 github.com/traefik/yaegi/interp.slice0
func genSlice0(n *node)

// generators leads from the code of the interpreter's generators to ours.
var generators = sync.OnceValue(func() map[uintptr]func(*node) {
	byCode := map[uintptr]func(*node){}
	for _, g := range []struct{ theirs, ours func(*node) }{
		{genCall, call},
		{genIndex, index},
		{genReturn, leave},

		{genSlice, slice},
		{genSlice0, sliceFromStart},
	} {
		byCode[code(g.theirs)] = g.ours
	}
	return byCode
})

func code(f func(*node)) uintptr { return reflect.ValueOf(f).Pointer() }

// Eval is i.Eval(source) with our steps: it compiles and executes source and
// returns the value of the last expression. What source does with natives it does
// by their ops.
func Eval(i *interp.Interpreter, source string, natives Package) (reflect.Value, error) {
	p, err := i.Compile(source)
	if err != nil {
		return reflect.Value{}, err
	}
	replace(p, natives)
	return i.Execute(p)
}

// replace names our generators in a program that has not been executed yet.
func replace(p *interp.Program, natives Package) {
	root := (*program)(unsafe.Pointer(p)).root
	if root == nil {
		return
	}
	ours, w := generators(), words()
	start := root.start != nil && root.start.exec != nil // of what is no file
	var bodies []*node
	var walk func(n *node, declared bool)
	walk = func(n *node, declared bool) {
		// The compiler has made the steps of function literals: they are made anew
		// with the others.
		n.exec = nil
		if n.gen != nil {
			if gen := ours[code(n.gen)]; gen != nil {
				n.gen = gen
			}
		}
		natives.replace(n)
		declared = declared || n.kind == w.varDecl
		if declared && n.kind == w.funcLit {
			bodies = append(bodies, n.child[3])
		}
		for i, c := range n.child {
			if n.kind == w.returnStmt && c.kind == w.callExpr && c.findex == 0 {
				// The interpreter has a built-in function put its value where the first
				// result goes, also if that is another one.
				c.findex = i
			}
			walk(c, declared)
		}
	}
	walk(root, false)
	// Those in declarations of variables are passed over when the program is
	// executed, and without steps a function returns zeros.
	for _, body := range bodies {
		setExec(body.start)
	}
	if start {
		setExec(root.start)
	}
}
