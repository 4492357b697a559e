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

// cell is a kernel's cell that the user may interrupt.
type cell struct {
	scope.Host
	cancelled chan struct{}
}

func (c cell) Cancelled() <-chan struct{} { return c.cancelled }

func TestDaemonsAreOfTheSameProgramAndEndedApart(t *testing.T) {
	s := &scope.Scope{Cell: 3, Host: cell{cancelled: make(chan struct{})}}
	defer s.Release()
	if s.HasDaemons() {
		t.Error("it has daemons at first")
	}
	over := make(chan struct{})
	s.Do(func() {
		kept := s.Local(func() any { return new(int) })
		d := s.Daemons(over)
		if !s.HasDaemons() || d == s || d.Daemons(nil) != d || d.Program() != s || s.Program() != s {
			t.Error("the scope of the daemons is not one and the same")
		}
		if d.Local(func() any { return new(int) }) != kept || scope.Current() != s {
			t.Error("the daemons are of another program, or took the caller along")
		}
		if d.Cancelled() != (<-chan struct{})(over) || s.Cancelled() == d.Cancelled() {
			t.Error("the daemons end when the cell does")
		}
		if d.With(nil).Cancelled() != d.Cancelled() {
			t.Error("a simulation in a daemon does not end with it")
		}
		stop := make(chan struct{})
		defer close(stop)
		began := make(chan struct{})
		go func() {
			d.Enter()
			close(began)
			<-stop
		}()
		<-began
		found := false
		for _, stack := range scope.Stacks() {
			found = found || stack.Cell == 3 && stack.Daemon && stack.Waits
		}
		if !found {
			t.Error("no stack is the daemon's")
		}
	})
}
