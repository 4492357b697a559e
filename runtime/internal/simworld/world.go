// Package simworld is the simulated world: its threads are coroutines that run
// one at a time, in an order that a Chooser decides, on a virtual clock that
// moves only when all of them wait. The same choices give the same run.
package simworld

import (
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

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
	// Record is the number of events that the result keeps, from the first on.
	Record int
	// Trace, if not nil, receives what the steps touched.
	Trace *Trace
	// NoRaces turns the detection of data races off.
	NoRaces bool
	// Patient lets tasks that look in vain, again and again, wait for a change.
	Patient bool
	// Mute discards what the tasks print.
	Mute bool
	// Undo has Result.SetBack take back the values of variables, too.
	Undo bool
}

// World implements sched.World.
type World struct {
	config   Config
	host     scope.Placer // nil where places are those of the Go program
	running  atomic.Int64 // goroutine id of the current coroutine
	foreign  atomic.Bool
	runner   *Runner
	inside   *scope.Scope // of the tasks
	muted    *scope.Scope // of those that are being ended
	canceled <-chan struct{}

	// What follows is touched by the current coroutine only, or by drive while
	// none runs.
	all      []*coroutine
	runnable []*coroutine // in the order of starting; the current one is among them
	looking  int          // how many of runnable have a condition to look at again
	timers   timers
	serial   int64      // of the timers
	current  *coroutine // clock while a timer fires
	clock    *coroutine // never runs
	stay     bool       // the current task is to go on
	forced   int        // see Candidates.Forced
	moved    bool       // the clock has moved since the last step began
	next     *coroutine // what drive resumes; nil when the run is over
	users    int        // unfinished tasks that aren't daemons
	numbers  map[string]int
	locals   map[any]any
	atEnd    []func(ok bool)
	undo     []func()
	unwind   bool
	done     chan struct{}
	over     atomic.Bool
	result   Result
	schedule Schedule

	objects   int32
	variables map[unsafe.Pointer]*variable // of tasks in no space
	space     *space                       // the one that is entered, nil for none
	home      sched.Monitor                // where tasks wait for others that are in no space to end
	raced     map[raceKey]bool
	orders    map[orderKey]*order
	// unvalued is a write that was recorded last, the value of which isn't known yet.
	unvalued   *Site
	unvaluedAt unsafe.Pointer
}

// coroutine is a task of a World.
type coroutine struct {
	task     *sched.Task
	num      int
	body     func()
	space    *space       // nil for none
	began    int64        // the mark of the statement that started it
	started  *[16]uintptr // where that is, in a Go program whose run is recorded
	worker   *worker      // nil before the first run
	ended    bool
	quiet    bool // what it does to variables is no step
	killed   bool // it won't go on, but for its deferred calls at the end
	waiter   sched.Waiter
	monitors []*sched.Monitor // in which it waits
	one      [1]*sched.Monitor
	ready    func() bool // the condition waited for; nil for a sleep
	alarm    alarm
	waits    bool           // in WaitAny, or for a monitor
	stable   bool           // without a limit, for what will hold for ever
	since    Place          // where it began to wait
	deadline bool           // the wait has a limit, which is alarm.at
	held     []*heldMonitor // locks, the oldest first
	known    vector
	looks    []look
	steps    int // how many it has begun
	turn     int // the number of the switch point at which it last went on
	waiting  int // that at which its wait began
	deferred int // operations since it is being ended
}

var (
	opEnd   = sched.NewOp("Thread", "End")
	opSleep = sched.NewOp("Clock", "Sleep")
	opWait  = sched.NewOp("Thread", "Wait")
	opYield = sched.NewOp("Thread", "Yield")

	opTurn   = sched.NewOp("Thread", "Turn")
	opBegin  = sched.NewOp("Thread", "Begin")
	opHold   = sched.NewOp("Thread", "Hold")
	opChoose = sched.NewOp("Thread", "Choose")
)

// Run runs body as the main task of a new world and returns when all its tasks
// have ended or can't go on. The caller is in the real world.
func Run(config Config, body func()) *Result {
	r := NewRunner()
	defer r.Close()
	return r.Run(config, body)
}

// Run is the function Run.
func (r *Runner) Run(config Config, body func()) *Result {
	parent := scope.Current()
	w := &World{
		config:    config,
		runner:    r,
		numbers:   map[string]int{},
		variables: map[unsafe.Pointer]*variable{},
		done:      make(chan struct{}),
		result:    Result{Hash: hashStart},
	}
	w.canceled = parent.Cancelled()
	if parent.Host != nil {
		w.host, _ = parent.Host.(scope.Placer)
	}
	if host, ok := parent.Host.(scope.Simulator); ok {
		defer host.Simulating()()
	}
	if config.Trace != nil {
		config.Trace.reset()
	}
	w.inside = parent.With(w)
	if config.Mute {
		Mute(w.inside)
	}
	w.muted = parent.With(w)
	Mute(w.muted)
	defer w.inside.Release()
	defer w.muted.Release()

	if w.host != nil {
		defer w.host.Resume(w.host.Here())
	}
	w.clock = &coroutine{task: sched.NewTask("clock", true)}
	w.clock.tick()
	main := w.add(sched.NewTask(sched.MainName, false), body)
	main.tick()
	w.next = main
	w.step(main)
	r.worlds <- w
	<-w.done
	w.over.Store(true)
	w.result.undo = w.undo
	w.result.Schedule = w.schedule.String()
	w.result.Foreign = w.foreign.Load()
	w.result.Tasks = len(w.all)
	return &w.result
}

// Mute discards the output of what runs in s.
func Mute(s *scope.Scope) {
	s.Stdout, s.Stderr = devNull(), devNull()
	s.Display = func(_, _ map[string]any, _ string, _ bool) error { return nil }
}

var devNull = sync.OnceValue(func() *os.File {
	file, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil // writing to a nil file is an error and no output either
	}
	return file
})

// drive resumes one coroutine after the other, then ends those that are left. If
// one of them ends by Goexit it is called again.
func (w *World) drive() {
	for w.next != nil {
		w.resume(w.next)
	}
	if !w.unwind {
		w.unwind = true
		w.verdict()
	}
	for _, c := range w.all {
		if c.worker != nil && !c.ended {
			w.resume(c)
		}
	}
	w.enter(nil)
	for len(w.atEnd) > 0 {
		f := w.atEnd[0]
		w.atEnd = w.atEnd[1:]
		f(w.result.Fine())
	}
}

// root is the outermost call of a coroutine.
func (w *World) root(c *coroutine) {
	returned := false
	if w.host != nil {
		w.host.Resume(c.began)
	}
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
		if c.num == 1 && !w.unwind {
			sched.CurrentProgram().End()
		}
		w.end(c)
	}()
	c.body()
	returned = true
}

func (w *World) panicked(c *coroutine, value any) {
	if _, ok := value.(*Refusal); ok {
		return
	}
	p := Panic{Thread: c.task.Name(), Value: value, Frames: sched.PanicFrames(value)}
	w.result.Panics = append(w.result.Panics, p)
	sched.ReportPanic(scope.Current().Stderr, "thread "+p.Thread, p.Value, p.Frames)
}

// end takes c out of the world and leaves it to another coroutine.
func (w *World) end(c *coroutine) {
	c.ended = true
	if w.unwind {
		return
	}
	if c.task.Thread == nil || c.num == 1 { // a thread says so itself
		w.note(c, nil, opEnd)
	}
	w.settleValue()
	w.leave(c)
	if w.users == 0 {
		w.next = nil
		return
	}
	w.next = w.pick()
}

// leave takes c, which won't run any more, off the lists.
func (w *World) leave(c *coroutine) {
	w.drop(c)
	if !c.task.Daemon {
		w.users--
	}
	c.space.left(w, c)
}

func (w *World) add(t *sched.Task, body func()) *coroutine {
	c := &coroutine{task: t, num: len(w.all) + 1, body: body, began: t.Started}
	if c.began == 0 && w.host != nil {
		c.began = w.host.Here()
	}
	if w.host == nil && w.recording() {
		c.started = new([16]uintptr)
		sched.Callers(c.started[:])
	}
	c.alarm = alarm{index: -1, c: c, order: int64(c.num)}
	t.SetID(int64(c.num))
	if w.current != nil {
		w.current.space.joined(c)
	}
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
	w.settleValue()
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
	w.wakeDue()
	w.settle()
	for len(w.runnable) == 0 {
		if len(w.timers) == 0 {
			return nil
		}
		w.result.Elapsed = w.timers[0].at
		w.moved = true
		w.wakeDue()
		w.settle()
	}
	var all []*coroutine
	w.forced = -1
	if w.config.Patient {
		w.forced = slices.IndexFunc(w.runnable, func(c *coroutine) bool {
			return c.waits && c.stable || w.stay && c == w.current
		})
		w.stay = false
		all = w.spare()
	}
	i := w.config.Chooser.Next(Candidates{w})
	if i == GiveUp {
		w.result.GivenUp = true
		return nil
	}
	c := w.runnable[i]
	if c != w.current {
		w.result.Switches++
		if w.forced < 0 && w.current.goesOn(w) {
			w.result.Preemptions++
		}
	}
	if all != nil { // the schedule is to mean the same to those that aren't patient
		w.runnable = all
		i, _ = slices.BinarySearchFunc(all, c, byNumber)
	}
	if len(w.runnable) > 1 {
		w.schedule.Add(i)
	}
	w.step(c)
	w.hash(c, opTurn, 0)
	c.steps++
	c.turn = w.result.Steps
	return c
}

// goesOn reports whether c is among the candidates.
func (c *coroutine) goesOn(w *World) bool {
	_, found := slices.BinarySearchFunc(w.runnable, c, byNumber)
	return found
}

// settle lets those wait on that were woken in vain: another took what they
// wait for. So a choice is only ever between tasks that can go on.
func (w *World) settle() {
	if w.looking == 0 {
		return
	}
	defer w.enter(w.space)
	kept := w.runnable[:0]
	for _, c := range w.runnable {
		if c.ready != nil {
			w.enter(c.space)
		}
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
	return c.deadline && c.alarm.at <= w.result.Elapsed
}

// hand lets next run instead of the calling coroutine, and returns when that is
// picked again. It doesn't return if the run has ended in between.
func (w *World) hand(c, next *coroutine) {
	if next != c {
		var at int64
		if w.host != nil {
			at = w.host.Here()
		}
		w.next = next
		c.worker.yield(struct{}{})
		if w.host != nil {
			w.host.Resume(at) // the host only knows which statement began last
		}
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

// Spawn implements sched.World. It is no scheduling point. What the new task does
// happens after what its starter has done.
func (w *World) Spawn(t *sched.Task, body func()) error {
	if w.self(); w.unwind {
		runtime.Goexit()
	}
	if len(w.all) >= maxTasks {
		return sched.ErrTooManyThreads
	}
	c := w.add(t, body)
	c.known = slices.Clone(w.current.known)
	c.tick()
	if w.config.Record > 0 {
		w.record(Event{What: Begins, Task: t, Num: c.num, Op: opBegin, On: t.Name(), Where: w.here(t.Started), Peer: w.current.num})
	}
	w.current.tick()
	if trace := w.config.Trace; trace != nil {
		trace.Spawns = append(trace.Spawns, int32(len(trace.Steps)-1))
	}
	return nil
}

// maxTasks is how many tasks a world may start, as many as the real one may have.
// Tests lower it.
var maxTasks = 8000

// maxDeferred bounds what the deferred calls of a task that is being ended may
// do, lest one of them loops for ever.
const maxDeferred = 10_000

// Point implements sched.World.
func (w *World) Point() {
	c := w.self()
	if c == w.clock || c.quiet {
		return
	}
	if w.unwind {
		if c.deferred++; c.deferred > maxDeferred {
			runtime.Goexit()
		}
		return
	}
	sched.Offer(w)
	w.hand(c, w.pick())
	if w.unwind {
		runtime.Goexit()
	}
	sched.Return(w)
}

// Started implements sched.World.
func (w *World) Started() {
	w.stay = w.config.Patient
	w.Point()
}

// Choose returns one of n values, 0 to n-1, as the schedule decides: which case a
// select takes, a random number, the order of a map. why says which, for reports.
func (w *World) Choose(n int, why string) int {
	c := w.self()
	if n < 2 || w.unwind {
		return 0
	}
	i := w.config.Chooser.Choose(n)
	w.schedule.Add(i)
	w.hash(c, opChoose, i)
	if w.config.Record > 0 {
		w.record(Event{What: Chooses, Task: c.task, Num: c.num, Op: opChoose, On: why, Value: strconv.Itoa(i), Where: w.here(0)})
	}
	return i
}

// Refusal says that code did something that can't be simulated.
type Refusal struct {
	What   string
	Thread string
	Where  Place
}

func (r *Refusal) Error() string {
	text := r.What
	if at := r.Where.String(); at != "" {
		text = at + ": " + text
	}
	return text
}

// Refuse ends the calling task: what it is about to do can't be simulated. mark is
// of the statement, 0 for the one that runs.
func (w *World) Refuse(mark int64, what string) {
	c := w.self()
	if w.unwind {
		runtime.Goexit()
	}
	where := w.here(mark)
	if where.pcs == nil && where.host == nil { // this once it is worth while
		where.pcs = new([16]uintptr)
		sched.Callers(where.pcs[:])
	}
	r := &Refusal{What: what, Thread: c.task.Name(), Where: where}
	w.result.Refused = append(w.result.Refused, r) // whoever recovers from it
	panic(r)
}

// Local returns what is kept for this run under key, made by create at the first
// call.
func (w *World) Local(key any, create func() any) any {
	value, ok := w.locals[key]
	if !ok {
		value = create()
		if w.locals == nil {
			w.locals = map[any]any{}
		}
		w.locals[key] = value
	}
	return value
}

// AtEnd has f called when all tasks have ended, by none of them, before Run
// returns; ok says that nothing went wrong.
func (w *World) AtEnd(f func(ok bool)) { w.atEnd = append(w.atEnd, f) }

// Wait implements sched.World.
func (w *World) Wait(m *sched.Monitor, op *sched.Op, ready func() bool, limit time.Duration) bool {
	c := w.self()
	if w.unwind {
		if ready() || limit == 0 {
			return ready()
		}
		m.Exit()
		runtime.Goexit()
	}
	c.one[0] = m
	w.touchAll(c.one[:], op)
	if limit != 0 && !ready() {
		sched.Leave(w, m.Label())
		w.block(c, c.one[:], op, ready, limit)
		m.Leave()
		w.hand(c, w.pick())
		m.Reenter()
		w.unblock(c)
		if w.unwind {
			m.Leave()
			runtime.Goexit()
		}
		c.one[0] = m
		w.touchAll(c.one[:], op)
	}
	if !ready() {
		return false
	}
	w.edge(w.state(m), op.Edge()&sched.Acquire)
	return true
}

// WaitAny blocks the calling task until ready holds, which looks at the resources
// ms, at most for limit (negative: for ever), and reports whether it holds. The
// caller has entered none of ms. With none it waits for the limit.
func (w *World) WaitAny(ms []*sched.Monitor, op *sched.Op, ready func() bool, limit time.Duration) bool {
	c := w.self()
	for _, m := range ms {
		m.Adopt(w)
	}
	if !w.unwind {
		w.touchAll(ms, op)
	}
	if limit != 0 && !ready() {
		if w.unwind {
			runtime.Goexit()
		}
		sched.Leave(w, labels(ms, op))
		w.block(c, ms, op, ready, limit)
		w.hand(c, w.pick())
		w.unblock(c)
		if w.unwind {
			runtime.Goexit()
		}
		w.touchAll(ms, op)
		// A guard is taken by the operation that follows: until that what is ready
		// must not change.
	}
	if !ready() {
		return false
	}
	for _, m := range ms {
		w.edge(w.state(m), op.Edge()&sched.Acquire)
	}
	return true
}

func (w *World) touchAll(ms []*sched.Monitor, op *sched.Op) {
	for _, m := range ms {
		w.touch(&w.state(m).object, op.Uses())
	}
}

// block makes c one that waits.
func (w *World) block(c *coroutine, ms []*sched.Monitor, op *sched.Op, ready func() bool, limit time.Duration) {
	if c == w.clock {
		panic("simworld: the function of a timer waits")
	}
	w.noteWait(c, ms, op)
	w.drop(c)
	c.waiter = sched.Waiter{Task: c.task, Op: op, World: c}
	c.waits, c.monitors, c.ready = true, ms, ready
	c.stable = op.IsStable() && limit < 0
	for _, m := range ms {
		m.Push(&c.waiter, false)
	}
	if c.deadline = limit > 0; c.deadline {
		c.alarm.at = w.deadline(limit)
		w.timers.add(&c.alarm)
	}
}

// unblock makes c, which runs, one that doesn't wait.
func (w *World) unblock(c *coroutine) {
	w.timers.remove(&c.alarm)
	for _, m := range c.monitors {
		m.Remove(&c.waiter)
	}
	if !w.unwind {
		w.looking-- // it is runnable, and about to have no condition
		c.waits, c.monitors, c.ready, c.deadline = false, nil, nil, false
	}
}

// noteWait keeps that c can't go on.
func (w *World) noteWait(c *coroutine, ms []*sched.Monitor, op *sched.Op) {
	on := 0
	if len(ms) > 0 {
		on = ms[0].Ordinal(w)
	}
	w.hash(c, opWait, on)
	c.since, c.waiting = w.here(0), w.result.Steps
	if w.config.Record == 0 {
		return
	}
	e := Event{What: Waits, Task: c.task, Num: c.num, Op: op, On: labels(ms, op), Where: c.since}
	if h := holder(ms); h != nil {
		e.Peer = int(h.ID())
	}
	w.record(e)
}

// labels names the resources that a task waits for in op: for all of them if they
// stay as they are, as the ends of threads do, else for any.
func labels(ms []*sched.Monitor, op *sched.Op) string {
	var names []string
	for _, m := range ms {
		names = append(names, m.Label())
	}
	if op.IsStable() {
		return strings.Join(names, say(" and "))
	}
	return anyOf(names)
}

// anyOf names what a task waits for if any of it will do.
func anyOf(names []string) string { return strings.Join(names, say(" or ")) }

// Wake implements sched.World. All that wait become candidates: which of them
// is first is the schedule's choice, and settle sends the others back.
func (w *World) Wake(m *sched.Monitor, _ int) {
	if w.unwind {
		return
	}
	if s := w.state(m); !w.touched(&s.object) { // else its operation has said how
		w.touch(&s.object, sched.Changes)
	}
	for _, wt := range m.Waiters() {
		w.insert(wt.World.(*coroutine))
	}
}

// Undo implements sched.World: see Result.SetBack. What a space changes goes with it.
func (w *World) Undo(setBack func()) {
	if w.current.space == nil {
		w.undo = append(w.undo, setBack)
	}
}

// UndoValue is Undo for the value of a variable, which lasts unless the run was to
// leave no trace at all.
func (w *World) UndoValue(setBack func()) {
	if w.config.Undo {
		w.Undo(setBack)
	}
}

// KeepsValues reports whether what the run does to variables lasts: see UndoValue.
func (w *World) KeepsValues() bool { return !w.config.Undo }

// Over implements sched.World.
func (w *World) Over() bool { return w.over.Load() }

// Ending implements sched.World.
func (w *World) Ending() bool { return w.unwind }

// Record implements sched.World.
func (w *World) Record(m *sched.Monitor, op *sched.Op) {
	if w.unwind {
		return
	}
	s := w.state(m)
	w.note(w.current, m, op)
	w.touch(&s.object, op.Uses())
	w.edge(s, op.Edge())
}

// Sleep implements sched.World. A sleep of 0 or less is a scheduling point.
func (w *World) Sleep(d time.Duration) {
	c := w.self()
	sched.Leave(w, "")
	if d <= 0 {
		if w.config.Record > 0 && !w.unwind {
			w.recordOp(c, nil, opYield, w.here(0))
		}
		w.Point()
		return
	}
	if w.unwind {
		return
	}
	w.note(c, nil, opSleep)
	c.looks = c.looks[:0] // the time will be another
	c.since = w.here(0)
	c.alarm.at = w.deadline(d)
	w.drop(c)
	w.timers.add(&c.alarm)
	w.hand(c, w.pick())
	if w.unwind {
		w.timers.remove(&c.alarm)
		runtime.Goexit()
	}
	sched.Return(w)
}

// deadline returns the time d from now, at most the clock's last.
func (w *World) deadline(d time.Duration) time.Duration {
	if at := w.result.Elapsed + d; at >= 0 {
		return at
	}
	return 1<<63 - 1
}

// Now implements sched.World.
func (w *World) Now() time.Time {
	w.self()
	return Epoch.Add(w.result.Elapsed)
}
