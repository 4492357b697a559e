// Package gil runs threads under a global interpreter lock, as CPython does: one at a
// time goes on, however many processors there are, until it waits for something or
// the others have waited for a switch interval.
//
// It works the same in two worlds. In the real one Compute keeps a processor busy.
// Under sim.Run it takes time of the virtual clock, and the figures of a Report are
// the same on every machine.
//
//	If you want                                        use
//	several threads under one lock, and the figures    Run
//	the same without a lock, as with processes         Run with Off
//	threads that come and go under one lock            Lock
//	work for a processor                               Compute
//	the end of one operation of an interpreter         Step
//	something slow done without the lock               Release
//
// A thread lets go of the lock where it sleeps, and where it waits for anything of
// the runtime: a Mutex, a Queue, the end of a thread, in a cell also a channel. It
// takes the lock again before it goes on. The lock makes single operations whole, not
// sequences of them: n = n - 1 by way of a variable in between still loses updates.
package gil
