package grid_test

import (
	"slices"
	"testing"

	"lockstep/runtime/internal/grid"
)

func TestTextIsAsWideAsATerminalShowsIt(t *testing.T) {
	for _, test := range []struct {
		text string
		want int
	}{{"", 0}, {"Mutex A", 7}, {"线程", 4}, {"（a）", 5}, {"é", 1}, {"⇄ P2", 4}} {
		if got := grid.Columns(test.text); got != test.want {
			t.Errorf("%q has %d columns, want %d", test.text, got, test.want)
		}
	}
	if got := grid.Cut("互斥锁 A", 6); got != "互斥…" {
		t.Errorf("cut to %q", got)
	}
	if got := grid.Pad("锁", 4) + "|"; got != "锁  |" {
		t.Errorf("padded to %q", got)
	}
}

func TestLinesAreWrapped(t *testing.T) {
	for _, test := range []struct {
		text string
		n    int
		want []string
	}{
		{"", 5, []string{""}},
		{"one two three", 20, []string{"one two three"}},
		{"one two three", 7, []string{"one two", "three"}},
		{"one  two", 5, []string{"one", "two"}},
		{"indivisible word", 4, []string{"indivisible", "word"}},
		{"indivisible", 4, []string{"indivisible"}},
		{"线程在等锁", 6, []string{"线程在", "等锁"}},
		{"线程在，等锁", 6, []string{"线程", "在，等", "锁"}},
		{"线程（一）", 6, []string{"线程", "（一）"}},
		{"T1 在等 Mutex A", 8, []string{"T1 在等", "Mutex A"}},
	} {
		if got := grid.Wrap(test.text, test.n); !slices.Equal(got, test.want) {
			t.Errorf("%q in %d columns: %q, want %q", test.text, test.n, got, test.want)
		}
	}
}
