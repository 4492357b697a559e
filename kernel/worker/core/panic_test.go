package core_test

import (
	"errors"
	"fmt"
	"runtime"
	"testing"

	"lockstep/kernel/worker/core"
)

type square struct{ side float64 }

// recovered is what f panics with.
func recovered(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

func use(...any) {}

// TestRunTimeErrorsAreGo's compares what lowered code recovers with what the
// compiled statements raise.
func TestRunTimeErrorsAreGos(t *testing.T) {
	var (
		slice  []int
		array  [3]int
		text   = "abc"
		three  = 3
		minus  = -1
		zero   = 0
		nilP   *square
		nilI   *int
		nilA   *[3]int
		nilM   map[string]int
		fn     func()
		err    error
		a, b   any = []int{1}, []int{1}
		filled     = []int{1}
		ch     chan int
	)
	for _, test := range []struct {
		lowered string
		native  func()
	}{
		{`var s []int; i := 3; _ = s[i]`, func() { _ = slice[three] }},
		{`var s []int; i := -1; s[i] = 2`, func() { slice[minus] = 2 }},
		{`s := [3]int{}; i := 3; x := s[i]; _ = x`, func() { use(array[three]) }},
		{`s := "abc"; i := 3; x := s[i]; _ = x`, func() { use(text[three]) }},
		{`s := []int{1}; i := 3; x := s[1:i]; _ = x`, func() { use(filled[1:three]) }},
		{`s := []int{1}; i := 3; x := s[:i:i]; _ = x`, func() { use(filled[:three:three]) }},
		{`s := "abc"; i := -1; x := s[:i]; _ = x`, func() { use(text[:minus]) }},
		{`var p *ʹt.Square; x := p.side; _ = x`, func() { use(nilP.side) }},
		{`var p *ʹt.Square; p.side = 3`, func() { nilP.side = 3 }},
		{`var p *ʹt.Square; x := *p; _ = x`, func() { use(*nilP) }},
		{`var p *int; *p += 3`, func() { *nilI += 3 }},
		{`var p *[3]int; p[1] = 2`, func() { nilA[1] = 2 }},
		{`var f func(); f()`, func() { fn() }},
		{`var e error; x := e.Error(); _ = x`, func() { use(err.Error()) }},
		{`var e ʹt.Shape; x := e.Area(); _ = x`, func() { use(err.Error()) }},
		{`var e any; x := ʹrt.Invoke(e, "M"); _ = x`, func() { use(err.Error()) }},
		{`var m map[string]int; m["a"] = 2`, func() { nilM["a"] = 2 }},
		{`m := map[any]int{}; m[ʹrt.Box([]int{1})] = 2`, func() { m := map[any]int{}; m[a] = 2 }},
		{`a, b := 1, 0; x := a / b; _ = x`, func() { use(three / zero) }},
		{`a, b := 1, 0; x := a % b; _ = x`, func() { use(three % zero) }},
		{`n := -1; x := make([]int, n); _ = x`, func() { use(make([]int, minus)) }},
		{`n := 1<<62; x := make([]int, n); _ = x`, func() { n := three << 60; use(make([]int, n)) }},
		{`n := 3; x := make([]int, 9, n); _ = x`, func() { nine := 9; use(make([]int, nine, three)) }},
		{`n := -1; x := make([]int, 0, n); _ = x`, func() { use(make([]int, 0, minus)) }},
		{`n := -1; x := make(chan int, n); _ = x`, func() { use(make(chan int, minus)) }},
		{`x := ʹrt.Eq([]int{1}, []int{1}); _ = x`, func() { use(a == b) }},
		{`x := ʹrt.SliceToArray([]int{1}, (*[3]int)(nil)); _ = x`, func() { use([3]int(filled)) }},
		{`x := ʹrt.SliceToArray([]int{1}, (**[3]int)(nil)); _ = x`, func() { use((*[3]int)(filled)) }},
		{`var c chan int; ʹrt.Close(c)`, func() { close(ch) }},
		{`c := make(chan int); ʹrt.Close(c); ʹrt.Close(c)`, func() { c := make(chan int); close(c); close(c) }},
		{`c := make(chan int); ʹrt.Close(c); ʹrt.Send(c, 1)`, func() { c := make(chan int); close(c); c <- 1 }},
		{`c := make(chan ʹt.Square); ʹrt.Close(c); ʹrt.Send(c, ʹt.Square{})`, func() { c := make(chan square); close(c); c <- square{} }},
		{`c := make(chan ʹt.Square); ʹrt.Close(c); ʹrt.Select(ʹrt.SendCase(c, ʹt.Square{}))`, func() { c := make(chan square); close(c); c <- square{} }},
		{`ʹrt.Panic(nil)`, func() { panic(nil) }},
	} {
		want, ok := recovered(test.native).(runtime.Error)
		if !ok {
			t.Errorf("%s: compiled, it raises no run-time error", test.lowered)
			continue
		}
		s := newSession(t)
		got := s.output(`
			func body() { `+test.lowered+` }
			func last() { frame := ʹrt.Frame(); r := ʹrt.Recover(frame); e, ok := r.(runtime.Error); text := "none"; if ok { text = e.Error() }; fmt.Fprint(ʹrt.Stdout(), text) }`,
			`ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { last() }, true); body() })`)
		if got != want.Error() {
			t.Errorf("%s: %q, want %q", test.lowered, got, want)
		}
	}
}

func TestRunTimeErrorsHaveGosTypes(t *testing.T) {
	s := newSession(t)
	for body, native := range map[string]func(){
		`var p *int; *p = 1`:                  func() { var p *int; *p = 1 },
		`n := -1; x := make([]int, n); _ = x`: func() { n := -1; use(make([]int, n)) },
		`ʹrt.Panic(nil)`:                      func() { panic(nil) },
		`var e any = 1; ʹrt.Assert(e, (*string)(nil), "interface {}")`: func() { var e any = 1; use(e.(string)) },
	} {
		want := fmt.Sprintf("%T", recovered(native))
		if got := fmt.Sprintf("%T", core.PanicValue(recovered(s.function("", body)))); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
}

func TestOtherPanicValuesStayWhatTheyAre(t *testing.T) {
	oops := errors.New("oops")
	for _, value := range []any{"oops", "reflect on this", oops, 3, square{2}} {
		if got := core.PanicValue(value); got != value {
			t.Errorf("%v became %v", value, got)
		}
	}
	s := newSession(t)
	value := recovered(s.function("", `ʹrt.Panic(ʹt.Square{side: 2})`))
	if got := fmt.Sprintf("%T %v", value, value); got != "main.Square {2}" {
		t.Errorf("a panic with a cell's value has %s", got)
	}
}

func TestALoopThatIsOverSaysSo(t *testing.T) {
	goOn := func(yield func(int) bool) { yield(1); yield(2) }
	want := recovered(func() {
		for range goOn {
			break
		}
	})
	if got := recovered(core.IteratorMisuse); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
}
