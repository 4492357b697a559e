package thread_test

import (
	"testing"
	"time"

	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/thread"
)

func TestAnEventLetsAllGoOnThatWait(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var e thread.Event
		var threads []*thread.Thread
		for range 5 {
			threads = append(threads, thread.Go(e.Wait))
		}
		if e.IsSet() || e.WaitTimeout(time.Millisecond) || e.WaitTimeout(0) {
			t.Error("it is set from the start")
		}
		e.Set()
		for _, th := range threads {
			th.Join()
		}
		if !e.IsSet() || !e.WaitTimeout(0) || !e.WaitTimeout(thread.NoLimit) {
			t.Error("it is not set after Set")
		}
		e.Clear()
		if e.IsSet() || e.WaitTimeout(time.Millisecond) {
			t.Error("it is set after Clear")
		}
		worldtest.Misuse(t, thread.ErrTimeout, func() { e.WaitTimeout(-2) })
	})
}

func TestSetFollowedByClearLetsWaitersGoOn(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var e thread.Event
		th := thread.Go(e.Wait)
		// Until the thread waits a pulse may pass it by.
		for !th.JoinTimeout(time.Millisecond) {
			e.Set()
			e.Clear()
		}
	})
}
