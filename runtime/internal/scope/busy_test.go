package scope_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

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

func TestStacksTellWhoWaits(t *testing.T) {
	s := &scope.Scope{Cell: 3}
	defer s.Release()
	end := make(chan struct{})
	var spinning atomic.Bool
	spinning.Store(true)
	var all sync.WaitGroup
	s.Do(func() {
		for range 2 {
			all.Go(func() { <-end })
		}
		all.Go(func() {
			for spinning.Load() {
			}
		})
	})
	defer all.Wait()
	defer close(end)
	defer spinning.Store(false)
	deadline := time.Now().Add(10 * time.Second)
	for {
		counts := map[bool]int{}
		for _, stack := range scope.Stacks() {
			if stack.Cell == 3 {
				counts[stack.Waits] += stack.Count
			}
		}
		if counts[true] == 2 && counts[false] == 1 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("waiting: %d, running: %d; want 2 and 1", counts[true], counts[false])
		}
		runtime.Gosched()
	}
}
