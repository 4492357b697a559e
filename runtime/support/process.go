package support

import (
	"os"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
)

// Declared says that the first n of the cell's declaring statements have
// completed. A plain program has no use for it.
func Declared(n int) {
	if host := scope.Current().Host; host != nil {
		host.Declared(n)
	}
}

// Exit stands for os.Exit: it ends the process. The kernel is told first, so
// that it can say why.
func Exit(status int) {
	if host := scope.Current().Host; host != nil {
		host.Exiting(status)
	}
	os.Exit(status)
}

// Go stands for the go statement: it runs task on a goroutine of its own. As
// with go, a panic that task doesn't recover ends the process; the kernel is
// told first which cell and what value.
func Go(task func()) {
	go func() {
		returned := false
		defer func() {
			if returned {
				return
			}
			// A nil value is no panic but runtime.Goexit: panic(nil) arrives as a
			// *runtime.PanicNilError.
			value := recover()
			if value == nil {
				return
			}
			if host := scope.Current().Host; host != nil {
				host.Panicking(value)
			}
			panic(value)
		}()
		task()
		returned = true
	}()
}

// NamedTask is what a thread does, with the name of the function that it is: the
// default name of the thread has it. A compiled program has no use for it.
func NamedTask(task func(), name string) func() {
	if task == nil {
		return nil
	}
	return sched.Named(task, name)
}
