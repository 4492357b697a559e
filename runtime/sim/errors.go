package sim

import (
	"errors"
	"fmt"
	"strings"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/simworld"
)

// What a Report's error can be, beside the types of this package.
var (
	// ErrNested: a simulation was begun inside a simulation. Run panics with it.
	ErrNested = errors.New("sim: a simulation can't run inside a simulation")
	// ErrTooManySteps: the run was given up at its bound of switch points.
	ErrTooManySteps = errors.New("given up, the threads may go on for ever")
	// ErrForeignGoroutine: a goroutine that a go statement started used the runtime.
	ErrForeignGoroutine = sched.ErrForeignGoroutine
)

// PanicError says that a thread ended by a panic.
type PanicError struct {
	Thread string   // its name
	Value  any      // of the panic
	Frames []string // of the code that panicked, the innermost first; may be empty
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("panic in %s: %s", e.Thread, sched.PanicText(e.Value))
}

// Unwrap returns the panic's value if that is an error, such as a *thread.Misuse.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Wait is one thread that waits for what can't happen.
type Wait struct {
	Thread  string // its name
	Doing   string // the operation in which it waits: "Lock"
	For     string // what it waits for: "Mutex A"
	HeldBy  string // the thread that holds it; empty if none does
	InCycle bool   // the thread waits for one that, in the end, waits for it
}

func (w Wait) String() string {
	s := fmt.Sprintf("%s waits for %s", w.Thread, w.For)
	switch {
	case w.HeldBy == w.For: // a thread's end
		s += " to end"
	case w.HeldBy == w.Thread:
		s += ", held by itself"
	case w.HeldBy != "":
		s += ", held by " + w.HeldBy
	}
	return s + " (" + w.Doing + ")"
}

// DeadlockError says that no thread could go on, and why.
type DeadlockError struct {
	Waits []Wait // in the order in which the threads were started
}

func (e *DeadlockError) Error() string { return "deadlock: " + join(e.Waits) }

// LeakError says that threads were left which nobody could wake any more when the
// main thread had ended. Python would hang at its exit.
type LeakError struct {
	Waits []Wait // in the order in which the threads were started
}

func (e *LeakError) Error() string { return "threads left for ever: " + join(e.Waits) }

// RefusedError says that a thread did something that can't be simulated.
type RefusedError struct {
	What   string // and what it did
	Thread string // its name
	Where  string // "In[3]:4"; empty if not known
}

func (e *RefusedError) Error() string {
	if e.Where == "" {
		return e.What
	}
	return e.Where + ": " + e.What
}

// ScheduleError says why a schedule could not be replayed.
type ScheduleError struct{ Reason string }

func (e *ScheduleError) Error() string { return "sim.Replay: " + e.Reason }

func join(waits []Wait) string {
	var s []string
	for _, w := range waits {
		s = append(s, w.String())
	}
	return strings.Join(s, "; ")
}

// verdict returns what went wrong in a run; nil if nothing did.
func verdict(r *simworld.Result, maxSteps int) error {
	var errs []error
	for _, p := range r.Panics {
		errs = append(errs, &PanicError{Thread: p.Thread, Value: p.Value, Frames: p.Frames})
	}
	if len(r.Stuck) > 0 {
		waits := waits(r.Stuck)
		if r.MainEnded && !anyInCycle(waits) {
			errs = append(errs, &LeakError{waits})
		} else {
			errs = append(errs, &DeadlockError{waits})
		}
	}
	for _, refused := range r.Refused {
		errs = append(errs, &RefusedError{What: refused.What, Thread: refused.Thread, Where: refused.Where.String()})
	}
	if r.OutOfSteps {
		errs = append(errs, fmt.Errorf("%w: the bound of %d switch points is reached", ErrTooManySteps, maxSteps))
	}
	if r.Foreign {
		errs = append(errs, ErrForeignGoroutine)
	}
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}

func waits(stuck []simworld.Blocked) []Wait {
	var waits []Wait
	for i, b := range stuck {
		inCycle := false
		next := b.Next
		for range stuck {
			if inCycle = next == i; inCycle || next < 0 {
				break
			}
			next = stuck[next].Next
		}
		waits = append(waits, Wait{b.Thread, b.Verb, b.On, b.Holder, inCycle})
	}
	return waits
}

func anyInCycle(waits []Wait) bool {
	for _, w := range waits {
		if w.InCycle {
			return true
		}
	}
	return false
}
