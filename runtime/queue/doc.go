// Package queue has the queues by which threads hand work to each other: what
// Python's queue module teaches, with types.
//
//	If you want                             use
//	first come, first served                New
//	the newest first, as from a stack       NewLIFO
//	the most urgent first                   NewPriority
//	producers to wait for slow consumers    a maxSize
//	to know when all work is done           TaskDone, Join
//	to end the consumers                    Close, All
//
// A queue works in the real world and under sim.Run. A wrong use is a panic with a
// *Misuse, which wraps one of the Err values and names the exception that Python
// raises; that a queue is empty, full or closed is an error that is returned.
//
// A time-out is a time.Duration. NoLimit (-1) waits for ever, 0 does not wait; any
// other negative time-out is a misuse.
package queue
