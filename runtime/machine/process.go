package machine

import (
	"fmt"
	"slices"
	"time"

	"lockstep/runtime/internal/grid"
)

// State is what a process is doing.
type State uint8

// The states of a process: the three that OSTEP chapter 4 names, and what is before
// and after them.
const (
	// New: it hasn't come yet.
	New State = iota
	// Ready: it could run, but no processor is free for it.
	Ready
	// Running: it has a processor.
	Running
	// Blocked: it waits for a device, a time or a child.
	Blocked
	// Zombie: it has ended, and its parent hasn't waited for it yet.
	Zombie
	// Gone: it is no longer in the process table.
	Gone
)

var stateNames = [...]string{message("new"), message("ready"), message("running"), message("blocked"), message("zombie"), message("gone")}

// String returns the state's English name in small letters, whatever the language of
// reports.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return fmt.Sprintf("State(%d)", uint8(s))
}

// Registers are what a processor holds of a process while that runs: what a context
// switch saves and loads.
type Registers struct {
	// PC is the program counter: the index of the instruction. Steps that hold
	// others, and Compute steps in a row, make more or fewer instructions than there
	// are steps.
	PC int
	// AC is the accumulator: how long the instruction has computed already.
	AC time.Duration
	// SP is the stack pointer: how many Repeats the instruction is inside of.
	SP int
}

// String returns the registers with their names.
func (r Registers) String() string {
	return fmt.Sprintf("PC=%d AC=%s SP=%d", r.PC, grid.Duration(r.AC), r.SP)
}

// process is a process while the machine runs.
type process struct {
	pid, job int
	name     string
	priority int
	parent   *process
	children []*process // that are in the process table
	orphan   bool

	code   code
	regs   Registers
	loops  []int         // the passes left of the Repeats that it is inside of
	burst  time.Duration // left of the Compute that it is in; 0 if it is in none
	random random

	state   State
	doing   string // what it is blocked on; why it is ready
	since   time.Duration
	arrival time.Duration
	began   time.Duration // when it first ran; -1 if it hasn't
	ended   time.Duration
	reaped  time.Duration
	used    time.Duration // computed
	waited  time.Duration // ready
	blocked time.Duration
	status  int
	waiting bool // for a child
	on      *cpu // that it has, or had last
	loads   int  // how often it was given a processor by a context switch
	history []change
}

// change is a moment of a process's history.
type change struct {
	at    time.Duration
	state State
	doing string
	name  string
	ppid  int
	cpu   int // -1 if it has none
	regs  Registers
}

// left returns how long p computes until it blocks or ends.
func (p *process) left() time.Duration {
	if p.burst > 0 {
		return p.burst
	}
	// It is at an instruction that isn't begun.
	for pc := p.regs.PC; pc < len(p.code); pc++ {
		switch in := &p.code[pc]; in.op {
		case opCompute:
			if in.random {
				// What the process will draw: a copy of its source tells.
				r := p.random
				return r.exponential(in.d)
			}
			return in.d
		case opLoop:
			continue
		default:
			return 0
		}
	}
	return 0
}

func (p *process) info() Info {
	return Info{p.pid, p.name, p.priority, p.arrival, p.since, p.left(), p.used}
}

func (p *process) forget(child *process) {
	if i := slices.Index(p.children, child); i >= 0 {
		p.children = slices.Delete(p.children, i, i+1)
	}
}
