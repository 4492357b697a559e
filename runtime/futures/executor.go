package futures

import (
	"runtime"

	"lockstep/runtime/support/jobs"
)

// Executor runs jobs on at most a given number of workers, each job as soon as one
// is free, in the order of their coming. Make it with NewThreads.
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

// Initializer has each worker call f before its first job. If f panics, the
// executor is broken: ErrBroken. Python: initializer=.
func Initializer(f func()) Option { return func(o *options) { o.initializer = f } }

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
