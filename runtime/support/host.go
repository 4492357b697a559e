package support

import (
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

// PanicText is what Go prints after "panic: " for a value.
func PanicText(value any) string { return render.PanicText(value) }
