package simworld

import (
	"slices"
	"time"

	"lockstep/runtime/internal/sched"
)

// Result is what a run came to.
type Result struct {
	Elapsed  time.Duration // on the virtual clock
	Steps    int           // switch points
	Switches int           // those at which another task went on
	// Preemptions is the number of those at which the task that had run could have
	// gone on.
	Preemptions int
	Tasks       int         // that were started, the main one included
	Schedule    string      // the choices, as ParseSchedule reads them
	Hash        uint64      // of all events in order
	Panics      []Panic     // of tasks
	Stuck       []Blocked   // tasks that could never go on
	MainEnded   bool        // the main task had ended when the others were stuck
	BrokenUp    []Blocked   // tasks of the first deadlock that one of them was told of
	OutOfSteps  bool        // MaxSteps was reached
	Turns       []Turns     // if so, what came of each task that is left
	Canceled    bool        // the user interrupted the cell
	Foreign     bool        // a goroutine from elsewhere used the runtime
	Exited      bool        // the main task ended by runtime.Goexit
	GivenUp     bool        // the Chooser gave up
	Spared      bool        // a task that looked in vain had to wait for a change
	Refused     []*Refusal  // what can't be simulated
	Races       []Race      // the first of each kind
	Orders      []LockOrder // pairs of locks taken in both orders
	Events      []Event     // as many as were to be recorded
	Unrecorded  int         // how many more there were

	undo []func()
}

// SetBack makes the primitives that outlive the run what they were when it first
// used them. Nobody else uses them meanwhile, nor has since.
func (r *Result) SetBack() {
	for _, f := range slices.Backward(r.undo) {
		f()
	}
	r.undo = nil
}

// Fine reports whether nothing went wrong, as far as the run itself can tell.
func (r *Result) Fine() bool {
	return len(r.Panics) == 0 && len(r.Stuck) == 0 && len(r.Refused) == 0 && !r.OutOfSteps && !r.Canceled && !r.Exited && !r.GivenUp
}

// Turns is what came of a task in a run that reached its bound of switch points.
type Turns struct {
	Thread string
	Steps  int    // how many the task has made
	Last   int    // the switch point at which it last went on, 0 if never
	For    string // what it waits for, since the switch point Since; empty if it can go on
	Since  int
	Where  Place // where it waits
}

// turns says of the tasks that are left what came of them.
func (w *World) turns() []Turns {
	var list []Turns
	for _, c := range w.all {
		if c.ended || c.killed {
			continue
		}
		t := Turns{Thread: c.task.Name(), Steps: c.steps, Last: c.turn}
		if c.waits && !c.goesOn(w) {
			t.For, t.Since, t.Where = labels(c.monitors, c.waiter.Op), c.waiting, c.since
			if t.For == "" {
				t.For = say("nothing that there is")
			}
		} else if !c.goesOn(w) {
			t.For, t.Since, t.Where = say("the time"), c.turn, c.since
		}
		list = append(list, t)
	}
	return list
}

// Panic is a panic that ended a task.
type Panic struct {
	Thread string
	Value  any
	Frames []string
}

// Blocked is a task that waits for something that can't happen.
type Blocked struct {
	Thread string
	Verb   string // the operation in which it waits
	On     string // the resource that it waits for
	Holder string // the task that holds the resource; empty if none or not known
	Next   int    // index in Stuck of the holder; -1 if it isn't stuck
	Where  Place  // where the task waits
	Since  Place  // where the holder has come to hold the resource
	// Ends says that the resource is the end of the thread that holds it.
	Ends bool
}

// verdict says why nobody runs any more. It is called when nobody does.
func (w *World) verdict() {
	w.result.Orders = w.lockOrders()
	if w.result.OutOfSteps {
		w.result.Turns = w.turns()
	}
	if w.users == 0 || w.result.OutOfSteps || w.result.Canceled || w.result.GivenUp {
		return
	}
	index := map[*sched.Task]int{}
	for _, c := range w.all {
		if !c.waits || c.ended || c.killed {
			continue
		}
		b := Blocked{Thread: c.task.Name(), Verb: c.waiter.Op.Verb, On: labels(c.monitors, c.waiter.Op), Next: -1, Where: c.since}
		if holder := c.holder(); holder != nil {
			b.Holder, b.Since = holder.Name(), w.state(c.monitors[0]).since
			b.Ends = c.waiter.Op.Kind == "Thread"
		}
		index[c.task] = len(w.result.Stuck)
		w.result.Stuck = append(w.result.Stuck, b)
	}
	for _, c := range w.all {
		if i, ok := index[c.task]; ok && c.holder() != nil {
			if next, ok := index[c.holder()]; ok {
				w.result.Stuck[i].Next = next
			}
		}
	}
	w.result.MainEnded = w.all[0].ended
}

// NoteDeadlock implements sched.DeadlockNoter.
func (w *World) NoteDeadlock(waits []sched.Stuck) {
	if w.unwind || w.result.BrokenUp != nil {
		return
	}
	for _, s := range waits {
		b := Blocked{Thread: s.Task.Name(), Verb: s.Op.Verb, On: anyOf(s.On), Next: -1}
		switch c := w.all[s.Task.ID()-1]; {
		case c == w.current:
			b.Where = w.here(0)
		case c.waits:
			b.Where = c.since
		}
		w.result.BrokenUp = append(w.result.BrokenUp, b)
	}
}

// holder returns the task that holds the one resource that c waits for; nil if
// there is none.
func (c *coroutine) holder() *sched.Task { return holder(c.monitors) }

func holder(ms []*sched.Monitor) *sched.Task {
	if len(ms) != 1 {
		return nil
	}
	return ms[0].Holder()
}
