package process

import (
	"iter"
	"sync"
	"time"

	"lockstep/runtime/support/processes"
)

// Manager is a process that holds values for others, which reach them through
// proxies: a Dict, a List, a ManagedValue, a ManagedLock, a ManagedQueue. A proxy can
// be handed to a process, sent through a pipe or a queue, and be a value of another.
//
// Each call of a proxy's method is one message to the manager and one back: it is done
// whole. Two in a row are not: d.Set(k, v+1) after v, _ := d.Get(k) loses updates,
// unless a lock is held around both. And what a proxy gives is a copy: a value changed
// in place is not changed in the manager until it is set again.
//
// The manager is daemonic: it ends with Shutdown, or with the program, in a notebook
// with the cell. Then every use of a proxy is a misuse, ErrManagerGone. In a simulation
// each call is one step of the caller. Python: multiprocessing.Manager.
type Manager struct {
	// Core is the manager for values of any type. It is there for the functions of
	// this package.
	Core *processes.Manager
}

// NewManager starts a manager. Misuse: ErrDaemonChild, ErrMain. Python: Manager().
func NewManager() *Manager { return &Manager{processes.NewManager()} }

// PID returns the process id of the manager.
func (m *Manager) PID() int { return m.Core.PID() }

// Shutdown ends the manager; a second call does nothing. Python:
// BaseManager.shutdown.
func (m *Manager) Shutdown() { m.Core.Shutdown() }

// Dict is a proxy of a map that a Manager holds. It keeps the keys in the order of
// their coming. Python: Manager().dict().
type Dict[K comparable, V any] struct {
	_ carried[K]
	_ carried[V]
	u *processes.Dict
}

// NewDict has a manager hold an empty map. Python: Manager().dict().
func NewDict[K comparable, V any](m *Manager) *Dict[K, V] { return &Dict[K, V]{u: m.Core.NewDict()} }

// Get returns a copy of the value of a key; ok is false if there is none. Python:
// d[key], which raises KeyError, or d.get(key).
func (d *Dict[K, V]) Get(key K) (value V, ok bool) {
	v, ok := d.u.Get(key)
	value, _ = v.(V)
	return value, ok
}

// Set gives a key a copy of a value. Python: d[key] = value.
func (d *Dict[K, V]) Set(key K, value V) { d.u.Set(key, value) }

// SetDefault returns the value of a key, with loaded true; if there is none it gives
// it the value, which it returns. Nobody comes in between. Python: d.setdefault.
func (d *Dict[K, V]) SetDefault(key K, value V) (actual V, loaded bool) {
	v, loaded := d.u.Put(key, value)
	if !loaded {
		return value, false
	}
	actual, _ = v.(V)
	return actual, true
}

// Delete takes a key out and returns its value; ok is false if there is none. Python:
// d.pop(key), or del d[key], which raise KeyError.
func (d *Dict[K, V]) Delete(key K) (value V, ok bool) {
	v, ok := d.u.Delete(key)
	value, _ = v.(V)
	return value, ok
}

// Clear takes all keys out. Python: d.clear.
func (d *Dict[K, V]) Clear() { d.u.Clear() }

// Len returns the number of keys. Python: len(d).
func (d *Dict[K, V]) Len() int { return d.u.Len() }

// All returns an iterator over the keys and values that there are now, in the order of
// the keys' coming. Python: d.items().
func (d *Dict[K, V]) All() iter.Seq2[K, V] {
	items := d.u.Items()
	return func(yield func(K, V) bool) {
		for i := 0; i < len(items); i += 2 {
			key, _ := items[i].(K)
			value, _ := items[i+1].(V)
			if !yield(key, value) {
				return
			}
		}
	}
}

// List is a proxy of a list that a Manager holds. Python: Manager().list().
type List[T any] struct {
	_ carried[T]
	u *processes.List
}

// NewList has a manager hold a list of copies of items. Python: Manager().list(items).
func NewList[T any](m *Manager, items ...T) *List[T] {
	l := &List[T]{u: m.Core.NewList()}
	l.Append(items...)
	return l
}

// Append adds copies of items at the end, with none of others between them. Python:
// l.append, l.extend.
func (l *List[T]) Append(items ...T) {
	values := make([]any, len(items))
	for i, item := range items {
		values[i] = item
	}
	l.u.Append(values)
}

// Get returns a copy of the i-th item, from 0 on. Misuse: ErrIndex. Python: l[i].
func (l *List[T]) Get(i int) T {
	item, _ := l.u.Get(i).(T)
	return item
}

// Set changes the i-th item. Misuse: ErrIndex. Python: l[i] = item.
func (l *List[T]) Set(i int, item T) { l.u.Set(i, item) }

// Insert puts an item before the i-th, or at the end. Misuse: ErrIndex. Python:
// l.insert.
func (l *List[T]) Insert(i int, item T) { l.u.Insert(i, item) }

// Remove takes the i-th item out and returns it. Misuse: ErrIndex. Python: l.pop(i).
func (l *List[T]) Remove(i int) T {
	item, _ := l.u.Remove(i).(T)
	return item
}

// Len returns the number of items. Python: len(l).
func (l *List[T]) Len() int { return l.u.Len() }

// Values returns a copy of all items. Python: l[:].
func (l *List[T]) Values() []T {
	items := l.u.Items()
	values := make([]T, len(items))
	for i, item := range items {
		values[i], _ = item.(T)
	}
	return values
}

// ManagedValue is a proxy of a variable that a Manager holds. Python:
// Manager().Value().
type ManagedValue[T any] struct {
	_ carried[T]
	u *processes.Cell
}

// NewManagedValue has a manager hold a variable. Python: Manager().Value(typecode,
// initial), where the type code means nothing.
func NewManagedValue[T any](m *Manager, initial T) *ManagedValue[T] {
	return &ManagedValue[T]{u: m.Core.NewCell(initial)}
}

// Load returns a copy of what the variable holds. Python: v.value.
func (v *ManagedValue[T]) Load() T {
	t, _ := v.u.Load().(T)
	return t
}

// Store changes what the variable holds. Python: v.value = ….
func (v *ManagedValue[T]) Store(t T) { v.u.Store(t) }

// ManagedQueue is a proxy of a queue that a Manager holds: unlike a Queue, the calls of
// a Pool can be given it. Python: Manager().Queue().
type ManagedQueue[T any] struct {
	_ carried[T]
	u *processes.ManagedQueue
}

// NewManagedQueue has a manager hold a queue of at most size items, of any number if
// size < 1. Python: Manager().Queue(maxsize).
func NewManagedQueue[T any](m *Manager, size int) *ManagedQueue[T] {
	return &ManagedQueue[T]{u: m.Core.NewQueue(size)}
}

// Put puts a copy of item into the queue, waiting for room as long as it takes. The
// error is nil: a manager's queue is never closed. Python: Queue.put.
func (q *ManagedQueue[T]) Put(item T) error { return q.u.Put(item, NoLimit) }

// TryPut is Put that doesn't wait: without room the error is ErrFull. Python:
// Queue.put_nowait.
func (q *ManagedQueue[T]) TryPut(item T) error { return q.u.Put(item, 0) }

// PutTimeout is Put for at most limit: then the error is ErrFull. Misuse: ErrTimeout.
// Python: Queue.put(timeout=…).
func (q *ManagedQueue[T]) PutTimeout(item T, limit time.Duration) error { return q.u.Put(item, limit) }

// Get takes the next item, waiting for one as long as it takes. Python: Queue.get.
func (q *ManagedQueue[T]) Get() (T, error) { return q.GetTimeout(NoLimit) }

// TryGet is Get that doesn't wait: without an item the error is ErrEmpty. Python:
// Queue.get_nowait.
func (q *ManagedQueue[T]) TryGet() (T, error) { return q.GetTimeout(0) }

// GetTimeout is Get for at most limit: then the error is ErrEmpty. Misuse: ErrTimeout.
// Python: Queue.get(timeout=…).
func (q *ManagedQueue[T]) GetTimeout(limit time.Duration) (T, error) {
	v, err := q.u.Get(limit)
	item, _ := v.(T)
	return item, err
}

// Len returns the number of items. Python: Queue.qsize.
func (q *ManagedQueue[T]) Len() int { return q.u.Len() }

// ManagedLock is a proxy of a lock that a Manager holds. It has no owner. If the
// process that holds it ends, the others panic with an *AbandonedError rather than
// wait for ever. Python: Manager().Lock().
type ManagedLock struct{ u *processes.ManagedLock }

var _ sync.Locker = (*ManagedLock)(nil)

// NewLock has the manager hold an unlocked lock. Python: Manager().Lock().
func (m *Manager) NewLock() *ManagedLock { return &ManagedLock{m.Core.NewLock()} }

// Lock locks it, waiting as long as it takes. Python: Lock.acquire().
func (l *ManagedLock) Lock() { l.u.Lock(NoLimit) }

// TryLock locks it if nobody holds it, and reports whether it did. Python:
// Lock.acquire(block=False).
func (l *ManagedLock) TryLock() bool { return l.u.Lock(0) }

// LockTimeout is Lock for at most limit, and reports whether it locked. Misuse:
// ErrTimeout. Python: Lock.acquire(timeout=…).
func (l *ManagedLock) LockTimeout(limit time.Duration) bool { return l.u.Lock(limit) }

// Unlock unlocks it, whoever holds it. Misuse: ErrNotLocked. Python: Lock.release.
func (l *ManagedLock) Unlock() { l.u.Unlock() }
