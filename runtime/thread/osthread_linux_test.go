package thread_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/thread"
)

// In the real world a thread is an OS thread for its life: the kernel lists it under
// its id, which no other thread has meanwhile, and does not when it has ended.
func TestAThreadIsAnOSThreadForItsLife(t *testing.T) {
	listed := func(id int64) bool {
		_, err := os.Stat(fmt.Sprintf("/proc/self/task/%d", id))
		return err == nil
	}
	worldtest.Real(t, func(t *testing.T) {
		var gate thread.Event
		ids := map[int64]bool{thread.Current().ID(): true}
		if main := thread.Current().ID(); main != int64(os.Getpid()) {
			t.Errorf("the main code has the id %d in the process %d", main, os.Getpid())
		}
		var threads []*thread.Thread
		for range 10 {
			th := thread.Go(func() {
				for !gate.WaitTimeout(time.Millisecond) {
					if !listed(thread.Current().ID()) || int64(unix.Gettid()) != thread.Current().ID() {
						t.Error("it runs on another OS thread than the one it began on")
					}
				}
			})
			if ids[th.ID()] {
				t.Errorf("two threads have the id %d", th.ID())
			}
			ids[th.ID()] = true
			threads = append(threads, th)
		}
		gate.Set()
		for _, th := range threads {
			th.Join()
			deadline := time.Now().Add(10 * time.Second)
			for listed(th.ID()) { // the kernel needs a moment
				if time.Now().After(deadline) {
					t.Fatalf("OS thread %d is there when its thread has ended", th.ID())
				}
				time.Sleep(time.Millisecond)
			}
		}
	})
}
