package clock_test

import (
	"testing"
	"time"

	"lockstep/runtime/internal/clock"
	"lockstep/runtime/internal/scope"
)

// world is a clock that a sleep moves.
type world struct{ now time.Time }

func (w *world) Sleep(d time.Duration) { w.now = w.now.Add(d) }
func (w *world) Now() time.Time        { return w.now }

func TestASimulatedWorldHasItsOwnTime(t *testing.T) {
	s := (&scope.Scope{}).With(&world{now: time.Unix(1000, 0)})
	defer s.Release()
	s.Do(func() {
		start := clock.Now()
		clock.Sleep(time.Hour)
		if got := clock.Since(start); got != time.Hour || start.Unix() != 1000 {
			t.Errorf("%v since %v", got, start)
		}
		if got := clock.Until(start); got != -time.Hour {
			t.Errorf("%v until the start", got)
		}
	})
}

func TestTheRealWorldHasTheWallClock(t *testing.T) {
	before := time.Now()
	clock.Sleep(0)
	clock.Sleep(2 * time.Millisecond)
	after := clock.Now()
	if waited := after.Sub(before); waited < 2*time.Millisecond {
		t.Errorf("slept %v", waited)
	}
}

type host struct {
	scope.Host
	cancelled chan struct{}
}

func (h host) Cancelled() <-chan struct{} { return h.cancelled }

func TestAnInterruptEndsASleep(t *testing.T) {
	cancelled := make(chan struct{})
	s := &scope.Scope{Host: host{cancelled: cancelled}}
	defer s.Release()
	ended := make(chan bool)
	go s.Do(func() {
		woke := false
		defer func() { ended <- !woke }()
		clock.Sleep(time.Millisecond)
		close(cancelled)
		clock.Sleep(time.Hour)
		woke = true
	})
	if !<-ended {
		t.Error("the sleep returned")
	}
}
