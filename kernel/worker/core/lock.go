package core

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/petermattis/goid"

	"lockstep/runtime/support"
)

// Lock is m.Lock.
func (c *Core) Lock(m *sync.Mutex, site ...string) {
	if s := support.Simulated(); s != nil {
		at := c.here()
		s.Lock(m, named(site))
		c.resume(at)
		return
	}
	lock(m, c.here())
}

// WriteLock is m.Lock.
func (c *Core) WriteLock(m *sync.RWMutex, site ...string) {
	if s := support.Simulated(); s != nil {
		at := c.here()
		s.WriteLock(m, named(site))
		c.resume(at)
		return
	}
	writeLock(m, c.here())
}

// ReadLock is m.RLock.
func (c *Core) ReadLock(m *sync.RWMutex, site ...string) {
	if s := support.Simulated(); s != nil {
		at := c.here()
		s.ReadLock(m, named(site))
		c.resume(at)
		return
	}
	readLock(m, c.here())
}

func lock(m *sync.Mutex, at int64) {
	if !m.TryLock() {
		await(&waiting{what: "Mutex.Lock", at: at, lock: unsafe.Pointer(m)}, m.Lock, m.Unlock)
	}
	noteHolder(unsafe.Pointer(m), at)
	pass()
}

func tryLock(m *sync.Mutex, at int64) bool {
	ok := m.TryLock()
	if ok {
		noteHolder(unsafe.Pointer(m), at)
	}
	return ok
}

func unlock(m *sync.Mutex) {
	forgetHolder(unsafe.Pointer(m))
	m.Unlock()
}

func writeLock(m *sync.RWMutex, at int64) {
	if !m.TryLock() {
		await(&waiting{what: "RWMutex.Lock", at: at, lock: unsafe.Pointer(m)}, m.Lock, m.Unlock)
	}
	noteHolder(unsafe.Pointer(m), at)
	pass()
}

func writeTryLock(m *sync.RWMutex, at int64) bool {
	ok := m.TryLock()
	if ok {
		noteHolder(unsafe.Pointer(m), at)
	}
	return ok
}

func writeUnlock(m *sync.RWMutex) {
	forgetHolder(unsafe.Pointer(m))
	m.Unlock()
}

func readLock(m *sync.RWMutex, at int64) {
	if !m.TryRLock() {
		await(&waiting{what: "RWMutex.RLock", at: at, lock: unsafe.Pointer(m)}, m.RLock, m.RUnlock)
	}
	pass()
}

// Holder is who holds a lock.
type Holder struct {
	Goroutine uint64 // its number
	At        int64  // the mark of the statement that has locked
}

// held is a lock that lowered code holds.
type held struct {
	lock   uintptr // an address, so that the lock can be collected
	number int64   // of the goroutine
	at     int64
}

// holders are who has locked what, at places that go by the locks' addresses. A
// lock whose place another one takes is forgotten: who holds it isn't known then.
var holders [1024]atomic.Pointer[held]

func holderPlace(lock uintptr) *atomic.Pointer[held] {
	return &holders[(lock>>3^lock>>13)%uintptr(len(holders))]
}

func noteHolder(lock unsafe.Pointer, at int64) {
	holderPlace(uintptr(lock)).Store(&held{uintptr(lock), goid.Get(), at})
}

func forgetHolder(lock unsafe.Pointer) {
	place := holderPlace(uintptr(lock))
	if h := place.Load(); h != nil && h.lock == uintptr(lock) {
		place.CompareAndSwap(h, nil)
	}
}

// holder is who holds a lock, nil where that isn't known.
func holder(lock unsafe.Pointer) *Holder {
	h := holderPlace(uintptr(lock)).Load()
	if lock == nil || h == nil || h.lock != uintptr(lock) {
		return nil
	}
	return &Holder{Goroutine: uint64(h.number), At: h.at}
}
