package simworld

import "lockstep/runtime/internal/sched"

// Trace is what the steps of a run touched: what partial-order reduction works on.
// A step is what a task does from one switch point to the next.
type Trace struct {
	Steps   []Step
	Touches []Touch
	// Spawns leads from a task's number to the index of the step that started it; 0
	// for the main task.
	Spawns []int32
}

// Step is one step of a run.
type Step struct {
	Task  int32 // its number
	First int32 // index of its first touch
	// Barrier says that the clock moved before the step, which it does only when no
	// task can go on: no step can change places with one on the other side.
	Barrier bool
}

// Touch is that a step used an object.
type Touch struct {
	Object int32
	Uses   sched.Uses
	// Fresh says that the object hadn't been touched before this step. In another
	// run such an object may have another number.
	Fresh bool
}

// Conflict reports whether two steps that use an object so can't change places.
func Conflict(a, b sched.Uses) bool {
	return a != b || a == sched.Changes
}

// Of returns what step i touched.
func (t *Trace) Of(i int) []Touch {
	end := int32(len(t.Touches))
	if i+1 < len(t.Steps) {
		end = t.Steps[i+1].First
	}
	return t.Touches[t.Steps[i].First:end]
}

// reset empties the trace, keeping its memory.
func (t *Trace) reset() {
	t.Steps, t.Touches, t.Spawns = t.Steps[:0], t.Touches[:0], t.Spawns[:0]
	t.Spawns = append(t.Spawns, 0)
}

// object is something that more than one task may use: a resource or a variable.
type object struct {
	id    int32
	first int32 // the number of the step that touched it first
	// version counts the changes, where tasks that look in vain are looked for.
	version int32
}

func (w *World) newObject() object {
	w.objects++
	return object{id: w.objects, first: -1}
}

// touch notes that the current step uses o.
func (w *World) touch(o *object, uses sched.Uses) {
	if w.config.Patient {
		w.looked(o, uses)
	}
	t := w.config.Trace
	if t == nil {
		return
	}
	step := int32(len(t.Steps))
	if o.first < 0 {
		o.first = step
	}
	// The same again says nothing new.
	for i := len(t.Touches) - 1; i >= int(t.Steps[step-1].First); i-- {
		if last := &t.Touches[i]; last.Object == o.id {
			if last.Uses != uses {
				last.Uses = sched.Changes
			}
			return
		}
	}
	t.Touches = append(t.Touches, Touch{Object: o.id, Uses: uses, Fresh: o.first == step})
}

// touched reports whether the current step has used o.
func (w *World) touched(o *object) bool {
	t := w.config.Trace
	if t == nil {
		return false
	}
	for _, touch := range t.Of(len(t.Steps) - 1) {
		if touch.Object == o.id {
			return true
		}
	}
	return false
}

// step begins a step of c.
func (w *World) step(c *coroutine) {
	if t := w.config.Trace; t != nil {
		t.Steps = append(t.Steps, Step{Task: int32(c.num), First: int32(len(t.Touches)), Barrier: w.moved})
		w.moved = false
	}
}
