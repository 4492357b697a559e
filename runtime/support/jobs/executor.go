// Package jobs is what runtime/futures has that does not depend on the type of the
// results: executors, their workers, and futures of any value. Package futures
// gives them types.
//
// It is not meant to be imported by hand.
package jobs

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"lockstep/runtime/internal/render"
	"lockstep/runtime/internal/sched"
	"lockstep/runtime/thread"
)

// What a misuse wraps.
var (
	ErrShutdown = errors.New("the executor has been shut down (Python: RuntimeError)")
	ErrDeadlock = errors.New("every worker of the executor waits for a job that none is left to run (Python: hangs)")
	ErrOwnEnd   = errors.New("a worker can't wait for the end of its own executor (Python: RuntimeError)")
)

// ErrBroken is what the futures of an executor give when its workers can't be used
// any more.
var ErrBroken = errors.New("the executor is broken (Python: BrokenExecutor)")

// Job is what an executor is to run.
type Job struct {
	// Func and Args are the call as the user wrote it, for workers that have it
	// made elsewhere.
	Func any
	Args []any
	// Run makes the call where it is called.
	Run func() (any, error)
	// Prepared is what the kind's Prepare has made of the call.
	Prepared any
}

// A Worker runs jobs, one at a time, for one thread of an executor.
type Worker interface {
	// Run returns what the job does; a panic is the job's. If broken is not nil, the
	// worker can't be used any more, which breaks the executor.
	Run(Job) (value any, err, broken error)
	// Close is called when there are no more jobs for the worker.
	Close()
}

// Kind is one kind of executor.
type Kind struct {
	Name string // for reports: "ThreadPoolExecutor"
	// Worker makes what runs the jobs of a new thread, on that thread. An error or
	// a panic breaks the executor.
	Worker func() (Worker, error)
	// Prepare, unless it is nil, makes of a job what the workers need, for the caller
	// of Submit: it panics about a job that can't be run.
	Prepare func(Job) (prepared any)
	// Post, unless it is nil, makes a place of work that is no thread: once it is
	// started it calls work, in which Worker is called, too. Whoever makes it calls
	// Executor.Left at its end.
	Post func(work func()) Post
	// Shut is what is wrong with a Submit after Shutdown; ErrShutdown if it is nil.
	Shut error
}

// Post is where one worker works, such as a thread.
type Post interface {
	Start()
	// Join waits until it has ended.
	Join()
}

// Threads is the kind of executor that runs jobs on its own threads. Each thread
// calls initializer first, unless that is nil.
func Threads(initializer func()) Kind {
	return Kind{Name: "ThreadPoolExecutor", Worker: func() (Worker, error) {
		if initializer != nil {
			initializer()
		}
		return here{}, nil
	}}
}

// here runs jobs on the calling thread.
type here struct{}

func (here) Run(j Job) (value any, err, broken error) {
	value, err = j.Run()
	return value, err, nil
}

func (here) Close() {}

// Executor runs jobs on a bounded number of threads.
type Executor struct {
	m       sched.Monitor
	kind    Kind
	prefix  string // of the threads' names
	workers int    // at most
	seats   []*seat
	started int // seats so far
	idle    int // those that wait for a job
	pending []*Future
	// waits says, of the workers that wait for futures of this executor alone,
	// whether they have what they wait for.
	waits map[*sched.Task]wait
	down  bool  // after Shutdown
	err   error // why it is broken, or nil
}

// seat is the place of one worker.
type seat struct {
	post    Post
	program *sched.Program // of who has wanted it
	idle    bool
	runs    *Future // nil for none
}

var (
	opNew      = sched.NewOp("Executor", "New")
	opSubmit   = sched.NewOp("Executor", "Submit")
	opWork     = sched.NewOp("Executor", "Work")
	opShutdown = sched.NewOp("Executor", "Shutdown")
	opDown     = sched.NewOp("Executor", "Look").Looks()
)

// wait is what a thread of an executor waits for.
type wait struct {
	op      *sched.Op
	over    func() bool
	futures []*Future
}

// New returns an executor with at most the given number of workers, 1 or more;
// else it is a misuse: sched.ErrValue. Its threads are called prefix_0, prefix_1 …;
// without a prefix as Python calls them.
func New(kind Kind, workers int, prefix string) *Executor {
	sched.CheckValue(opNew, workers, 1)
	if prefix == "" {
		prefix = fmt.Sprintf("%s-%d", kind.Name, sched.Current().Number(kind.Name)-1)
	}
	e := &Executor{kind: kind, prefix: prefix, workers: workers, waits: map[*sched.Task]wait{}}
	e.m.SetName(prefix)
	return e
}

// Keep implements sched.Kept.
func (e *Executor) Keep() (setBack func()) {
	seats, pending, waits := slices.Clone(e.seats), slices.Clone(e.pending), maps.Clone(e.waits)
	started, idle, down, err := e.started, e.idle, e.down, e.err
	return func() {
		e.seats, e.pending, e.waits = seats, pending, waits
		e.started, e.idle, e.down, e.err = started, idle, down, err
	}
}

// Workers returns the number of workers that the executor has at most.
func (e *Executor) Workers() int { return e.workers }

// Submit has the executor run job, and f tell of it. Misuse: ErrShutdown. If the
// executor is broken, f is done and gives that error.
func (e *Executor) Submit(f *Future, job Job) {
	if e.kind.Prepare != nil {
		job.Prepared = e.kind.Prepare(job)
	}
	f.executor, f.job = e, job
	w := e.m.Enter(opSubmit, e)
	if e.down {
		shut := ErrShutdown
		if e.kind.Shut != nil {
			shut = e.kind.Shut
		}
		e.m.Fail(w, opSubmit, shut, "")
	}
	if err := e.err; err != nil {
		e.m.Exit()
		f.finish(nil, err)
		return
	}
	e.pending = append(e.pending, f)
	st := e.hire(sched.CurrentProgram())
	w.Wake(&e.m, 1)
	e.m.Exit()
	e.start(w, st)
}

// Fill starts all workers, rather than when a job comes. Nobody else uses the executor
// yet.
func (e *Executor) Fill() {
	w := sched.Current()
	for range e.workers {
		e.m.EnterAgain(w, opSubmit, e)
		st := e.seat(sched.CurrentProgram())
		e.m.Exit()
		e.start(w, st)
	}
}

// hire makes one more seat if the pending jobs need it and it may be; else it
// returns nil. The caller has entered the monitor.
func (e *Executor) hire(program *sched.Program) *seat {
	if e.idle >= len(e.pending) || len(e.seats) >= e.workers {
		return nil
	}
	return e.seat(program)
}

func (e *Executor) seat(program *sched.Program) *seat {
	st := &seat{program: program}
	work := func() { e.work(st) }
	if e.kind.Post != nil {
		st.post = e.kind.Post(work)
	} else {
		st.post = thread.New(work, thread.Name(fmt.Sprintf("%s_%d", e.prefix, e.started)), thread.Daemon(false))
	}
	e.started++
	e.seats = append(e.seats, st)
	return st
}

// start starts who is to work at a seat that hire made. Where there is no room for
// that the others have to do; without others its panic is the caller's.
func (e *Executor) start(w sched.World, st *seat) {
	if st == nil {
		return
	}
	started := false
	defer func() {
		if started {
			return
		}
		e.m.EnterAgain(w, opSubmit, e)
		e.dismiss(st)
		alone := len(e.seats) == 0
		var orphans []*Future
		if alone {
			orphans, e.pending = e.pending, nil
		}
		e.m.Exit()
		for _, f := range orphans {
			f.Cancel()
		}
		if !alone {
			_ = recover()
		}
	}()
	st.post.Start()
	started = true
}

func (e *Executor) dismiss(st *seat) {
	e.seats = slices.DeleteFunc(e.seats, func(other *seat) bool { return other == st })
}

// workerOf is the key of a task's executor.
type workerOf struct{}

// work is what is done at a seat.
func (e *Executor) work(st *seat) {
	w := sched.Current()
	st.program.AtEnd(e, e.look)
	w.Self().SetLocal(workerOf{}, e)
	var worker Worker
	returned := false
	defer func() { e.leave(w, worker, st, returned) }()
	worker, err := e.worker(w)
	if err != nil {
		e.fail(w, err)
		returned = true
		return
	}
	for {
		if st.runs = e.next(w, st); st.runs == nil {
			break
		}
		broken := st.runs.run(worker)
		st.runs = nil
		if broken != nil {
			e.fail(w, broken)
			break
		}
	}
	returned = true
}

// worker makes the seat's worker. A panic is reported, as nobody else gets it.
func (e *Executor) worker(w sched.World) (worker Worker, err error) {
	returned := false
	defer func() {
		if returned {
			return
		}
		if value := recover(); value != nil {
			report(value)
			err = fmt.Errorf("the initializer of a worker panicked: %s", render.PanicText(value))
		} else if !w.Ending() && e.kind.Post == nil {
			e.fail(w, errors.New("the initializer of a worker ended its thread"))
		}
	}()
	worker, err = e.kind.Worker()
	returned = true
	return worker, err
}

// next waits for a job. It returns nil if there won't be one.
func (e *Executor) next(w sched.World, st *seat) *Future {
	e.m.Enter(opWork, e)
	e.setIdle(st, true)
	waiting := true
	defer func() {
		if waiting { // no more: ended from outside
			e.m.Reenter()
			e.setIdle(st, false)
			e.m.Exit()
		}
	}()
	w.Wait(&e.m, opWork, func() bool {
		return len(e.pending) > 0 || e.down || e.err != nil || st.program.Ended()
	}, sched.Forever)
	waiting = false
	e.setIdle(st, false)
	var f *Future
	if len(e.pending) > 0 {
		f = e.pending[0]
		e.pending = slices.Delete(e.pending, 0, 1)
	}
	e.m.Exit()
	return f
}

// setIdle notes whether a seat waits for a job.
func (e *Executor) setIdle(st *seat, idle bool) {
	switch {
	case idle && !st.idle:
		e.idle++
	case !idle && st.idle:
		e.idle--
	}
	st.idle = idle
}

// leave ends the part of who works at a seat. If there is something left to do,
// another takes the place.
func (e *Executor) leave(w sched.World, worker Worker, st *seat, returned bool) {
	if worker != nil {
		worker.Close()
	}
	if e.kind.Post != nil && !w.Ending() {
		return // Left follows
	}
	e.m.EnterAgain(w, opWork, e)
	e.dismiss(st)
	var orphans []*Future
	var next *seat
	switch {
	case !w.Ending():
		next = e.hire(st.program)
	case !returned: // what an interrupted cell wanted must not run in a later one
		orphans, e.pending = e.pending, nil
	}
	w.Wake(&e.m, len(e.m.Waiters()))
	e.m.Exit()
	for _, f := range orphans {
		f.Cancel()
	}
	e.start(w, next)
}

// Left says that a post that is no thread has ended. cause is what its job ends with
// if it has one. If broken is not nil, it breaks the executor.
func (e *Executor) Left(post Post, cause, broken error) {
	w := sched.Current()
	if broken != nil {
		e.fail(w, broken)
	}
	e.m.EnterAgain(w, opWork, e)
	i := slices.IndexFunc(e.seats, func(st *seat) bool { return st.post == post })
	if i < 0 {
		e.m.Exit()
		return
	}
	st := e.seats[i]
	e.setIdle(st, false)
	e.dismiss(st)
	next := e.hire(st.program)
	w.Wake(&e.m, len(e.m.Waiters()))
	e.m.Exit()
	if st.runs != nil {
		st.runs.finish(nil, cause)
	}
	e.start(w, next)
}

// Down reports whether Shutdown was called.
func (e *Executor) Down() bool {
	e.m.Enter(opDown, e)
	defer e.m.Exit()
	return e.down
}

// Abandon ends the executor without a word to those that wait for its jobs: they
// have ended.
func (e *Executor) Abandon() {
	w := sched.Current()
	e.m.EnterAgain(w, opWork, e)
	e.down, e.pending = true, nil
	w.Wake(&e.m, len(e.m.Waiters()))
	e.m.Exit()
}

// Break breaks the executor, as a worker that says so does.
func (e *Executor) Break(cause error) { e.fail(sched.Current(), cause) }

// fail breaks the executor.
func (e *Executor) fail(w sched.World, cause error) {
	e.m.EnterAgain(w, opWork, e)
	if e.err == nil {
		e.err = fmt.Errorf("%w: %w", ErrBroken, cause)
	}
	orphans := e.pending
	e.pending = nil
	w.Wake(&e.m, len(e.m.Waiters()))
	e.m.Exit()
	for _, f := range orphans {
		f.finish(nil, e.err)
	}
}

// look has the workers look whether the program has come to its end.
func (e *Executor) look() {
	w := sched.Current()
	e.m.EnterAgain(w, opWork, e)
	w.Wake(&e.m, len(e.m.Waiters()))
	e.m.Exit()
}

// Shutdown says that no more jobs will come. With cancel those are cancelled that
// have not begun. With wait it returns when all are done and the threads have
// ended. Misuse: ErrOwnEnd if one of the threads would wait.
func (e *Executor) Shutdown(wait, cancel bool) {
	w := e.m.Enter(opShutdown, e)
	if wait && ofWorker(w) == e {
		e.m.Fail(w, opShutdown, ErrOwnEnd, "")
	}
	e.down = true
	var orphans []*Future
	if cancel {
		orphans, e.pending = e.pending, nil
	}
	w.Wake(&e.m, len(e.m.Waiters()))
	e.m.Exit()
	for _, f := range orphans {
		f.Cancel()
	}
	for wait {
		e.m.EnterAgain(w, opShutdown, e)
		seats := slices.Clone(e.seats)
		e.m.Exit()
		if len(seats) == 0 {
			return
		}
		for _, st := range seats {
			st.post.Join()
		}
	}
}

// ofWorker is the executor that the calling task works for, nil if none.
func ofWorker(w sched.World) *Executor {
	task := w.Self()
	if task == nil {
		return nil
	}
	e, _ := task.Local(workerOf{})
	executor, _ := e.(*Executor)
	return executor
}

// waiting notes that the calling task is about to wait without a limit, for
// futures of which over tells whether it has enough of them. If they are all of
// the executor that the task works for, and no other worker of that can go on
// either, it is a misuse of op: ErrDeadlock. The caller calls end afterwards.
func waiting(w sched.World, op *sched.Op, over func() bool, futures ...*Future) (end func()) {
	e := ofWorker(w)
	if e == nil || over() {
		return func() {}
	}
	for _, f := range futures {
		if f.executor != e && !f.over.Load() {
			return func() {}
		}
	}
	task := w.Self()
	e.m.EnterAgain(w, op, e)
	e.waits[task] = wait{op, over, futures}
	stuck := len(e.waits) == e.workers
	for _, wait := range e.waits {
		stuck = stuck && !wait.over()
	}
	if stuck {
		if world, ok := w.(sched.DeadlockNoter); ok {
			world.NoteDeadlock(e.stuck())
		}
		delete(e.waits, task)
		e.m.Fail(w, op, ErrDeadlock, "")
	}
	e.m.Exit()
	return func() {
		e.m.Reenter()
		delete(e.waits, task)
		e.m.Exit()
	}
}

// stuck returns who waits for what, in the order of the threads' starts. All of them
// do so in vain.
func (e *Executor) stuck() []sched.Stuck {
	var list []sched.Stuck
	for task, wait := range e.waits {
		s := sched.Stuck{Task: task, Op: wait.op}
		for _, f := range wait.futures {
			if !f.over.Load() {
				s.On = append(s.On, f.m.Label())
			}
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b sched.Stuck) int { return cmp.Compare(a.Task.ID(), b.Task.ID()) })
	return list
}
