package notebook_test

import (
	"encoding/json"
	"slices"
	"testing"

	"lockstep/kernel/notebook"
)

// What is expected is what Python's str.splitlines(True) says.
func TestLinesEndWherePythonEndsThem(t *testing.T) {
	for text, want := range map[string][]string{
		"":              {},
		"a":             {"a"},
		"a\n":           {"a\n"},
		"\n\na":         {"\n", "\n", "a"},
		"a\r\nb\rc":     {"a\r\n", "b\r", "c"},
		"1%\r2%\r\r\n":  {"1%\r", "2%\r", "\r\n"},
		"线\u2028程\v锁\f": {"线\u2028", "程\v", "锁\f"},
		"a\x1cb\u0085c": {"a\x1c", "b\u0085", "c"},
	} {
		n := &notebook.Notebook{Cells: []*notebook.Cell{{Type: notebook.Raw, Source: text}}}
		var file struct{ Cells []struct{ Source []string } }
		if err := json.Unmarshal([]byte(encode(t, n)), &file); err != nil {
			t.Fatal(err)
		}
		if got := file.Cells[0].Source; !slices.Equal(got, want) {
			t.Errorf("%q was written as %q, want %q", text, got, want)
		}
		if got := parse(t, encode(t, n)).Cells[0].Source; got != text {
			t.Errorf("%q came back as %q", text, got)
		}
	}
}
