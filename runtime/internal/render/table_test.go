package render_test

import (
	"strings"
	"testing"

	"lockstep/runtime/internal/render"
)

func TestASliceOfStructsIsATable(t *testing.T) {
	type row struct {
		Name string
		tint colour
		next *row
	}
	html := func(v any) string { text, _ := render.Bundle(v)[render.HTML].(string); return text }
	const head = "<table>\n<tr><th></th><th>Name</th><th>tint</th><th>next</th></tr>\n"
	one := row{"<a & b>", 2, nil}
	const first = "<tr><th>0</th><td>&lt;a &amp; b&gt;</td><td>colour2</td><td>(*row)(nil)</td></tr>\n"
	for name, v := range map[string]any{
		"slice": []row{one}, "array": [1]row{one}, "pointers": []*row{&one},
	} {
		if got := strings.ReplaceAll(html(v), "render_test.", ""); got != head+first+"</table>" {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := html([]*row{nil}); got != head+"<tr><th>0</th></tr>\n</table>" {
		t.Errorf("nil pointer: %s", got)
	}
	if got := html(make([]row, 102)); strings.Count(got, "<tr>") != 102 || !strings.Contains(got, "2 more") {
		t.Errorf("a long one: %s", got)
	}
	for _, v := range []any{[]row{}, []struct{}{{}}, []int{1}, []colour{1}, one, map[int]row{1: one}, nil} {
		if got := html(v); got != "" {
			t.Errorf("%#v: %s", v, got)
		}
	}
}
