package support

import (
	"lockstep/runtime/internal/comms"
	"lockstep/runtime/internal/render"
	"lockstep/runtime/internal/scope"
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

// PanicText is what Go prints after "panic: " for a value.
func PanicText(value any) string { return render.PanicText(value) }
