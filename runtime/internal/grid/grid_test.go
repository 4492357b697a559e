package grid_test

import (
	"strings"
	"testing"
	"time"

	"lockstep/runtime/internal/grid"
)

func TestATableAlignsItsColumns(t *testing.T) {
	table := grid.Table{Class: "c", Head: []string{"n", "name", "time"}, Numbers: 1, Right: 2}
	table.Add("1", "线程", "5ms")
	table.Add("10", "a<b", "100ms")
	want := "" +
		" n  name   time\n" +
		" 1  线程    5ms\n" +
		"10  a<b   100ms"
	if got := table.Text(); got != want {
		t.Errorf("text:\n%s\nwant:\n%s", got, want)
	}
	html := table.HTML()
	for _, part := range []string{`class="c"`, "a&lt;b", `text-align:right;white-space:nowrap;padding:2px 8px">10<`, `text-align:left;white-space:nowrap;padding:2px 8px">线程<`} {
		if !strings.Contains(html, part) {
			t.Errorf("the HTML lacks %s:\n%s", part, html)
		}
	}
	if facts := table.FactsHTML(); !strings.Contains(facts, `>10</th><td style="text-align:left;padding:2px 8px">a&lt;b</td>`) {
		t.Errorf("facts: %s", facts)
	}
}

func TestALongTableSaysHowMuchIsLeftOut(t *testing.T) {
	table := grid.Table{Head: []string{"n"}}
	for range 203 {
		table.Add("x")
	}
	if text := table.Text(); strings.Count(text, "x") != 200 || !strings.HasSuffix(text, "… and 3 more") || !strings.Contains(table.HTML(), "… and 3 more") {
		t.Errorf("text: %s", text)
	}
}

func TestUnitsAreRoundedForPeople(t *testing.T) {
	for d, want := range map[time.Duration]string{
		1234567 * time.Nanosecond:    "1.235ms",
		1234567891 * time.Nanosecond: "1.235s",
		999:                          "999ns",
	} {
		if got := grid.Duration(d); got != want {
			t.Errorf("%d ns are %s, want %s", d, got, want)
		}
	}
	if got := grid.Percent(0.25); got != "25.0 %" {
		t.Errorf("a quarter is %s", got)
	}
}
