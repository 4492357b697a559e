package simworld

import (
	"runtime"
	"slices"
	"unsafe"

	"lockstep/runtime/internal/sched"
)

// Space is where tasks see variables of their own, as a process does: while one of its
// tasks runs the space is entered, and the variables have its values.
type Space interface {
	Enter()
	Leave()
}

// space is a Space of a world.
type space struct {
	Space
	variables map[unsafe.Pointer]*variable
	tasks     []*coroutine // that have not ended
	ended     sched.Monitor
	killed    bool
}

var opAlone = sched.NewOp("Process", "End")

// enter makes s the space that is entered.
func (w *World) enter(s *space) {
	if w.space == s {
		return
	}
	if w.space != nil {
		w.space.Leave()
	}
	if w.space = s; s != nil {
		s.Enter()
	}
}

// joined notes a new task, which is of the space of the task that starts it.
func (s *space) joined(c *coroutine) {
	if c.space = s; s != nil {
		s.tasks = append(s.tasks, c)
	}
}

// left notes that a task has ended.
func (s *space) left(w *World, c *coroutine) {
	if s != nil {
		s.tasks = slices.DeleteFunc(s.tasks, func(other *coroutine) bool { return other == c })
	}
	if m := w.alone(s); len(m.Waiters()) > 0 {
		w.Wake(m, 1)
	}
}

// alone is where tasks wait for the others of a space to end.
func (w *World) alone(s *space) *sched.Monitor {
	if s == nil {
		return &w.home
	}
	return &s.ended
}

// SpawnIn is Spawn of a task in a new space. All tasks that it starts are of that
// space, too.
func (w *World) SpawnIn(in Space, t *sched.Task, body func()) error {
	c := w.self()
	before := c.space
	c.space = &space{Space: in, variables: map[unsafe.Pointer]*variable{}}
	defer func() { c.space = before }()
	return w.Spawn(t, body)
}

// Space is the one that the calling task is of, nil for none.
func (w *World) Space() Space {
	if s := w.self().space; s != nil {
		return s.Space
	}
	return nil
}

// Program implements sched.Divided: a Space that is one says which program its tasks
// are of.
func (w *World) Program() *sched.Program {
	if s, ok := w.Space().(sched.Divided); ok {
		return s.Program()
	}
	return nil
}

// Quietly calls f, in which no operation of the calling task but waiting is a scheduling
// point, and no use of a variable is told of: it prepares what nobody else sees.
func (w *World) Quietly(f func()) {
	c := w.self()
	c.quiet = true
	defer func() { c.quiet = false }()
	f()
}

// AwaitAlone waits until all other tasks of the calling task's space, or in no space
// either, have ended, but for those that are daemons.
func (w *World) AwaitAlone() {
	c := w.self()
	alone := func() bool {
		return !slices.ContainsFunc(w.all, func(other *coroutine) bool {
			return other.space == c.space && other != c && !other.ended && !other.killed && !other.task.Daemon
		})
	}
	if alone() {
		return
	}
	m := w.alone(c.space)
	m.SetName(say("the threads of the process"))
	m.EnterAgain(w, opAlone, nil)
	w.Wait(m, opAlone, alone, sched.Forever)
	m.Exit()
}

// Kill keeps all tasks of a space but the caller from going on, at once. What they hold
// stays held.
func (w *World) Kill(in Space) {
	c := w.self()
	i := slices.IndexFunc(w.all, func(other *coroutine) bool { return other.space != nil && other.space.Space == in })
	if i < 0 || w.unwind {
		return
	}
	s := w.all[i].space
	s.killed = true // its timers are not to go off
	now := w.space
	w.enter(s)
	for _, victim := range slices.Clone(s.tasks) {
		if victim != c {
			w.kill(victim)
		}
	}
	w.enter(now)
}

func (w *World) kill(c *coroutine) {
	w.timers.remove(&c.alarm)
	for _, m := range c.monitors {
		m.Remove(&c.waiter)
	}
	w.drop(c)
	c.killed = true
	c.monitors, c.ready, c.waits = nil, nil, false
	w.leave(c)
}

// Halt keeps the calling task from going on.
func (w *World) Halt() {
	c := w.self()
	if !w.unwind {
		w.kill(c)
		next := (*coroutine)(nil)
		if w.users > 0 {
			next = w.pick()
		}
		w.hand(c, next)
	}
	runtime.Goexit()
}
