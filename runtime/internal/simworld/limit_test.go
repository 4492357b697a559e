package simworld_test

import (
	"testing"

	"lockstep/runtime/internal/simworld"
	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

// Beyond the limit another thread is refused, in words, before the process ends.
func TestTooManyThreadsAreRefused(t *testing.T) {
	defer simworld.SetMaxTasks(5)()
	r := sim.Run(1, func() {
		var gate thread.Event
		for range 4 { // and the main one
			thread.Go(gate.Wait)
		}
		th := thread.New(gate.Wait)
		worldtest.Misuse(t, thread.ErrTooManyThreads, th.Start)
		if th.Alive() {
			t.Error("it is alive")
		}
		gate.Set()
	})
	if !r.OK() {
		t.Error(r.Err)
	}
}
