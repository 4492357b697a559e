package machine

import (
	"cmp"
	"fmt"
	"time"
)

// Policy decides which of the ready processes runs next, and for how long at most.
type Policy struct {
	name string
	// order is which of two processes is better; 0 if neither, and then the one
	// that became ready first is taken.
	order      func(a, b *process) int
	pick       func([]Info) int
	slice      time.Duration
	preemptive bool
	err        error
}

// String returns the name of the policy.
func (p Policy) String() string { return p.name }

// FIFO runs processes in the order in which they become ready, each until it blocks
// or ends (OSTEP chapter 7; also called first come, first served).
func FIFO() Policy { return Policy{name: "FIFO", order: first} }

func first(_, _ *process) int { return 0 }

// SJF runs the process with the shortest time to compute until it blocks or ends,
// and doesn't interrupt it: shortest job first (OSTEP chapter 7). It knows that time
// beforehand, as no real system does.
func SJF() Policy { return Policy{name: "SJF", order: shortest} }

// STCF is SJF that interrupts a process for one that needs less than is left of it:
// shortest time to completion first (OSTEP chapter 7).
func STCF() Policy { return Policy{name: "STCF", order: shortest, preemptive: true} }

func shortest(a, b *process) int { return cmp.Compare(a.left(), b.left()) }

// RoundRobin runs each process for at most a slice, which is positive, and then puts
// it behind all others that are ready (OSTEP chapter 7). One that becomes ready at
// the moment at which a slice ends comes before the one whose slice it was.
func RoundRobin(slice time.Duration) Policy {
	return sliced(Policy{name: fmt.Sprintf("RoundRobin(%v)", slice), order: first}, slice)
}

// ByPriority runs the process with the smallest Priority until it blocks or ends,
// or, if preemptive, until one with a smaller Priority is ready.
func ByPriority(preemptive bool) Policy {
	name := say("Priority")
	if preemptive {
		name = say("Priority, preemptive")
	}
	return Policy{name: name, order: urgent, preemptive: preemptive}
}

// ByPrioritySlice is ByPriority, preemptive, with RoundRobin among those of the same
// priority.
func ByPrioritySlice(slice time.Duration) Policy {
	return sliced(Policy{name: say("Priority, RoundRobin(%v)", slice), order: urgent, preemptive: true}, slice)
}

func urgent(a, b *process) int { return cmp.Compare(a.priority, b.priority) }

func sliced(p Policy, slice time.Duration) Policy {
	p.slice = slice
	if slice <= 0 {
		p.err = &Error{fmt.Sprintf("policy %s: slice %v", p.name, slice), ErrDuration}
	}
	return p
}

// Info is what a Scheduler knows about a ready process.
type Info struct {
	PID      int
	Name     string
	Priority int
	Arrival  time.Duration // when the process came
	Since    time.Duration // when it became ready
	Left     time.Duration // how long it computes until it blocks or ends
	Used     time.Duration // how long it has computed
}

// Scheduler is a policy of your own: pick gets the ready processes, at least one, in
// the order in which they became ready, and returns the index of the one to run
// next. With a slice of 0 that runs until it blocks or ends. The report's error is
// ErrChoice if there is no such index.
func Scheduler(name string, slice time.Duration, pick func(ready []Info) int) Policy {
	p := Policy{name: name, order: first, pick: pick, slice: slice}
	if pick == nil {
		p.err = &Error{"policy " + name, ErrPolicy}
	}
	if slice < 0 {
		p.err = &Error{fmt.Sprintf("policy %s: slice %v", name, slice), ErrDuration}
	}
	return p
}

// best returns the index of the process to run next.
func (p *Policy) best(ready []*process) int {
	best := 0
	for i, q := range ready {
		if p.order(q, ready[best]) < 0 {
			best = i
		}
	}
	return best
}
