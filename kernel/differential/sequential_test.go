package differential

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// writer writes a random program without goroutines: functions whose statements are
// drawn from all over the language, on variables of many types. Each function is
// called, and what it panics with is printed as well; a budget of steps ends every
// loop. It keeps to what Go defines: no expression both calls what prints and reads
// what may fail.
type writer struct {
	r      *rand.Rand
	out    strings.Builder
	scopes [][]variable
	serial int
	deep   int      // how many blocks stand around
	calls  int      // how many functions there are to be called
	labels []string // of the loops around
	loops  int      // how many loops a break could leave
	result string   // the type of the function around
}

type variable struct {
	name, typ string
	fixed     bool // what counts a loop
}

var numeric = []string{"int", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "uint"}

var allTypes = append([]string{"int", "int", "int", "string", "bool", "float64", "[]int", "[]string", "[3]int", "map[string]int", "map[P]int", "P", "*P", "Q", "[]P", "[2]P", "func(int) int", "any", "error", "Shape", "Color", "Pair[int]", "Pair[string]", "*List[int]", "[]func() int", "rune", "byte", "[]byte", "[]any", "[][]int", "float32", "complex128"}, numeric...)

func (w *writer) line(format string, args ...any) { fmt.Fprintf(&w.out, format+"\n", args...) }
func (w *writer) pick(choices ...string) string   { return choices[w.r.IntN(len(choices))] }
func (w *writer) chance(n int) bool               { return w.r.IntN(n) == 0 }
func (w *writer) name() string                    { w.serial++; return fmt.Sprintf("v%d", w.serial) }

func (w *writer) push() { w.scopes = append(w.scopes, nil); w.deep++ }
func (w *writer) pop()  { w.scopes = w.scopes[:len(w.scopes)-1]; w.deep-- }

func (w *writer) declare(name, typ string, fixed bool) {
	w.scopes[len(w.scopes)-1] = append(w.scopes[len(w.scopes)-1], variable{name, typ, fixed})
}

// find is a variable of a type, "" for none. set says that it will be assigned to.
func (w *writer) find(typ string, set bool) string {
	var found []string
	hidden := map[string]bool{}
	for i := len(w.scopes) - 1; i >= 0; i-- {
		for j := len(w.scopes[i]) - 1; j >= 0; j-- {
			v := w.scopes[i][j]
			if !hidden[v.name] && v.typ == typ && !(set && v.fixed) {
				found = append(found, v.name)
			}
			hidden[v.name] = true
		}
	}
	if len(found) == 0 {
		return ""
	}
	return found[w.r.IntN(min(len(found), 6))]
}

const preamble = `package main
import ("errors"; "fmt"; "sort"; "strings")
type P struct { a int; b string; c [2]int8 }
func (p P) Sum(n int) int { return p.a + n + int(p.c[0]) }
func (p P) Area() int { return p.a * 2 }
func (p *P) Add(n int) { p.a += n; p.c[1]++ }
func (p P) Clone() P { p.c[0]--; return p }
type Q struct { P; d float64; e *P }
func (q Q) Area() int { return q.P.Area() + int(q.d) }
type Shape interface { Area() int }
type Color uint8
const (Red Color = iota + 1; Green; Blue)
func (c Color) String() string { return [...]string{"?", "red", "green", "blue"}[c&3] }
func (c Color) Area() int { return int(c) }
type Pair[T any] struct { x, y T }
func (p Pair[T]) Swap() Pair[T] { return Pair[T]{p.y, p.x} }
func (p *Pair[T]) Set(v T) { p.x = v }
type List[T any] struct { v T; next *List[T] }
func (l *List[T]) All() func(yield func(int, T) bool) { return func(yield func(int, T) bool) { for i := 0; l != nil; i, l = i+1, l.next { if !yield(i, l.v) { return } } } }
func Map[T, U any](s []T, f func(T) U) []U { var r []U; for _, v := range s { r = append(r, f(v)) }; return r }
func Keys[V any](m map[string]V) []string { var r []string; for k := range m { r = append(r, k) }; sort.Strings(r); return r }
type E struct { n int }
func (e E) Error() string { return fmt.Sprint("E", e.n) }
var errBase = errors.New("base")
var fuel = 3000
func step() { fuel--; if fuel < 0 { panic("no steps left") } }
func count(n int) func(yield func(int) bool) { return func(yield func(int) bool) { for i := 0; i < n; i++ { if !yield(i) { return } } } }
func try(name string, f func()) { defer func() { if r := recover(); r != nil { fmt.Println(name, "panics:", r) } }(); f() }
func show(vs ...any) { for i, v := range vs { switch v := v.(type) { case *P: if v != nil { vs[i] = *v }; case *List[int]: n := 0; for range v.All() { n++ }; vs[i] = n; case []func() int: vs[i] = len(v); case func(int) int: vs[i] = v == nil; case Q: v.e = nil; vs[i] = v; case Shape: vs[i] = v.Area(); case []any: vs[i] = len(v) } }; fmt.Printf("%v|%+v\n", vs, vs) }
var _ = strings.ToUpper
`

// generateSequential writes a program.
func generateSequential(r *rand.Rand) string {
	w := &writer{r: r}
	w.out.WriteString(preamble)
	n := 2 + r.IntN(4)
	var runs strings.Builder
	for i := range n {
		w.calls = i
		w.result = w.pick("int", "string", "P", "error", "any", "[]int")
		w.scopes = nil
		w.push()
		result := w.result
		if w.chance(3) {
			result = "(res " + w.result + ")"
			w.declare("res", w.result, false)
		}
		w.declare("p0", "int", false)
		w.declare("p1", "string", false)
		w.declare("p2", "[]int", false)
		w.line("func f%d(p0 int, p1 string, p2 []int) %s {", i, result)
		w.line("step()")
		if w.chance(3) {
			w.deferred()
		}
		w.statements(4 + r.IntN(8))
		w.showAll()
		w.line("return %s", w.expr(w.result, 2))
		w.line("}")
		w.pop()
		fmt.Fprintf(&runs, "try(%q, func() { fuel = 3000; show(f%d(%d, %q, []int{%d, 2, 3})) })\n", fmt.Sprint("f", i), i, r.IntN(9), w.pick("", "a", "héé", "xyz"), r.IntN(7))
	}
	w.line("func main() {\n%s}", runs.String())
	return w.out.String()
}

// showAll prints the variables in scope.
func (w *writer) showAll() {
	var names []string
	seen := map[string]bool{}
	for i := len(w.scopes) - 1; i >= 0 && len(names) < 8; i-- {
		for j := len(w.scopes[i]) - 1; j >= 0; j-- {
			if v := w.scopes[i][j]; !seen[v.name] {
				seen[v.name] = true
				names = append(names, v.name)
			}
		}
	}
	w.line("show(%s)", strings.Join(names, ", "))
}

func (w *writer) block(n int) {
	w.push()
	w.statements(n)
	if w.chance(3) && len(w.scopes[len(w.scopes)-1]) > 0 {
		v := w.scopes[len(w.scopes)-1][0]
		w.line("show(%s)", v.name)
	}
	w.pop()
}

func (w *writer) statements(n int) {
	for range n {
		w.statement()
	}
}

func (w *writer) define() {
	typ := w.pick(allTypes...)
	name := w.name()
	if w.chance(8) && len(w.scopes) > 1 { // a name of an outer block, again
		for _, v := range w.scopes[len(w.scopes)-2] {
			name = v.name
		}
		for _, v := range w.scopes[len(w.scopes)-1] {
			if v.name == name {
				name = w.name()
			}
		}
		if !strings.HasPrefix(name, "v") {
			name = w.name()
		}
	}
	value := w.expr(typ, 3)
	switch {
	case w.chance(4):
		w.line("var %s %s", name, typ)
	case w.chance(2):
		w.line("var %s %s = %s", name, typ, value)
	case typ == "any" || typ == "error" || typ == "Shape" || value == "nil":
		w.line("var %s %s = %s", name, typ, value)
	default:
		w.line("%s := %s(%s)", name, parens(typ), value)
	}
	w.line("_ = %s", name)
	w.declare(name, typ, false)
}

func parens(typ string) string {
	if strings.HasPrefix(typ, "*") || strings.HasPrefix(typ, "func") {
		return "(" + typ + ")"
	}
	return typ
}

func (w *writer) deferred() {
	switch w.r.IntN(4) {
	case 0:
		w.line("defer show(%q, %s, %s)", "deferred", w.expr("int", 2), w.expr("P", 2))
	case 1:
		w.line("defer func() { if r := recover(); r != nil { show(\"recovered\", fmt.Sprint(r)) } }()")
	case 2:
		w.line("defer func() {")
		w.nested(func() { w.block(2) })
		w.line("}()")
	case 3:
		if v := w.find("P", true); v != "" {
			w.line("defer %s.Add(%s)", v, w.expr("int", 1))
		}
	}
}

// nested writes what stands in a function literal.
func (w *writer) nested(f func()) {
	labels, loops, result := w.labels, w.loops, w.result
	w.labels, w.loops, w.result = nil, 0, ""
	f()
	w.labels, w.loops, w.result = labels, loops, result
}

func (w *writer) loop(header string, variables func()) {
	label := ""
	if w.chance(3) {
		label = strings.ToUpper(w.name())
		w.line("%s:", label)
		w.labels = append(w.labels, label)
	}
	w.loops++
	w.push()
	w.line("%s {\nstep()", header)
	variables()
	w.statements(2 + w.r.IntN(3))
	if label != "" {
		w.line("if %s { %s %s }", w.expr("bool", 2), w.pick("break", "continue"), label)
		w.labels = w.labels[:len(w.labels)-1]
	}
	w.line("}")
	w.pop()
	w.loops--
}

func (w *writer) statement() {
	if w.deep > 5 {
		w.simple()
		return
	}
	switch w.r.IntN(30) {
	case 0, 1, 2, 3, 4, 5:
		w.define()
	case 6:
		w.line("if %s {", w.expr("bool", 3))
		w.block(2)
		if w.chance(2) {
			w.line("} else if %s {", w.expr("bool", 2))
			w.block(1)
		}
		if w.chance(2) {
			w.line("} else {")
			w.block(2)
		}
		w.line("}")
	case 7:
		i := w.name()
		w.loop(fmt.Sprintf("for %s := 0; %s < %d; %s++", i, i, 1+w.r.IntN(4), i), func() { w.declare(i, "int", true) })
	case 8:
		i := w.name()
		w.loop(fmt.Sprintf("for %s := range %d", i, 1+w.r.IntN(4)), func() { w.line("_ = %s", i); w.declare(i, "int", true) })
	case 9:
		k, v := w.name(), w.name()
		list, elem := w.pick("[]int int", "[]string string", "[3]int int", "[]P P", "[2]P P", "[]byte byte", "string rune"), ""
		list, elem, _ = strings.Cut(list, " ")
		w.loop(fmt.Sprintf("for %s, %s := range %s", k, v, w.operand(list)), func() {
			w.line("_, _ = %s, %s", k, v)
			w.declare(k, "int", true)
			w.declare(v, elem, w.chance(2))
		})
	case 10:
		i := w.name()
		w.loop(fmt.Sprintf("for %s := range count(%d)", i, 1+w.r.IntN(4)), func() { w.line("_ = %s", i); w.declare(i, "int", false) })
	case 11:
		if l := w.find("*List[int]", false); l != "" {
			i, v := w.name(), w.name()
			w.loop(fmt.Sprintf("for %s, %s := range %s.All()", i, v, l), func() {
				w.line("_, _ = %s, %s", i, v)
				w.declare(i, "int", false)
				w.declare(v, "int", false)
			})
		}
	case 12:
		w.line("switch %s {", w.expr("int", 2))
		for i := range 1 + w.r.IntN(3) {
			w.line("case %d, %d:", 10*i, 10*i+1+w.r.IntN(3))
			w.block(2)
			if w.chance(3) {
				w.line("fallthrough")
			}
		}
		w.line("default:")
		w.block(1)
		w.line("}")
	case 13:
		v := w.name()
		w.line("switch %s := %s.(type) {", v, w.operand("any"))
		for _, t := range []string{"int", "string", "P", "*P", "error", "Shape", "Color", "[]int"} {
			if w.chance(2) {
				w.line("case %s:", t)
				w.push()
				w.line("_ = %s", v)
				w.declare(v, t, false)
				w.statements(2)
				w.pop()
			}
		}
		w.line("case nil:\n_ = %s\nshow(\"nil\")", v)
		w.line("}")
	case 14:
		f := w.name()
		w.push()
		w.line("%s := func(%s int) int {\nstep()", f, f+"p")
		w.declare(f+"p", "int", false)
		w.nested(func() { w.statements(2); w.line("return %s", w.expr("int", 2)) })
		w.line("}")
		w.pop()
		w.declare(f, "func(int) int", true)
		w.line("_ = %s", f)
	case 15:
		if fs := w.find("[]func() int", true); fs != "" {
			if x := w.find("int", true); x != "" {
				w.line("%s = append(%s, func() int { %s += %d; return %s })", fs, fs, x, 1+w.r.IntN(3), x)
			}
			if i := w.find("int", false); i != "" {
				w.line("%s = append(%s, func() int { return %s })", fs, fs, i)
			}
			w.line("for _, f := range %s { step(); show(f()) }", fs)
		}
	case 16:
		w.line("func() {")
		w.nested(func() {
			w.push()
			w.deferred()
			w.statements(3)
			w.pop()
		})
		w.line("}()")
	case 17:
		if len(w.labels) > 0 {
			w.line("if %s { %s %s }", w.expr("bool", 2), w.pick("break", "continue"), w.labels[w.r.IntN(len(w.labels))])
		} else if w.loops > 0 {
			w.line("if %s { %s }", w.expr("bool", 2), w.pick("break", "continue"))
		}
	case 18:
		if w.result != "" && w.chance(2) {
			w.line("if %s { return %s }", w.expr("bool", 2), w.expr(w.result, 2))
		}
	case 20:
		if w.calls > 0 {
			w.line("show(f%d(%s, %s, %s))", w.r.IntN(w.calls), w.expr("int", 2), w.expr("string", 2), w.expr("[]int", 2))
		}
	case 19:
		if w.chance(3) {
			w.line("if %s { panic(%s) }", w.expr("bool", 2), w.pick(w.expr("string", 2), w.expr("error", 2), w.expr("int", 2)))
		}
	default:
		w.simple()
	}
}

// simple writes an assignment or a call.
func (w *writer) simple() {
	switch w.r.IntN(16) {
	case 0, 1, 2:
		typ := w.pick(allTypes...)
		if v := w.find(typ, true); v != "" {
			w.line("%s = %s", v, w.expr(typ, 3))
		}
	case 3, 4:
		typ := w.pick(numeric...)
		if v := w.find(typ, true); v != "" {
			w.line("%s %s %s", v, w.pick("+=", "-=", "*=", "&=", "|=", "^=", "&^=", "/=", "%="), w.expr(typ, 2))
		}
	case 5:
		typ := w.pick(numeric...)
		if v := w.find(typ, true); v != "" {
			w.line("%s %s %s", v, w.pick("<<=", ">>="), w.pick("3", "uint(9)", "p0&7", "1"))
		}
	case 6:
		a, b := w.find("int", true), w.find("int", true)
		if a != "" && b != "" && a != b {
			w.line("%s, %s = %s, %s", a, b, w.expr("int", 2), w.expr("int", 2))
		}
	case 7:
		if s := w.find("[]int", true); s != "" {
			switch w.r.IntN(6) {
			case 0:
				w.line("%s = append(%s, %s)", s, s, w.expr("int", 2))
			case 1:
				w.line("%s[%s] = %s", s, w.expr("int", 1), w.expr("int", 2))
			case 2:
				w.line("if len(%s) > 0 { %s[0], %s[len(%s)-1] = %s[len(%s)-1], %s[0] }", s, s, s, s, s, s, s)
			case 3:
				// A value that can't panic: by the language that comes before the index is
				// found out of range, in compiled programs after it.
				w.line("%s[%s], %s[1] = 5, %s", s, w.expr("int", 1), s, w.leaf("int"))
			case 4:
				w.line("%s[1]%s", s, w.pick("++", "--"))
			case 5:
				w.line("show(copy(%s, %s))", s, w.expr("[]int", 1))
			}
		}
	case 8:
		if m := w.find("map[string]int", true); m != "" {
			switch w.r.IntN(4) {
			case 0:
				w.line("if %s != nil { %s[%s] = %s }", m, m, w.expr("string", 2), w.expr("int", 2))
			case 1:
				w.line("%s[%s] += %s", m, w.expr("string", 1), w.expr("int", 1))
			case 2:
				w.line("delete(%s, %s)", m, w.expr("string", 1))
			case 3:
				w.line("for _, k := range Keys(%s) { show(k, %s[k]) }", m, m)
			}
		}
	case 9:
		if p := w.find(w.pick("P", "*P", "Q"), true); p != "" {
			switch w.r.IntN(5) {
			case 0:
				w.line("%s.a = %s", p, w.expr("int", 2))
			case 1:
				w.line("%s.b += %s", p, w.expr("string", 1))
			case 2:
				w.line("%s.c[%s&1]++", p, w.expr("uint8", 1))
			case 3:
				w.line("%s.Add(%s)", p, w.expr("int", 2))
			case 4:
				w.line("%s.a, %s.b = %s, %s", p, p, w.expr("int", 1), w.expr("string", 1))
			}
		}
	case 10:
		if a := w.find("[3]int", true); a != "" {
			w.line("%s[%s] %s %s", a, w.pick("0", "1", "2", "p0&1"), w.pick("=", "+=", "^="), w.expr("int", 2))
		}
	case 11:
		w.line("show(%s, %s)", w.expr(w.pick(allTypes...), 3), w.expr("int", 3))
	case 12:
		if s := w.find("[]P", true); s != "" {
			w.line("%s = append(%s, %s)", s, s, w.expr("P", 2))
			w.line("%s[0].%s", s, w.pick("a++", "c[1] = 3", "b = \"z\"", "Add(2)"))
		}
	case 13:
		if m := w.find("map[P]int", true); m != "" {
			w.line("if %s != nil { %s[%s]++ }", m, m, w.expr("P", 2))
		}
	case 14:
		if p := w.find("Pair[int]", true); p != "" {
			w.line("%s.Set(%s)", p, w.expr("int", 2))
			w.line("%s.x, %s.y = %s.y, %s", p, p, p, w.expr("int", 1))
		}
	case 15:
		if l := w.find("*List[int]", true); l != "" {
			w.line("%s = &List[int]{%s, %s}", l, w.expr("int", 2), l)
		}
	}
}

// operand is an expression that another part of a statement works on.
func (w *writer) operand(typ string) string {
	if v := w.find(typ, false); v != "" {
		return v
	}
	if typ == "any" {
		return "any(" + w.expr("any", 1) + ")"
	}
	return "(" + w.expr(typ, 1) + ")"
}

func (w *writer) number(typ string, depth int) string {
	e := func() string { return w.expr(typ, depth-1) }
	switch w.r.IntN(12) {
	case 0, 1, 2:
		return "(" + e() + " " + w.pick("+", "-", "*") + " " + e() + ")"
	case 3:
		return "(" + e() + " " + w.pick("/", "%") + " " + e() + ")"
	case 4:
		return "(" + e() + " " + w.pick("&", "|", "^", "&^") + " " + e() + ")"
	case 5:
		return "(" + e() + " " + w.pick("<<", ">>") + " " + w.pick("1", "3", "uint(p0)", "(p0&15)", "uint8(9)") + ")"
	case 6:
		return w.pick("-", "^") + "(" + e() + ")"
	case 7:
		return typ + "(" + w.expr(w.pick(numeric...), depth-1) + ")"
	case 8:
		return w.pick("min", "max") + "(" + e() + ", " + e() + ")"
	}
	return w.leaf(typ)
}

func isNumeric(typ string) bool {
	for _, t := range numeric {
		if t == typ {
			return true
		}
	}
	return typ == "byte" || typ == "rune"
}

// expr is an expression of a type.
func (w *writer) expr(typ string, depth int) string {
	if depth <= 0 || w.chance(4) {
		return w.leaf(typ)
	}
	e := func(t string) string { return w.expr(t, depth-1) }
	if isNumeric(typ) && (typ != "int" || w.chance(2)) {
		return w.number(typ, depth)
	}
	switch typ {
	case "int":
		switch w.r.IntN(14) {
		case 0, 6:
			return "len(" + w.operand(w.pick("string", "[]int", "map[string]int", "[]byte", "[]P")) + ")"
		case 1:
			return w.operand("[]int") + "[" + e("int") + "&1]"
		case 2:
			return w.operand("map[string]int") + "[" + e("string") + "]"
		case 3:
			return w.operand("P") + w.pick(".a", ".Sum(2)", ".Area()", ".Clone().a")
		case 4:
			return w.operand("Q") + w.pick(".a", ".P.a", ".Area()", ".Sum(1)")
		case 5:
			return w.operand("[3]int") + "[" + w.pick("0", "2", "p0&1") + "]"
		case 7:
			return "int(" + w.operand("Color") + ")"
		case 8:
			return "func(a, b int) int { return a " + w.pick("+", "-", "*") + " b }(" + e("int") + ", " + e("int") + ")"
		case 9:
			return "P.Sum(" + e("P") + ", " + e("int") + ")"
		case 10:
			return w.operand("Pair[int]") + w.pick(".x", ".Swap().x", ".y")
		case 11:
			return "int(" + w.pick("(p1+\"q\")", "\"xyz\"") + "[" + w.pick("0", "p0&0") + "])"
		case 12:
			return "func() int { n, _ := " + w.operand("any") + ".(int); return n }()"
		case 13:
			return "(*(&" + w.operandPointer() + ")).a"
		}
		return w.number(typ, depth)
	case "bool":
		switch w.r.IntN(8) {
		case 0, 1:
			t := w.pick("int", "string", "uint8", "int8", "float64", "Color")
			return "(" + e(t) + " " + w.pick("<", "<=", "==", "!=", ">", ">=") + " " + e(t) + ")"
		case 2:
			return "(" + e("bool") + " " + w.pick("&&", "||", "!=", "==") + " " + e("bool") + ")"
		case 3:
			return "!(" + e("bool") + ")"
		case 4:
			t := w.pick("P", "[3]int", "Pair[int]", "error", "Shape")
			if t == "Shape" || t == "error" {
				return "(" + t + "(" + w.operand(t) + ") != " + t + "(" + w.operand(t) + "))"
			}
			return "(" + w.operand(t) + " " + w.pick("==", "!=") + " " + w.operand(t) + ")"
		case 5:
			return "(" + w.operand("any") + " == any(" + e(w.pick("int", "string", "P", "Color")) + "))"
		case 6:
			return "func() bool { _, ok := " + w.operand("any") + ".(" + w.pick("int", "string", "P", "error", "Shape", "fmt.Stringer") + "); return ok }()"
		case 7:
			return "errors.Is(" + e("error") + ", errBase)"
		}
	case "string":
		switch w.r.IntN(9) {
		case 0, 1:
			return "(" + e("string") + " + " + e("string") + ")"
		case 2:
			return w.operand("P") + ".b"
		case 3:
			return "string(rune(" + fmt.Sprint(97+w.r.IntN(9)) + " + " + e("int") + "&7))"
		case 4:
			return "fmt.Sprint(" + e(w.pick("int", "P", "Color", "[]int", "float64", "error", "map[string]int", "Pair[string]", "[]byte", "complex128")) + ")"
		case 5:
			return "func(s string) string { return s[len(s)/2:] }(" + e("string") + ")"
		case 6:
			return "strings.Repeat(" + e("string") + ", " + e("int") + "&1)"
		case 7:
			return "string(" + e("[]byte") + ")"
		case 8:
			return "fmt.Sprintf(\"%" + w.pick("v", "+v", "d", "q", "5v") + "\", " + e(w.pick("int", "P", "Color", "[]int", "Pair[int]", "[2]P", "uint8", "[]byte")) + ")"
		}
	case "float64":
		switch w.r.IntN(4) {
		case 0, 1:
			return "(" + e("float64") + " " + w.pick("+", "-", "*", "/") + " " + e("float64") + ")"
		case 2:
			return "float64(" + e(w.pick("int8", "uint8", "int16", "float32")) + ")"
		case 3:
			return w.operand("Q") + ".d"
		}
	case "float32":
		return "(" + e("float32") + " " + w.pick("+", "-", "*") + " float32(" + e("int8") + "))"
	case "complex128":
		return "(" + e("complex128") + w.pick(" + ", " * ", " - ") + "complex(" + e("float64") + ", 1))"
	case "[]int":
		switch w.r.IntN(5) {
		case 0:
			return "[]int{" + e("int") + ", " + e("int") + "}"
		case 1:
			return "append([]int(nil), " + e("[]int") + "...)"
		case 2:
			return w.operand("[]int") + "[" + w.pick("1:", ":1", "0:1", ":1:2", ":") + "]"
		case 3:
			return "Map(" + w.operand("[]int") + ", func(n int) int { return n " + w.pick("+", "*", "^") + " " + e("int") + " })"
		case 4:
			return "append(" + w.operand("[]int") + ", " + e("int") + ", " + e("int") + ")"
		}
	case "[]string":
		return "Map(" + w.operand("[]int") + ", func(n int) string { return fmt.Sprint(n, " + e("string") + ") })"
	case "[3]int":
		return "[3]int{" + e("int") + ", " + w.pick("2: ", "1: ", "") + e("int") + "}"
	case "map[string]int":
		return "map[string]int{\"k\": " + e("int") + ", \"m\" + p1: " + e("int") + "}"
	case "map[P]int":
		return "map[P]int{{a: 1}: " + e("int") + "}"
	case "P":
		switch w.r.IntN(5) {
		case 0, 1:
			return "P{" + e("int") + ", " + e("string") + ", [2]int8{" + e("int8") + "}}"
		case 2:
			return w.operand("P") + ".Clone()"
		case 3:
			return w.operand("Q") + ".P"
		case 4:
			return "func() P { p := " + e("P") + "; q := &p; q.Add(1); return *q }()"
		}
	case "*P":
		return "&P{a: " + e("int") + "}"
	case "Q":
		return "Q{" + e("P") + ", " + e("float64") + ", nil}"
	case "[]P":
		return "[]P{{a: " + e("int") + "}, " + e("P") + "}"
	case "[2]P":
		return "[2]P{" + e("P") + "}"
	case "func(int) int":
		return "func(n int) int { return n " + w.pick("+", "*", "-") + " " + e("int") + " }"
	case "any":
		t := w.pick("int", "string", "P", "*P", "[]int", "Color", "error", "Pair[int]", "[3]int", "float64", "Shape")
		return e(t)
	case "error":
		return w.pick("E{"+e("int")+"}", "fmt.Errorf(\"w%d: %w\", "+e("int")+", "+e("error")+")", "errBase", "errors.Join(errBase, E{1})")
	case "Shape":
		return w.pick(e("P"), e("Q"), e("Color"), "&P{a: 2}")
	case "Color":
		return "Color(" + e("uint8") + ")"
	case "Pair[int]":
		return w.pick("Pair[int]{"+e("int")+", "+e("int")+"}", w.operand("Pair[int]")+".Swap()")
	case "Pair[string]":
		return "Pair[string]{y: " + e("string") + "}"
	case "*List[int]":
		return "&List[int]{" + e("int") + ", " + e("*List[int]") + "}"
	case "[]byte":
		return "[]byte(" + e("string") + ")"
	case "[]any":
		return "[]any{" + e("any") + ", " + e("any") + "}"
	case "[][]int":
		return "[][]int{" + e("[]int") + ", {1}}"
	}
	return w.leaf(typ)
}

func (w *writer) operandPointer() string {
	if v := w.find("P", false); v != "" {
		return v
	}
	return "P{a: 4}"
}

// leaf is a variable or a constant.
func (w *writer) leaf(typ string) string {
	if v := w.find(typ, false); v != "" && !w.chance(4) {
		return v
	}
	if isNumeric(typ) {
		n := fmt.Sprint(w.r.IntN(100))
		if w.chance(6) {
			n = map[string]string{"int": "9223372036854775807", "int8": "-128", "uint8": "255", "int16": "32767", "uint16": "65535", "int32": "-2147483648", "uint32": "4294967295", "int64": "-9223372036854775808", "uint64": "18446744073709551615", "uint": "18446744073709551615", "byte": "200", "rune": "'é'"}[typ]
		}
		// Not a constant expression, which could overflow.
		return "func() " + typ + " { var n " + typ + " = " + n + "; return n }()"
	}
	switch typ {
	case "string":
		return w.pick(`"a"`, `"héllo"`, `""`, `"\xff"`, `"B" + p1`)
	case "bool":
		return w.pick("true", "false", "(p0 > 3)")
	case "float64", "float32":
		return "func() " + typ + " { var n " + typ + " = " + w.pick("0", "1.5", "-2", "1e10", "0.1") + "; return n }()"
	case "complex128":
		return "complex(1, 2)"
	case "any", "error", "Shape", "*P", "*List[int]":
		switch typ {
		case "*P":
			return "&P{a: 3}"
		case "any":
			return "any(5)"
		case "error":
			return "error(E{3})"
		case "Shape":
			return "Shape(Green)"
		}
		return "(" + typ + ")(nil)"
	case "Color":
		return w.pick("Red", "Blue")
	case "func(int) int":
		return "func(n int) int { return n + 1 }"
	case "[]func() int":
		return "[]func() int{}"
	case "map[string]int":
		return "map[string]int{\"a\": 1}"
	case "map[P]int":
		return "map[P]int{}"
	case "[]int":
		return "[]int{1, 2, 3}"
	case "[]byte":
		return "[]byte{1, 2}"
	}
	return typ + "{}"
}

// What random programs print is what the Go toolchain's programs print.
func TestRandomSequentialProgramsDoWhatGoDoes(t *testing.T) {
	if !*native {
		t.Skip("run with -native")
	}
	var books []notebook
	for i := range *random {
		text := generateSequential(rand.New(rand.NewPCG(*seed+uint64(i), 1)))
		books = append(books, notebook{path: fmt.Sprint("seed", i), cells: []string{text}, native: text})
	}
	programs := build(t, books)
	for i, b := range books {
		want := programs.run(t, b)
		want.stdout = strings.ToValidUTF8(want.stdout, "\uFFFD") // as all that a cell prints
		if d := difference(kernel(t, b.cells), want); d != "" {
			t.Errorf("-seed %d: %s\n%s", *seed+uint64(i), d, b.cells[0])
		}
	}
}
