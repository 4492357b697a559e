package simworld

import (
	"time"

	"lockstep/runtime/internal/sched"
)

// Result is what a run came to.
type Result struct {
	Elapsed    time.Duration // on the virtual clock
	Steps      int           // switch points
	Switches   int           // those at which another task went on
	Tasks      int           // that were started, the main one included
	Schedule   string        // the choices, as ParseSchedule reads them
	Hash       uint64        // of all events in order
	Panics     []Panic       // of tasks
	Stuck      []Blocked     // tasks that could never go on
	MainEnded  bool          // the main task had ended when the others were stuck
	OutOfSteps bool          // MaxSteps was reached
	Canceled   bool          // the user interrupted the cell
	Foreign    bool          // a goroutine from elsewhere used the runtime
	Exited     bool          // the main task ended by runtime.Goexit
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
}

// verdict says why nobody runs any more. It is called when nobody does.
func (w *World) verdict() {
	if w.users == 0 || w.result.OutOfSteps || w.result.Canceled {
		return
	}
	index := map[*sched.Task]int{}
	for _, c := range w.all {
		if c.monitor == nil || c.ended {
			continue
		}
		b := Blocked{Thread: c.task.Name(), Verb: c.waiter.Op.Verb, On: c.monitor.Label(), Next: -1}
		if holder := c.monitor.Holder(); holder != nil {
			b.Holder = holder.Name()
		}
		index[c.task] = len(w.result.Stuck)
		w.result.Stuck = append(w.result.Stuck, b)
	}
	for _, c := range w.all {
		if i, ok := index[c.task]; ok && c.monitor.Holder() != nil {
			if next, ok := index[c.monitor.Holder()]; ok {
				w.result.Stuck[i].Next = next
			}
		}
	}
	w.result.MainEnded = w.all[0].ended
}

const (
	hashStart = 14695981039346656037
	hashPrime = 1099511628211
)

// note adds an event to the running hash and tells the sink.
func (w *World) note(c *coroutine, m *sched.Monitor, op *sched.Op) {
	on := 0
	if m != nil {
		on = m.Ordinal(w)
	}
	h := w.result.Hash
	for _, word := range [...]uint64{uint64(c.num), op.Code(), uint64(on), uint64(w.result.Elapsed)} {
		h = (h ^ word) * hashPrime
		h ^= h >> 29 // the product alone never carries a high bit downwards
	}
	w.result.Hash = h
	if w.config.Sink == nil {
		return
	}
	e := Event{At: w.result.Elapsed, Task: c.task, Op: op}
	if m != nil {
		e.On = m.Label()
	}
	w.config.Sink(e)
}

// Record implements sched.World.
func (w *World) Record(m *sched.Monitor, op *sched.Op) {
	if !w.unwind {
		w.note(w.current, m, op)
	}
}
