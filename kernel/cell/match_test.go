package cell

import "testing"

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		typed, name string
		want        int
	}{
		{"", "Println", asPrefix},
		{"Print", "Println", asPrefix},
		{"print", "Println", asPrefixIgnoringCase},
		{"mutex", "RWMutex", asWord},
		{"Wr", "StringWriter", asWord},
		{"wg", "waitGroup", asInitials},
		{"WG", "WaitGroup", asInitials},
		{"rint", "Println", noMatch}, // not from where a word starts
		{"m", "RWMutex", noMatch},    // one letter is the first or none
		{"gw", "WaitGroup", noMatch},
		{"日", "日本", asPrefix},
		{"日語", "日本語", asInitials},
		{"Printlnn", "Println", noMatch},
		{"x", "", noMatch},
	} {
		if got := match(test.typed, test.name); got != test.want {
			t.Errorf("match(%q, %q) = %d, want %d", test.typed, test.name, got, test.want)
		}
	}
}
