package engine_test

import (
	"strings"
	"testing"

	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

// What cells print where the interpreter by itself does something else than Go.
func TestCellsDoWhatGoDoes(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute(caught).OK()
	for _, test := range []struct {
		name  string
		cells []string // run one after the other
		want  string   // what they print, each with its error
	}{
		{"calls of an assignment come before its operands", []string{`
import "fmt"
one, two := []int{1}, []int{2}
x := one
x[0] += func() int { x = two; return 10 }()
i, m := 0, map[int]int{}
i, m[i] = 1, 2
fmt.Println(one, two, m)`}, "[1] [12] map[0:2]\n"},
		{"methods of the session's variables among the elements of a literal", []string{`
import ("os"; "time")
file, day := os.NewFile(1, "one"), time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
fmt.Println([]string{file.Name(), "a"}, [2]int{day.Day()}, [][]int{{day.Year(), 1}, {day.YearDay()}}, []any{file.Name(), day.Day()})`},
			"[one a] [2 0] [[2026 1] [2]] [one 2]\n"},
		{"loops among statements leave the variables that they change", []string{`
sum, odd, seen, text := 0, 0, 0, "text"
get := func() int { return seen }
for i := range 10 {
	if sum += i; i%2 == 1 {
		odd++
		continue
	}
	seen = i
}
for odd < 100 {
	if odd *= 2; odd > 50 {
		break
	}
}
for sum < 100 { p := &sum; *p += 60 }
for _, r := range text { sum += int(r) }
fmt.Println(sum, odd, get())`, "for i := 0; i < 3; i++ { seen += get() }\nfmt.Println(seen, get())", `
d := 2
for { d--; sum = sum * 0 / d }`, "fmt.Println(d, sum)"}, "558 80 8\n64 64\npanic: runtime error: integer divide by zero\n0 0\n"},
		{"range loops count by themselves", []string{`
func ranges() (kept []func() int, last []*int) {
	xs := []int{1, 2, 3}
	for i, x := range xs {
		x *= 2
		xs[i] = x
		i += 5
	}
	for i := range 3 { i += xs[i]; xs[0] += i }
	for _, x := range xs { kept = append(kept, func() int { return x }) }
	for i := range xs { last = append(last, &i) }
	return kept, last
}
kept, last := ranges()
fmt.Println(kept[0](), kept[1](), *last[0], *last[2])`}, "17 4 0 2\n"},
		{"parentheses group", []string{`
p, n := &[]int{3}[0], 2
fmt.Println(-(1 - n), (n+1)*(n+2), n-(n-*p), 2*-n, (n+1)/(n-1)%2, !(n > 1 && *p > 5), n<<(1+n), 1-(-*p), ^(n|4)&7, string(")\"("[0])+"(")`}, "1 12 3 -4 1 true 16 4 1 )(\n"},
		{"calls in an assignment run from left to right", []string{`
trace := ""
note := func(s string) int { trace += s; return 0 }
pair := func() (int, error) { trace += "p"; return 1, nil }
a, b, e := []int{0}, []int{0}, []error{nil}
a[note("a")], b[note("b")] = note("c"), note("d")
a[note("e")], e[note("f")] = pair()
a[note("g")] = note("h")
fmt.Println(trace)`}, "abcdefpgh\n"},
		{"assignments are made one after the other", []string{`
func partly() (m map[int]int) {
	m = map[int]int{}
	var p *int
	defer func() { recover() }()
	m[1], *p = 42, 2
	return m
}
func link() (int, int) {
	type node struct{ value int }
	n := &node{1}
	first := n
	n, n.value = &node{2}, 3
	return first.value, n.value
}
fmt.Println(link())`}, "3 2\n"},
		{"a nil pointer is noticed", []string{`
func noNil() {
	var p *int
	var s *string
	m, text := map[int]int{}, ""
	caught(func() { m[0] = *p })
	caught(func() { m = map[int]int{1: *p} })
	caught(func() { text += *s })
	caught(func() { if *s == "" { text = "no text" } })
	caught(func() { for range *s { text = "a rune" } })
	var call *func()
	caught(func() { (*call)() })
	fmt.Println(m, text)
}
noNil()`}, strings.Repeat("runtime error: invalid memory address or nil pointer dereference\n", 6) + "map[] \n"},
		{"what is for nobody may panic", []string{`
func unhashable(m map[any]int, key []int) {
	caught(func() { _ = m[key] })
	caught(func() { _, _ = m[key] })
}
unhashable(nil, nil)`}, strings.Repeat("runtime error: hash of unhashable type []int\n", 2)},
		{"append reads all elements first", []string{`
b := append(make([]byte, 0, 6), "12346"...)
b = append(b[:4], '5', b[4])
type tree []tree
t := append(tree{}, tree{tree{}}, nil)
t = append(t, t)
fmt.Println(string(b), t)`}, "123456 [[[]] [] [[[]] []]]\n"},
		{"only what is deferred recovers", []string{`
func recovers() { fmt.Println("recovered:", recover()) }
type part struct{}
func (part) recovers() { fmt.Println("recovered:", recover()) }
type whole struct{ part }
func passesOn()     { recovers() }
func passesOnAgain() { func() { fmt.Println("recovered:", recover()) }() }
func (whole) passesOn() { part{}.recovers() }
func deferring(call func()) {
	defer func() {
		if v := recover(); v != nil { fmt.Println("went on:", v) }
	}()
	defer call()
	panic("stop")
}
func deferringDirectly() {
	defer func() {
		if v := recover(); v != nil { fmt.Println("went on:", v) }
	}()
	defer passesOn()
	panic("stop")
}
deferring(recovers)
deferring(passesOn)
deferring(passesOnAgain)
deferring(whole{}.recovers)
deferring(whole{}.passesOn)
deferringDirectly()`}, `recovered: stop
recovered: <nil>
went on: stop
recovered: <nil>
went on: stop
recovered: stop
recovered: <nil>
went on: stop
recovered: <nil>
went on: stop
`},
		{"a nil interface's method can't be deferred", []string{`
func closing(c interface{ Close() }) {
	defer c.Close()
	fmt.Println("not reached")
}
caught(func() { closing(nil) })`}, "runtime error: invalid memory address or nil pointer dereference\n"},
		{"what is called comes before its arguments", []string{`
steps := ""
adder := func() func(int, int) int { steps += "f"; return func(a, b int) int { return a + b } }
two := func() (int, int) { steps += "g"; return 1, 2 }
sum := adder()(two())
fmt.Println(sum, steps)`}, "3 fg\n"},
		{"copy and delete take what a call returns", []string{`
digits, scores := []byte("123"), map[string]int{"a": 1, "b": 2}
text := func() ([]byte, string) { return digits, "ab" }
score := func() (map[string]int, string) { return scores, "a" }
n := copy(text())
delete(score())
fmt.Println(n, string(digits), scores)`}, "2 ab3 map[b:2]\n"},
		{"nil is a key like others", []string{`
type ref *int
var counts = map[ref]int{nil: 1}
counts[nil]++
fmt.Println(counts[nil])`}, "2\n"},
		{"an array's length needs no array", []string{`
func indices(p *[3]int) (n int) {
	for i := range *p { n += i }
	for range *p { n += 10 }
	return n
}
fmt.Println(indices(nil))`}, "33\n"},
		{"channels of two directions are compared", []string{`
var both = make(chan int)
var receive <-chan int = both
switch both {
case receive:
	fmt.Println("the same")
}
switch receive {
case both:
	fmt.Println("the same")
}`}, "the same\nthe same\n"},
		{"a compiled type's promoted methods are its own", []string{`
import "testing"
var bench = testing.Benchmark(func(b *testing.B) {
	b.Helper()
	fmt.Println(b.Name() == "", b.Failed())
	b.SkipNow()
})`}, "true false\n"},
		{"a loop's label may be for goto", []string{`
func both() (n int) {
outer:
	for {
	inner:
		for i := 0; i < 3; i++ {
			n++
			if n == 2 { continue inner }
			if n == 3 { goto inner }
			if n > 6 { break outer }
		}
	}
	return n
}
func jump() (n int) {
outer:
	for {
	inner:
		for {
			n++
			if n == 3 { break outer }
			break
		}
		goto inner
	}
	return n
}
fmt.Println(jump(), both())`}, "3 7\n"},
		{"an earlier cell's generic function keeps its labels", []string{`
func search[T comparable](rows [][]T, x T) (n int) {
outer:
	for _, row := range rows {
		for _, y := range row {
			n++
			if x == y { break outer }
		}
	}
	return n
}`, `fmt.Println(search([][]int{{1, 2}, {3, 4}}, 2))`}, "2\n"},
		{"blank fields stay zero", []string{`
type padded struct{ a, _, c int }
fmt.Println(padded{1, 2, 3})`}, "{1 0 3}\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got strings.Builder
			for _, text := range test.cells {
				cell := k.Execute(text, kerneltest.GoOn)
				for _, entry := range cell.Wait().On(protocol.IOPub).Of("stream", "error") {
					if entry.Header.MsgType == "stream" {
						got.WriteString(kerneltest.Read[protocol.Stream](t, entry).Text)
						continue
					}
					failure := kerneltest.Read[protocol.Error](t, entry)
					got.WriteString(failure.EName + ": " + failure.EValue + "\n")
				}
			}
			if got.String() != test.want {
				t.Errorf("%s\nprints\n%s\nwant\n%s", strings.Join(test.cells, "\n---\n"), got.String(), test.want)
			}
		})
	}
}

// caught prints the error that a call panics with.
const caught = `import "fmt"
func caught(call func()) {
	defer func() {
		if err, ok := recover().(error); ok {
			fmt.Println(err)
		} else {
			fmt.Println("no error")
		}
	}()
	call()
}`

// Values and expressions that the interpreter by itself gets wrong or refuses.
func TestExpressionsHaveGosValues(t *testing.T) {
	for _, test := range []struct{ name, cell, want string }{
		{"a loop's header runs once", `
import "fmt"
n := 0
start := func() int { n++; return 0 }
for x := start(); ; x++ { if x > 2 { break } }
c := make(chan int, 2)
c <- 1; c <- 2; close(c)
give := func() chan int { n++; return c }
for v := range give() { fmt.Print(v, " ") }
fmt.Println(n)`, "1 2 2\n"},
		{"a conversion begins a condition", `
import "fmt"
type P *int
type B bool
x, y := uint64(1), new(int)
p, b := P(y), B(true)
fmt.Println(uint64(uint32(x)) == x && x == 1, (*int)(p) == y && bool(b), b || B(x == 2))
if uint64(uint8(x)) == x || x == 3 { fmt.Println("yes") }`, "true true true\nyes\n"},
		{"values of different types are compared", `
import "fmt"
type P *int
type B bool
c := make(chan int)
p := new(int)
var q P = p
var r <-chan int = c
var b B = q == p
fmt.Printf("%v %v %v %T", c == r, r != c, b, b)`, "true false true main.B"},
		{"complex numbers keep their parts and sizes", `
import "fmt"
func whole[T ~complex64 | ~complex128]() T { return T(3.5) }
func imaginary() complex128 { return -1i }
f := float32(2)
z := complex(f, 1)
fmt.Printf("%v %v %v %v %T", whole[complex64](), imaginary(), z, z*complex(real(z), 2), z*z)`, "(3.5+0i) (0-1i) (2+1i) (2+6i) complex64"},
		{"slices of named bytes and runes are text", `
import "fmt"
type B byte
type R rune
fmt.Println(string([]B{'h', 'i'}), string([]R("né")[1:]), len([]B("abc")))`, "hi é 3\n"},
		{"variables of packages vary", `
import ("fmt"; "runtime")
was := runtime.MemProfileRate
runtime.MemProfileRate = 12345
fmt.Println(runtime.MemProfileRate)
p := &runtime.MemProfileRate
*p = was
fmt.Println(runtime.MemProfileRate == was)`, "12345\ntrue\n"},
		{"a field embedded by an alias has the alias's name", `
import "fmt"
type E[T any] struct{ V T }
type Ints = E[int]
type S struct { Ints; *E[bool] }
s := S{Ints{2}, &E[bool]{true}}
fmt.Printf("%v %v %+v", s.Ints.V, s.E.V, s.Ints)`, "2 true {V:2}"},
		{"package unsafe", `
import ("fmt"; "unsafe")
type G[T any] struct { a byte; b T }
func offset[T any]() uintptr { var g G[T]; return unsafe.Offsetof(g.b) + unsafe.Sizeof(g) }
b := []byte("hello")
s := unsafe.String(&b[0], 4)
fmt.Println(s, unsafe.Slice(&b[1], 2), *unsafe.StringData(s), *unsafe.SliceData(b), *(*byte)(unsafe.Add(unsafe.Pointer(&b[0]), 4)))
fmt.Println(offset[int32](), offset[int64]())`, "hell [101 108] 104 104 111\n12 24\n"},
		{"make says what is out of range", `
import "fmt"
func try(f func()) { defer func() { fmt.Println(recover()) }(); f() }
n := -1
try(func() { _ = make([]int, n) })
try(func() { _ = make([]int, 0, n) })
try(func() { fmt.Println(cap(make([]int, 1, 3+n))) })`, "runtime error: makeslice: len out of range\nruntime error: makeslice: cap out of range\n2\n<nil>\n"},
		{"constants of several types are keys", `
import "fmt"
m := map[any]string{0: "int", int8(0): "int8", "": "string"}
fmt.Println(len(m), m[int8(0)], m[0])`, "3 int8 int\n"},
		{"a struct without a name has the methods of what it embeds", `
import "fmt"
type Inner struct{}
func (Inner) String() string { return "inner" }
func (*Inner) set() {}
var v fmt.Stringer = struct{ Inner }{}
var w interface{ set() } = &struct{ *Inner }{}
w.set()
fmt.Println(v)`, "inner\n"},
		{"a method of nothing is no value", `
import "fmt"
var s fmt.Stringer
func bind() { defer func() { fmt.Println(recover()) }(); f := s.String; f() }
bind()`, "runtime error: invalid memory address or nil pointer dereference\n"},
		{"pointers to arrays stand for them", `
import "fmt"
calls := 0
give := func() *[3]int { calls++; return &[3]int{1, 2, 3} }
for range give() {}
a := give()
a[1]++
fmt.Println(calls, a[1:], len(a), &a[0] == &(*a)[0])`, "2 [3 3] 3 true\n"},
		{"nil is an argument and a case", `
import "fmt"
func is(x interface{ M() }) bool { return x == nil }
func kind(x any) string {
	switch x {
	case nil: return "nil"
	case (*int)(nil): return "nil pointer"
	}
	return "other"
}
fmt.Println(is(nil), kind(nil), kind((*int)(nil)), kind((*bool)(nil)), any(nil) == nil)`, "true nil nil pointer other true\n"},
		{"a range's value goes where its key pointed to", `
import "fmt"
i, x := 1, []byte("ab")
for i, x[i] = range []byte{'c'} {}
for i, x[i] = range []byte{'d'} {}
runes := []rune("ab")
for i, runes[i] = range "c" {}
fmt.Println(i, string(x), string(runes))`, "0 dc cb\n"},
		{"conditions may be interface values", `
import "fmt"
yes := any(true)
switch {
case yes == false: fmt.Println("no")
case yes == true: fmt.Println("yes")
}
switch true {
case yes: fmt.Println("yes again")
}`, "yes\nyes again\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			kerneltest.Start(t).Execute(test.cell).Stdout(test.want).OK()
		})
	}
}
