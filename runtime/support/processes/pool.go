package processes

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/support/jobs"
)

var (
	opPoolNew     = sched.NewOp("Pool", "make")
	opPoolApply   = sched.NewOp("Pool", "Apply")
	opPoolLook    = sched.NewOp("Pool", "use")
	opPoolJoin    = sched.NewOp("Pool", "Join")
	opExecutorNew = sched.NewOp("ProcessPoolExecutor", "make")
	opExecutorRun = sched.NewOp("ProcessPoolExecutor", "Submit")
)

// First is the call that each worker makes first.
type First struct {
	Target any
	Args   []any
}

// NewExecutor returns an executor whose workers are processes. The end of one that
// nobody has asked for breaks it.
func NewExecutor(workers int, prefix string, first *First) *jobs.Executor {
	if makes(opExecutorNew) {
		return newSimCrew(simWorld(), "", false).hires(opExecutorNew, opExecutorRun, workers, prefix, first)
	}
	c := newCrew("", false)
	var e *jobs.Executor
	c.lost = func(lost *WorkerError) error {
		cause := fmt.Errorf("%w: %w", jobs.ErrBroken, lost)
		c.finish(cause)
		e.Break(lost)
		return cause
	}
	e = newExecutor(c, opExecutorNew, opExecutorRun, workers, prefix, first)
	return e
}

func newExecutor(c *crew, make, call *sched.Op, workers int, prefix string, first *First) *jobs.Executor {
	checkWorkers(make, workers)
	if err := canStart(); err != nil {
		Fail(make, make.Kind, err, "")
	}
	if first != nil {
		c.initializer = c.prepare(make, first.Target, first.Args)
	}
	return jobs.New(jobs.Kind{
		Name: make.Kind, Shut: shut(make), Worker: c.hand,
		Prepare: func(j jobs.Job) any {
			inSim(call, false)
			return c.prepare(call, j.Func, j.Args)
		},
	}, workers, prefix)
}

func checkWorkers(make *sched.Op, workers int) {
	if workers < 1 {
		Fail(make, make.Kind, ErrValue, strconv.Itoa(workers)+" workers")
	}
}

// shut is what is wrong with asking for something after the end, nil for what it is
// for all executors.
func shut(make *sched.Op) error {
	if make == opPoolNew {
		return ErrPoolClosed
	}
	return nil
}

// Pool is processes that make calls for others.
type Pool struct {
	executor *jobs.Executor
	crew     *crew
	sim      *simCrew // instead, in a simulation
}

// NewPool starts a pool of processes.
func NewPool(workers int, first *First) *Pool {
	if makes(opPoolNew) {
		c := newSimCrew(simWorld(), "PoolWorker", true)
		p := &Pool{sim: c, executor: c.hires(opPoolNew, opPoolApply, workers, "", first)}
		p.executor.Fill()
		return p
	}
	c := newCrew("PoolWorker", true)
	p := &Pool{crew: c, executor: newExecutor(c, opPoolNew, opPoolApply, workers, "", first)}
	for range workers {
		w, err := c.start()
		if err != nil {
			c.finish(err)
			for _, w := range c.stock {
				w.close()
			}
			Fail(opPoolNew, "Pool", err, "")
		}
		c.stock = append(c.stock, w)
	}
	return p
}

// Workers are the numbers of the pool's processes that run.
func (p *Pool) Workers() []int {
	if inSim(opPoolLook, p.sim != nil) {
		return p.sim.pids()
	}
	p.crew.mu.Lock()
	defer p.crew.mu.Unlock()
	var pids []int
	for w := range p.crew.working {
		if !hasEnded(w.process.child) {
			pids = append(pids, w.process.id.PID)
		}
	}
	slices.Sort(pids)
	return pids
}

// Submit has a process of the pool call target.
func (p *Pool) Submit(target any, arg any) *Result {
	r := &Result{}
	p.executor.Submit(&r.f, jobs.Job{Func: target, Args: []any{arg}})
	return r
}

// Close says that nothing more will be asked for.
func (p *Pool) Close() {
	inSim(opPoolLook, p.sim != nil)
	p.executor.Shutdown(false, false)
}

// Terminate ends the processes at once.
func (p *Pool) Terminate() {
	simulated := inSim(opPoolLook, p.sim != nil)
	p.executor.Shutdown(false, true) // first, so that none of them is replaced
	if simulated {
		p.sim.finish(ErrTerminated)
		return
	}
	p.crew.finish(ErrTerminated)
}

// Join waits for the end of the processes.
func (p *Pool) Join() {
	simulated := inSim(opPoolJoin, p.sim != nil)
	if !p.executor.Down() {
		Fail(opPoolJoin, "Pool", ErrPoolOpen, "")
	}
	p.executor.Shutdown(true, false)
	if simulated {
		return
	}
	p.crew.mu.Lock()
	stock := p.crew.stock
	p.crew.stock = nil
	p.crew.mu.Unlock()
	for _, w := range stock {
		w.close()
	}
}

// Result is what a call returns, some time.
type Result struct{ f jobs.Future }

// Get waits for the result, at most for limit.
func (r *Result) Get(limit time.Duration) (any, error) {
	v, err := r.f.Result(limit)
	if errors.Is(err, jobs.ErrCancelled) {
		err = ErrTerminated
	}
	return v, err
}

// Ready reports whether the call is over.
func (r *Result) Ready() bool { return r.f.Done() }

// Results are the results of several calls as they come.
type Results struct {
	watch   *jobs.Watch
	results []*Result
}

// NewResults watches results.
func NewResults(results []*Result) *Results {
	var futures []*jobs.Future
	for _, r := range results {
		futures = append(futures, &r.f)
	}
	return &Results{jobs.NewWatch(futures), results}
}

// Next waits for one more result. It must not be called more often than there are
// results.
func (r *Results) Next() (any, error) { return r.results[r.watch.Next(sched.Forever)].Get(0) }

// Close ends the watch.
func (r *Results) Close() { r.watch.Close() }
