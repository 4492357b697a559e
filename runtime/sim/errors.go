package sim

import (
	"errors"
	"strings"

	"lockstep/runtime/internal/render"
	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/simworld"
)

// What a Report's error can be, beside the types of this package.
var (
	// ErrNested: a simulation was begun inside a simulation. Run panics with it.
	ErrNested = errors.New("sim: a simulation can't run inside a simulation")
	// ErrTooManySteps: the run was given up at its bound of switch points. The error
	// is a *LivelockError.
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
	return say("panic in %s: %s", e.Thread, render.PanicText(e.Value))
}

// Unwrap returns the panic's value if that is an error, such as a *thread.Misuse.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// CheckError is what the function given to Check found wrong.
type CheckError struct{ Err error }

func (e *CheckError) Error() string { return e.Err.Error() }

// Unwrap returns the error of the check.
func (e *CheckError) Unwrap() error { return e.Err }

// Wait is one thread that waits for what can't happen.
type Wait struct {
	Thread  string // its name
	Doing   string // the operation in which it waits: "Lock"
	For     string // what it waits for: "Mutex A"
	HeldBy  string // the thread that holds it; empty if none does
	InCycle bool   // the thread waits for one that, in the end, waits for it
	Where   string // the place of the operation: "In[3]:5"; empty if not known
	Since   string // the place where HeldBy came to hold it; empty if not known

	end bool // it waits for the end of the thread HeldBy
}

func (w Wait) String() string {
	switch {
	case w.end:
		return say("%s waits for %s to end (%s)", w.Thread, w.For, w.Doing)
	case w.HeldBy == w.Thread:
		return say("%s waits for %s, held by itself (%s)", w.Thread, w.For, w.Doing)
	case w.HeldBy != "":
		return say("%s waits for %s, held by %s (%s)", w.Thread, w.For, w.HeldBy, w.Doing)
	}
	return say("%s waits for %s (%s)", w.Thread, w.For, w.Doing)
}

// DeadlockError says that no thread could go on, and why.
type DeadlockError struct {
	Waits []Wait // in the order in which the threads were started
	// Told says that one of the threads was told of it rather than left to wait, so that
	// the run went on: by a panic with futures.ErrDeadlock, which may have ended up as
	// the error of a future.
	Told bool
}

func (e *DeadlockError) Error() string { return say("deadlock: %s", join(e.Waits)) }

// LeakError says that threads were left which nobody could wake any more when the
// main thread had ended. Python would hang at its exit.
type LeakError struct {
	Waits []Wait // in the order in which the threads were started
}

func (e *LeakError) Error() string { return say("threads left for ever: %s", join(e.Waits)) }

// Turns says of a thread what came of it in a run that had no end.
type Turns struct {
	Thread string // its name
	Steps  int    // how often it went on
	Last   int    // the switch point at which it last did; 0 if never
	For    string // what it waits for, since the switch point Since; empty if it can go on
	Since  int
	Where  string // where it waits
}

// LivelockError says that a run was given up at its bound of switch points. It is
// ErrTooManySteps.
type LivelockError struct {
	Bound   int
	Threads []Turns // those that hadn't ended
}

func (e *LivelockError) Error() string {
	return say("given up, the threads may go on for ever: the bound of %d switch points is reached", e.Bound)
}

// Is reports whether target is ErrTooManySteps.
func (e *LivelockError) Is(target error) bool { return target == ErrTooManySteps }

// lines says who goes on for ever, who waits for ever, and who has no turn.
func (e *LivelockError) lines() []string {
	var lines []string
	for _, t := range e.Threads {
		late := e.Bound - e.Bound/4
		switch {
		case t.For != "" && t.Since <= late:
			lines = append(lines, say("%s starves: it has waited for %s since switch point %d", t.Thread, t.For, t.Since)+inBrackets(t.Where))
		case t.For == "" && t.Last <= late:
			lines = append(lines, say("%s starves: it could go on, and had its last turn at switch point %d", t.Thread, t.Last))
		default:
			lines = append(lines, say("%s goes on and on: %d turns, the last at switch point %d", t.Thread, t.Steps, t.Last))
		}
	}
	return lines
}

// RaceError says that threads used a variable at the same time, as far as anything
// puts their accesses in order.
type RaceError struct{ Races []Race }

func (e *RaceError) Error() string {
	var s []string
	for _, r := range e.Races {
		s = append(s, r.String())
	}
	return strings.Join(s, say("; "))
}

// Race is two accesses to a variable, at least one of which changes it, that
// nothing puts in order: no lock, no start or end of a thread, no message.
type Race struct {
	Name          string // of the variable
	First, Second Access // in the order in which they came in this schedule
}

func (r Race) String() string {
	return say("data race on %s: %v, %v, and nothing puts the two in order", r.Name, r.First, r.Second)
}

// Access is one access of a Race.
type Access struct {
	Thread string // its name
	Kind   string // "read", "write", "atomic load", "atomic store", "atomic update", "Add", "Wait"
	Where  string // "In[3]:4"; empty if not known
}

func (a Access) String() string {
	if a.Where == "" {
		return say("%s by %s", say(a.Kind), a.Thread)
	}
	return say("%s by %s at %s", say(a.Kind), a.Thread, a.Where)
}

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

// BodyError says why a body can't be explored.
type BodyError struct{ Reason string }

func (e *BodyError) Error() string { return "sim.Explore: " + e.Reason }

func join(waits []Wait) string {
	var s []string
	for _, w := range waits {
		s = append(s, w.String())
	}
	return strings.Join(s, say("; "))
}

// verdict returns what went wrong in a run, nil if nothing did. check, if not nil,
// is asked where the threads have ended well.
func verdict(r *simworld.Result, maxSteps int, check func() error) error {
	var errs []error
	for _, p := range r.Panics {
		errs = append(errs, &PanicError{Thread: p.Thread, Value: p.Value, Frames: p.Frames})
	}
	if len(r.Stuck) > 0 {
		waits := waits(r.Stuck)
		if left(r) {
			errs = append(errs, &LeakError{waits})
		} else {
			errs = append(errs, &DeadlockError{Waits: waits})
		}
	}
	if len(r.BrokenUp) > 0 {
		errs = append(errs, &DeadlockError{Waits: waits(r.BrokenUp), Told: true})
	}
	for _, refused := range r.Refused {
		errs = append(errs, &RefusedError{What: refused.What, Thread: refused.Thread, Where: refused.Where.String()})
	}
	if r.OutOfSteps {
		livelock := &LivelockError{Bound: maxSteps}
		for _, t := range r.Turns {
			livelock.Threads = append(livelock.Threads, Turns{t.Thread, t.Steps, t.Last, t.For, t.Since, t.Where.String()})
		}
		errs = append(errs, livelock)
	}
	if r.Foreign {
		errs = append(errs, ErrForeignGoroutine)
	}
	if len(errs) == 0 {
		if err := checked(check); err != nil {
			errs = append(errs, err)
		}
	}
	if races := races(r); len(races) > 0 {
		errs = append(errs, &RaceError{races})
	}
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}

func races(r *simworld.Result) []Race {
	var races []Race
	for _, x := range r.Races {
		races = append(races, Race{x.Name, access(x.First), access(x.Second)})
	}
	return races
}

func access(u simworld.Use) Access { return Access{u.Thread, u.Verb, u.Where.String()} }

// warning says that two locks were taken in both orders.
func warning(o simworld.LockOrder) string {
	way := func(t simworld.Taken, first, second string) string {
		return say("%s took %s and then %s", t.Thread, first, second) + inBrackets(t.Second.String())
	}
	return say("%s and %s are taken in both orders, which may end in a deadlock: %s, %s",
		o.A, o.B, way(o.AB, o.A, o.B), way(o.BA, o.B, o.A))
}

// inBrackets is a place as a suffix.
func inBrackets(place string) string {
	if place == "" {
		return ""
	}
	return say(" (%s)", place)
}

func waits(stuck []simworld.Blocked) []Wait {
	var waits []Wait
	for i, b := range stuck {
		waits = append(waits, Wait{
			Thread: b.Thread, Doing: b.Verb, For: b.On, HeldBy: b.Holder, InCycle: inCycle(stuck, i),
			Where: b.Where.String(), Since: b.Since.String(), end: b.Ends,
		})
	}
	return waits
}

// left reports whether the threads that are stuck are there for ever, rather than in
// a deadlock.
func left(r *simworld.Result) bool {
	for i := range r.Stuck {
		if inCycle(r.Stuck, i) {
			return false
		}
	}
	return r.MainEnded
}

// inCycle reports whether a task that is stuck waits for itself in the end.
func inCycle(stuck []simworld.Blocked, i int) bool {
	next := stuck[i].Next
	for range stuck {
		if next == i {
			return true
		}
		if next < 0 {
			return false
		}
		next = stuck[next].Next
	}
	return false
}

func anyInCycle(waits []Wait) bool {
	for _, w := range waits {
		if w.InCycle {
			return true
		}
	}
	return false
}
