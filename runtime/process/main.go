package process

import (
	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/sched"
	"lockstep/runtime/support/processes"
)

var opRegister = sched.NewOp("process", "Register")

// Register lets other processes call functions of a compiled program, which are
// found by name: declared functions that are not generic. The types of their
// parameters are known then, and those that queues, pipes and proxies among these
// carry; a type that is held by an interface otherwise is made known by a value of it.
// It must be called before Main, or as part of it, in the
// same way in all processes of the program. In a notebook it isn't needed. Misuse:
// ErrTarget.
func Register(targets ...any) {
	for _, t := range targets {
		if err := proc.Native.Register(t); err != nil {
			processes.Fail(opRegister, "process", err, "")
		}
	}
}

// RegisterVariable has a process that begins with Fork get the value of a
// package-level variable of a compiled program, under a name that is the same in
// all its processes. In a notebook it isn't needed.
func RegisterVariable(name string, pointer any) {
	if err := proc.Native.RegisterVariable(name, pointer); err != nil {
		processes.Fail(opRegister, "process", err, "")
	}
}

// Main runs a compiled program. It registers the targets. In the process that the
// user has started it calls main, and then does what the end of a program does: it
// waits for threads that aren't daemons, ends daemonic processes, and waits for the
// others. In a process that Start has started it calls the target instead, and does
// not return. What stands before Main runs in all processes.
func Main(main func(), targets ...any) {
	Register(targets...)
	processes.Main(main)
}

// Exit ends the calling process with the exit code n, after the deferred calls of
// the calling goroutine and what the end of a program does. On another goroutine
// than the main one, and in a notebook's own process, it ends the process at once.
// Python: sys.exit.
//
// os.Exit always ends the process at once, as Python's os._exit does: it waits for
// nobody, what still waits for room in a queue is lost, and the processes that this one
// has started go on without it. But none outlives the program: when the process ends
// that the user has started, in a notebook the session's, all others end with it,
// however it ends.
func Exit(n int) { processes.Exit(n) }
