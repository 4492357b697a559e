package sched

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"
	"unsafe"

	"lockstep/runtime/internal/scope"
)

// Forever is the limit of a wait without one.
const Forever time.Duration = -1

// Monitor guards the state of a primitive and holds the tasks that wait for that
// state to change: a monitor as Hoare described it, with Mesa's rule that a woken
// task must look again. The zero value is ready for use; it must not be copied.
type Monitor struct {
	mu     sync.Mutex
	world  World // of the task that was last inside
	queue  []*Waiter
	held   int
	lent   int // held by who knows whom
	holder *Task
	name   string
	kind   string
	label  string // what Label has found out
	number int
	yields bool
	state  any // what the world keeps for the resource
}

// Waiter is a task that waits in a Monitor.
type Waiter struct {
	Task *Task
	Op   *Op
	// World is what the task's world needs in order to wake it.
	World any
	// ready says that it can go on; nil where its world keeps that.
	ready func() bool
}

// Kept is what a Monitor guards the state of, if that may outlive a simulation.
type Kept interface {
	// Keep returns what gives the state back the value that it has now. Both are
	// called where nobody else uses the state.
	Keep() (setBack func())
}

// Enter begins op on the resource of, which is nil if it can't outlive its world. It
// is a scheduling point, and afterwards the calling task is alone in the monitor
// until Exit. It panics if tasks of another world hold or await the resource.
func (m *Monitor) Enter(op *Op, of Kept) World {
	w := Current()
	w.Point()
	m.EnterAgain(w, op, of)
	return w
}

// EnterAgain is Enter without a scheduling point, for the later steps of one
// operation.
func (m *Monitor) EnterAgain(w World, op *Op, of Kept) {
	m.mu.Lock()
	if m.world != w && !(w == Real && m.abandoned() && op.Uses() == LooksAt) {
		if m.busy() || m.abandoned() {
			err := &Misuse{Op: op, Name: m.Label(), Err: ErrOtherWorld, Detail: m.use(w)}
			m.mu.Unlock()
			Fail(w, err)
		}
		if of != nil && w != Real {
			w.Undo(m.keep(of))
		}
		m.world, m.number, m.state, m.label = w, 0, nil, ""
	}
	if m.kind == "" {
		m.kind = op.Kind
	}
	w.Record(m, op)
}

// Exit ends what Enter began.
func (m *Monitor) Exit() {
	m.mu.Unlock()
	if gone.Load() != 0 { // only now may the task wait for its guard
		Return(Current())
	}
}

// Leave is Exit in the middle of an operation: Reenter follows.
func (m *Monitor) Leave() { m.mu.Unlock() }

// Fail ends what Enter began with a panic about err: op was used wrongly. A task
// that is being ended is spared: its deferred calls can't know what was undone.
func (m *Monitor) Fail(w World, op *Op, err error, detail string) {
	misuse := &Misuse{Op: op, Name: m.Label(), Err: err, Detail: detail}
	m.Exit()
	Fail(w, misuse)
}

// Fail panics with err, unless the calling task is being ended: then it goes on
// to end.
func Fail(w World, err error) {
	if w.Ending() {
		runtime.Goexit()
	}
	panic(err)
}

// Hold notes that the calling task holds one more unit of the resource. Until
// Unhold the resource can't be used from another world.
func (m *Monitor) Hold(w World) {
	m.held++
	if w != Real { // in the real world no one asks, and finding out costs
		m.holder = w.Self()
		w.Held(m)
	} else if watchers.Load() != 0 {
		w.Held(m)
	}
}

// HoldFor is Hold of a resource that holder holds by nature, as a thread does its
// own end.
func (m *Monitor) HoldFor(holder *Task) {
	m.held++
	m.holder = holder
}

// Lend is Hold of a resource of which it can't be said who holds it, as of a permit:
// other worlds may use it meanwhile.
func (m *Monitor) Lend() {
	m.lent++
	if m.world == Real && watchers.Load() != 0 {
		Real.Held(m)
	}
}

// Unhold takes one Hold, HoldFor or Lend back.
func (m *Monitor) Unhold() {
	switch {
	case m.lent > 0:
		m.lent--
	case m.held > 0:
		m.held--
	}
	if m.world == Real && watchers.Load() != 0 {
		Real.Unheld(m)
	}
	if m.held == 0 {
		if m.world != nil && m.world != Real {
			m.world.Unheld(m)
		}
		m.holder = nil
	}
}

// Lent returns the number of Lends not taken back. The caller has entered m.
func (m *Monitor) Lent() int { return m.lent }

// Holder returns the task that holds the resource, nil if none does or it isn't
// known.
func (m *Monitor) Holder() *Task { return m.holder }

// State returns what the world keeps for the resource, nil at first. For worlds
// only.
func (m *Monitor) State() any { return m.state }

// SetState is for worlds only.
func (m *Monitor) SetState(state any) { m.state = state }

// Adopt makes w the world of a resource that isn't in use elsewhere, before an
// Enter does. For worlds only.
func (m *Monitor) Adopt(w World) {
	if m.world != w {
		m.world, m.number, m.state = w, 0, nil
	}
}

// Named reports whether the resource was given a name.
func (m *Monitor) Named() bool { return m.name != "" }

// Kind returns what kind of resource it is: "Mutex". It is empty before the first
// Enter. The caller has entered m.
func (m *Monitor) Kind() string { return m.kind }

// SetName gives the resource the name that reports use, such as "Mutex A".
func (m *Monitor) SetName(name string) {
	m.mu.Lock()
	m.name = name
	m.mu.Unlock()
}

// SetYields says that whoever holds the resource lets go of it before waiting for
// anything else. It is called before the resource is used.
func (m *Monitor) SetYields() { m.yields = true }

// Yields says whether SetYields was called. The order in which such a resource and
// others are taken can't end in a deadlock.
func (m *Monitor) Yields() bool { return m.yields }

// Label returns the name of the resource for reports: its own or, failing that,
// its kind, in a simulation with what the user's code calls it ("Mutex forks[1]") or
// a number ("Mutex-1"). The caller has entered m, or runs alone.
func (m *Monitor) Label() string {
	if m.name != "" {
		return m.name
	}
	// Only in a simulation nobody changes the user's variables meanwhile.
	if s := scope.Current(); m.label == "" && s.World != nil {
		m.label = m.kind
		if name := scope.NameOf(unsafe.Pointer(m)); name != "" {
			m.label += " " + name
		}
	}
	switch {
	case m.label != "" && m.label != m.kind:
		return m.label
	case m.world == nil || m.world == Real:
		return m.kind
	}
	return fmt.Sprintf("%s-%d", m.kind, m.Ordinal(m.world))
}

// Ordinal returns the number of the resource among those of its kind in w, given
// at the first call. The caller has entered m, or runs alone.
func (m *Monitor) Ordinal(w World) int {
	if m.number == 0 {
		m.number = w.Number(m.kind)
	}
	return m.number
}

// Push puts a waiter into the queue, with again before those that came later than
// its first time. For worlds only; the caller has entered m.
func (m *Monitor) Push(wt *Waiter, again bool) {
	if again {
		m.queue = slices.Insert(m.queue, 0, wt)
	} else {
		m.queue = append(m.queue, wt)
	}
}

// Remove takes wt from the queue and reports whether it was there. For worlds
// only; the caller has entered m.
func (m *Monitor) Remove(wt *Waiter) bool {
	i := slices.Index(m.queue, wt)
	if i < 0 {
		return false
	}
	m.queue = slices.Delete(m.queue, i, i+1)
	return true
}

// Waiters returns the queue, the longest waiting first. The caller has entered m.
func (m *Monitor) Waiters() []*Waiter { return m.queue }

// busy reports whether tasks that still run hold or await the resource.
func (m *Monitor) busy() bool { return (m.held > 0 || len(m.queue) > 0) && !m.world.Over() }

// abandoned reports whether a simulation has ended while a task of it held the
// resource, which nobody will give back.
func (m *Monitor) abandoned() bool {
	return m.holder != nil && m.world != nil && m.world.Over()
}

// use says where the resource is in use, to a task of w.
func (m *Monitor) use(w World) string {
	switch {
	case m.abandoned():
		return m.holder.Name() + " of a simulation that has ended holds it"
	case m.world == Real:
		return "it is in use in the real world"
	case w == Real:
		return "it is in use in a simulation"
	}
	return "it is in use in another simulation"
}

// keep returns what makes the resource what it is now.
func (m *Monitor) keep(of Kept) (setBack func()) {
	state := of.Keep()
	world, held, lent, holder := m.world, m.held, m.lent, m.holder
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		state()
		m.world, m.held, m.lent, m.holder = world, held, lent, holder
		m.number, m.state, m.label, m.queue = 0, nil, "", nil
	}
}

// Reenter takes the monitor back after a Leave or an Exit in the middle of an
// operation.
func (m *Monitor) Reenter() { m.mu.Lock() }
