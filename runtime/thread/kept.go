package thread

import "slices"

// What the primitives are to package sched: types of their own, as Keep is no
// business of those who use them. See sched.Kept.
type (
	mutexState     Mutex
	rmutexState    RMutex
	semaphoreState Semaphore
	eventState     Event
	condState      Cond
	barrierState   Barrier
	threadState    Thread
)

func (mu *mutexState) Keep() (setBack func()) {
	locked := mu.locked
	return func() { mu.locked = locked }
}

func (mu *rmutexState) Keep() (setBack func()) {
	owner, count := mu.owner, mu.count
	return func() { mu.owner, mu.count = owner, count }
}

func (s *semaphoreState) Keep() (setBack func()) {
	value := s.value
	return func() { s.value = value }
}

func (e *eventState) Keep() (setBack func()) {
	set, sets := e.set, e.sets
	return func() { e.set, e.sets = set, sets }
}

func (c *condState) Keep() (setBack func()) {
	waiting := slices.Clone(c.waiting)
	return func() { c.waiting = waiting }
}

func (b *barrierState) Keep() (setBack func()) {
	current, broken := b.round, b.broken
	before := *current
	return func() {
		*current = before
		b.round, b.broken = current, broken
	}
}

func (t *threadState) Keep() (setBack func()) {
	state := t.state
	task := t.task.Keep()
	return func() {
		t.state = state
		task()
	}
}
