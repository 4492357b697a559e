package engine_test

import (
	"fmt"
	"testing"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
)

// A name may become anything else, whatever it was.
func TestANameCanBecomeAnyKind(t *testing.T) {
	kinds := []struct{ name, declaration, use, value string }{
		{"variable", `it := 3`, `it`, `3`},
		{"variable of another type", `var it = []int{1}`, `it`, `[]int{1}`},
		{"function", `func it() int { return 7 }`, `it()`, `7`},
		{"generic function", `func it[T any](x T) T { return x }`, `it("x")`, `"x"`},
		{"type", `type it struct{ A int }`, `it{1}`, `it{A: 1}`},
		{"type with a method", "type it int\nfunc (i it) Next() it { return i + 1 }", `it(1).Next()`, `2`},
		{"generic type", `type it[T any] struct{ V T }`, `it[int]{2}`, `it[int]{V: 2}`},
		{"alias", `type it = map[string]int`, `it{"a": 1}`, `map[string]int{"a": 1}`},
		{"interface", "type it interface{ Error() string }", `it(nil)`, `nil`},
		{"constant", `const it = "c"`, `it`, `"c"`},
		{"package", `import it "strings"`, `it.ToUpper("p")`, `"P"`},
	}
	k := kerneltest.Start(t)
	for _, from := range kinds {
		for _, to := range kinds {
			k.Execute(from.declaration).OK()
			k.Execute(from.use).Value(from.value).OK()
			k.Execute(to.declaration).OK()
			k.Execute(to.use).Value(to.value).OK()
		}
	}
}

func TestAFailedCellDeclaresNothing(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute("func f() int { return 1 }\nx := 1\ntype T int").OK()
	k.Execute("func f() int { return 2 }\nx := \"new\"\ntype T string\nimport \"fmt\"\nundefinedThing").Fails(execution.CompileError, "")
	k.Execute("f() + x + int(T(1))").Value("3").OK()
	k.Execute(`fmt.Sprint(1)`).Fails(execution.CompileError, `undefined: fmt`)
}

func TestImports(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute("import \"fmt\"\nimport \"fmt\"\nimport (\"fmt\"; \"os\")\nfmt.Println(len(os.Args) > 0)").Stdout("true\n").OK()
	k.Execute(`import "fmt"`).Silence().OK()
	k.Execute(`import text "strings"`).OK()
	k.Execute(`text.Repeat("a", 3)`).Value(`"aaa"`).OK()
	k.Execute(`import . "strings"`).OK()
	k.Execute(`ToUpper("dot")`).Value(`"DOT"`).OK()
	k.Execute(`import _ "image/png"`).Silence().OK()
	k.Execute("x := math.Sqrt(4)\nimport \"math\"\nx").Value("2").OK() // anywhere in the cell
	k.Execute(`import "fmtt"`).Fails(execution.CompileError, `package fmtt is not in std (did you mean "fmt"?)`).
		Report(`line 1:8: package fmtt is not in std`, `    import "fmtt"`, `           ^`, `    did you mean "fmt"?`)
	k.Execute(`import "example.com/a/b"`).Fails(execution.CompileError, "example.com/a/b")
	k.Execute("fmt := 3\nfmt").Value("3").OK()
	k.Execute("import \"fmt\"\nfmt.Sprint(1)").Value(`"1"`).OK()
}

func TestACellMixesEverythingInAnyOrder(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute(`
var greeting = " woof"
for _, a := range []Animal{Dog{"rex"}, &Cat{lives: n}} {
	fmt.Println(a.Sound(), describe(a))
}
type Dog struct{ name string }
func (d Dog) Sound() string { return d.name + greeting }
import "fmt"
type Cat struct { Dog; lives int }
func (c *Cat) Sound() string { return strings.Repeat("meow", c.lives) }
func describe[T Animal](x T) string { return fmt.Sprintf("%T", x) }
const n = 2
import "strings"
type Animal interface { Sound() string }
x := strings.Repeat("a", n)
x + fmt.Sprint(even(4))
func even(n int) bool { return n == 0 || odd(n-1) }
func odd(n int) bool { return n != 0 && even(n-1) }`).
		Stdout("rex woof main.Dog\nmeowmeow *main.Cat\n").OK()
	k.Execute(`describe[Animal](Dog{}) + x`).Value(`"main.Dogaa"`).OK()
}

func TestHeadersOfTopLevelLoopsMayBeEmpty(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute(`
import "fmt"
for i := 0; ; i++ { if i == 2 { break }; fmt.Print(i) }
for i := 2; i < 4; { fmt.Print(i); i++ }
n := 4
for ; n < 6; n++ { fmt.Print(n) }
for ;; { break }
if n++; n > 6 { fmt.Print(n) }
switch n := n + 1; { case n > 7: fmt.Print(n) }
fmt.Println(); ; fmt.Print("end");`).Stdout("01234578\nend").OK()
}

func TestNamesMayBeInAnyScript(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute(`
import "fmt"
变量 := 3
type 类型 struct{ 名 string }
func (它 类型) 打印() string { return 它.名 }
func 加(甲, 乙 int) int { return 甲 + 乙 }
const π = 3.14
类型{"名"}.打印() + fmt.Sprint(加(变量, 1), π)`).Value(`"名4 3.14"`).OK()
	k.Execute(`类型{"é"}`).Value(`类型{名: "é"}`).OK()
	k.Execute(`变量 = 未知`).Fails(execution.CompileError, "undefined: 未知").
		Report("line 1:10: undefined: 未知", "    变量 = 未知", "           ^")
}

// A session stays quick, however many cells it has had.
func TestALongSession(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute("import \"fmt\"\nfunc step0() int { return 0 }\nx := 0").OK()
	for i := 1; i <= 300; i++ {
		k.Execute(fmt.Sprintf("func step%d() int { return step%d() + 1 }\nx = step%d()\nx", i, i-1, i)).Value(fmt.Sprint(i)).OK()
	}
	if t.Failed() {
		return
	}
	k.Execute(`type P struct{ X int }; fmt.Sprint(P{x})`).Value(`"{300}"`).OK()
}
