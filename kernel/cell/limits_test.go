package cell_test

import (
	"fmt"
	"strings"
	"testing"

	"lockstep/kernel/cell"
	"lockstep/kernel/execution"
)

// doubling declares n+1 constants, each but the first of twice the one before.
func doubling(first string, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "const c0 = %s\n", first)
	for i := range n {
		fmt.Fprintf(&b, "const c%d = c%d + (c%d)\n", i+1, i, i)
	}
	return b.String()
}

// sixteen is a constant of 16 bytes.
const sixteen = `"0123456789abcdef"`

// nested is a cell with n levels of something.
func nested(before, middle, after string, n int) string {
	return "x := 1\nf := func(n int) int { return n }\n" + strings.Repeat(before, n) + middle + strings.Repeat(after, n)
}

func TestWhatWouldTakeTooLongOrTooMuchMemoryIsRefused(t *testing.T) {
	const deep = "this is nested more than 2000 levels deep (give parts of it names)"
	const long = "constant strings of more than 32 MiB (make them while the cell runs, with strings.Repeat)"
	for _, test := range []struct{ name, text, want string }{
		{"parentheses", nested("(", "x", ")", 3000), deep},
		{"unary operators", nested("- ", "x", "", 50_000), deep},
		{"operands", nested("", "x", " + x", 50_000), deep},
		{"calls", nested("f(", "x", ")", 3000), deep},
		{"selectors", nested("", "x", ".x", 50_000), deep},
		{"blocks", nested("{", "", "}", 50_000), deep},
		{"alternatives", nested("", "if x == 1 {}", " else if x == 2 {}", 20_000), deep},
		{"function literals", nested("func() {", "", "}()", 1000), deep},
		{"types", "type T " + strings.Repeat("[]", 50_000) + "int", deep},
		{"beyond what Go's parser bears", nested("(", "x", ")", 110_000), "exceeded max nesting depth"},
		{"constants", doubling(sixteen, 22), long},
		{"a constant that no memory would hold", doubling(sixteen, 500) + "len(c500)", long},
		{"constants of a type", "type text string\n" + strings.ReplaceAll(doubling("text("+sixteen+")", 30), "(c", "text(c"), long},
		{"a constant that begins with a number", doubling("string(rune(65))", 30), long},
		{"a constant of a package", "import \"time\"\n" + doubling("time.RFC3339", 30), long},
		{"constants in a function", "func f() {\n" + doubling(sixteen, 30) + "}", long},
		{"constants that hide others", nested("{const a = b + b; {const b = a + a; ", "", "}}", 30) + "\nconst a, b = \"a\", \"b\"", long},
		{"a long constant, often", doubling(sixteen, 18) + "x := []string{" + strings.Repeat("c18, ", 10) + "}", long},
		{"a long cell", "/*" + strings.Repeat("x", 20<<20) + "*/", "the cell is 20 MiB long, of at most 16 MiB (read long data from a file)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			nb := newNotebook(t)
			first, _, _ := strings.Cut(nb.fails(test.text), "\n")
			if _, message, _ := strings.Cut(first, ": "); message != test.want {
				t.Errorf("got %.300s", first)
			}
			// Nor may those who only look at such a text suffer.
			cursor := len(test.text) / 2
			nb.session.Complete(test.text, cursor)
			nb.session.Inspect(test.text, cursor, 1)
			if got := cell.IsComplete(test.text).Status; got == execution.Incomplete {
				t.Error("a front end would ask for more of it")
			}
		})
	}
}

func TestWhatIsLargeButNotTooLargeCompiles(t *testing.T) {
	for name, text := range map[string]string{
		"operands":     nested("", "x", " + x", 1900),
		"parentheses":  nested("(", "x", ")", 1900),
		"alternatives": nested("", "if x == 1 {}", " else if x == 2 {}", 900),
		"list":         "x := []int{" + strings.Repeat("1, ", 20_000) + "}",
		"statements":   strings.Repeat("println(1)\n", 5000),
		"constants":    doubling(sixteen, 16) + "x := c16",
		"numbers":      doubling("1", 60) + "x := c60",
		"text":         "x := `" + strings.Repeat("x", 1<<20) + "`",
	} {
		t.Run(name, func(t *testing.T) { newNotebook(t).ok(text) })
	}
}
