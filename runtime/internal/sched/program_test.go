package sched_test

import (
	"slices"
	"testing"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
)

func TestTheEndOfAProgramCallsItsHooksOnceInOrder(t *testing.T) {
	s, other := &scope.Scope{}, &scope.Scope{}
	defer s.Release()
	defer other.Release()
	var called []string
	hook := func(name string) func() { return func() { called = append(called, name) } }
	other.Do(func() { sched.CurrentProgram().AtEnd("x", hook("other")) })
	s.Do(func() {
		p := sched.CurrentProgram()
		p.AtEnd("b", hook("b"))
		p.AtEnd("a", hook("a"))
		p.AtEnd("b", hook("b again"))
		if p.Ended() {
			t.Error("it has ended before its end")
		}
		sched.WaitThreads()
		sched.WaitThreads()
		p.AtEnd("late", hook("late"))
		if !p.Ended() {
			t.Error("it has not ended")
		}
	})
	if !slices.Equal(called, []string{"b", "a"}) {
		t.Errorf("called %q", called)
	}
}
