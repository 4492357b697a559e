// Package futures runs jobs on a bounded number of workers and hands out their
// results as futures: what Python's concurrent.futures teaches, with types.
//
//	If you want                                   use
//	one job run beside the main code              Submit, then Future.Result
//	the same job for many values, results in order   Map
//	each result as soon as it is there            AsCompleted
//	to go on when some or all are done            Wait
//	something done with a result                  Future.AddDoneCallback
//	jobs run in processes of their own            NewProcesses, Call, Map
//	to have all work done and the workers gone    Executor.Close
//
// What a job panics with is the error of its future: it ends neither the worker
// nor the program. Everything works in the real world and under sim.Run; executors of
// processes do in the simulations of a notebook, see package process.
//
// A wrong use is a panic with a *Misuse, which wraps one of the Err values and names
// the exception that Python raises. A time-out is a time.Duration. NoLimit (-1) waits
// for ever, 0 does not wait; any other negative time-out is a misuse.
package futures
