package sched

import (
	"maps"
	"sync/atomic"
)

// MainName is the name of the task that runs a world's main code.
const MainName = "MainThread"

// Task is one thread of control as its world sees it.
type Task struct {
	// Daemon tasks don't keep their world alive. Not changed once started.
	Daemon bool
	// Thread is what stands on the task for the user.
	Thread any
	// Started is the mark of the statement that started the task, 0 if not known;
	// see scope.Placer.
	Started int64

	name atomic.Pointer[string]
	id   atomic.Int64

	// Touched by the task itself only.
	locals   map[any]any
	guard    Guard
	gone     bool // it has let go of its guard
	guarding bool // it lets go of it, or takes it
}

// NewTask returns a task that has not been started.
func NewTask(name string, daemon bool) *Task {
	t := &Task{Daemon: daemon}
	t.SetName(name)
	return t
}

// Name returns the name that reports use.
func (t *Task) Name() string { return *t.name.Load() }

// SetName changes the name that reports use.
func (t *Task) SetName(name string) { t.name.Store(&name) }

// ID returns the number that the world gave the task: in the real world that of
// its OS thread where that can be known, in a simulated one 1 for the main task and
// then in the order of starting. It is 0 before the start.
func (t *Task) ID() int64 { return t.id.Load() }

// SetID is for worlds.
func (t *Task) SetID(id int64) { t.id.Store(id) }

// Keep returns what makes t what it is now. It has not been started, or has ended,
// when either is called.
func (t *Task) Keep() (setBack func()) {
	name, id, started, daemon := t.name.Load(), t.ID(), t.Started, t.Daemon
	locals := maps.Clone(t.locals)
	return func() {
		t.name.Store(name)
		t.SetID(id)
		t.Started, t.Daemon, t.locals = started, daemon, locals
	}
}

// SetLocal keeps a value for the task under key. Only the task may call it.
func (t *Task) SetLocal(key, value any) {
	if t.locals == nil {
		t.locals = map[any]any{}
	}
	t.locals[key] = value
}

// Local returns what SetLocal kept. Only the task may call it.
func (t *Task) Local(key any) (value any, ok bool) {
	value, ok = t.locals[key]
	return value, ok
}
