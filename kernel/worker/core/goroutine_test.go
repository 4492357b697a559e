package core_test

import (
	"testing"

	"lockstep/kernel/worker/core"
	"lockstep/runtime/support"
)

func TestAGoroutineBelongsToTheCellThatStartsIt(t *testing.T) {
	scope := &support.Scope{Cell: 7}
	defer scope.Release()
	cell := make(chan int)
	scope.Do(func() { core.New(nil).Go(func() { cell <- support.CurrentScope().Cell }) })
	if got := <-cell; got != 7 {
		t.Errorf("cell %d, want 7", got)
	}
}
