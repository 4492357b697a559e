package steps_test

import (
	"fmt"
	"testing"
)

func TestCallsPassEveryArgument(t *testing.T) {
	for body, want := range map[string]string{
		"return 1/half(zero())":                                                  "-Inf",
		"f := half; return 1/f(zero())":                                          "-Inf",
		"f := func(x float64) float64 { return x }; return 1/f(zero())":          "-Inf",
		"return 1/mixed(nil, zero(), pair{})":                                    "-Inf",
		"return 1/mixed(os.ErrExist, 1, pair{x: zero(), s: \"\"})":               "-Inf",
		"return 1/real(whole(complex(zero(), 1)))":                               "-Inf",
		"n, _ := twice(20, \"a\"); _, s := twice(1, \"b\"); return s + s[:n-39]": "bbb",
		"return join(twice(4, \"c\"))":                                           "8cc",
		"if isOdd(7) && !isOdd(8) { return 1 }; return 2":                        "1",
		"return count(0, nil) + count(2, []int{1})":                              "3",
		"return fib(15)":                            "610",
		"return kept(3)() + kept(4)()":              "7",
		"return 1/last(zero()) + 1/last(1, zero())": "-Inf",
		"return last([]float64{1, 2}...)":           "2",
		"f := last; return last() + f(3, 4)":        "4",
		"return 1/least(zero, -zero()) ":            "+Inf",
		"return apply(twice)":                       "6",
	} {
		value, err := run(t, "interface{}", body)
		if err != nil || fmt.Sprint(value) != want {
			t.Errorf("%s: %v, %v; want %s", body, value, err, want)
		}
	}
}

const declared = `
type pair struct { x float64; s string }
func zero() float64 { z := 0.0; return -1 * z }
func half(x float64) float64 { return x / 2 }
func mixed(e error, x float64, p pair) float64 { if e == nil { return x }; return p.x }
func whole(c complex128) complex128 { return c }
func twice(n int, s string) (int, string) { return 2*n, s + s }
func join(n int, s string) string { return string(rune('0'+n)) + s }
func isOdd(n int) bool { return n%2 == 1 }
func count(n int, list []int) int { return n + len(list) }
func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }
func kept(n int) func() int { p := &n; return func() int { return *p } }
func last(xs ...float64) float64 { if xs == nil { return 0 }; return xs[len(xs)-1] }
func least(f func() float64, xs ...float64) float64 { if len(xs) > 0 { return xs[0] }; return f() }
func sizes(n int, s string) (int, int) { return n, len(s) }
func apply(f func(int, string) (int, string)) int { n, _ := f(3, "x"); return n }
`

// A built-in function's value is where the interpreter looks for it.
func TestResultsOfBuiltinFunctions(t *testing.T) {
	for body, want := range map[string]string{
		"n, l := sizes(7, \"abc\"); return 10*n + l":                                                "73",
		"l, n := func(s string, n int) (int, int) { return len(s), n }(\"ab\", 5); return 10*l + n": "25",
		"return len(\"four\")": "4",
	} {
		value, err := run(t, "interface{}", body)
		if err != nil || fmt.Sprint(value) != want {
			t.Errorf("%s: %v, %v; want %s", body, value, err, want)
		}
	}
}

func TestANilFunctionIsNotCalled(t *testing.T) {
	if _, err := run(t, "", "var f func(int) int\nf(1)"); err == nil {
		t.Error("nothing happened")
	}
}
