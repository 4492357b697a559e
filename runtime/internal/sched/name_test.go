package sched_test

import (
	"runtime"
	"testing"
	"time"

	"lockstep/runtime/internal/sched"
)

func declared() {}

type walker struct{}

func (*walker) Walk() {}

func TestFunctionNames(t *testing.T) {
	n := 0
	for _, test := range []struct {
		f    func()
		want string
	}{
		{declared, "declared"},
		{(&walker{}).Walk, "Walk"},
		{runtime.GC, "GC"},
		{func() {}, ""},
		{func() { n++ }, ""},
		{sched.Named(func() { n++ }, "add"), "add"},
		{sched.Named(declared, "other"), "other"},
		{sched.Named(sched.Named(declared, "inner"), "outer"), "outer"},
	} {
		if got := sched.FunctionName(test.f); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
	f := sched.Named(func() { n++ }, "add")
	if f(); n != 1 {
		t.Errorf("the function ran %d times", n)
	}
}

// Names are forgotten with their functions.
func TestNamesDoNotKeepFunctions(t *testing.T) {
	large := make([]byte, 1<<20)
	gone := make(chan struct{})
	runtime.AddCleanup(&large[0], func(struct{}) { close(gone) }, struct{}{})
	f := sched.Named(func() { large[0]++ }, "add")
	runtime.GC()
	if got := sched.FunctionName(f); got != "add" {
		t.Errorf("after a collection it is called %q", got)
	}
	f, large = nil, nil
	for deadline := time.Now().Add(10 * time.Second); ; {
		runtime.GC()
		select {
		case <-gone:
			return
		case <-time.After(time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatal("what the function uses is still there")
		}
	}
}
