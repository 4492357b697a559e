package sched

import "sync/atomic"

// Guard is what a task must have in order to run, and lets go while it waits: an
// interpreter's lock. Its methods are called on the goroutine of the task.
type Guard interface {
	// Leave lets go of it. The task is about to wait for what on names, to sleep if
	// that is empty. The caller may be in a monitor: Leave must not wait.
	Leave(w World, on string)
	// Return takes it again, and waits for that. The caller is in no monitor.
	Return(w World)
	// Offers reports whether the task, which is at a scheduling point, is to let go
	// and return.
	Offers(w World) bool
}

// guarded is the number of tasks that have guards, gone that of those which have let
// go of them: as long as they are 0, guards cost next to nothing.
var guarded, gone atomic.Int32

// Guard returns what Guarded has given the task, nil for nothing. Only the task may
// call it.
func (t *Task) Guard() Guard { return t.guard }

// Guarded calls f, during which the calling task t has g.
func Guarded(w World, t *Task, g Guard, f func()) {
	guarded.Add(1)
	gone.Add(1)
	t.guard, t.gone = g, true
	defer func() {
		t.guarding = true // the end is not to wait
		if t.gone {
			gone.Add(-1)
		} else {
			g.Leave(w, "")
		}
		guarded.Add(-1)
		t.guard, t.gone, t.guarding = nil, false, false
	}()
	Return(w)
	f()
}

// Leave has the calling task, which is about to wait for what on names, let go of
// its guard until Return.
func Leave(w World, on string) {
	if guarded.Load() == 0 {
		return
	}
	t := w.Self()
	if t == nil || t.guard == nil || t.gone || t.guarding {
		return
	}
	t.gone = true
	gone.Add(1)
	t.guarding = true
	defer func() { t.guarding = false }()
	t.guard.Leave(w, on)
}

// Return has the calling task take its guard if it has let go of it. One that is
// being ended doesn't: nothing of it that counts will run.
func Return(w World) {
	if gone.Load() == 0 {
		return
	}
	t := w.Self()
	if t == nil || !t.gone || t.guarding || w.Ending() {
		return
	}
	t.guarding = true
	defer func() { t.guarding = false }()
	t.guard.Return(w)
	t.gone = false
	gone.Add(-1)
}

// Offer is for scheduling points of worlds: it has the calling task let go of its
// guard if that says so. The caller calls Return once the task is to go on.
func Offer(w World) {
	if guarded.Load() == 0 {
		return
	}
	if t := w.Self(); t != nil && t.guard != nil && !t.gone && !t.guarding && t.guard.Offers(w) {
		Leave(w, OfferedOn)
	}
}

// OfferedOn is what Leave tells a guard on behalf of Offer: the task waits for
// nothing but its guard.
const OfferedOn = "\x00"

// Keep calls f, in which the calling task may wait without letting go of its guard.
func Keep(w World, f func()) {
	t := w.Self()
	t.guarding = true
	defer func() { t.guarding = false }()
	f()
}
