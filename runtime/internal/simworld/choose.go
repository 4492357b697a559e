package simworld

import (
	"math/bits"
	"math/rand/v2"
)

// Chooser decides the schedule. It is told of every switch point, also of those
// with one candidate.
type Chooser interface {
	// Next returns the index of the candidate that goes on, or GiveUp.
	Next(c Candidates) int
	// Choose returns one of n >= 2 values: a choice within a task, such as the case
	// that a select takes.
	Choose(n int) int
}

// GiveUp is what a Chooser's Next returns to end the run.
const GiveUp = -1

// Candidates are the tasks that can go on at a switch point, at least one, in the
// order of their starting.
type Candidates struct{ w *World }

// Len returns how many there are.
func (c Candidates) Len() int { return len(c.w.runnable) }

// Num returns the number of the i-th candidate's task: 1 for the main one, then in
// the order of starting.
func (c Candidates) Num(i int) int { return c.w.runnable[i].num }

// Current returns the index of the task that ran last, -1 if it can't go on.
func (c Candidates) Current() int {
	for i, r := range c.w.runnable {
		if r == c.w.current {
			return i
		}
	}
	return -1
}

// Forced returns the index of a candidate that may just as well go on at once: it
// has started another, or has waited for what holds for ever, and begins nothing
// before its next switch point. It is -1 if there is none, or the world isn't
// patient.
func (c Candidates) Forced() int { return c.w.forced }

// Step returns the number of the switch point, from 1.
func (c Candidates) Step() int { return c.w.result.Steps }

// Random returns the chooser of version 1 of the seeded schedules: the top bits of
// PCG-DXSM, the stream of which the Go library keeps the same for ever.
func Random(seed uint64) Chooser { return random{newSource(seed)} }

type random struct{ source source }

func (r random) Next(c Candidates) int {
	if c.Len() == 1 {
		return 0
	}
	return r.source.below(c.Len())
}

func (r random) Choose(n int) int { return r.source.below(n) }

// source is a stream of random numbers, the same on every machine.
type source struct{ pcg *rand.PCG }

func newSource(seed uint64) source { return source{rand.NewPCG(seed, 0x6c6f636b73746570)} }

// below returns a number from 0 to n-1.
func (s source) below(n int) int {
	// Multiply and shift rather than a library's bounded integer: a library may
	// change how it draws those, and the bias of n/2^64 shows nowhere.
	i, _ := bits.Mul64(s.pcg.Uint64(), uint64(n))
	return int(i)
}

// RoundRobin returns the chooser that lets every task go on in turn for the given
// number of switch points, 1 or more: a time slice. A task that can't go on loses
// the rest of its slice. Values are the first.
func RoundRobin(slice int) Chooser { return &roundRobin{slice: slice} }

type roundRobin struct {
	slice, used int
	last        int // number of the task that ran last
}

func (r *roundRobin) Next(c Candidates) int {
	if i := c.Current(); i >= 0 && r.used < r.slice && c.Num(i) == r.last {
		r.used++
		return i
	}
	next := 0
	for i := range c.Len() {
		if c.Num(i) > r.last {
			next = i
			break
		}
	}
	r.last, r.used = c.Num(next), 1
	return next
}

func (r *roundRobin) Choose(int) int { return 0 }

// PCT returns the chooser of probabilistic concurrency testing: tasks have random
// priorities, the highest goes on, and at depth-1 random switch points of about
// steps the current one's falls below all others. A bug that needs depth
// orderings comes up with a probability of at least 1/(tasks * steps^(depth-1)).
//
// Burckhardt, Kothari, Musuvathi, Nagarakatte: A Randomized Scheduler with
// Probabilistic Guarantees of Finding Bugs, ASPLOS 2010.
func PCT(seed uint64, depth, steps int) Chooser {
	p := &pct{source: newSource(seed), priority: map[int]int{}, changes: map[int]int{}}
	for d := range depth - 1 {
		p.changes[1+p.source.below(max(1, steps))] = -d - 1
	}
	return p
}

type pct struct {
	source   source
	priority map[int]int // of a task by number; negative once it has fallen
	changes  map[int]int // switch point → the priority to which the current task falls
}

func (p *pct) Next(c Candidates) int {
	best, highest := 0, 0
	for i := range c.Len() {
		num := c.Num(i)
		priority, ok := p.priority[num]
		if !ok {
			// A random place among 2^30: ties are rare, and go to the older task.
			priority = 1 + p.source.below(1<<30)
			p.priority[num] = priority
		}
		if i == 0 || priority > highest {
			best, highest = i, priority
		}
	}
	if low, ok := p.changes[c.Step()]; ok {
		p.priority[c.Num(best)] = low
		delete(p.changes, c.Step())
		return p.Next(c)
	}
	return best
}

func (p *pct) Choose(n int) int { return p.source.below(n) }

// Script returns a chooser that repeats recorded choices. Past their end it takes
// the first candidate. Its Strayed tells whether the choices fitted.
func Script(choices []int) *Scripted { return &Scripted{choices: choices} }

// Scripted is a chooser that repeats recorded choices.
type Scripted struct {
	choices []int
	next    int
	strayed bool
}

// Next implements Chooser.
func (s *Scripted) Next(c Candidates) int {
	if c.Len() == 1 {
		return 0
	}
	return s.Choose(c.Len())
}

// Choose implements Chooser.
func (s *Scripted) Choose(n int) int {
	if s.next == len(s.choices) {
		s.strayed = true
		return 0
	}
	i := s.choices[s.next]
	s.next++
	if i >= n {
		s.strayed = true
		return 0
	}
	return i
}

// Strayed reports whether the run met other choices than the recorded ones.
func (s *Scripted) Strayed() bool { return s.strayed || s.next < len(s.choices) }
