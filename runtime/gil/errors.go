package gil

import (
	"errors"

	"lockstep/runtime/internal/sched"
)

// Misuse is the value of the panic that a wrong use causes. It wraps one of the Err
// values.
type Misuse = sched.Misuse

// What a Misuse wraps.
var (
	// ErrNotThread: a goroutine that is no Thread and not the main code is to run
	// under a lock.
	ErrNotThread = errors.New("the caller is neither a thread nor the main code (Python: has no such goroutines)")
	// ErrOtherLock: a thread that runs under one lock is to run under another.
	ErrOtherLock = errors.New("the thread runs under another lock (Python: each interpreter has one)")
	// ErrValue: a number or a duration is too small.
	ErrValue = sched.ErrValue
)
