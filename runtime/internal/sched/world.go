// Package sched is the seam between the runtime's primitives and the world that
// their threads run in: the real one, of goroutines and the wall clock, or a
// simulated one. A primitive's semantics are written once, over a Monitor; a
// World decides who runs, who waits, and what time it is.
package sched

import (
	"time"

	"lockstep/runtime/internal/scope"
)

// World runs tasks. All methods but Spawn's body are called on the goroutine of
// the task that they concern.
type World interface {
	// Self returns the calling task; nil in the real world for a goroutine that
	// neither is the main one nor was started by Spawn.
	Self() *Task
	// SelfID identifies the calling task in this world. It is never 0.
	SelfID() int64
	// Number returns 1, 2, 3 … for each kind of thing that gets a logical name.
	Number(kind string) int
	// Spawn starts t, which runs body once and ends. It fails where the world has
	// no room for another task.
	Spawn(t *Task, body func()) error
	// Point is a scheduling point: another task may run before it returns.
	Point()
	// Started is the scheduling point after a Spawn. Where all schedules are explored
	// the starter simply goes on: nothing is lost, as it begins no operation before its
	// next Point.
	Started()
	// Record notes that the calling task does op on m.
	Record(m *Monitor, op *Op)
	// Wait blocks the calling task until ready holds, at most for limit (negative:
	// for ever), and reports whether ready holds. The caller has entered m, and is
	// the only one inside again when Wait returns; ready is called inside m only.
	// Wait doesn't return to a task that is ended from outside: it exits m, and the
	// task goes on as by runtime.Goexit.
	Wait(m *Monitor, op *Op, ready func() bool, limit time.Duration) bool
	// Wake lets at least n of the tasks that wait in m and that are ready look at their
	// condition again, the longest waiting first. The caller has entered m and changed
	// its state. A task that is woken may come too late: then whoever was faster has to
	// wake another if one can go on.
	Wake(m *Monitor, n int)
	// Ending reports whether the calling task is being ended from outside, and
	// only runs its deferred calls.
	Ending() bool
	// Held notes that the calling task has come to hold m; Unheld that m is held by
	// nobody any more. The caller has entered m.
	Held(m *Monitor)
	Unheld(m *Monitor)
	// Undo keeps what takes back the changes to a resource that the world is the first
	// to use from now on, for those who want its tasks to leave no trace. The real world
	// forgets it.
	Undo(setBack func())
	// Over reports whether none of its tasks is left, nor ever will be.
	Over() bool
	// Sleep blocks the calling task for d.
	Sleep(d time.Duration)
	// Now returns the time on the world's clock.
	Now() time.Time
}

// DeadlockNoter is a World whose reports tell of deadlocks that were broken up: one
// of the tasks is told of it, so that the others may go on.
type DeadlockNoter interface {
	// NoteDeadlock says that tasks wait for what can't happen. The calling one is among
	// them, just about to wait.
	NoteDeadlock(waits []Stuck)
}

// Stuck is a task that waits for what can't happen.
type Stuck struct {
	Task *Task
	Op   *Op
	On   []string // the names of what it waits for
}

// Current returns the world of the calling goroutine.
func Current() World {
	if w, ok := scope.Current().World.(World); ok {
		return w
	}
	return Real
}

// Op is one kind of operation on one kind of resource. Make it with NewOp.
type Op struct {
	Kind string // the resource: "Mutex"
	Verb string // the operation: "Lock"
	code uint64
	edge Edge
	uses Uses
	// stable says that what is waited for, once it holds, holds for ever.
	stable bool
	// computes says that who waits does so to let the time pass that it computes.
	computes bool
}

// Uses says which operations on a resource can change places with each other: two
// that look at it, or two that add to it.
type Uses uint8

// How an operation uses a resource.
const (
	Changes Uses = iota
	LooksAt
	AddsTo
)

// Edge says how an operation orders the tasks that use a resource: what happened
// before an operation that releases it happens before what follows a later one that
// acquires it (Lamport's relation, by which data races are told).
type Edge uint8

// The edges of an operation.
const (
	Acquire Edge = 1 << iota
	Release
)

// NewOp returns the operation verb on resources of the given kind.
func NewOp(kind, verb string) *Op {
	// FNV-1a, so that the code of an operation is the same in every process.
	code := uint64(14695981039346656037)
	for _, b := range []byte(kind + "." + verb) {
		code = (code ^ uint64(b)) * 1099511628211
	}
	return &Op{Kind: kind, Verb: verb, code: code, edge: Acquire | Release}
}

// Acquires makes op one that acquires and doesn't release; it returns op.
func (op *Op) Acquires() *Op { op.edge = Acquire; return op }

// Releases makes op one that releases and doesn't acquire; it returns op.
func (op *Op) Releases() *Op { op.edge = Release; return op }

// NoEdge makes op one that orders nothing; it returns op.
func (op *Op) NoEdge() *Op { op.edge = 0; return op }

// Looks makes op one that leaves the resource as it is, and orders nothing; it
// returns op.
func (op *Op) Looks() *Op { op.edge, op.uses = 0, LooksAt; return op }

// Adds makes op one that comes to the same in whatever order it is done by several
// tasks, such as counting down; it returns op.
func (op *Op) Adds() *Op { op.uses = AddsTo; return op }

// Stable makes op one that waits for what, once it holds, holds for ever, such as
// the end of a thread; it returns op. Where all schedules are explored a task that
// has waited so, without a limit, goes on at once.
func (op *Op) Stable() *Op { op.stable = true; return op }

// Computes makes op one that stands for work of the task: where it waits it is to be
// seen as running; it returns op.
func (op *Op) Computes() *Op { op.computes = true; return op }

// IsWork reports whether op stands for work of the task.
func (op *Op) IsWork() bool { return op.computes }

// IsStable reports whether what op waits for holds for ever.
func (op *Op) IsStable() bool { return op.stable }

// Edge returns how op orders tasks; an operation does both unless told otherwise.
func (op *Op) Edge() Edge { return op.edge }

// Uses returns how op uses the resource; it changes it unless told otherwise.
func (op *Op) Uses() Uses { return op.uses }

// Code identifies the operation, the same in every process.
func (op *Op) Code() uint64 { return op.code }
