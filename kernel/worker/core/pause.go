package core

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"

	"lockstep/runtime/support"
)

// While lowered code is paused the interpreter leaves each of its functions at
// the next step, with whatever results. What a native function here has below it
// must not take such results for true: it waits until the pause is over, and goes
// on only if its cell may.
type pause struct {
	over chan struct{}
	mu   sync.Mutex
	cut  map[int]bool // the cells whose goroutines were ended though nobody asked
}

// paused is the pause that lasts, nil for none. There is one interpreter a process.
var paused atomic.Pointer[pause]

// Pause begins a pause, for the caller to have the interpreter stop just after.
// End, called once the interpreter goes on, ends it; it gives the cells that were
// not interrupted but had goroutines ended. There must be no other pause.
func Pause() (end func() map[int]bool) {
	p := &pause{over: make(chan struct{}), cut: map[int]bool{}}
	paused.Store(p)
	return func() map[int]bool {
		paused.Store(nil)
		close(p.over)
		p.mu.Lock()
		defer p.mu.Unlock()
		return maps.Clone(p.cut)
	}
}

// Paused reports whether a pause lasts.
func Paused() bool { return paused.Load() != nil }

// AtPause reports whether a goroutine waits for the end of a pause, by its stack
// as text.
func AtPause(stack string) bool { return strings.Contains(stack, "core.(*pause).wait+") }

//go:noinline
func (p *pause) wait() { <-p.over }

// pass is what native functions call where lowered code enters them and where
// they return to it. In a pause it waits; a goroutine of an interrupted cell then
// ends, running its deferred calls.
func pass() {
	for p := paused.Load(); p != nil; p = paused.Load() {
		p.wait()
		if interrupted(support.CurrentScope()) {
			unwind()
		}
	}
}

// Pass is for functions outside of this package that lowered code calls: it waits
// while lowered code is paused, and then ends the goroutine of an interrupted cell.
func Pass() { pass() }

// passCut is pass after lowered code has returned: in a pause it may have been
// stopped half-way, so its goroutine ends.
func passCut() {
	if p := paused.Load(); p != nil {
		p.note()
		p.wait()
		unwind()
	}
}

// note says that what the calling goroutine has called may have ended half-way.
func (p *pause) note() {
	s := support.CurrentScope()
	if interrupted(s) {
		return
	}
	p.mu.Lock()
	p.cut[s.Cell] = true
	p.mu.Unlock()
}

func interrupted(s *support.Scope) bool {
	select {
	case <-cancelled(s):
		return true
	default:
		return false
	}
}

// Sleep is time.Sleep.
var Sleep = passing(support.Sleep)

func passing[T any](f func(T)) func(T) {
	return func(v T) {
		pass()
		f(v)
		pass()
	}
}
