// Package simworld is the simulated world: its threads are coroutines that run
// one at a time, in an order that a Chooser decides, on a virtual clock that
// moves only when all of them wait. The same choices give the same run.
package simworld

import (
	"iter"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/petermattis/goid"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
)

// Epoch is the time at which every simulated world begins.
var Epoch = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// Config says how a world is run.
type Config struct {
	Chooser Chooser
	// MaxSteps is the number of switch points after which the run is given up.
	MaxSteps int
	// Sink, if not nil, receives every event, on the goroutine of its task.
	Sink func(Event)
}

// Event is one thing that happened in a world.
type Event struct {
	At   time.Duration // since the world began
	Task *sched.Task
	Op   *sched.Op
	On   string // the resource's name; empty where there is none
}

// World implements sched.World.
type World struct {
	config   Config
	running  atomic.Int64 // goroutine id of the current coroutine
	foreign  atomic.Bool
	muted    *scope.Scope
	canceled <-chan struct{}

	// What follows is touched by the current coroutine only, or by drive while
	// none runs.
	all      []*coroutine
	runnable []*coroutine // in the order of starting; the current one is among them
	looking  int          // how many of runnable have a condition to look at again
	timers   timers
	current  *coroutine
	next     *coroutine // what drive resumes; nil when the run is over
	users    int        // unfinished tasks that aren't daemons
	numbers  map[string]int
	unwind   bool
	done     chan struct{}
	result   Result
	schedule Schedule
}

// coroutine is a task of a World.
type coroutine struct {
	task     *sched.Task
	num      int
	goid     int64
	body     func()
	resume   func() (struct{}, bool) // nil before the first run
	yield    func(struct{}) bool
	ended    bool
	waiter   *sched.Waiter
	monitor  *sched.Monitor
	ready    func() bool // the condition waited for; nil for a sleep
	deadline time.Duration
	timer    int // index in timers; -1 if not there
	deferred int // operations since it is being ended
}

var (
	opEnd   = sched.NewOp("Thread", "End")
	opSleep = sched.NewOp("Clock", "Sleep")
	opWait  = sched.NewOp("Thread", "Wait")
)

// Run runs body as the main task of a new world and returns when all its tasks
// have ended or can't go on. The caller is in the real world.
func Run(config Config, body func()) *Result {
	parent := scope.Current()
	w := &World{
		config:  config,
		numbers: map[string]int{},
		done:    make(chan struct{}),
		result:  Result{Hash: hashStart},
	}
	if parent.Host != nil {
		w.canceled = parent.Host.Cancelled()
	}
	inside := parent.With(w)
	w.muted = parent.With(w)
	w.muted.Stdout, w.muted.Stderr = devNull(), devNull()
	w.muted.Display = func(_, _ map[string]any, _ string, _ bool) error { return nil }
	defer inside.Release()
	defer w.muted.Release()

	main := w.add(sched.NewTask(sched.MainName, false), body)
	w.next = main
	// A goroutine of its own: coroutines end the process if the goroutines that
	// make and resume them differ in being locked to an OS thread, as the caller
	// may be.
	go func() {
		inside.Enter()
		w.drive()
	}()
	<-w.done
	w.result.Schedule = w.schedule.String()
	w.result.Foreign = w.foreign.Load()
	w.result.Tasks = len(w.all)
	return &w.result
}

var devNull = sync.OnceValue(func() *os.File {
	file, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil // writing to a nil file is an error and no output either
	}
	return file
})

// drive resumes one coroutine after the other, then ends those that are left.
func (w *World) drive() {
	finished := false
	defer func() {
		if !finished {
			// A coroutine ended by Goexit, and iter.Pull hands that on to whoever
			// resumed it: another goroutine takes over.
			go w.drive()
			return
		}
		close(w.done)
	}()
	for w.next != nil {
		w.resume(w.next)
	}
	if !w.unwind {
		w.unwind = true
		w.verdict()
	}
	for _, c := range w.all {
		if c.resume != nil && !c.ended {
			w.resume(c)
		}
	}
	finished = true
}

func (w *World) resume(c *coroutine) {
	w.current = c
	if c.resume == nil {
		c.resume, _ = iter.Pull(func(yield func(struct{}) bool) {
			c.yield = yield
			c.goid = goid.Get()
			w.running.Store(c.goid)
			w.root(c)
		})
	}
	w.running.Store(c.goid)
	c.resume()
}

// root is the outermost call of a coroutine.
func (w *World) root(c *coroutine) {
	returned := false
	defer func() {
		if !returned && !w.unwind {
			if value := recover(); value != nil {
				w.panicked(c, value)
			} else if c.num == 1 {
				w.result.Exited = true
			}
		} else if !returned {
			_ = recover() // a panic of a deferred call while being ended
		}
		w.end(c)
	}()
	c.body()
	returned = true
}

func (w *World) panicked(c *coroutine, value any) {
	p := Panic{Thread: c.task.Name(), Value: value, Frames: sched.PanicFrames()}
	w.result.Panics = append(w.result.Panics, p)
	sched.ReportPanic(scope.Current().Stderr, p.Thread, p.Value, p.Frames)
}

// end takes c out of the world and leaves it to another coroutine.
func (w *World) end(c *coroutine) {
	c.ended = true
	if w.unwind {
		return
	}
	w.note(c, nil, opEnd)
	w.drop(c)
	if !c.task.Daemon {
		w.users--
	}
	if w.users == 0 {
		w.next = nil
		return
	}
	w.next = w.pick()
}

func (w *World) add(t *sched.Task, body func()) *coroutine {
	c := &coroutine{task: t, num: len(w.all) + 1, body: body, timer: -1}
	t.SetID(int64(c.num))
	w.all = append(w.all, c)
	w.runnable = append(w.runnable, c)
	if !t.Daemon {
		w.users++
	}
	return c
}

// insert makes c runnable.
func (w *World) insert(c *coroutine) {
	i, found := slices.BinarySearchFunc(w.runnable, c, byNumber)
	if !found {
		w.runnable = slices.Insert(w.runnable, i, c)
		if c.ready != nil {
			w.looking++
		}
	}
}

// drop makes c not runnable.
func (w *World) drop(c *coroutine) {
	if i, found := slices.BinarySearchFunc(w.runnable, c, byNumber); found {
		w.runnable = slices.Delete(w.runnable, i, i+1)
		if c.ready != nil {
			w.looking--
		}
	}
}

func byNumber(a, b *coroutine) int { return a.num - b.num }

// pick chooses who runs next; nil if no one can or the run is to end.
func (w *World) pick() *coroutine {
	w.result.Steps++
	if w.result.Steps > w.config.MaxSteps {
		w.result.OutOfSteps = true
		return nil
	}
	if w.result.Steps%256 == 0 {
		select {
		case <-w.canceled:
			w.result.Canceled = true
			return nil
		default:
		}
	}
	w.settle()
	for len(w.runnable) == 0 {
		if !w.advance() {
			return nil
		}
		w.settle()
	}
	i := 0
	if len(w.runnable) > 1 {
		i = w.config.Chooser.Choose(len(w.runnable))
		w.schedule.Add(i)
	}
	c := w.runnable[i]
	if c != w.current {
		w.result.Switches++
	}
	return c
}

// settle lets those wait on that were woken in vain: another took what they
// wait for. So a choice is only ever between tasks that can go on.
func (w *World) settle() {
	if w.looking == 0 {
		return
	}
	kept := w.runnable[:0]
	for _, c := range w.runnable {
		if c.ready == nil || c.ready() || w.expired(c) {
			kept = append(kept, c)
		} else {
			w.looking--
		}
	}
	clear(w.runnable[len(kept):])
	w.runnable = kept
}

// expired reports whether c's wait has reached its limit.
func (w *World) expired(c *coroutine) bool {
	return c.deadline >= 0 && c.deadline <= w.result.Elapsed
}

// advance moves the clock to the next time that someone waits for.
func (w *World) advance() bool {
	if len(w.timers) == 0 {
		return false
	}
	w.result.Elapsed = w.timers[0].deadline
	for len(w.timers) > 0 && w.timers[0].deadline == w.result.Elapsed {
		c := w.timers[0]
		w.timers.remove(c)
		w.insert(c)
	}
	return true
}

// hand lets next run instead of the calling coroutine, and returns when that is
// picked again. It doesn't return if the run has ended in between.
func (w *World) hand(c, next *coroutine) {
	if next != c {
		w.next = next
		c.yield(struct{}{})
	}
	if w.unwind {
		w.muted.Enter()
	}
}

// self returns the calling coroutine. It panics on a goroutine that isn't one.
func (w *World) self() *coroutine {
	if goid.Get() != w.running.Load() {
		w.foreign.Store(true)
		panic(sched.ErrForeignGoroutine)
	}
	return w.current
}

// Self implements sched.World.
func (w *World) Self() *sched.Task { return w.self().task }

// SelfID implements sched.World.
func (w *World) SelfID() int64 { return int64(w.self().num) }

// Number implements sched.World.
func (w *World) Number(kind string) int {
	w.numbers[kind]++
	return w.numbers[kind]
}

// Spawn implements sched.World.
func (w *World) Spawn(t *sched.Task, body func()) error {
	if w.self(); w.unwind {
		runtime.Goexit()
	}
	w.add(t, body)
	return nil
}

// maxDeferred bounds what the deferred calls of a task that is being ended may
// do, lest one of them loops for ever.
const maxDeferred = 10_000

// Point implements sched.World.
func (w *World) Point() {
	c := w.self()
	if w.unwind {
		if c.deferred++; c.deferred > maxDeferred {
			runtime.Goexit()
		}
		return
	}
	w.hand(c, w.pick())
	if w.unwind {
		runtime.Goexit()
	}
}

// Wait implements sched.World.
func (w *World) Wait(m *sched.Monitor, op *sched.Op, ready func() bool, limit time.Duration) bool {
	if ready() || limit == 0 {
		return ready()
	}
	c := w.self()
	if w.unwind {
		m.Exit()
		runtime.Goexit()
	}
	w.note(c, m, opWait)
	w.drop(c)
	c.waiter, c.monitor, c.ready = &sched.Waiter{Task: c.task, Op: op, World: c}, m, ready
	c.deadline = -1
	m.Push(c.waiter, false)
	if limit > 0 {
		c.deadline = w.deadline(limit)
		w.timers.add(c)
	}
	m.Exit()
	w.hand(c, w.pick())
	m.Reenter()
	w.timers.remove(c)
	m.Remove(c.waiter)
	if w.unwind {
		m.Exit()
		runtime.Goexit()
	}
	w.looking-- // it is runnable, and about to have no condition
	c.waiter, c.monitor, c.ready = nil, nil, nil
	return ready()
}

// Wake implements sched.World. All that wait become candidates: which of them
// is first is the schedule's choice, and settle sends the others back.
func (w *World) Wake(m *sched.Monitor, _ int) {
	if w.unwind {
		return
	}
	for _, wt := range m.Waiters() {
		w.insert(wt.World.(*coroutine))
	}
}

// Ending implements sched.World.
func (w *World) Ending() bool { return w.unwind }

// Sleep implements sched.World. A sleep of 0 or less is a scheduling point.
func (w *World) Sleep(d time.Duration) {
	if d <= 0 {
		w.Point()
		return
	}
	c := w.self()
	if w.unwind {
		return
	}
	w.note(c, nil, opSleep)
	c.deadline = w.deadline(d)
	w.drop(c)
	w.timers.add(c)
	w.hand(c, w.pick())
	if w.unwind {
		w.timers.remove(c)
		runtime.Goexit()
	}
}

// deadline returns the time d from now, at most the clock's last.
func (w *World) deadline(d time.Duration) time.Duration {
	if at := w.result.Elapsed + d; at > 0 {
		return at
	}
	return 1<<63 - 1
}

// Now implements sched.World.
func (w *World) Now() time.Time {
	w.self()
	return Epoch.Add(w.result.Elapsed)
}
