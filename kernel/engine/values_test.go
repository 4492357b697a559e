package engine_test

import (
	"strings"
	"testing"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

func TestTheLastExpressionIsShown(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute(`
import ("errors"; "fmt"; "math"; "math/big"; "strings"; "time")
type P struct{ X, Y int }
type inner struct { a string; p *P }
type Outer struct { Name string; in inner; m map[string]P; hidden []inner }
type Celsius float64
type Weekday int
func (d Weekday) String() string { return "day" + fmt.Sprint(int(d)) }
type Failure struct{ code int }
func (f *Failure) Error() string { return fmt.Sprint("code ", f.code) }
type Pair[A, B any] struct { First A; Second B }
type Node struct { V int; Next *Node }
type Shape interface { Area() int }
type Square struct{ Side int }
func (s Square) Area() int { return s.Side * s.Side }
type F func(int) int
type Alias = map[string]int
var shape Shape = Square{3}
var nothing any
var nilError error
var nilP *P
ring := &Node{V: 1}
ring.Next = ring
n := 3`).OK()
	for _, test := range []struct{ cell, want string }{
		{`1`, `1`},
		{`-7 / 2`, `-3`},
		{`7.0 / 2`, `3.5`},
		{`1e100`, `1e+100`},
		{`float32(0.1)`, `0.1`},
		{`math.Inf(-1)`, `-Inf`},
		{`1 + 2i`, `(1+2i)`},
		{`uint64(1 << 63)`, `9223372036854775808`},
		{`uintptr(10)`, `0xa`},
		{`'世'`, `19990`},
		{`byte(7)`, `7`},
		{`n == 3`, `true`},
		{`"世界\t\x00\"q\""`, `"世界\t\x00\"q\""`},
		{"`raw\\n`", `"raw\\n"`},
		{`nil`, `nil`},
		{`nothing`, `nil`},
		{`nilError`, `nil`},
		{`nilP`, `(*P)(nil)`},
		{`P{1, 2}`, `P{X: 1, Y: 2}`},
		{`&P{1, 2}`, `&P{X: 1, Y: 2}`},
		{`any(P{1, 2})`, `P{X: 1, Y: 2}`},
		{`struct{ A int; b string }{1, "x"}`, `{A: 1, b: "x"}`},
		{`struct{}{}`, `{}`},
		{`Outer{"n", inner{"a", &P{1, 2}}, map[string]P{"b": {1, 2}, "a": {3, 4}}, []inner{{"x", nil}}}`,
			`Outer{Name: "n", in: inner{a: "a", p: &P{X: 1, Y: 2}}, m: map[string]P{"a": {X: 3, Y: 4}, "b": {X: 1, Y: 2}}, hidden: []inner{{a: "x", p: (*P)(nil)}}}`},
		{`Celsius(36.6)`, `36.6`},
		{`Weekday(3)`, `day3`},
		{`map[Weekday][]Celsius{2: {1}, 1: nil}`, `map[Weekday][]Celsius{day1: nil, day2: {1}}`},
		{`map[int]bool{3: true, 1: false, 2: true}`, `map[int]bool{1: false, 2: true, 3: true}`},
		{`Alias{"b": 2, "a": 1}`, `map[string]int{"a": 1, "b": 2}`},
		{`Pair[int, []string]{1, []string{"a"}}`, `Pair[int,[]string]{First: 1, Second: []string{"a"}}`},
		{`[]any{1, "a", nil, P{1, 2}, 3.0, 'x'}`, `[]any{1, "a", nil, P{X: 1, Y: 2}, 3, 120}`},
		{`[]*P{{1, 2}, nil}`, `[]*P{&P{X: 1, Y: 2}, (*P)(nil)}`},
		{`[3]int{2: 5}`, `[3]int{0, 0, 5}`},
		{`[]byte("hello")`, `[]byte("hello")`},
		{`[]byte{0, 255}`, `[]uint8{0, 255}`},
		{`[]int(nil)`, `[]int(nil)`},
		{`shape`, `Square{Side: 3}`},
		{`[]Shape{shape, nil}`, `[]Shape{Square{Side: 3}, nil}`},
		{`ring`, `&Node{V: 1, Next: &Node{…}}`},
		{`errors.New("oops")`, `oops`},
		{`&Failure{7}`, `code 7`},
		{`fmt.Errorf("no: %w", &Failure{7})`, `no: code 7`},
		{`time.Duration(1500) * time.Millisecond`, `1.5s`},
		{`time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)`, `2024-01-02 03:04:05 +0000 UTC`},
		{`big.NewInt(1).Lsh(big.NewInt(1), 70)`, `1180591620717411303424`},
		{`strings.ToUpper`, `func(string) string`},
		{`func(n int) error { return nil }`, `func(int) error`},
		{`F(func(i int) int { return i })`, `F`},
		{`make(chan int)`, `chan int`},
		{`make(<-chan P, 3)`, `<-chan P`},
		{`(n)`, `3`},
		{`n // a comment`, `3`},
		{`n;`, `3`},
		{`"n =", n`, ``}, // not an expression
	} {
		if test.want == "" {
			k.Execute(test.cell).Fails(execution.CompileError, "expected 1 expression")
			continue
		}
		k.Execute(test.cell).Value(test.want).Stdout("").OK()
	}
}

func TestStatementsAndCallsWithOtherThanOneResultShowNothing(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute("import (\"fmt\"; \"os\")\nfunc none() {}\nfunc two() (int, error) { return 1, nil }\nx := 3").Silence().OK()
	for _, cell := range []string{
		`x++`, `x = 4`, `var y = 2`, `z := 3`, `type T int`, `func f() int { return 1 }`, `const c = 1`,
		`none()`, `two()`, `os.Open("/nowhere")`, `if x > 0 { x-- }`, `for x := range 3 { _ = x }`, `_ = x`,
		`go none()`, `defer none()`, `;`, `// only a comment`, ``,
	} {
		k.Execute(cell).Silence().OK()
	}
	cell := k.Execute(`fmt.Println("x")`).Stdout("x\n").OK()
	if n := len(cell.Wait().Of("execute_result")); n != 0 {
		t.Errorf("Println showed %d values", n)
	}
}

func TestValuesShowMoreThanTextWhereTheyCan(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute(`
import ("image"; "image/color")
type H struct{ s string }
func (h H) HTML() string { return "<b>" + h.s + "</b>" }
type V struct{}
func (V) SVG() string { return "<svg/>" }
func (V) Markdown() string { return "# m" }
type G struct{}
func (*G) PNG() []byte { return []byte("png") }
type Tile struct{}
func (Tile) ColorModel() color.Model { return color.GrayModel }
func (Tile) Bounds() image.Rectangle { return image.Rect(0, 0, 1, 2) }
func (Tile) At(x, y int) color.Color { return color.Black }`).OK()
	k.Execute(`H{"x"}`).ValueAs("text/html", "<b>x</b>").Value(`H{s: "x"}`).OK()
	k.Execute(`&H{"p"}`).ValueAs("text/html", "<b>p</b>").Value(`&H{s: "p"}`).OK()
	k.Execute(`V{}`).ValueAs("image/svg+xml", "<svg/>").ValueAs("text/markdown", "# m").Value(`V{}`).OK()
	k.Execute(`&G{}`).ValueAs("image/png", "cG5n").Value(`&G{}`).OK()
	k.Execute(`G{}`).ValueAs("image/png", nil).Value(`G{}`).OK() // its method is the pointer's
	for _, cell := range []string{`image.NewRGBA(image.Rect(0, 0, 1, 2))`, `Tile{}`} {
		shown := k.Execute(cell).Value("image of 1×2 pixels").OK()
		data := kerneltest.Read[protocol.ExecuteResult](t, shown.Wait().Of("execute_result")[0]).Data
		if png, ok := data["image/png"].(string); !ok || !strings.HasPrefix(png, "iVBOR") {
			t.Errorf("%s shows %v", cell, data)
		}
	}
}

func TestASliceOfStructsIsATableToo(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute("type P struct { Name string; n int }").OK()
	k.Execute(`[]P{{"<a>", 1}, {"b", 2}}`).
		Value(`[]P{{Name: "<a>", n: 1}, {Name: "b", n: 2}}`).
		ValueAs("text/html", "<table>\n<tr><th></th><th>Name</th><th>n</th></tr>\n"+
			"<tr><th>0</th><td>&lt;a&gt;</td><td>1</td></tr>\n<tr><th>1</th><td>b</td><td>2</td></tr>\n</table>").OK()
	k.Execute(`[]P{}`).Value(`[]P{}`).ValueAs("text/html", nil).OK()
}
