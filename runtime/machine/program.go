package machine

import (
	"fmt"
	"time"
)

// Program is what a process does, step by step. A process that comes to the end of
// its program exits with status 0.
type Program []Step

// Step is one step of a Program. The functions of this package make steps.
type Step struct {
	op     op
	d      time.Duration
	random bool
	n      int
	name   string
	body   Program
}

type op uint8

const (
	opNone op = iota
	opCompute
	opIO
	opSleep
	opYield
	opFork
	opExec
	opWait
	opExit
	opRepeat
	// The following are made by compile.
	opLoop // counts the passes of a Repeat
	opNext // ends a pass
)

// Compute needs a processor for d, which is positive.
func Compute(d time.Duration) Step { return Step{op: opCompute, d: d} }

// ComputeAbout needs a processor for a random time, exponentially distributed with
// the given mean, which is positive. The seed decides; the times that a process
// draws don't depend on the policy.
func ComputeAbout(mean time.Duration) Step { return Step{op: opCompute, d: mean, random: true} }

// IO uses a device for d, which is positive. The process is blocked meanwhile, and
// while it queues for the device.
func IO(device string, d time.Duration) Step { return Step{op: opIO, name: device, d: d} }

// IOAbout uses a device for a random time, as ComputeAbout does a processor.
func IOAbout(device string, mean time.Duration) Step {
	return Step{op: opIO, name: device, d: mean, random: true}
}

// Sleep blocks the process for d, which is positive, without a device.
func Sleep(d time.Duration) Step { return Step{op: opSleep, d: d} }

// SleepAbout blocks the process for a random time, as ComputeAbout needs a
// processor.
func SleepAbout(mean time.Duration) Step { return Step{op: opSleep, d: mean, random: true} }

// Yield gives the processor up to another process that is ready, if there is one.
func Yield() Step { return Step{op: opYield} }

// Fork makes a copy of the process, as the system call does: both go on after it.
// Only the copy, the child, does the given steps first; unless these end in Exit
// or Exec it then does what follows the Fork, like its parent. So Fork() three
// times in a row makes eight processes of one.
func Fork(child ...Step) Step { return Step{op: opFork, body: child} }

// Exec puts another program in place of the process's own. The process keeps its
// number, its parent and its children, and takes the name. It never comes back.
func Exec(name string, program Program) Step { return Step{op: opExec, name: name, body: program} }

// Wait blocks the process until one of its children has ended, and takes that out
// of the process table. Without a child it does nothing.
func Wait() Step { return Step{op: opWait, n: 1} }

// WaitAll is Wait until the process has no more children.
func WaitAll() Step { return Step{op: opWait} }

// Exit ends the process with a status, 0 if all went well.
func Exit(status int) Step { return Step{op: opExit, n: status} }

// Repeat does the given steps n times, n positive.
func Repeat(n int, steps ...Step) Step { return Step{op: opRepeat, n: n, body: steps} }

// String returns the step as it is written.
func (s Step) String() string {
	about := ""
	if s.random {
		about = "About"
	}
	switch s.op {
	case opCompute:
		return fmt.Sprintf("Compute%s(%v)", about, s.d)
	case opIO:
		return fmt.Sprintf("IO%s(%q, %v)", about, s.name, s.d)
	case opSleep:
		return fmt.Sprintf("Sleep%s(%v)", about, s.d)
	case opYield:
		return "Yield()"
	case opFork:
		return "Fork(" + join(s.body) + ")"
	case opExec:
		return fmt.Sprintf("Exec(%q, …)", s.name)
	case opWait:
		if s.n == 0 {
			return "WaitAll()"
		}
		return "Wait()"
	case opExit:
		return fmt.Sprintf("Exit(%d)", s.n)
	case opRepeat:
		return fmt.Sprintf("Repeat(%d, %s)", s.n, join(s.body))
	}
	return "Step{}"
}

func join(steps Program) string {
	if len(steps) == 0 {
		return ""
	}
	return "…"
}

// check says what is wrong with a program; where names it.
func (p Program) check(where string) error {
	if len(p) == 0 {
		return &Error{where, ErrEmptyProgram}
	}
	for i, s := range p {
		at := fmt.Sprintf("%s, step %d: %v", where, i+1, s)
		var err error
		switch s.op {
		case opNone:
			err = ErrStep
		case opCompute, opSleep, opIO:
			if s.d <= 0 {
				err = ErrDuration
			} else if s.op == opIO && s.name == "" {
				err = ErrName
			}
		case opRepeat:
			if s.n < 1 {
				err = ErrCount
			} else if err := s.body.check(at); err != nil {
				return err
			}
		case opFork:
			if len(s.body) > 0 {
				if err := s.body.check(at); err != nil {
					return err
				}
			}
		case opExec:
			if s.name == "" {
				err = ErrName
			} else if err := s.body.check(fmt.Sprintf("program %q", s.name)); err != nil {
				return err
			}
		}
		if err != nil {
			return &Error{at, err}
		}
	}
	return nil
}

// instr is a step in a line of them, with jumps.
type instr struct {
	Step
	target int  // of Fork: where the parent goes on; of Loop: after its Next; of Next: its Loop
	code   code // of Exec
}

// code is a program as a line of instructions. The index of one is what a program
// counter holds.
type code []instr

// compile turns a checked program into code.
func (p Program) compile() code {
	var c code
	c.add(p)
	return c
}

func (c *code) add(p Program) {
	for _, s := range p {
		last := len(*c) - 1
		switch s.op {
		case opCompute:
			// Two in a row are one burst, if no jump leads in between.
			if last >= 0 && (*c)[last].op == opCompute && !s.random && !(*c)[last].random && !c.target(last+1) {
				(*c)[last].d += s.d
				continue
			}
			*c = append(*c, instr{Step: s})
		case opRepeat:
			begin := len(*c)
			*c = append(*c, instr{Step: Step{op: opLoop, n: s.n}})
			c.add(s.body)
			*c = append(*c, instr{Step: Step{op: opNext}, target: begin})
			(*c)[begin].target = len(*c)
		case opFork:
			at := len(*c)
			*c = append(*c, instr{Step: s})
			c.add(s.body)
			(*c)[at].target = len(*c)
		case opExec:
			*c = append(*c, instr{Step: s, code: s.body.compile()})
		default:
			*c = append(*c, instr{Step: s})
		}
	}
}

// target reports whether a jump leads to an index.
func (c code) target(index int) bool {
	for _, in := range c {
		if in.op == opFork && in.target == index {
			return true
		}
	}
	return false
}
