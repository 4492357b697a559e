package gil

import (
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"time"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/thread"
	"lockstep/runtime/trace"
)

// Lock is a global interpreter lock: of the threads that run under it one at a time
// goes on. Make it with New. It goes to the thread that has waited longest; in CPython
// the operating system decides. It must not be used in two worlds at once; in each
// simulation its figures begin anew. Python: the GIL.
type Lock struct {
	m          sched.Monitor
	interval   time.Duration
	operation  time.Duration // of PerOperation, else 0
	off        bool
	processors int // of Processors, else 0
	permits    int // how many threads may go on at a time

	// What follows is guarded by m.
	world   sched.World // what the figures are of
	began   time.Time   // when its first thread came
	active  int         // threads that have not ended
	going   int         // of them those that hold the lock
	queue   []*runner   // those that wait for it, the longest waiting first
	runners []*runner   // all, in the order of their starts
	last    *runner     // that has taken the lock
	changes int         // how often another thread has taken it than the last one
	rec     *trace.Recorder

	// oldest is since when the first in the queue has waited, in nanoseconds of the
	// world's clock; 0 for none.
	oldest atomic.Int64
}

var (
	opRun     = sched.NewOp("GIL", "Run")
	opTake    = sched.NewOp("GIL", "Take").Acquires()
	opDrop    = sched.NewOp("GIL", "Drop").Releases()
	opCompute = sched.NewOp("GIL", "Compute").NoEdge().Computes()
)

// New returns a lock with a switch interval of DefaultInterval, unless the options
// say otherwise.
func New(opts ...Option) *Lock {
	l := &Lock{interval: DefaultInterval}
	for _, o := range opts {
		o(l)
	}
	switch {
	case !l.off:
		l.permits = 1
	case l.processors > 0:
		l.permits = l.processors
	default:
		l.permits = math.MaxInt
	}
	l.m.SetYields()
	l.m.SetName("GIL")
	if l.off {
		l.m.SetName(say("a processor"))
	}
	return l
}

// Go starts a thread that runs task under the lock. See thread.Go for what can go
// wrong.
func (l *Lock) Go(task func(), opts ...thread.Option) *thread.Thread {
	if task == nil {
		panic("gil.Lock.Go: the task is nil")
	}
	w := sched.Current()
	var r *runner
	th := thread.New(func() {
		defer r.end(w)
		sched.Guarded(w, w.Self(), r, task)
	}, opts...)
	r = l.add(w, th.Name()) // in the order of starting
	started := false
	defer func() {
		if !started {
			r.end(w)
		}
	}()
	th.Start()
	started = true
	return th
}

// Do runs f under the lock on the calling thread, which may be the main one. Where it
// runs under the lock already it just calls f. Misuse: ErrNotThread, ErrOtherLock.
// Python: PyGILState_Ensure and PyGILState_Release.
func (l *Lock) Do(f func()) {
	w := sched.Current()
	task := w.Self()
	if task == nil {
		sched.Fail(w, &Misuse{Op: opRun, Name: "GIL", Err: ErrNotThread})
	}
	if g := task.Guard(); g != nil {
		if r, ok := g.(*runner); !ok || r.lock != l {
			sched.Fail(w, &Misuse{Op: opRun, Name: "GIL", Err: ErrOtherLock})
		}
		f()
		return
	}
	r := l.add(w, task.Name())
	defer r.end(w)
	sched.Guarded(w, task, r, f)
}

// add makes a thread of the given name one that runs under the lock.
func (l *Lock) add(w sched.World, name string) *runner {
	l.m.Reenter() // no operation that counts for others
	defer l.m.Leave()
	now := w.Now()
	if l.rec == nil || l.world != w && (l.active == 0 || l.world.Over()) {
		l.world, l.began = w, now
		l.active, l.going = 0, 0
		l.queue, l.runners, l.last, l.changes = nil, nil, nil, 0
		l.rec = new(trace.Recorder)
		l.oldest.Store(0)
	}
	r := &runner{lock: l, name: name, lane: l.rec.Lane(name), began: now, since: now, state: free}
	l.runners = append(l.runners, r)
	l.active++
	r.record(now, trace.Event{Kind: trace.Begin})
	return r
}

// runner is a thread that runs under a lock. It is the guard of the thread's task.
type runner struct {
	lock  *Lock
	name  string
	lane  trace.Lane
	began time.Time
	ended time.Time // zero while it has not

	// Guarded by the lock's monitor.
	state  state
	since  time.Time // when it came into its state
	times  [ended]time.Duration
	taken  int // how often it took the lock
	forced int // how often it let go because others waited
}

// state is what a thread does.
type state int

const (
	holding state = iota // it has the lock
	waiting              // it wants it
	free                 // it doesn't want it
	ended
)

var _ sched.Guard = (*runner)(nil)

func (r *runner) record(now time.Time, e trace.Event) {
	e.At, e.Lane = now.Sub(r.lock.began), r.lane
	r.lock.rec.Record(e)
}

// become notes a change of state. The caller has entered the monitor.
func (r *runner) become(now time.Time, s state) {
	if r.state != ended {
		r.times[r.state] += now.Sub(r.since)
	}
	r.state, r.since = s, now
}

// end notes that the thread doesn't run under the lock any more.
func (r *runner) end(w sched.World) {
	l := r.lock
	l.m.Reenter() // no operation that counts for others
	defer l.m.Leave()
	now := w.Now()
	r.become(now, ended)
	r.ended = now
	r.record(now, trace.Event{Kind: trace.End})
	l.active--
}

// Leave implements sched.Guard.
func (r *runner) Leave(w sched.World, on string) {
	l := r.lock
	l.m.EnterAgain(w, opDrop, nil)
	defer l.m.Leave()
	if r.state != holding {
		return // it was ended while it waited
	}
	now := w.Now()
	r.become(now, free)
	r.record(now, trace.Event{Kind: trace.Release, On: l.m.Label()})
	switch on {
	case sched.OfferedOn:
		r.forced++
	case "":
		r.record(now, trace.Event{Kind: trace.Sleeping})
	default:
		r.record(now, trace.Event{Kind: trace.Blocked, On: on})
	}
	l.going--
	if !l.off {
		l.m.Unhold()
	}
	w.Wake(&l.m, 1)
}

// Return implements sched.Guard.
func (r *runner) Return(w sched.World) {
	l := r.lock
	l.m.EnterAgain(w, opTake, nil)
	if l.going >= l.permits || len(l.queue) > 0 && l.fair(w) {
		r.wait(w)
	}
	now := w.Now()
	r.become(now, holding)
	r.taken++
	if l.last != r {
		if l.last != nil {
			l.changes++
		}
		l.last = r
	}
	l.going++
	if !l.off {
		l.m.Hold(w)
	}
	r.record(now, trace.Event{Kind: trace.Running})
	r.record(now, trace.Event{Kind: trace.Acquire, On: l.m.Label()})
	if len(l.queue) > 0 && l.going < l.permits {
		w.Wake(&l.m, 1)
	}
	l.m.Leave()
}

// fair reports whether the longest waiting thread is the next. Where all schedules
// of operations are to be possible any may be.
func (l *Lock) fair(w sched.World) bool { return w == sched.Real || l.operation == 0 }

// wait waits for the lock. The caller has entered the monitor.
func (r *runner) wait(w sched.World) {
	l := r.lock
	now := w.Now()
	r.become(now, waiting)
	r.record(now, trace.Event{Kind: trace.Blocked, On: l.m.Label()})
	l.queue = append(l.queue, r)
	l.setOldest()
	inside := false
	defer func() {
		if !inside { // it is ended while it waits
			l.m.Reenter()
		}
		l.queue = slices.DeleteFunc(l.queue, func(other *runner) bool { return other == r })
		l.setOldest()
		if !inside {
			w.Wake(&l.m, 1)
			l.m.Leave()
		}
	}()
	if w != sched.Real {
		w.Wake(&l.m, len(l.queue)) // those that compute: their time is limited now
	}
	w.Wait(&l.m, opTake, func() bool {
		if !l.fair(w) {
			return l.going < l.permits
		}
		return slices.Index(l.queue, r) < l.permits-l.going
	}, sched.Forever)
	inside = true
}

func (l *Lock) setOldest() {
	var since int64
	if len(l.queue) > 0 {
		since = l.queue[0].since.UnixNano()
	}
	l.oldest.Store(since)
}

// Offers implements sched.Guard.
func (r *runner) Offers(w sched.World) bool {
	l := r.lock
	if l.operation > 0 {
		return w != sched.Real || l.oldest.Load() != 0
	}
	limited, at := r.due()
	return limited && w.Now().UnixNano() >= at
}

// due says, of a thread that holds the lock, whether others wait for it, and when
// they have for an interval.
func (r *runner) due() (limited bool, at int64) {
	oldest := r.lock.oldest.Load()
	if oldest == 0 {
		return false, 0
	}
	return true, max(oldest, r.since.UnixNano()) + int64(r.lock.interval)
}

// Run starts a thread for each task, called T1, T2 …, that runs it under a new lock,
// waits for all of them, and says what they did. Python: a main module that starts
// threads and joins them.
func Run(tasks []func(), opts ...Option) Report {
	l := New(opts...)
	var threads []*thread.Thread
	for i, task := range tasks {
		threads = append(threads, l.Go(task, thread.Name(fmt.Sprintf("T%d", i+1))))
	}
	for _, th := range threads {
		th.Join()
	}
	return l.Report()
}

// Repeat returns n times the same task, for Run.
func Repeat(n int, task func()) []func() {
	tasks := make([]func(), max(0, n))
	for i := range tasks {
		tasks[i] = task
	}
	return tasks
}
