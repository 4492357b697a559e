package core_test

import (
	"runtime"
	"testing"
	"unsafe"

	"lockstep/kernel/worker/core"
)

func TestPullRunsInTurns(t *testing.T) {
	steps := 0
	next, stop := core.Pull(func(yield func() bool) {
		for steps = 1; yield(); steps++ {
		}
		steps = -1
	})
	if steps != 0 {
		t.Error("it ran before it was asked for")
	}
	for want := 1; want < 4; want++ {
		if ok := next(); !ok || steps != want {
			t.Errorf("next gives %t after %d steps, want %d", ok, steps, want)
		}
	}
	stop()
	if steps != -1 || next() {
		t.Errorf("it goes on after stop, at %d", steps)
	}
}

func TestSharesMemory(t *testing.T) {
	a := make([]int, 6)
	for _, test := range []struct {
		x, y any
		want bool
	}{
		{a[:3], a[2:], true},
		{a[2:], a[:3], true},
		{a[:3], a[3:], false},
		{a[3:], a[:3], false},
		{a, a[1:2], true},
		{a, make([]int, 6), false},
		{make([]struct{}, 3), make([]struct{}, 3), false},
	} {
		if got := core.SharesMemory(test.x, test.y); got != test.want {
			t.Errorf("%p and %p: %t", test.x, test.y, got)
		}
	}
}

func TestCanonical(t *testing.T) {
	a, b, c := core.Canonical("a"+string(rune('b'))), core.Canonical("ab"), core.Canonical(1)
	if a != b || a == c || *a != "ab" || *c != 1 || *core.Canonical(nil) != nil {
		t.Errorf("%p %v, %p %v, %p %v", a, *a, b, *b, c, *c)
	}
}

func TestWeakPointers(t *testing.T) {
	p := new([100]int)
	u := core.Weaken(unsafe.Pointer(p))
	if core.Strengthen(u) != unsafe.Pointer(p) {
		t.Error("it leads elsewhere")
	}
	runtime.KeepAlive(p)
	p = nil
	runtime.GC()
	if core.Strengthen(u) != nil {
		t.Error("it keeps its variable")
	}
	if core.Strengthen(core.Weaken(nil)) != nil {
		t.Error("nil leads somewhere")
	}
}
