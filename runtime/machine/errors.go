package machine

import (
	"errors"
	"fmt"
)

// What can be wrong with jobs and options. A Report's Err is an *Error that wraps
// one of them.
var (
	// ErrNoJobs: there is nothing to run.
	ErrNoJobs = errors.New("there are no jobs")
	// ErrEmptyProgram: a program has no steps.
	ErrEmptyProgram = errors.New("the program is empty")
	// ErrStep: a Step wasn't made by a function of this package.
	ErrStep = errors.New("the step is none; make steps with Compute, IO and so on")
	// ErrDuration: a duration that must be positive is not, or one is negative.
	ErrDuration = errors.New("the duration is too small")
	// ErrCount: a number that must be positive is not.
	ErrCount = errors.New("the number is not positive")
	// ErrPart: a part of the whole is not between 0 and 1.
	ErrPart = errors.New("the part is not between 0 and 1")
	// ErrName: a device or a program to execute has no name.
	ErrName = errors.New("the name is empty")
	// ErrPolicy: the policy is the zero Policy.
	ErrPolicy = errors.New("there is no policy; use FIFO, SJF, RoundRobin and so on")
	// ErrChoice: the function of a Scheduler chose a process that there isn't.
	ErrChoice = errors.New("the scheduler's choice is out of range")
	// ErrTooManyProcesses: forks have made more than 10,000 processes.
	ErrTooManyProcesses = errors.New("there are too many processes")
	// ErrTooLong: the run was given up after a million events or ten million
	// instructions, or its clock came to its end.
	ErrTooLong = errors.New("the run takes too long, and was given up")
	// ErrUnknownProcess: a report was asked about a process that it doesn't have.
	ErrUnknownProcess = errors.New("there is no such process")
)

// Error says what is wrong, and where.
type Error struct {
	// Where names the thing: `job "A", step 2: Compute(-1s)`.
	Where string
	Err   error
}

func (e *Error) Error() string { return fmt.Sprintf("machine: %s: %v", e.Where, e.Err) }

func (e *Error) Unwrap() error { return e.Err }
