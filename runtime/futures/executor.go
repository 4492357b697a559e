package futures

import (
	"runtime"

	"lockstep/runtime/support/jobs"
	"lockstep/runtime/support/processes"
)

// Executor runs jobs on at most a given number of workers, each job as soon as one
// is free, in the order of their coming. Make it with NewThreads or NewProcesses.
//
// A worker is started when a job comes and none is idle. Workers end with Shutdown,
// and when the program has come to its end and no job is left: in a notebook, with
// the cell. The executor can be used in later cells all the same; it starts others.
type Executor struct {
	// Core is the executor for jobs of any type. It is there for the functions of
	// this package.
	Core *jobs.Executor
}

// Option changes how an executor is made.
type Option func(*options)

type options struct {
	prefix      string
	initializer func()
}

// NamePrefix is what the names of the workers begin with: prefix_0, prefix_1 ….
// Without it that is ThreadPoolExecutor-0, ThreadPoolExecutor-1 …, in each cell and
// each simulation anew. Python: thread_name_prefix=.
func NamePrefix(prefix string) Option { return func(o *options) { o.prefix = prefix } }

// Initializer has each worker call target before its first job. If that panics, the
// executor is broken: ErrBroken. Where the workers are processes target is a declared
// function. Python: initializer=.
func Initializer(target func()) Option { return func(o *options) { o.initializer = target } }

// DefaultWorkers returns the number of workers that suits jobs which wait more than
// they compute: 4 more than there are processors, at most 32. Python: the
// max_workers of a ThreadPoolExecutor.
func DefaultWorkers() int { return min(32, runtime.NumCPU()+4) }

// NewThreads returns an executor whose workers are threads. The number of workers
// must be 1 or more; else it is a misuse: ErrValue. Python: ThreadPoolExecutor.
func NewThreads(workers int, opts ...Option) *Executor {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	return &Executor{jobs.New(jobs.Threads(o.initializer), workers, o.prefix)}
}

// NewProcesses returns an executor whose workers are processes, each with its own
// memory: package-level variables have their initial values there. Its jobs are
// declared functions, their arguments and results are copied. If one of the processes
// ends unasked, the executor is broken for good: every job that is not over gives
// ErrBroken. The number of workers must be 1 or more; else it is a misuse: ErrValue.
// A compiled program hands over to process.Main, and registers the functions there.
// Python: ProcessPoolExecutor.
func NewProcesses(workers int, opts ...Option) *Executor {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	var first *processes.First
	if o.initializer != nil {
		first = &processes.First{Target: o.initializer}
	}
	return &Executor{processes.NewExecutor(workers, o.prefix, first)}
}

// Workers returns the number of workers that the executor has at most. Python:
// max_workers.
func (e *Executor) Workers() int { return e.Core.Workers() }

// Shutdown says that no more jobs will come; submitting one is a misuse from now on:
// ErrShutdown. With cancelFutures the jobs are cancelled that have not begun. With
// wait it returns when all others are done and the workers have ended; waiting in
// one of the workers is a misuse: ErrOwnEnd. Python: Executor.shutdown.
func (e *Executor) Shutdown(wait, cancelFutures bool) { e.Core.Shutdown(wait, cancelFutures) }

// Close waits until all jobs are done and ends the workers: Shutdown(true, false).
// Python: the end of a with statement.
func (e *Executor) Close() { e.Shutdown(true, false) }
