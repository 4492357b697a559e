package course_test

import (
	"testing"
	"time"

	"lockstep/lessons/course"
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

func TestFastest(t *testing.T) {
	sim.Run(1, func() {
		naps := []time.Duration{3 * time.Second, time.Second, 2 * time.Second}
		if got := course.Fastest(3, func() { thread.Sleep(naps[0]); naps = naps[1:] }); got != time.Second {
			t.Errorf("the fastest took %v", got)
		}
	})
	calls := 0
	course.Fastest(0, func() { calls++ })
	if calls != 1 {
		t.Errorf("%d calls, want one at least", calls)
	}
}
