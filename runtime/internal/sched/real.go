package sched

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/petermattis/goid"

	"lockstep/runtime/internal/clock"
	"lockstep/runtime/internal/scope"
)

// Real is the real world: a task is a goroutine on an OS thread of its own, and
// the clock is the wall clock. There is one.
var Real World = &realWorld{}

// ErrTooManyThreads says that another OS thread would come too close to a limit
// beyond which the process ends.
var ErrTooManyThreads = errors.New("can't start new thread: too many are running (Python: RuntimeError)")

// maxThreads stays below the 10,000 OS threads at which the Go runtime ends the
// process. Tests lower it.
var maxThreads int64 = 8000

type realWorld struct {
	tasks sync.Map // goroutine id → *Task
	live  atomic.Int64
}

// perScope is what the real world keeps for a cell.
type perScope struct {
	mu      sync.Mutex
	numbers map[string]int
	main    *Task
	program Program

	watchers atomic.Pointer[[]Watcher] // changed under mu

	end   Monitor // guards users, and is where the end of the cell waits
	users int     // live tasks that aren't daemons

	daemonsEnd chan struct{} // closed when the daemons are to end; nil while there were none
}

func local() *perScope {
	return scope.Current().Local(func() any {
		p := &perScope{numbers: map[string]int{}}
		p.end.SetName("its threads")
		return p
	}).(*perScope)
}

// scopeOf returns the scope for a task. Where there is a kernel the program's end is
// not the process's, so daemons have to be told of it.
func (p *perScope) scopeOf(t *Task) *scope.Scope {
	program := scope.Current().Program()
	interrupted := program.Cancelled()
	if !t.Daemon || interrupted == nil {
		return program
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.daemonsEnd == nil {
		p.daemonsEnd = make(chan struct{})
		over := p.program.Over()
		go func() { // to the end of the program
			select {
			case <-interrupted:
			case <-over:
			}
			close(p.daemonsEnd)
		}()
	}
	return program.Daemons(p.daemonsEnd)
}

func (w *realWorld) Self() *Task {
	id := goid.Get()
	if t, ok := w.tasks.Load(id); ok {
		return t.(*Task)
	}
	if scope.Current().Root() != id {
		return nil
	}
	p := local()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.main == nil {
		p.main = NewTask(MainName, false)
		p.main.SetID(mainThreadID())
	}
	return p.main
}

func (w *realWorld) SelfID() int64 { return goid.Get() }

func (w *realWorld) Number(kind string) int {
	p := local()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.numbers[kind]++
	return p.numbers[kind]
}

func (w *realWorld) Spawn(t *Task, body func()) error {
	live := w.live.Add(1)
	if live > maxThreads || live%64 == 0 && !roomForThreads() {
		w.live.Add(-1)
		return ErrTooManyThreads
	}
	p := local()
	p.addUser(t, 1)
	for _, x := range watching() {
		x.Starts(t)
	}
	belongs := p.scopeOf(t)
	attend := attending(belongs)
	started := make(chan struct{})
	var begin func()
	begin = func() {
		// Never unlocked: when the goroutine ends so does the OS thread, as a
		// thread does elsewhere.
		runtime.LockOSThread()
		if onMainThread() {
			// The process's first thread bears the main code's id, and can't end:
			// hold it until another goroutine has found another thread.
			go begin()
			<-started
			runtime.UnlockOSThread()
			return
		}
		if scope.Current() != belongs {
			belongs.Enter()
		}
		defer attend()()
		id := goid.Get()
		w.tasks.Store(id, t)
		t.SetID(osThreadID())
		defer func() {
			for _, x := range watching() {
				x.Ends()
			}
			w.tasks.Delete(id)
			w.live.Add(-1)
			p.addUser(t, -1)
		}()
		close(started)
		body()
	}
	go begin()
	<-started
	return nil
}

// attending returns what tells the kernel, if there is one, of a goroutine that the
// caller starts.
func attending(s *scope.Scope) (attend func() (leave func())) {
	host, ok := s.Host.(scope.Attender)
	if !ok {
		return func() func() { return func() {} }
	}
	var mark int64
	if placer, ok := s.Host.(scope.Placer); ok {
		mark = placer.Here()
	}
	return func() func() { return host.Attend(mark) }
}

func (p *perScope) addUser(t *Task, n int) {
	if t.Daemon {
		return
	}
	p.end.Reenter()
	p.users += n
	if p.users == 0 {
		Real.Wake(&p.end, len(p.end.Waiters()))
	}
	p.end.Exit()
}

var opEnd = NewOp("Program", "end")

// WaitThreads waits until all real tasks started in the calling goroutine's scope
// have ended, but for daemons: what the end of a program waits for, in a notebook
// the end of a cell. The main code calls it last. The daemons end then, those of a
// notebook as if they were interrupted.
func WaitThreads() {
	p := local()
	defer p.program.finish() // also of one that is interrupted here
	p.program.End()
	p.end.EnterAgain(Real, opEnd, nil)
	Real.Wait(&p.end, opEnd, func() bool { return p.users == 0 }, Forever)
	p.end.Exit()
}

// LeaveThreads ends the program as WaitThreads does, but does not wait: the user has
// interrupted it.
func LeaveThreads() {
	p := local()
	p.program.End()
	p.program.finish()
}

func (w *realWorld) Point() {
	Offer(w)
	Return(w)
}

func (w *realWorld) Record(m *Monitor, op *Op) {
	for _, x := range watching() {
		x.Does(m, op)
	}
}

func (w *realWorld) Started() {}

func (w *realWorld) Undo(func()) {}

func (w *realWorld) Over() bool { return false }

func (w *realWorld) Held(m *Monitor) {
	for _, x := range watching() {
		x.Holds(m)
	}
}

func (w *realWorld) Unheld(m *Monitor) {
	for _, x := range watching() {
		x.Frees(m)
	}
}

func (w *realWorld) Wait(m *Monitor, op *Op, ready func() bool, limit time.Duration) bool {
	if ready() || limit == 0 {
		return ready()
	}
	Leave(w, m.Label())
	var timeout <-chan time.Time
	if limit > 0 {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		timeout = timer.C
	}
	if host, ok := scope.Current().Host.(scope.Waiter); ok && limit < 0 {
		name := ""
		if t := w.Self(); t != nil {
			name = t.Name()
		}
		operation := op.Kind + "." + op.Verb
		if label := m.Label(); label != op.Kind {
			operation = op.Verb + " of " + label
		}
		defer host.Waiting(name, operation)()
	}
	if list := watching(); list != nil {
		for _, x := range list {
			x.Waits(m, op)
		}
		defer func() {
			for _, x := range list {
				x.Goes()
			}
		}()
	}
	wake := make(chan struct{}, 1)
	wt := &Waiter{Op: op, World: wake, ready: ready}
	for again := false; !ready(); again = true {
		m.Push(wt, again)
		m.Leave()
		select {
		case <-wake:
			m.Reenter()
		case <-timeout:
			m.Reenter()
			m.Remove(wt)
			return ready()
		case <-cancelled():
			m.Reenter()
			if !m.Remove(wt) {
				w.Wake(m, 1) // ours was in vain
			}
			m.Leave()
			runtime.Goexit()
		}
	}
	return true
}

// cancelled returns the channel that is closed when the calling task is to end; nil
// where that never happens.
func cancelled() <-chan struct{} { return scope.Current().Cancelled() }

func (w *realWorld) Wake(m *Monitor, n int) {
	kept := m.queue[:0]
	for i, wt := range m.queue {
		if n == 0 {
			kept = append(kept, m.queue[i:]...)
			break
		}
		if !wt.ready() {
			kept = append(kept, wt)
			continue
		}
		n--
		wt.World.(chan struct{}) <- struct{}{}
	}
	clear(m.queue[len(kept):])
	m.queue = kept
}

func (w *realWorld) Ending() bool {
	select {
	case <-cancelled():
		return true
	default:
		return false
	}
}

func (w *realWorld) Sleep(d time.Duration) { clock.Sleep(d) }

func (w *realWorld) Now() time.Time { return time.Now() }
