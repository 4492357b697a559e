package scope_test

import (
	"os"
	"testing"

	"github.com/petermattis/goid"

	"lockstep/runtime/internal/scope"
)

func TestADerivedScopeKeepsTheStreamsAndChangesTheWorld(t *testing.T) {
	outer := &scope.Scope{Cell: 3, Stdout: os.Stderr}
	inner := outer.With("simulated")
	defer outer.Release()
	defer inner.Release()

	outer.Do(func() {
		inner.Do(func() {
			got := scope.Current()
			if got.Cell != 3 || got.Stdout != os.Stderr || got.World != "simulated" {
				t.Errorf("the derived scope is %+v", got)
			}
		})
		if got := scope.Current().World; got != nil {
			t.Errorf("world %v after the derived scope, want none", got)
		}
	})
}

func TestTheRootIsTheGoroutineOfTheOutermostDo(t *testing.T) {
	s := &scope.Scope{}
	defer s.Release()

	s.Do(func() {
		root := goid.Get()
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.Do(func() {
				if got := s.Root(); got != root {
					t.Errorf("root %d, want %d", got, root)
				}
			})
		}()
		<-done
		if got := s.Root(); got != root {
			t.Errorf("root %d after an inner Do, want %d", got, root)
		}
	})
	if got := s.Root(); got != 0 {
		t.Errorf("root %d after the last Do, want 0", got)
	}
}

func TestLocalIsMadeOnceAScope(t *testing.T) {
	made := 0
	create := func() any { made++; return made }
	a, b := &scope.Scope{}, &scope.Scope{}
	for i, step := range []struct {
		scope *scope.Scope
		want  int
	}{{a, 1}, {a, 1}, {b, 2}} {
		if got := step.scope.Local(create); got != step.want {
			t.Errorf("call %d: %v, want %d", i+1, got, step.want)
		}
	}
}

func TestAPlainProgramIsOneScopeThoughItsStdoutIsReplaced(t *testing.T) {
	outside := scope.Current()
	before := os.Stdout
	os.Stdout = os.Stderr
	defer func() { os.Stdout = before }()
	if scope.Current() != outside || outside.Root() != 1 {
		t.Error("replacing os.Stdout changed the scope")
	}
	derived := outside.With(nil)
	if stdout, _ := derived.Streams(); stdout != os.Stderr {
		t.Error("a derived scope prints to the old os.Stdout")
	}
}
