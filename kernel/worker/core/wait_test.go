package core_test

import (
	"sync"
	"testing"

	"lockstep/kernel/worker/core"
	"lockstep/runtime/support"
)

// cellHost is a cell that can be interrupted.
type cellHost struct {
	support.Host
	cancelled chan struct{}
}

func (h cellHost) Cancelled() <-chan struct{} { return h.cancelled }

// interruptedWait runs body on a goroutine of a cell, and interrupts the cell once body
// waits. The channel is closed when body has ended; it must not return.
func interruptedWait(t *testing.T, body func(c *core.Core)) <-chan struct{} {
	t.Helper()
	s := &support.Scope{Cell: 5, Host: cellHost{cancelled: make(chan struct{})}}
	ended := make(chan struct{})
	go s.Do(func() {
		defer close(ended)
		body(core.New(nil))
		t.Error("the wait returned")
	})
	for waits := false; !waits; {
		list, _ := core.Waits()
		for _, w := range list {
			waits = waits || w.Cell == 5
		}
	}
	close(s.Host.(cellHost).cancelled)
	return ended
}

func TestAnInterruptEndsTheWaitForALock(t *testing.T) {
	var m sync.Mutex
	m.Lock()
	<-interruptedWait(t, func(c *core.Core) { c.Lock(&m) })
	if list, _ := core.Waits(); len(list) != 0 {
		t.Errorf("%d operations wait, want none", len(list))
	}
	m.Unlock()
	m.Lock() // whoever is left lets go again
	var rw sync.RWMutex
	rw.RLock()
	<-interruptedWait(t, func(c *core.Core) { c.WriteLock(&rw) })
	rw.RUnlock()
	rw.Lock()
	<-interruptedWait(t, func(c *core.Core) { c.ReadLock(&rw) })
	rw.Unlock()
	rw.Lock()
}

func TestAnInterruptedWaitOfACondHoldsTheLockAndTakesNoSignal(t *testing.T) {
	var m sync.Mutex
	cond := sync.NewCond(&m)
	<-interruptedWait(t, func(c *core.Core) {
		m.Lock()
		defer m.Unlock() // a fatal error if it isn't held
		c.CondWait(cond)
	})
	woken := make(chan struct{})
	m.Lock()
	go func() {
		m.Lock()
		cond.Signal() // the oldest waiter is the interrupted one
		m.Unlock()
	}()
	go func() { defer close(woken); cond.Wait(); m.Unlock() }()
	<-woken
}

func TestLocksWithoutAnInterruptAreThoseOfSync(t *testing.T) {
	s := &support.Scope{Cell: 6, Host: cellHost{cancelled: make(chan struct{})}}
	defer s.Release()
	s.Do(func() {
		c := core.New(nil)
		var m sync.Mutex
		var all sync.WaitGroup
		ready := sync.NewCond(&m)
		n := 0
		for range 8 {
			all.Go(func() {
				for range 100 {
					c.Lock(&m)
					n++
					m.Unlock()
				}
				ready.Broadcast()
			})
		}
		c.Lock(&m)
		for n < 800 {
			c.CondWait(ready)
		}
		m.Unlock()
		c.WaitGroupWait(&all)
		if n != 800 {
			t.Errorf("counted to %d, want 800", n)
		}
	})
}
