package explore

import (
	"slices"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/simworld"
)

// vector is, by task, the index of the last step that happened before, plus 1.
type vector []int32

func (v *vector) join(other vector) {
	for len(*v) < len(other) {
		*v = append(*v, 0)
	}
	for i, n := range other {
		(*v)[i] = max((*v)[i], n)
	}
}

func (v vector) at(task int32) int32 {
	if int(task) < len(v) {
		return v[task]
	}
	return 0
}

// uses is the last uses of an object, as indices of steps.
type uses struct {
	change      int32 // the last that can't change places with anything; -1 if there was none
	looks, adds []int32
}

// analyse looks for steps of the run that could come in the other order, and has
// that explored.
func (r *Reduced) analyse(result *simworld.Result) {
	steps := r.trace.Steps
	for len(r.clocks) < len(steps) {
		r.clocks = append(r.clocks, nil)
	}
	clear(r.last)
	// Pairs of steps of the part that is as in the run before were seen then.
	old := 0
	for _, b := range r.stack[:min(r.changed, len(r.stack))] {
		if b.n == 0 {
			old++
		}
	}
	var previous []int32 // by task, its last step
	var barrier, all vector
	var before []int32
	for i := range steps {
		s := &steps[i]
		if s.Barrier {
			barrier = slices.Clone(all)
		}
		clock := append(r.clocks[i][:0], barrier...)
		for len(previous) <= int(s.Task) {
			previous = append(previous, -1)
		}
		if p := previous[s.Task]; p >= 0 {
			clock.join(r.clocks[p])
		} else if s.Task > 1 {
			clock.join(r.clocks[r.trace.Spawns[s.Task-1]])
		}
		before = r.conflicting(before[:0], int32(i))
		// The latest first: what it knows of the earlier ones is no race.
		slices.SortFunc(before, func(a, b int32) int { return int(b - a) })
		for _, j := range before {
			if clock.at(steps[j].Task) > j {
				continue
			}
			if i >= old {
				r.clocks[i] = clock
				r.reverse(int(j), i)
			}
			clock.join(r.clocks[j])
		}
		for len(clock) <= int(s.Task) {
			clock = append(clock, 0)
		}
		clock[s.Task] = int32(i) + 1
		r.clocks[i] = clock
		all.join(clock)
		previous[s.Task] = int32(i)
	}
	r.disabled(result)
}

// conflicting adds the steps to list that touched what step i touches, the last
// ones only, and makes i the last.
func (r *Reduced) conflicting(list []int32, i int32) []int32 {
	add := func(j int32) {
		if j >= 0 && j != i && !slices.Contains(list, j) {
			list = append(list, j)
		}
	}
	for _, t := range r.trace.Of(int(i)) {
		u := r.last[t.Object]
		if u == nil {
			u = &uses{change: -1}
			r.last[t.Object] = u
		}
		add(u.change)
		if t.Uses != sched.LooksAt {
			for _, j := range u.looks {
				add(j)
			}
		}
		if t.Uses != sched.AddsTo {
			for _, j := range u.adds {
				add(j)
			}
		}
		switch t.Uses {
		case sched.LooksAt:
			u.looks = append(u.looks, i)
		case sched.AddsTo:
			u.adds = append(u.adds, i)
		default:
			u.change, u.looks, u.adds = i, u.looks[:0], u.adds[:0]
		}
	}
	return list
}

// reverse has the steps that don't need step j explored before it, up to step i,
// which touches what j does.
func (r *Reduced) reverse(j, i int) {
	if j == 0 {
		return // the first step of the main task comes first
	}
	steps := r.trace.Steps
	b := r.tasks[j-1]
	// first is, by task, its first step among those between j and i that don't need
	// j, plus 1; initial are the tasks of which that step needs none of the others.
	var first vector
	var initial []int32
	for k := j + 1; k <= i; k++ {
		task := steps[k].Task
		for len(first) <= int(task) {
			first = append(first, 0)
		}
		if k < i && r.clocks[k].at(steps[j].Task) > int32(j) {
			continue
		}
		needs := false
		for other, f := range first {
			if f > 0 && r.clocks[k].at(int32(other)) >= f {
				needs = true
				break
			}
		}
		if first[task] == 0 {
			first[task] = int32(k) + 1
			if !needs {
				initial = append(initial, task)
			}
		}
	}
	task := steps[i].Task
	if first[task] == int32(i)+1 && !slices.Contains(b.enabled, task) {
		return // it is j that makes i possible
	}
	for _, t := range initial {
		if b.explores(t) || isAsleep(b.asleep, t) {
			return
		}
	}
	if slices.Contains(initial, task) && slices.Contains(b.enabled, task) {
		b.explore(task)
		return
	}
	for _, t := range initial {
		if slices.Contains(b.enabled, t) {
			b.explore(t)
			return
		}
	}
}

// disabled has those explored that a step kept from going on: of several that wait
// for the same, one gets it.
func (r *Reduced) disabled(result *simworld.Result) {
	for k, b := range r.tasks {
		var after []int32
		switch {
		case k+1 < len(r.tasks):
			after = r.tasks[k+1].enabled
		case result.GivenUp || result.OutOfSteps:
			continue
		}
		for _, t := range b.enabled {
			if t != b.chosen && !slices.Contains(after, t) {
				b.explore(t)
			}
		}
	}
}
