package lower_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"testing"
)

// The kinds of syntax that the interpreter runs right, and that lowered code is
// made of. An empty statement is not: what comes after it can be lost.
var language = kinds(
	&ast.File{}, &ast.GenDecl{}, &ast.ImportSpec{}, &ast.ValueSpec{}, &ast.FuncDecl{}, &ast.FieldList{}, &ast.Field{},
	&ast.BlockStmt{}, &ast.ExprStmt{}, &ast.AssignStmt{}, &ast.IncDecStmt{}, &ast.DeclStmt{}, &ast.IfStmt{}, &ast.ForStmt{},
	&ast.RangeStmt{}, &ast.SwitchStmt{}, &ast.CaseClause{}, &ast.BranchStmt{}, &ast.LabeledStmt{}, &ast.ReturnStmt{},
	&ast.Ident{}, &ast.BasicLit{}, &ast.CompositeLit{}, &ast.KeyValueExpr{}, &ast.FuncLit{}, &ast.ParenExpr{}, &ast.SelectorExpr{},
	&ast.IndexExpr{}, &ast.SliceExpr{}, &ast.StarExpr{}, &ast.CallExpr{}, &ast.UnaryExpr{}, &ast.BinaryExpr{}, &ast.TypeAssertExpr{},
	&ast.ArrayType{}, &ast.MapType{}, &ast.ChanType{}, &ast.FuncType{}, &ast.Ellipsis{},
)

func kinds(nodes ...ast.Node) map[reflect.Type]bool {
	set := map[reflect.Type]bool{}
	for _, node := range nodes {
		set[reflect.TypeOf(node)] = true
	}
	return set
}

// native are the built-in functions in whose place lowered code calls functions
// of its own.
var native = []string{"recover", "panic", "print", "println", "close", "clear", "min", "max", "complex"}

func TestLoweredCodeKeepsToItsLanguage(t *testing.T) {
	cells := []string{everything}
	for _, rule := range rules {
		cells = append(cells, rule.cell)
	}
	for _, text := range cells {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "", source(t, text), parser.SkipObjectResolution)
		if err != nil {
			t.Fatalf("%s\n%v", text, err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if node == nil {
				return false
			}
			if problem := foreign(node); problem != "" {
				t.Errorf("%s\n%s: %s", text, fset.Position(node.Pos()), problem)
			}
			return true
		})
	}
}

// foreign says what is wrong with a piece of syntax, "" if nothing is.
func foreign(node ast.Node) string {
	if !language[reflect.TypeOf(node)] {
		return reflect.TypeOf(node).String() + " is not in the language"
	}
	switch node := node.(type) {
	case *ast.FuncDecl:
		if node.Recv != nil || node.Type.TypeParams != nil {
			return "a method or a generic function"
		}
	case *ast.UnaryExpr:
		if node.Op == token.ARROW {
			return "a receive operation"
		}
	case *ast.TypeAssertExpr:
		if node.Type == nil {
			return "a type switch"
		}
	case *ast.CallExpr:
		if id, ok := node.Fun.(*ast.Ident); ok && slices.Contains(native, id.Name) {
			return "a call of the built-in " + id.Name
		}
	}
	return ""
}

// everything has each of Go's constructs once.
const everything = `
import ("fmt"; "time")

type Number interface{ ~int | ~float64 }
type List[T any] struct { head T; tail *List[T] }
func (l *List[T]) push(v T) *List[T] { return &List[T]{v, l} }
func sum[T Number](vs ...T) (total T) { for _, v := range vs { total += v }; return }

type Shape interface { Area() float64 }
type Square struct { Side float64 "json:\"side\"" }
func (s Square) Area() float64 { return s.Side * s.Side }
type Named struct { Shape; fmt.Stringer; name string }

func work(in <-chan int, out chan<- int, done chan struct{}) (err error) {
	defer func() { if r := recover(); r != nil { err = fmt.Errorf("%v", r) } }()
	defer close(done)
	for {
		select {
		case v, ok := <-in:
			if !ok { return nil }
			out <- v * 2
		case <-time.After(time.Second):
			panic("late")
		}
	}
}

in, out, done := make(chan int, 1), make(chan int, 1), make(chan struct{})
go work(in, out, done)
in <- 1
fmt.Println(<-out)
close(in)
<-done
var shape Shape = Named{Shape: Square{2}, name: "square"}
switch s := shape.(type) {
case Square: fmt.Println(s.Side)
case interface{ Area() float64 }: fmt.Println(s.Area(), min(1, s.Area()))
}
numbers := map[string][]int{"a": {1, 2, 3}}
for key, list := range numbers { fmt.Println(key, sum(list...), list[1:2:3]) }
for i, r := range "né" { fmt.Print(i, r) }
for range 2 { print() }
seq := func(yield func(int) bool) { _ = yield(1) && yield(2) }
for v := range seq { if v == 2 { break } }
array := [...]complex128{1i, complex(1, 2)}
clear(numbers)
f := (*List[int]).push
l := f(nil, 3)
bits := ^uint8(3)&^1 | 1<<l.head
label:
for i := 0; ; i++ {
	switch { case i > 2: break label; case i == 1: fallthrough; default: continue label }
}
fmt.Println(array, bits)`

// The interpreter ranges right over slices, arrays and maps only.
func TestRangesLeft(t *testing.T) {
	for x, left := range map[string]int{
		"[]int": 1, "[3]int": 1, "*[3]int": 0, "map[int]int": 1,
		"string": 0, "chan int": 0, "int": 0, "func(func(int) bool)": 0,
	} {
		text := "func f(x " + x + ") { for i := range x { println(i) } }"
		file, err := parser.ParseFile(token.NewFileSet(), "", source(t, text), 0)
		if err != nil {
			t.Fatal(err)
		}
		ranges := 0
		ast.Inspect(file, func(node ast.Node) bool {
			if _, ok := node.(*ast.RangeStmt); ok {
				ranges++
			}
			return true
		})
		if ranges > left {
			t.Errorf("%s\nis lowered to %d range statements, want %d at most", text, ranges, left)
		}
	}
}
