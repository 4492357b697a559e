package thread

import (
	"fmt"
	"time"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
)

// Thread is one thread of control. Make it with New, or with Go to start it at
// once. Python: threading.Thread.
//
// A panic in a thread ends that thread only: it is reported on standard error
// with the thread's name, and reaches neither Join nor the rest of the program.
type Thread struct {
	end     sched.Monitor // guards state, and is where Join waits
	task    *sched.Task
	body    func()
	state   state
	foreign bool // the main code, or a goroutine that isn't a Thread
}

type state int

const (
	made state = iota
	started
	ended
)

// Option changes how New makes a thread.
type Option func(*Thread)

// Name gives the thread a name for prints and reports. Python: name=.
func Name(name string) Option { return func(t *Thread) { t.task.SetName(name) } }

// Daemon says whether the program's end has to wait for the thread. Without it a
// thread is like the one that made it. Python: daemon=.
func Daemon(daemon bool) Option { return func(t *Thread) { t.task.Daemon = daemon } }

var (
	opThreadSet   = sched.NewOp("Thread", "SetDaemon")
	opThreadStart = sched.NewOp("Thread", "Start").NoEdge()
	opThreadJoin  = sched.NewOp("Thread", "Join").Acquires().Stable()
	opThreadEnd   = sched.NewOp("Thread", "End").Releases()
	opThreadAlive = sched.NewOp("Thread", "Alive").Looks().Acquires()
)

// New returns a thread that will run task once it is started. Without the option
// Name it is called Thread-1, Thread-2 … in the order of making, in each cell and
// each simulation anew, with the name of task in parentheses where task is a
// declared function or a method: "Thread-1 (task)". A cell has to name it where it
// hands it over. It panics if task is nil. Python: threading.Thread(target=task).
func New(task func(), opts ...Option) *Thread {
	if task == nil {
		panic("thread.New: the task is nil")
	}
	t := &Thread{body: task}
	w := sched.Current()
	parent := w.Self()
	t.task = sched.NewTask("", parent != nil && parent.Daemon)
	t.task.Thread = t
	for _, o := range opts {
		o(t)
	}
	if t.task.Name() == "" {
		t.task.SetName(defaultName(w.Number("default thread name"), task))
	}
	t.end.SetName(t.task.Name())
	return t
}

// Go starts a new thread that runs task. It is New and Start.
func Go(task func(), opts ...Option) *Thread {
	t := New(task, opts...)
	t.Start()
	return t
}

// defaultName returns a thread's name as Python gives it.
func defaultName(n int, task func()) string {
	name := fmt.Sprintf("Thread-%d", n)
	if function := sched.FunctionName(task); function != "" {
		name += " (" + function + ")"
	}
	return name
}

// Start starts the thread. A second Start is a misuse: ErrStarted. Where there is
// no room for another thread it panics with ErrTooManyThreads.
func (t *Thread) Start() {
	// Starting and joining touch nothing but this thread: they need no scheduling
	// point of their own.
	w := sched.Current()
	t.end.EnterAgain(w, opThreadStart, (*threadState)(t))
	if t.state != made || t.foreign {
		t.end.Fail(w, opThreadStart, ErrStarted, "")
	}
	t.state = started
	t.end.HoldFor(t.task)
	t.end.Exit()
	if err := w.Spawn(t.task, t.run); err != nil {
		t.end.Reenter()
		t.state = made
		t.end.Unhold()
		t.end.Fail(w, opThreadStart, err, "")
	}
	w.Started()
}

func (t *Thread) run() {
	w := sched.Current()
	defer func() {
		if w == sched.Real { // a simulation sees to the panics of its threads
			if value := recover(); value != nil {
				_, stderr := scope.Current().Streams()
				sched.ReportPanic(stderr, "thread "+t.Name(), value, sched.PanicFrames(value))
			}
		}
		w.Point()
		t.end.Reenter()
		if w != sched.Real { // the real world notes the end of each task itself
			w.Record(&t.end, opThreadEnd)
		}
		t.state = ended
		t.end.Unhold()
		w.Wake(&t.end, len(t.end.Waiters()))
		t.end.Exit()
	}()
	t.body()
}

// Join waits until the thread has ended, however it did. It returns at once if it
// has. Misuse: ErrNotStarted, ErrJoinSelf, ErrNotJoinable. Python: Thread.join.
func (t *Thread) Join() { t.JoinTimeout(NoLimit) }

// JoinTimeout is Join for at most limit, and reports whether the thread has ended.
func (t *Thread) JoinTimeout(limit time.Duration) bool {
	sched.CheckLimit(opThreadJoin, limit)
	w := sched.Current()
	if limit != NoLimit {
		w.Point()
	}
	t.end.EnterAgain(w, opThreadJoin, (*threadState)(t))
	switch {
	case t.task == w.Self():
		t.end.Fail(w, opThreadJoin, ErrJoinSelf, "")
	case t.foreign:
		t.end.Fail(w, opThreadJoin, ErrNotJoinable, "")
	case t.state == made:
		t.end.Fail(w, opThreadJoin, ErrNotStarted, "")
	}
	done := w.Wait(&t.end, opThreadJoin, func() bool { return t.state == ended }, limit)
	t.end.Exit()
	return done
}

// Alive reports whether the thread has been started and has not ended. Python:
// Thread.is_alive.
func (t *Thread) Alive() bool {
	t.end.Enter(opThreadAlive, (*threadState)(t))
	defer t.end.Exit()
	return t.state == started
}

// Name returns the thread's name. That of the main code is MainThread; that of a
// goroutine which isn't a Thread is Dummy. Python: Thread.name.
func (t *Thread) Name() string { return t.task.Name() }

// SetName changes the thread's name, at any time. Python: Thread.name = ….
func (t *Thread) SetName(name string) {
	t.task.SetName(name)
	t.end.SetName(name)
}

// Daemon reports whether the program's end need not wait for the thread. Python:
// Thread.daemon.
func (t *Thread) Daemon() bool {
	t.end.Enter(opThreadAlive, (*threadState)(t))
	defer t.end.Exit()
	return t.task.Daemon
}

// SetDaemon says whether the program's end has to wait for the thread. Once the
// thread has been started it is a misuse: ErrStarted. Python: Thread.daemon = ….
func (t *Thread) SetDaemon(daemon bool) {
	w := t.end.Enter(opThreadSet, (*threadState)(t))
	if t.state != made || t.foreign {
		t.end.Fail(w, opThreadSet, ErrStarted, "")
	}
	t.task.Daemon = daemon
	t.end.Exit()
}

// ID returns the number that the system gave the thread when it started, 0 before
// that. In the real world on Linux it is the kernel's thread id, elsewhere a number
// that no other thread of the process has; the main code has the id of the
// process's first thread. In a simulation the main thread has 1, and the others 2,
// 3 … in the order of starting. Python: Thread.native_id, Thread.ident.
func (t *Thread) ID() int64 { return t.task.ID() }

// String returns the thread's name.
func (t *Thread) String() string { return t.Name() }

// Current returns the calling thread. On the main code's goroutine that is one
// called MainThread; on a goroutine that isn't a Thread a new one called Dummy, at
// each call. Neither can be joined. Python: threading.current_thread.
func Current() *Thread {
	task := sched.Current().Self()
	if task == nil {
		task = sched.NewTask("Dummy", true)
	}
	if task.Thread == nil {
		t := &Thread{task: task, state: started, foreign: true}
		t.end.SetName(task.Name())
		task.Thread = t
	}
	return task.Thread.(*Thread)
}
