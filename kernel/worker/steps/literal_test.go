package steps_test

import "testing"

func TestFunctionLiteralsRunInDeclarationsOfVariables(t *testing.T) {
	value, err := runWith(t, "func twice(n int) int { return 2 * n }\n", "int", `
	var a int = func() int { n := 1; return n }()
	var b = twice(func() int { var m int = func() int { return 10 }(); return m }())
	var add func(n int) int = func(n int) int { return a + n }
	return add(b)`)
	if err != nil || value != 21 {
		t.Errorf("%v, %v; want 21", value, err)
	}
}
