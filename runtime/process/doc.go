// Package process gives Go the constructs that Python's multiprocessing module
// teaches: functions that run in processes of their own, and the means by which
// these exchange values.
//
// A process has its own id and its own memory. What its function is given, and
// what goes through a pipe or a queue, is copied: all fields of structs, pointers
// in their shape. What is shared is shared on purpose:
//
//	If you want                                       use
//	a function to run in another process              Process, Start
//	to send values between two processes              Pipe
//	to send values between any number of processes    Queue, JoinableQueue
//	variables that processes share                    Value, Array
//	bytes that processes share, by a name             SharedMemory
//	maps, lists, … that another process holds         Manager
//	functions called by a number of processes         Pool
//	one at a time, at most n at a time, to wait       Lock, RLock, Semaphore, Event
//
// A new process starts the program again, and is then told which function to call:
// Python's "spawn". Package-level variables have their initial values there. With
// SetMode(Fork) they begin with the values that they have at the start, as far as
// they can be copied.
//
// In a compiled program main hands over to Main, and the functions that processes
// run are registered, so that they are found by name:
//
//	func main() {
//		process.Main(func() {
//			p := process.Start(work, 3)
//			p.Join()
//		}, work)
//	}
//
// In a notebook neither is needed: any function that a cell declares will do, and
// what a process prints appears below the cell that has started it.
//
// A wrong use is a panic with a *Misuse, which wraps one of the Err values and
// names the exception that Python raises. It never hangs.
//
// The package works on Linux in full and on macOS but for zombies that can be
// seen; elsewhere starting a process fails with ErrUnsupported.
//
// In the simulations of a notebook (package sim) processes are simulated, too: their
// steps come in an order that the schedule decides, on the virtual clock, and each sees
// package-level variables of its own. What they use is made inside of the simulation;
// the names of SharedMemory are its own, and gone when it ends. A wait that only
// ErrNoProducer would end, since nobody else is left, is a deadlock there. In a
// compiled program simulations have no processes, as nothing could exchange the
// variables: that is ErrSimulated.
package process
