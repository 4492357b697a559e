package steps

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/traefik/yaegi/interp"
)

// vocabulary has the interpreter's kinds and actions of nodes that matter here.
type vocabulary struct {
	callExpr, selectorExpr, starExpr, identExpr, typeAssertExpr, funcLit, parenExpr uint
	exprStmt, deferStmt, goStmt, declStmt, assignStmt, defineStmt, defineXStmt      uint
	basicLit, returnStmt, varDecl                                                   uint
	callSlice, assign, assignX, returns                                             uint
}

// words are found by how the interpreter's values show themselves.
var words = sync.OnceValue(func() (w vocabulary) {
	root, _ := reflect.TypeFor[interp.Program]().FieldByName("root")
	kind, _ := root.Type.Elem().FieldByName("kind")
	action, _ := root.Type.Elem().FieldByName("action")
	kinds, actions := numbers(kind.Type), numbers(action.Type)
	for name, to := range map[string]*uint{
		"callExpr": &w.callExpr, "selectorExpr": &w.selectorExpr, "starExpr": &w.starExpr, "identExpr": &w.identExpr,
		"typeAssertExpr": &w.typeAssertExpr, "funcLit": &w.funcLit, "parenExpr": &w.parenExpr, "basicLit": &w.basicLit, "exprStmt": &w.exprStmt,
		"deferStmt": &w.deferStmt, "goStmt": &w.goStmt, "declStmt": &w.declStmt, "assignStmt": &w.assignStmt, "defineStmt": &w.defineStmt,
		"defineXStmt": &w.defineXStmt, "returnStmt": &w.returnStmt, "varDecl": &w.varDecl,
	} {
		*to = number(kinds, name)
	}
	for name, to := range map[string]*uint{"callSlice": &w.callSlice, "=": &w.assign, "X=": &w.assignX, "return": &w.returns} {
		*to = number(actions, name)
	}
	return w
})

// numbers leads from how the values of a numeric type show themselves to the values.
func numbers(t reflect.Type) map[string]uint {
	byName := map[string]uint{}
	v := reflect.New(t).Elem()
	for n := range uint(256) {
		v.SetUint(uint64(n))
		if s, ok := v.Interface().(fmt.Stringer); ok {
			if name := s.String(); name != "" {
				if _, ok := byName[name]; !ok {
					byName[name] = n
				}
			}
		}
	}
	return byName
}

// number is the one that is called name, or none that a node has.
func number(byName map[string]uint, name string) uint {
	if n, ok := byName[name]; ok {
		return n
	}
	return ^uint(0)
}
