package explore

import (
	"slices"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/simworld"
)

// Reduced is the search of at least one schedule of each class: two schedules are
// of a class if one becomes the other by exchanging neighbouring steps that touch
// nothing in common (Mazurkiewicz traces). All schedules of a class end the same
// way, so that every deadlock, panic, race and wrong result comes up that any
// schedule has, as long as tasks share nothing but what the world sees.
//
// It is dynamic partial-order reduction (Flanagan, Godefroid: Dynamic Partial-Order
// Reduction for Model Checking Software, POPL 2005) with source sets and sleep sets
// (Abdulla, Aronis, Jonsson, Sagonas: Optimal Dynamic Partial Order Reduction, POPL
// 2014). Values (Choose) are all explored.
type Reduced struct {
	trace   simworld.Trace
	stack   []*node
	tasks   []*node // those of the stack that are switch points
	depth   int     // in this run
	changed int     // index in stack of the first node that this run may have changed
	strayed bool

	// For analyse: of each step, by task, the last step that happened before it.
	clocks []vector
	// last is, of each object, its last write and the reads since then.
	last map[int32]*uses
}

// node is a choice that the run has met.
type node struct {
	// A choice of a value: n > 0.
	n, taken int

	// A switch point.
	enabled []int32 // numbers of the tasks that can go on
	chosen  int32
	todo    []int32   // still to be explored
	done    []sleeper // explored, chosen excepted
	asleep  []sleeper // need not be explored: other schedules have had them
	foot    []simworld.Touch
	forced  bool // there is no need to explore anything else here
}

// sleeper is a task whose next step needn't come next, until another step touches
// what that one does.
type sleeper struct {
	task int32
	foot []simworld.Touch
}

// NewReduced returns the search of one schedule of each class.
func NewReduced() *Reduced { return &Reduced{last: map[int32]*uses{}} }

// Trace implements Search.
func (r *Reduced) Trace() *simworld.Trace { return &r.trace }

// Strayed implements Search.
func (r *Reduced) Strayed() bool { return r.strayed }

// Choose implements simworld.Chooser.
func (r *Reduced) Choose(n int) int {
	if r.depth == len(r.stack) {
		r.stack = append(r.stack, &node{n: n})
	}
	b := r.stack[r.depth]
	if b.n != n {
		r.strayed = true
		return 0
	}
	r.depth++
	return b.taken
}

// Next implements simworld.Chooser.
func (r *Reduced) Next(c simworld.Candidates) int {
	if r.strayed {
		return simworld.GiveUp
	}
	if r.depth < len(r.stack) {
		return r.again(c)
	}
	b := &node{}
	for i := range c.Len() {
		b.enabled = append(b.enabled, int32(c.Num(i)))
	}
	if len(r.tasks) > 0 {
		b.asleep = stillAsleep(r.tasks[len(r.tasks)-1], r.trace.Of(len(r.trace.Steps)-1))
	}
	pick := -1
	if i := c.Forced(); i >= 0 {
		b.forced, pick = true, i
	} else if i := c.Current(); i >= 0 && !isAsleep(b.asleep, b.enabled[i]) {
		pick = i
	} else {
		pick = slices.IndexFunc(b.enabled, func(t int32) bool { return !isAsleep(b.asleep, t) })
	}
	if pick < 0 {
		return simworld.GiveUp // all that could follow has been seen
	}
	b.chosen = b.enabled[pick]
	r.stack = append(r.stack, b)
	r.tasks = append(r.tasks, b)
	r.depth++
	return pick
}

// again repeats what the stack says.
func (r *Reduced) again(c simworld.Candidates) int {
	b := r.stack[r.depth]
	same := b.n == 0 && len(b.enabled) == c.Len()
	pick := -1
	for i := 0; same && i < c.Len(); i++ {
		same = b.enabled[i] == int32(c.Num(i))
		if b.enabled[i] == b.chosen {
			pick = i
		}
	}
	if !same || pick < 0 {
		r.strayed = true
		return simworld.GiveUp
	}
	r.depth++
	return pick
}

// stillAsleep returns who needn't come next after the step of b that touched foot.
func stillAsleep(b *node, foot []simworld.Touch) []sleeper {
	var still []sleeper
	for _, list := range [][]sleeper{b.asleep, b.done} {
		for _, s := range list {
			if s.task != b.chosen && !conflict(s.foot, foot) {
				still = append(still, s)
			}
		}
	}
	return still
}

func isAsleep(list []sleeper, task int32) bool {
	return slices.ContainsFunc(list, func(s sleeper) bool { return s.task == task })
}

// conflict reports whether two steps, perhaps of different runs, may touch
// something in common that one of them changes.
func conflict(a, b []simworld.Touch) bool {
	for _, x := range a {
		for _, y := range b {
			// An object that is new in both may be the same under two numbers.
			if simworld.Conflict(x.Uses, y.Uses) && (x.Object == y.Object || x.Fresh && y.Fresh) {
				return true
			}
		}
	}
	return false
}

// Advance implements Search.
func (r *Reduced) Advance(result *simworld.Result) bool {
	if r.strayed {
		return false
	}
	r.stack = r.stack[:r.depth]
	r.keepFootprints()
	r.analyse(result)
	r.depth = 0
	for len(r.stack) > 0 {
		b := r.stack[len(r.stack)-1]
		if b.n > 0 {
			if b.taken++; b.taken < b.n {
				r.changed = len(r.stack) - 1
				return true
			}
			r.stack = r.stack[:len(r.stack)-1]
			continue
		}
		b.done = append(b.done, sleeper{b.chosen, b.foot})
		b.foot = nil
		for len(b.todo) > 0 {
			next := b.todo[0]
			b.todo = b.todo[1:]
			if !isAsleep(b.asleep, next) {
				b.chosen = next
				r.changed = len(r.stack) - 1
				return true
			}
		}
		r.stack = r.stack[:len(r.stack)-1]
		r.tasks = r.tasks[:len(r.tasks)-1]
	}
	return false
}

// keepFootprints adds what the steps of this run touched to their nodes. What a
// step touches may depend on the values chosen in it.
func (r *Reduced) keepFootprints() {
	first := r.changed
	for first > 0 && first < len(r.stack) && r.stack[first].n > 0 {
		first--
	}
	at := 0
	for i, b := range r.stack {
		if b.n > 0 {
			continue
		}
		at++ // the main task's first step has no node
		if i < first || at >= len(r.trace.Steps) {
			continue
		}
		for _, t := range r.trace.Of(at) {
			i := slices.IndexFunc(b.foot, func(u simworld.Touch) bool { return u.Object == t.Object })
			if i < 0 {
				b.foot = append(b.foot, t)
				continue
			}
			if b.foot[i].Uses != t.Uses {
				b.foot[i].Uses = sched.Changes
			}
			b.foot[i].Fresh = b.foot[i].Fresh || t.Fresh
		}
	}
}

// explore has task explored at b, too.
func (b *node) explore(task int32) {
	if !b.explores(task) {
		b.todo = append(b.todo, task)
	}
}

// explores reports whether task is explored at b, sooner or later.
func (b *node) explores(task int32) bool {
	return b.forced || b.chosen == task || slices.Contains(b.todo, task) || isAsleep(b.done, task)
}
