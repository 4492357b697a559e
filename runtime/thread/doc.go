// Package thread gives Go the constructs that Python's threading module teaches:
// threads with names, locks that know misuse, and the classic means of waiting.
//
// Everything works the same in two worlds. In the real one a thread is a
// goroutine on an OS thread of its own. Under sim.Run the threads run one at a
// time in an order that a seed decides, and time is virtual.
//
//	If you want                                  use
//	something done beside the main code          Thread, Go
//	one at a time                                Mutex
//	one at a time, through calls that nest       RMutex
//	at most n at a time                          Semaphore, BoundedSemaphore
//	to wait until something has happened         Event
//	to wait until a condition holds              Cond
//	all to reach a place before any goes on      Barrier
//	something done later, unless cancelled       Timer
//	a variable of which each thread has its own  Local
//
// A wrong use is a panic with a *Misuse, which wraps one of the Err values and
// names the exception that Python raises. It never hangs. Zero values of the
// types without a New function are ready for use; none may be copied after that.
//
// A time-out is a time.Duration. NoLimit (-1) waits for ever, 0 does not wait;
// any other negative time-out is a misuse.
package thread
