package thread_test

import (
	"testing"

	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/thread"
)

func TestEachThreadHasItsOwnValueOfALocal(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var a, b thread.Local
		a.Set("main")
		var threads []*thread.Thread
		for i := range 3 {
			threads = append(threads, thread.Go(func() {
				if v, ok := a.Get(); ok {
					t.Errorf("a new thread has the value %v", v)
				}
				a.Set(i)
				thread.Yield()
				if v, _ := a.Get(); v != i {
					t.Errorf("thread %d has the value %v", i, v)
				}
			}))
		}
		for _, th := range threads {
			th.Join()
		}
		if v, _ := a.Get(); v != "main" {
			t.Errorf("the main code has the value %v", v)
		}
		if v, ok := b.Get(); ok {
			t.Errorf("another variable has the value %v", v)
		}
	})
}
