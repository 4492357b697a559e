package cell

import "testing"

func TestNearest(t *testing.T) {
	names := []string{"Print", "Printf", "Println", "counter", "total", "len", "x", "日本語", "_"}
	for typed, want := range map[string]string{
		"Printn":   "Println", // as near as Print and Printf, and with the same end
		"Pint":     "Print",
		"Pritnln":  "Println",
		"println":  "Println",
		"PRINTF":   "Printf",
		"conter":   "counter",
		"cuonterr": "counter",
		"contr":    "", // two slips are too many for five letters
		"totl":     "total",
		"lne":      "len",
		"le":       "",
		"X":        "x",
		"y":        "",
		"total":    "", // is there, so it isn't misspelt
		"日木語":      "日本語",
		"":         "",
	} {
		if got := nearest(typed, names); got != want {
			t.Errorf("nearest(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "acb", 1},
		{"abc", "ab", 1}, {"ab", "abc", 1}, {"abc", "axc", 1}, {"ca", "abc", 3}, {"abcd", "badc", 2},
	} {
		if got := distance([]rune(test.a), []rune(test.b)); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}
