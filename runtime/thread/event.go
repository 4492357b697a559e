package thread

import (
	"time"

	"lockstep/runtime/internal/sched"
)

// Event is a flag that threads can wait for. The zero value is not set. Python:
// threading.Event.
type Event struct {
	m    sched.Monitor
	set  bool
	sets int // how often Set was called
}

var (
	opEventSet   = sched.NewOp("Event", "Set").Releases()
	opEventClear = sched.NewOp("Event", "Clear").NoEdge()
	opEventIsSet = sched.NewOp("Event", "IsSet").Looks().Acquires()
	opEventWait  = sched.NewOp("Event", "Wait").Acquires()
)

// Set sets the flag and lets all go on that wait for it. Python: Event.set.
func (e *Event) Set() {
	w := e.m.Enter(opEventSet, (*eventState)(e))
	e.set = true
	e.sets++
	w.Wake(&e.m, len(e.m.Waiters()))
	e.m.Exit()
}

// Clear takes the flag back: who waits from now on has to wait for the next Set.
// Python: Event.clear.
func (e *Event) Clear() {
	e.m.Enter(opEventClear, (*eventState)(e))
	e.set = false
	e.m.Exit()
}

// IsSet reports whether the flag is set. Python: Event.is_set.
func (e *Event) IsSet() bool {
	e.m.Enter(opEventIsSet, (*eventState)(e))
	defer e.m.Exit()
	return e.set
}

// Wait waits until the flag is set; it returns at once if it is. Python:
// Event.wait().
func (e *Event) Wait() { e.WaitTimeout(NoLimit) }

// WaitTimeout is Wait for at most limit, and reports whether the flag was set.
// Misuse: ErrTimeout. Python: Event.wait(timeout).
func (e *Event) WaitTimeout(limit time.Duration) bool {
	sched.CheckLimit(opEventWait, limit)
	w := e.m.Enter(opEventWait, (*eventState)(e))
	// A Set lets go on all that wait, even if Clear follows before they look.
	sets := e.sets
	set := w.Wait(&e.m, opEventWait, func() bool { return e.set || e.sets != sets }, limit)
	e.m.Exit()
	return set
}
