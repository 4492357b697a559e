package lower

import "testing"

func TestLooseTakesOffOnePairAroundTheWhole(t *testing.T) {
	for text, want := range map[string]string{
		"(a + b)":            "a + b",
		"(a) + (b)":          "(a) + (b)",
		`(f(")") + "\")(")`:  `f(")") + "\")("`,
		"(*p)":               "*p",
		"((a))":              "(a)",
		"(x == T{})":         "(x == T{})",
		"a":                  "a",
		"(T)(x)":             "(T)(x)",
		"(func() int { r })": "(func() int { r })",
	} {
		if got := loose(text); got != want {
			t.Errorf("loose(%s) = %s, want %s", text, got, want)
		}
	}
}
