package thread_test

import (
	"testing"
	"time"

	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/thread"
)

func TestATimerFiresAfterItsDelay(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var fired time.Time
		timer := thread.NewTimer(5*time.Millisecond, func() { fired = thread.Now() }, thread.Name("alarm"))
		start := thread.Now()
		timer.Start()
		timer.Join()
		if late := fired.Sub(start); late < 5*time.Millisecond {
			t.Errorf("fired after %v", late)
		}
		if timer.Name() != "alarm" {
			t.Errorf("name %q", timer.Name())
		}
		timer.Cancel() // too late, and no error
		worldtest.Misuse(t, thread.ErrStarted, timer.Start)
	})
}

func TestACancelledTimerDoesNotFire(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		fired := func() { t.Error("it fired") }
		started := thread.NewTimer(time.Hour, fired)
		started.Start()
		started.Cancel()
		started.Cancel()
		started.Join()

		cancelledFirst := thread.NewTimer(0, fired)
		cancelledFirst.Cancel()
		cancelledFirst.Start()
		cancelledFirst.Join()
	})
}

func TestATimerWithoutDelayFiresAtOnce(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		fired := false
		timer := thread.NewTimer(-time.Second, func() { fired = true })
		timer.Start()
		timer.Join()
		if !fired {
			t.Error("it did not fire")
		}
	})
}
