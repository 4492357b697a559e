package support

import (
	"io"

	"lockstep/runtime/internal/comms"
	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/render"
	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
	"lockstep/runtime/support/processes"
)

// What follows is the kernel's side of this package.

// Scope is what the goroutines of one cell share. A kernel makes one for each
// cell and runs the cell's code in its Do.
type Scope = scope.Scope

// Host is what a kernel offers to the code of one cell.
type Host = scope.Host

// CurrentScope returns the scope of the calling goroutine; never nil.
func CurrentScope() *Scope { return scope.Current() }

// BusyCells returns the numbers of the cells that have goroutines left. It must
// be called outside of every scope.
func BusyCells() map[int]bool { return scope.Busy() }

// Stack is the calls that some goroutines are in.
type Stack = scope.Stack

// Stacks returns the stacks of all goroutines.
func Stacks() []Stack { return scope.Stacks() }

// DeliverComm has the session's code handle what the front end says in a comm; kind
// is open, msg or close. It reports whether the comm, or the target of one to be
// opened, is known; the error is a handler's panic. It must be called outside of
// every scope.
func DeliverComm(kind, id, target string, data map[string]any) (known bool, err error) {
	return comms.Deliver(kind, id, target, data)
}

// CommCells returns the numbers of the cells that have handlers of comms: code of
// theirs may run at any time.
func CommCells() map[int]bool { return comms.Cells() }

// PanicText is what Go prints after "panic: " for a value; see package render.
func PanicText(value any) string { return render.PanicText(value) }

// Program is what a kernel knows of the code that its cells have declared, for
// other processes.
type Program = proc.Program

// Variable is a session variable, for other processes.
type Variable = proc.Variable

// Simulator is a Program whose parts can be given variables of their own, for
// simulated processes.
type Simulator = proc.Simulator

// Space is variables of a part of the program, for a simulated process.
type Space = proc.Space

// ErrTarget says that something is no target of a process.
var ErrTarget = proc.ErrTarget

// SetProgram says what package process can run in other processes, and what it is
// told of there. It is called before anything else is done.
func SetProgram(p Program) { proc.Current = p }

// IsChild reports whether package process has started this process.
func IsChild() bool { return proc.Inherited() }

// RunChild does what package process has started this process for, and ends it.
func RunChild() { processes.Child() }

// EndProgram does what the end of a program does, in a notebook the end of a cell:
// it waits for the threads that aren't daemons, ends the processes that are, and
// waits for those that aren't. The threads that are daemons end, too.
func EndProgram() { proc.EndProgram() }

// GiveUp ends waits for what other processes would have sent, with an error. It is
// called when all goroutines wait for each other, and reports whether that helps some.
func GiveUp() bool { return proc.GiveUp() }

// Leave has the calling thread, which is about to wait for what on names, let go of
// the interpreter's lock that it runs under, if any, until Return.
func Leave(on string) { sched.Leave(sched.Current(), on) }

// Return has it take that lock again.
func Return() { sched.Return(sched.Current()) }

// LeaveProgram is EndProgram for main code that the user has interrupted: it waits
// for nothing.
func LeaveProgram() { sched.LeaveThreads() }

// ReportPanic writes that a panic has ended who, "process P1", and the places that
// it went through.
func ReportPanic(out io.Writer, who string, value any, places []string) {
	sched.ReportPanic(out, who, value, places)
}

// ReportProcessPanic writes to standard error that a panic of the calling goroutine
// ends this process.
func ReportProcessPanic(value any) {
	id, _ := proc.Self()
	proc.Current.ReportPanic(Stderr(), id.Name, value)
}
