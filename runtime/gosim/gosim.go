// Package gosim has plain Go programs simulated as cells are: a program that calls
// its functions, where its goroutines share something, can be run by package sim.
// Nobody has to write such a program by hand: it is what lockstep export writes of
// a notebook that simulates, and reads as the cells do, but for these calls.
//
// Outside of simulations each function does what the Go does that it stands for. In
// one it is a switch point as well, on the simulation's clock, under its schedule,
// and seen by its detection of races; and what Explore has changed is set back for
// each schedule. The last argument of most functions is what the code calls the
// variable, for reports.
package gosim

import (
	"reflect"
	"runtime"

	"lockstep/runtime/internal/gosim"
	"lockstep/runtime/internal/scope"
)

// Tells says that the program tells simulations, by calls of this package, of all
// that its goroutines share: then a proof of Explore is one for all of it. vars leads
// from the names of package-level variables to pointers to them, so that reports can
// call what they lead to by name: a mutex forks[1].
func Tells(vars map[string]any) {
	named := gosim.Variables{}
	for name, p := range vars {
		named[name] = reflect.ValueOf(p).Elem()
	}
	scope.Tells(named)
}

// at is the place of the call of the function that calls it, as a mark.
func at() int64 {
	var pc [1]uintptr
	runtime.Callers(3, pc[:])
	return int64(pc[0])
}

// Uncontrolled returns a function that waits for what is outside of the program: a
// simulation ends there.
func Uncontrolled[F any](f F, name string) F {
	if s := gosim.Current(); s != nil {
		s.Refuse(at(), name+" can't be simulated: it may wait for what is outside of the program")
	}
	return f
}
