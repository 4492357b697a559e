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
		{"operands of an assignment come before its values", []string{`
import "fmt"
one, two := []int{1}, []int{2}
x := one
x[0] += func() int { x = two; return 10 }()
i, m := 0, map[int]int{}
i, m[i] = 1, 2
fmt.Println(one, two, m)`}, "[11] [2] map[0:2]\n"},
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
	fmt.Println(m, text)
}
noNil()`}, strings.Repeat("runtime error: invalid memory address or nil pointer dereference\n", 5) + "map[] \n"},
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
