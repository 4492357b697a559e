package cell

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// text is the text between two offsets, which holds node, as the program has it.
func (x *exporter) text(c *exportCell, node ast.Node, start, end int) string {
	return (&rewriter{exporter: x, c: c}).rewrite(node, start, end)
}

// rewriter writes a piece of a cell's syntax as the program has it: its text, with
// edits.
type rewriter struct {
	*exporter
	c     *exportCell
	edits []textEdit

	selected, called map[*ast.Ident]bool

	// watch says that simulations may run what is looked at: see shared.
	watch bool
	// places are expressions that something else tells of, or that nothing reads.
	places map[ast.Expr]bool
	// calls are those of selectors.
	calls map[*ast.SelectorExpr]*ast.CallExpr
	// pairs are elements of maps of which it is asked whether they are there.
	pairs map[ast.Expr]bool
	// listed are statements beside which others may stand.
	listed map[ast.Stmt]bool
}

type textEdit struct {
	start, end int
	text       string
}

func (r *rewriter) replace(from, to token.Pos, text string) {
	span := r.c.parser.span(from)
	r.edits = append(r.edits, textEdit{span.offset(from), span.offset(to), text})
}

func (r *rewriter) insert(at token.Pos, text string) { r.replace(at, at, text) }

// around puts text around a node whose own edits are done.
func (r *rewriter) around(node ast.Node, before, behind string) {
	start := r.c.parser.span(node.Pos()).offset(node.Pos())
	// Before those edits that begin there, too.
	i := slices.IndexFunc(r.edits, func(e textEdit) bool { return e.start >= start })
	if i < 0 {
		i = len(r.edits)
	}
	r.edits = slices.Insert(r.edits, i, textEdit{start, start, before})
	r.insert(node.End(), behind)
}

func (r *rewriter) rewrite(node ast.Node, start, end int) string {
	r.selected, r.called = map[*ast.Ident]bool{}, map[*ast.Ident]bool{}
	r.listed, r.calls = map[ast.Stmt]bool{}, map[*ast.SelectorExpr]*ast.CallExpr{}
	if r.places == nil {
		r.places = map[ast.Expr]bool{}
	}
	if r.pairs == nil {
		r.pairs = map[ast.Expr]bool{}
	}
	src := r.c.parser.span(node.Pos()).source
	r.nested(node)
	// What is put in at a place comes before what is put in the place of what stands
	// there.
	slices.SortStableFunc(r.edits, func(a, b textEdit) int {
		replaces := func(e textEdit) int { return min(1, e.end-e.start) }
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(replaces(a), replaces(b)))
	})
	var out strings.Builder
	for _, e := range r.edits {
		if e.start < start || end < e.end {
			continue
		}
		out.WriteString(src.text[start:e.start] + e.text)
		start = e.end
	}
	out.WriteString(src.text[start:end])
	return out.String()
}

// nested edits a node and what is in it.
func (r *rewriter) nested(node ast.Node) {
	var stack []func()
	ast.Inspect(node, func(node ast.Node) bool {
		if node == nil {
			last := len(stack) - 1
			if after := stack[last]; after != nil {
				after()
			}
			stack = stack[:last]
			return false
		}
		if !r.visit(node) {
			return false
		}
		after, descend := r.share(node)
		if descend {
			stack = append(stack, after)
		}
		return descend
	})
}

// visit gives things the names that they have in the program. It reports whether
// to look inside.
func (r *rewriter) visit(node ast.Node) bool {
	switch node := node.(type) {
	case *ast.SelectorExpr:
		r.selected[node.Sel] = true
		if name := r.counterpart(node); name != "" {
			r.replace(node.Pos(), node.End(), name)
			return false
		}
	case *ast.CallExpr:
		if id, ok := ast.Unparen(node.Fun).(*ast.Ident); ok {
			r.called[id] = true
		}
		r.noteStarted(r.c, node)
		if id, ok := lastArg(node); ok && strings.HasPrefix(id.Name, checkPrefix) {
			r.insert(node.Rparen, ", "+r.rename(r.c, id, false))
		}
	case *ast.AssignStmt:
		if node.Tok == token.DEFINE && r.setsSession(r.c, node) {
			r.replace(node.TokPos, node.TokPos+token.Pos(len(":=")), "=")
		}
	case *ast.Ident:
		r.name(node)
	}
	return true
}

func (r *rewriter) name(id *ast.Ident) {
	if !id.Pos().IsValid() || strings.HasPrefix(id.Name, checkPrefix) {
		return // the text doesn't have it
	}
	if e := r.target(r.c, id); e != nil && !r.called[id] {
		r.targets[r.names[e]] = true
	}
	r.noteCarried(r.c, id)
	if fn, ok := r.c.info.Uses[id].(*types.Func); ok && fn.FullName() == processExecutor {
		r.mustImport(processPath) // for its Main
	}
	if mode, ok := r.c.info.Uses[id].(*types.Const); ok && mode.Pkg() != nil && mode.Pkg().Path() == processPath {
		r.forks = r.forks || mode.Name() == "Fork"
	}
	if name := r.rename(r.c, id, r.selected[id]); name != id.Name {
		r.replace(id.Pos(), id.End(), name)
	}
}

// controlled are the functions of the standard library that have a counterpart
// which obeys a simulation.
var controlled = map[string]struct{ path, name string }{
	"time.Sleep": {"lockstep/runtime/thread", "Sleep"},
	"time.Now":   {"lockstep/runtime/thread", "Now"},
	"time.Since": {"lockstep/runtime/thread", "Since"},
}

// counterpart is what a selector is replaced with where the program simulates;
// "" for nothing.
func (r *rewriter) counterpart(sel *ast.SelectorExpr) string {
	if !r.simulates {
		return ""
	}
	switch obj := r.c.info.Uses[sel.Sel].(type) {
	case *types.Func:
		if obj.Signature().Recv() != nil {
			return ""
		}
		if by, ok := controlled[obj.FullName()]; ok {
			return r.mustImport(by.path) + "." + by.name
		}
		// A context may come into a simulation from outside.
		if name := watchedFunctions[obj.FullName()]; name != "" && (r.watch || obj.Pkg().Path() == "context") {
			return r.gosim(name)
		}
	case *types.Var:
		if r.watch && !obj.IsField() && obj.Pkg() != nil && obj.Pkg().Path() == "os" && (obj.Name() == "Stdout" || obj.Name() == "Stderr") {
			return r.gosim(obj.Name()) + "()"
		}
	}
	return ""
}
