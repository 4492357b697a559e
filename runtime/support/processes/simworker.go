package processes

import (
	"fmt"
	"reflect"
	"slices"
	"syscall"

	"lockstep/runtime/internal/encode"
	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/simworld"
	"lockstep/runtime/support/jobs"
)

// In a simulation the workers of an executor take their jobs themselves: there is no
// thread that does it for them, which a report would have to show. All the same what
// they are given and what they give is encoded.

// simCrew is what the workers of one executor of a simulation have in common.
type simCrew struct {
	w           *simworld.World
	owner       *simulated // which has made the executor; nil for the main program
	name        string     // see crew
	daemon      bool
	initializer *simCall // nil for none
	executor    *jobs.Executor
	targets     map[string]bool // which a process can call
	workers     []*simWorker    // all that there were
	finished    error           // why the workers have been ended
}

// simWorker is a process that makes calls.
type simWorker struct {
	crew     *simCrew
	work     func()
	process  *Process
	began    bool // it has made the first call
	returned bool
}

var _ jobs.Worker = (*simWorker)(nil)
var _ jobs.Post = (*simWorker)(nil)

// simCall is a call as a worker gets it.
type simCall struct {
	target   string
	function any
	args     []byte
}

func newSimCrew(w *simworld.World, name string, daemon bool) *simCrew {
	return &simCrew{w: w, owner: simSelf(w), name: name, daemon: daemon, targets: map[string]bool{}}
}

// hires makes the crew's executor.
func (c *simCrew) hires(make, call *sched.Op, workers int, prefix string, first *First) *jobs.Executor {
	checkWorkers(make, workers)
	if err := canSimulate(c.w); err != nil {
		Fail(make, make.Kind, err, "")
	}
	if first != nil {
		c.initializer = c.prepare(make, first.Target, first.Args)
	}
	c.executor = jobs.New(jobs.Kind{
		Name: make.Kind, Shut: shut(make),
		Prepare: func(j jobs.Job) any { return c.prepare(call, j.Func, j.Args) },
		Post:    func(work func()) jobs.Post { return &simWorker{crew: c, work: work} },
		Worker:  c.worker,
	}, workers, prefix)
	return c.executor
}

// prepare is a call of target as workers get it.
func (c *simCrew) prepare(op *sched.Op, target any, args []any) *simCall {
	if simWorld() != c.w {
		Fail(op, op.Kind, ErrInside, "")
	}
	name := targetOf(op, target, args)
	e := encode.NewEncoder(proc.Current)
	if err := encodeArguments(e, args); err != nil {
		Fail(op, op.Kind, err, shown(name))
	}
	if !c.targets[name] {
		if _, err := proc.Current.(proc.Simulator).Space(name, false); err != nil {
			Fail(op, op.Kind, err, "")
		}
		c.targets[name] = true
	}
	return &simCall{name, target, e.Bytes()}
}

// Start implements jobs.Post.
func (m *simWorker) Start() {
	c := m.crew
	parent := proc.Identity{}
	if c.owner != nil {
		parent = c.owner.id
	}
	p := newChild(parent, "", nil)
	p.id.Daemon = c.daemon
	if c.name != "" {
		p.id.Name = c.name + "-" + p.id.Root
	}
	space, err := proc.Current.(proc.Simulator).Space("", false)
	if err != nil {
		Fail(opStart, p.id.Name, err, "")
	}
	m.process = p
	s := p.enrol(c.w, c.owner, space)
	s.leaves, s.gone, s.deserted = true, m.gone, c.executor.Abandon
	c.workers = append(c.workers, m)
	if err := s.spawn(false, func() error {
		m.work()
		m.returned = true
		return nil
	}); err != nil {
		s.over(1)
		Fail(opStart, p.id.Name, err, "")
	}
	c.w.Started()
}

// Join implements jobs.Post.
func (m *simWorker) Join() { m.process.sim.join(sched.Forever) }

// worker is the calling process as one that makes calls, when it has made the first.
func (c *simCrew) worker() (jobs.Worker, error) {
	self := simSelf(c.w)
	m := c.workers[slices.IndexFunc(c.workers, func(m *simWorker) bool { return m.process.sim == self })]
	if c.initializer != nil {
		if _, err := m.call(c.initializer); err != nil {
			return nil, fmt.Errorf("the initializer of a worker: %w", err)
		}
	}
	m.began = true
	return m, nil
}

// Run implements jobs.Worker.
func (m *simWorker) Run(j jobs.Job) (value any, err, broken error) {
	value, err = m.call(j.Prepared.(*simCall))
	return value, err, nil
}

// Close implements jobs.Worker.
func (m *simWorker) Close() {}

func (m *simWorker) call(c *simCall) (any, error) {
	args, err := decodeArguments(encode.NewDecoder(proc.Current, c.args))
	if err != nil {
		return nil, err
	}
	space := m.process.sim.Space
	if err := space.Reach(c.target); err != nil {
		return nil, err
	}
	m.crew.w.Quietly(func() { err = space.Begin() })
	if err != nil {
		return nil, err
	}
	f := reflect.ValueOf(c.function)
	in, err := fitted(f, args)
	if err != nil {
		return nil, err
	}
	kind, values := outcome(f, in, sched.PanicFrames)
	return read(m.process.id.Name, tell(kind, values...))
}

// gone deals with the end of the worker.
func (m *simWorker) gone(code int) {
	c := m.crew
	if c.finished != nil || m.returned {
		c.executor.Left(m, c.finished, nil)
		return
	}
	lost := &WorkerError{m.process.id.Name, m.process.id.PID, code}
	switch {
	case c.name == "": // an executor
		c.finished = fmt.Errorf("%w: %w", jobs.ErrBroken, lost)
		c.executor.Left(m, c.finished, lost)
		c.endAll()
	case !m.began: // so would the next
		c.executor.Left(m, lost, fmt.Errorf("the initializer of a worker: %w", lost))
	default:
		c.executor.Left(m, lost, nil)
	}
}

// finish ends all workers.
func (c *simCrew) finish(why error) {
	if c.finished == nil {
		c.finished = why
		c.endAll()
	}
}

func (c *simCrew) endAll() {
	for _, m := range slices.Clone(c.workers) {
		m.process.sim.endNow(opSignal, -int(syscall.SIGTERM))
	}
}

// pids are the numbers of the processes that run.
func (c *simCrew) pids() []int {
	c.w.Point()
	var pids []int
	for _, m := range c.workers {
		if !m.process.sim.isOver(opSimLook) {
			pids = append(pids, m.process.id.PID)
		}
	}
	return pids
}
