package thread_test

import (
	"testing"
	"time"

	"lockstep/runtime/internal/scope"
	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/thread"
)

// host is a kernel whose user interrupts the cell.
type host struct {
	scope.Host
	cancelled chan struct{}
}

func (h host) Cancelled() <-chan struct{} { return h.cancelled }

func TestAnInterruptEndsWhateverWaits(t *testing.T) {
	native := make(chan struct{})
	defer close(native)
	for name, wait := range map[string]func(mu *thread.Mutex){
		"Lock":  func(mu *thread.Mutex) { mu.Lock() },
		"Join":  func(*thread.Mutex) { thread.Go(func() { <-native }).Join() },
		"Sleep": func(*thread.Mutex) { thread.Sleep(time.Hour) },
		"Event": func(*thread.Mutex) { new(thread.Event).Wait() },
		"Cond": func(*thread.Mutex) {
			var c thread.Cond
			c.Lock()
			defer c.Unlock()
			c.Wait()
		},
		"Barrier": func(*thread.Mutex) { _, _ = thread.NewBarrier(2, nil).Wait() },
	} {
		t.Run(name, func(t *testing.T) {
			cancelled := make(chan struct{})
			s := &scope.Scope{Host: host{cancelled: cancelled}}
			defer s.Release()
			var mu thread.Mutex
			mu.Lock()
			defer mu.Unlock()
			about, ended := make(chan struct{}), make(chan bool)
			go s.Do(func() {
				returned := false
				defer func() { ended <- !returned }()
				close(about)
				wait(&mu)
				returned = true
			})
			<-about
			close(cancelled)
			if !<-ended {
				t.Error("the wait returned")
			}
		})
	}
}

func TestAnInterruptedWaiterTakesNoNotification(t *testing.T) {
	cancelled := make(chan struct{})
	s := &scope.Scope{Host: host{cancelled: cancelled}}
	defer s.Release()
	worldtest.Real(t, func(t *testing.T) {
		c := thread.NewCond(new(thread.Mutex))
		var other []*thread.Thread
		ended := make(chan struct{})
		c.Lock()
		go s.Do(func() {
			defer close(ended)
			c.Lock()
			close(cancelled)
			c.Wait()
		})
		c.Unlock()
		<-ended
		other, _ = waiters(c, 1)
		c.Lock()
		c.Signal()
		c.Unlock()
		other[0].Join()
	})
}
