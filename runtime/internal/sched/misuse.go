package sched

import (
	"errors"
	"strings"
)

// Misuse is the value of the panic that a wrong use of a primitive causes.
type Misuse struct {
	Op     *Op
	Name   string // of the resource
	Err    error  // what was wrong; one of the runtime's Err values
	Detail string // more about it; may be empty
}

func (e *Misuse) Error() string {
	var b strings.Builder
	b.WriteString(e.Name)
	if e.Op != nil {
		b.WriteString(": " + e.Op.Verb)
	}
	b.WriteString(": " + e.Err.Error())
	if e.Detail != "" {
		b.WriteString("; " + e.Detail)
	}
	return b.String()
}

func (e *Misuse) Unwrap() error { return e.Err }

// ErrOtherWorld says that something is held or awaited in one world and used in
// another.
var ErrOtherWorld = errors.New("used across worlds: what a simulation uses must be made or free when it begins")

// ErrForeignGoroutine says that a goroutine which sim didn't start uses the
// runtime inside a simulation.
var ErrForeignGoroutine = errors.New("used inside a simulation by a goroutine that the simulation did not start: use thread.Go instead of the go statement")
