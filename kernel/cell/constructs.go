package cell

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// constructs rewrites what the interpreter gets wrong, and refuses what can't be
// made right.
func (l *lowering) constructs() {
	for _, d := range l.decls {
		l.walk(d)
	}
	l.walk(l.body)
}

func (l *lowering) walk(root ast.Node) {
	labels := map[ast.Stmt]string{}
	ast.Inspect(root, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.LabeledStmt:
			labels[node.Stmt] = node.Label.Name
		case *ast.RangeStmt:
			l.rangeStmt(node)
		case *ast.ForStmt:
			l.forStmt(node, labels[node])
		case *ast.Ident:
			l.genericUse(node)
		case *ast.CallExpr:
			l.call(node)
		case *ast.SelectorExpr:
			l.standardStream(node)
		}
		return true
	})
}

// rangeStmt spells out ranges over integers, and gives each iteration variables
// of its own, as Go has done since 1.22.
func (l *lowering) rangeStmt(r *ast.RangeStmt) {
	t := l.info.TypeOf(r.X)
	if t == nil {
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Signature:
		l.refuse(r.X.Pos(), "call the iterator with a function literal", "cells can't range over a function")
		return
	case *types.Basic:
		if u.Info()&types.IsInteger != 0 {
			l.rangeInt(r, t)
			return
		}
	}
	if r.Tok != token.DEFINE {
		return
	}
	var names []string
	for _, e := range []ast.Expr{r.Key, r.Value} {
		if id, ok := e.(*ast.Ident); ok && id.Name != "_" && l.captured(id, r.Body) {
			names = append(names, id.Name)
		}
	}
	if len(names) > 0 {
		list := strings.Join(names, ", ")
		l.insert(r.Body.Lbrace+1, fmt.Sprintf(" %s := %s; ", list, list))
	}
}

func (l *lowering) rangeInt(r *ast.RangeStmt, t types.Type) {
	if id, ok := r.Key.(*ast.Ident); ok && r.Tok == token.DEFINE {
		if v := l.info.Defs[id]; v != nil {
			t = v.Type()
		}
	}
	if basic, ok := t.(*types.Basic); ok && basic.Info()&types.IsUntyped != 0 {
		t = types.Typ[types.Int]
		if r.Key != nil && r.Tok == token.ASSIGN {
			t = l.info.TypeOf(r.Key)
		}
	}
	w := l.typeWriter()
	typ := w.write(t)
	if w.err != nil {
		l.refuse(r.X.Pos(), "", "cannot range over this integer: %v", w.err)
		return
	}
	_, offset := l.at(r.Pos())
	i, end := fmt.Sprintf("ʹi%d", offset), fmt.Sprintf("ʹn%d", offset)
	l.replace(r.For+3, r.X.Pos(), fmt.Sprintf(" %s, %s := %s(0), %s(", i, end, typ, typ))
	l.insert(r.X.End(), fmt.Sprintf("); %s < %s; %s++", i, end, i))
	if r.Key == nil {
		return
	}
	key, isIdent := r.Key.(*ast.Ident)
	if isIdent && key.Name == "_" {
		return
	}
	e, start := l.at(r.Key.Pos())
	_, stop := l.at(r.Key.End())
	text := e.source.text[start:stop]
	if isIdent {
		if known := l.entities[l.info.Uses[key]]; known != nil {
			text = known.emitted
		}
	}
	l.insert(r.Body.Lbrace+1, fmt.Sprintf(" %s %s %s; ", text, r.Tok, i))
}

// forStmt gives a three-clause loop's variables to each iteration anew where
// somebody could tell: where a function literal or a pointer keeps one.
func (l *lowering) forStmt(f *ast.ForStmt, label string) {
	init, ok := f.Init.(*ast.AssignStmt)
	if !ok || init.Tok != token.DEFINE {
		return
	}
	var kept []*ast.Ident
	for _, lhs := range init.Lhs {
		if id, ok := lhs.(*ast.Ident); ok && id.Name != "_" && l.captured(id, f.Body) {
			kept = append(kept, id)
		}
	}
	if len(kept) == 0 {
		return
	}
	outer := func(name string) string { return name + "ʹ" }
	var names, outers []string
	for _, id := range kept {
		obj := l.info.Defs[id]
		for _, part := range []ast.Node{f.Init, f.Cond, f.Post} {
			l.renameIn(part, obj, outer(id.Name))
		}
		names = append(names, id.Name)
		outers = append(outers, outer(id.Name))
	}
	in := strings.Join(names, ", ") + " := " + strings.Join(outers, ", ")
	out := strings.Join(outers, ", ") + " = " + strings.Join(names, ", ")
	l.insert(f.Body.Lbrace+1, " "+in+"; ")
	l.insert(f.Body.Rbrace, "; "+out+" ")
	l.beforeContinues(f.Body, label, out)
}

// beforeContinues puts a statement before each continue that ends an iteration
// of a loop with the given body.
func (l *lowering) beforeContinues(body ast.Node, label, text string) {
	var walk func(node ast.Node, nested bool)
	walk = func(root ast.Node, nested bool) {
		ast.Inspect(root, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ForStmt:
				if node != root {
					walk(node.Body, true)
					return false
				}
			case *ast.RangeStmt:
				if node != root {
					walk(node.Body, true)
					return false
				}
			case *ast.BranchStmt:
				ours := node.Label == nil && !nested || node.Label != nil && node.Label.Name == label
				if node.Tok == token.CONTINUE && ours {
					l.insert(node.Pos(), "{ "+text+"; ")
					l.insert(node.End(), " }")
				}
			}
			return true
		})
	}
	walk(body, false)
}

// renameIn renames the uses of a variable in a piece of syntax.
func (l *lowering) renameIn(root ast.Node, obj types.Object, name string) {
	if root == nil || obj == nil {
		return
	}
	ast.Inspect(root, func(node ast.Node) bool {
		if id, ok := node.(*ast.Ident); ok && (l.info.Uses[id] == obj || l.info.Defs[id] == obj) {
			l.replace(id.Pos(), id.End(), name)
		}
		return true
	})
}

// captured says that a variable may outlive its iteration: a function literal
// uses it or its address is taken.
func (l *lowering) captured(id *ast.Ident, body ast.Node) bool {
	obj := l.info.Defs[id]
	if obj == nil {
		return false
	}
	uses := func(root ast.Node) bool {
		found := false
		ast.Inspect(root, func(node ast.Node) bool {
			if id, ok := node.(*ast.Ident); ok && l.info.Uses[id] == obj {
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
		}
		return !found
	})
	return found
}

// genericUse refuses the generic functions and types of imported packages: the
// interpreter has no symbols for them.
func (l *lowering) genericUse(id *ast.Ident) {
	obj := l.info.Uses[id]
	if obj == nil || obj.Pkg() == nil || obj.Pkg() == l.pkg || obj.Pkg().Path() == "main" {
		return
	}
	generic := false
	switch obj := obj.(type) {
	case *types.Func:
		sig := obj.Signature()
		generic = sig.TypeParams().Len() > 0
	case *types.TypeName:
		if named, ok := obj.Type().(*types.Named); ok {
			generic = named.TypeParams().Len() > 0
		}
	}
	if generic {
		l.refuse(id.Pos(), "", "cells can't use the generic %s.%s", obj.Pkg().Name(), obj.Name())
	}
}

var refusedBuiltins = map[string]string{
	"min":   "compare with if",
	"max":   "compare with if",
	"clear": "delete the elements in a loop, or make a new map",
}

func (l *lowering) call(call *ast.CallExpr) {
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		if b, ok := l.info.Uses[id].(*types.Builtin); ok {
			if hint, refused := refusedBuiltins[b.Name()]; refused {
				l.refuse(id.Pos(), hint, "cells can't use the builtin %s", b.Name())
			}
			return
		}
	}
	sig, ok := l.info.TypeOf(call.Fun).(*types.Signature)
	if !ok {
		return
	}
	for i, arg := range call.Args {
		if literal, ok := arg.(*ast.FuncLit); ok {
			// The interpreter gives a literal that is handed straight to a compiled
			// function the variables as they are when it is called, not as they
			// were here: without the parentheses, those of the last iteration.
			l.insert(literal.Pos(), "(")
			l.insert(literal.End(), ")")
			continue
		}
		sel, ok := ast.Unparen(arg).(*ast.SelectorExpr)
		if !ok || !l.isOS(sel, "Stdin") {
			continue
		}
		param := sig.Params().At(min(i, sig.Params().Len()-1)).Type()
		if types.IsInterface(param) {
			l.replace(sel.Pos(), sel.End(), helper+".Stdin()")
		}
	}
}

// standardStream makes os.Stdout and os.Stderr those of the cell that the
// running goroutine belongs to.
func (l *lowering) standardStream(sel *ast.SelectorExpr) {
	for _, name := range []string{"Stdout", "Stderr"} {
		if !l.isOS(sel, name) {
			continue
		}
		if tv := l.info.Types[sel]; tv.Assignable() && l.assigned(sel) {
			l.refuse(sel.Pos(), "write to an *os.File of your own", "cells can't replace os.%s", name)
			return
		}
		l.replace(sel.Pos(), sel.End(), helper+"."+name+"()")
	}
}

func (l *lowering) isOS(sel *ast.SelectorExpr, name string) bool {
	id, ok := sel.X.(*ast.Ident)
	if !ok || sel.Sel.Name != name {
		return false
	}
	pkg, ok := l.info.Uses[id].(*types.PkgName)
	return ok && pkg.Imported().Path() == "os"
}

// assigned says that an expression stands on the left of an assignment, or
// behind an &.
func (l *lowering) assigned(e ast.Expr) bool {
	found := false
	look := func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.AssignStmt:
			for _, lhs := range node.Lhs {
				found = found || lhs == e
			}
		case *ast.UnaryExpr:
			found = found || node.Op == token.AND && ast.Unparen(node.X) == e
		}
		return !found
	}
	for _, d := range l.decls {
		ast.Inspect(d, look)
	}
	ast.Inspect(l.body, look)
	return found
}
