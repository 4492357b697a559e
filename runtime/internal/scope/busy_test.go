package scope_test

import (
	"testing"

	"lockstep/runtime/internal/scope"
)

func TestACellIsBusyWhileOneOfItsGoroutinesRuns(t *testing.T) {
	quiet, busy := &scope.Scope{Cell: 1}, &scope.Scope{Cell: 2}
	defer quiet.Release()
	defer busy.Release()

	end := make(chan struct{})
	ended := make(chan struct{})
	quiet.Do(func() {})
	busy.Do(func() {
		go func() {
			defer close(ended)
			<-end
		}()
	})
	if got := scope.Busy(); len(got) != 1 || !got[2] {
		t.Errorf("busy cells: %v, want 2 only", got)
	}
	close(end)
	<-ended
}
