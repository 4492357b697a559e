package sched

import (
	"slices"
	"sync/atomic"
	"time"

	"lockstep/runtime/internal/clock"
)

// Watcher is told what the goroutines of a scope do in the real world. Its methods
// are called on the goroutine that they are about, most of them inside m; they must
// not wait.
type Watcher interface {
	// Starts: the caller is about to start t.
	Starts(t *Task)
	// Ends: the calling task ends.
	Ends()
	// Does: the caller does op on m, and may have to wait for that.
	Does(m *Monitor, op *Op)
	// Waits: the caller waits in m, until Goes.
	Waits(m *Monitor, op *Op)
	// Sleeps: the caller sleeps, until Goes.
	Sleeps()
	// Goes: the caller goes on.
	Goes()
	// Holds: the caller has come to hold m once more.
	Holds(m *Monitor)
	// Frees: m is held once less, whoever held it.
	Frees(m *Monitor)
	// Remarks: the caller wants text to be kept.
	Remarks(text string)
}

// watchers is the number of Watchers of all scopes: as long as it is 0, not being
// watched costs next to nothing.
var watchers atomic.Int32

// Watch makes x be told what happens in the calling goroutine's scope, in the real
// world, until stop is called.
func Watch(x Watcher) (stop func()) {
	p := local()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.setWatchers(append(slices.Clone(p.getWatchers()), x))
	watchers.Add(1)
	var stopped atomic.Bool
	return func() {
		if stopped.Swap(true) {
			return
		}
		watchers.Add(-1)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.setWatchers(slices.DeleteFunc(slices.Clone(p.getWatchers()), func(y Watcher) bool { return x == y }))
	}
}

func (p *perScope) getWatchers() []Watcher {
	if list := p.watchers.Load(); list != nil {
		return *list
	}
	return nil
}

func (p *perScope) setWatchers(list []Watcher) { p.watchers.Store(&list) }

// watching returns who watches the calling goroutine.
func watching() []Watcher {
	if watchers.Load() == 0 {
		return nil
	}
	return local().getWatchers()
}

func init() { clock.Watch(sleeps) }

// sleeps tells of a sleep in the real world, and returns what tells of its end.
func sleeps(time.Duration) (woke func()) {
	if guarded.Load() != 0 {
		Leave(Real, "")
		defer func() {
			if tell := woke; tell != nil {
				woke = func() { tell(); Return(Real) }
			} else {
				woke = func() { Return(Real) }
			}
		}()
	}
	list := watching()
	if len(list) == 0 {
		return nil
	}
	for _, x := range list {
		x.Sleeps()
	}
	return func() {
		for _, x := range list {
			x.Goes()
		}
	}
}

// remarker is a World that keeps remarks.
type remarker interface{ Remark(text string) }

// Remark leaves a remark of the calling task in whatever records what it does.
func Remark(text string) {
	w := Current()
	if w == Real {
		for _, x := range watching() {
			x.Remarks(text)
		}
	} else if r, ok := w.(remarker); ok {
		r.Remark(text)
	}
}
