package cell

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// goes writes a go statement. What is called, and with what, is evaluated first.
func (r *rewriter) goes(s *ast.GoStmt) (after func(), descend bool) {
	call := s.Call
	fun := ast.Unparen(call.Fun)
	_, literal := fun.(*ast.FuncLit)
	if literal && len(call.Args) == 0 && !r.results(call) {
		r.replace(s.Go, call.Pos(), r.gosim("Go")+"(")
		return func() { r.replace(call.Lparen, call.Rparen+1, ")") }, true
	}
	var steps []string
	keep := func(name, text string) string {
		name = r.free(name)
		steps = append(steps, name+" := "+text)
		return name
	}
	text := r.render(call.Fun, false)
	tv := r.c.info.Types[call.Fun]
	id, _ := fun.(*ast.Ident)
	_, declared := r.c.info.Uses[id].(*types.Func)
	switch {
	case literal, declared, tv.IsBuiltin(), tv.IsType():
	default:
		text = keep("do", text)
	}
	if len(call.Args) == 0 && !r.results(call) {
		r.replace(s.Pos(), s.End(), r.steps(s, append(steps, r.gosim("Go")+"("+text+")")))
		return nil, false
	}
	var args []string
	for _, a := range call.Args {
		arg := r.render(a, false)
		if tv := r.c.info.Types[ast.Unparen(a)]; tv.IsValue() && tv.Value == nil && !tv.IsNil() {
			arg = keep("with", arg)
		}
		args = append(args, arg)
	}
	if call.Ellipsis.IsValid() {
		args[len(args)-1] += "..."
	}
	if id != nil && id.Name == "close" && tv.IsBuiltin() {
		text, args = r.gosim("Close"), append(args, r.quoted(call.Args[0]))
	}
	steps = append(steps, r.gosim("Go")+"(func() { "+text+"("+strings.Join(args, ", ")+") })")
	r.replace(s.Pos(), s.End(), r.steps(s, steps))
	return nil, false
}

// results reports whether a call has results.
func (r *rewriter) results(call *ast.CallExpr) bool {
	sig, ok := under(r.c.info.TypeOf(call.Fun)).(*types.Signature)
	return !ok || sig.Results().Len() > 0
}

func (r *rewriter) element(channel ast.Expr) types.Type {
	return r.c.info.TypeOf(channel).Underlying().(*types.Chan).Elem()
}

// sends writes ch <- v.
func (r *rewriter) sends(s *ast.SendStmt) (after func()) {
	return func() {
		before, behind := r.conversion(r.element(s.Chan), r.c.info.TypeOf(s.Value))
		r.around(s.Value, before, behind+", "+r.quoted(s.Chan)+")")
		r.replace(s.Arrow, s.Arrow+2, ", ")
		r.around(s.Chan, r.gosim("Send")+"(", "")
	}
}

// receives writes <-ch.
func (r *rewriter) receives(e *ast.UnaryExpr) (after func()) {
	name := "Recv"
	if r.pairs[e] {
		name = "Recv2"
	}
	return func() {
		r.replace(e.OpPos, e.OpPos+2, r.gosim(name)+"(")
		r.insert(e.End(), ", "+r.quoted(e.X)+")")
	}
}

// selects writes a select statement as a switch by the case that was chosen.
func (r *rewriter) selects(s *ast.SelectStmt) (after func(), descend bool) {
	if len(s.Body.List) == 0 {
		r.replace(s.Pos(), s.End(), "for {\n"+r.gosim("Select")+"()\n}")
		return nil, false
	}
	var names, values, cases []string
	for i, clause := range s.Body.List {
		clause := clause.(*ast.CommClause)
		head := "case " + strconv.Itoa(i) + ":"
		if i == len(s.Body.List)-1 {
			head = "default:" // so that the switch ends a function where the select does
		}
		comm := clause.Comm
		name := ""
		switch comm := comm.(type) {
		case nil:
			cases = append(cases, r.gosim("Default"))
		case *ast.SendStmt:
			name = r.free("to")
			before, behind := r.conversion(r.element(comm.Chan), r.c.info.TypeOf(comm.Value))
			values = append(values, r.gosim("To")+"("+r.render(comm.Chan, false)+", "+before+r.render(comm.Value, false)+behind+", "+r.quoted(comm.Chan)+")")
		default:
			name = r.free("from")
			from := received(comm)
			values = append(values, r.gosim("From")+"("+r.render(from.X, false)+", "+r.quoted(from.X)+")")
			if to, ok := comm.(*ast.AssignStmt); ok {
				head += "\n" + r.taken(to, name)
			}
		}
		if name != "" {
			names, cases = append(names, name), append(cases, name)
		}
		r.replace(clause.Case, clause.Colon+1, head)
	}
	init := ""
	if len(names) > 0 {
		init = strings.Join(names, ", ") + " := " + strings.Join(values, ", ") + "; "
	}
	r.replace(s.Select, s.Body.Lbrace, "switch "+init+r.gosim("Select")+"("+strings.Join(cases, ", ")+") ")
	for _, clause := range s.Body.List {
		clause := clause.(*ast.CommClause)
		r.list(clause.Body)
		for _, inner := range clause.Body {
			r.nested(inner)
		}
	}
	return nil, false
}

// received is the receive operation of a case.
func received(comm ast.Stmt) *ast.UnaryExpr {
	var e ast.Expr
	switch comm := comm.(type) {
	case *ast.ExprStmt:
		e = comm.X
	case *ast.AssignStmt:
		e = comm.Rhs[0]
	}
	u, _ := ast.Unparen(e).(*ast.UnaryExpr)
	return u
}

// taken gives the variables of a case what was received.
func (r *rewriter) taken(s *ast.AssignStmt, from string) string {
	values := []string{from + ".Value", from + ".OK"}
	var names, stores []string
	for i, l := range s.Lhs {
		if r.isNew(l) || !r.told(l) {
			names = append(names, r.render(l, true))
			continue
		}
		names = append(names, "_")
		before, behind := "", ""
		if i == 0 {
			before, behind = r.conversion(r.c.info.TypeOf(l), r.element(received(s).X))
		}
		to := r.find(l, func(name, text string) string {
			name = r.free(name)
			stores = append(stores, name+" := "+text)
			return name
		})
		stores = append(stores, to.w(before+values[i]+behind))
	}
	op := " = "
	if s.Tok == token.DEFINE {
		op = " := "
	}
	return strings.Join(append([]string{strings.Join(names, ", ") + op + strings.Join(values[:len(names)], ", ")}, stores...), "\n")
}
