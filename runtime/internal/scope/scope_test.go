package scope_test

import (
	"testing"

	"lockstep/runtime/internal/scope"
)

func TestGoroutinesInheritTheScopeOfTheirStarter(t *testing.T) {
	outer := &scope.Scope{Cell: 1}
	inner := &scope.Scope{Cell: 2}
	defer outer.Release()
	defer inner.Release()

	cells := make(chan int)
	outer.Do(func() {
		go func() {
			go func() { cells <- scope.Current().Cell }()
		}()
		if got := <-cells; got != 1 {
			t.Errorf("a grandchild goroutine is in cell %d, want 1", got)
		}
		inner.Do(func() {
			if got := scope.Current().Cell; got != 2 {
				t.Errorf("inside the inner scope: cell %d, want 2", got)
			}
		})
		if got := scope.Current().Cell; got != 1 {
			t.Errorf("after the inner scope: cell %d, want 1", got)
		}
	})
	if got := scope.Current().Cell; got != 0 {
		t.Errorf("outside: cell %d, want 0", got)
	}
}

func TestReleasedScopeFallsBackToTheProcess(t *testing.T) {
	s := &scope.Scope{Cell: 1}
	s.Do(func() {
		s.Release()
		if got := scope.Current().Cell; got != 0 {
			t.Errorf("cell %d after Release, want 0", got)
		}
	})
}

func BenchmarkCurrent(b *testing.B) {
	s := &scope.Scope{}
	defer s.Release()
	s.Do(func() {
		for b.Loop() {
			scope.Current()
		}
	})
}
