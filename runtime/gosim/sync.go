package gosim

import (
	"sync"

	"lockstep/runtime/internal/gosim"
)

// What follows stands for what a method is called on: Mutex(&mu, "mu").Lock() is
// mu.Lock().

// Mutex is a sync.Mutex.
func Mutex(m *sync.Mutex, name string) MutexMethods { return MutexMethods{m, name} }

// MutexMethods are those of a sync.Mutex.
type MutexMethods struct {
	m    *sync.Mutex
	name string
}

// Lock is m.Lock.
func (x MutexMethods) Lock() {
	if s := gosim.Current(); s != nil {
		s.Lock(x.m, x.name)
		return
	}
	x.m.Lock()
}

// TryLock is m.TryLock.
func (x MutexMethods) TryLock() bool {
	if s := gosim.Current(); s != nil {
		return s.TryLock(x.m, x.name)
	}
	return x.m.TryLock()
}

// Unlock is m.Unlock.
func (x MutexMethods) Unlock() {
	if s := gosim.Current(); s != nil {
		s.Unlock(x.m, x.name)
		return
	}
	x.m.Unlock()
}

// RWMutex is a sync.RWMutex.
func RWMutex(m *sync.RWMutex, name string) RWMutexMethods { return RWMutexMethods{m, name} }

// RWMutexMethods are those of a sync.RWMutex.
type RWMutexMethods struct {
	m    *sync.RWMutex
	name string
}

// Lock is m.Lock.
func (x RWMutexMethods) Lock() {
	if s := gosim.Current(); s != nil {
		s.WriteLock(x.m, x.name)
		return
	}
	x.m.Lock()
}

// TryLock is m.TryLock.
func (x RWMutexMethods) TryLock() bool {
	if s := gosim.Current(); s != nil {
		return s.WriteTryLock(x.m, x.name)
	}
	return x.m.TryLock()
}

// Unlock is m.Unlock.
func (x RWMutexMethods) Unlock() {
	if s := gosim.Current(); s != nil {
		s.WriteUnlock(x.m, x.name)
		return
	}
	x.m.Unlock()
}

// RLock is m.RLock.
func (x RWMutexMethods) RLock() {
	if s := gosim.Current(); s != nil {
		s.ReadLock(x.m, x.name)
		return
	}
	x.m.RLock()
}

// TryRLock is m.TryRLock.
func (x RWMutexMethods) TryRLock() bool {
	if s := gosim.Current(); s != nil {
		return s.ReadTryLock(x.m, x.name)
	}
	return x.m.TryRLock()
}

// RUnlock is m.RUnlock.
func (x RWMutexMethods) RUnlock() {
	if s := gosim.Current(); s != nil {
		s.ReadUnlock(x.m, x.name)
		return
	}
	x.m.RUnlock()
}

// RLocker is m.RLocker.
func (x RWMutexMethods) RLocker() sync.Locker { return x.m.RLocker() }

// Locker is a sync.Locker.
func Locker(l sync.Locker, name string) LockerMethods { return LockerMethods{l, name} }

// LockerMethods are those of a sync.Locker.
type LockerMethods struct {
	l    sync.Locker
	name string
}

// Lock is l.Lock.
func (x LockerMethods) Lock() {
	if s := gosim.Current(); s != nil {
		s.LockerLock(x.l, x.name)
		return
	}
	x.l.Lock()
}

// Unlock is l.Unlock.
func (x LockerMethods) Unlock() {
	if s := gosim.Current(); s != nil {
		s.LockerUnlock(x.l, x.name)
		return
	}
	x.l.Unlock()
}

// WaitGroup is a sync.WaitGroup.
func WaitGroup(g *sync.WaitGroup, name string) WaitGroupMethods { return WaitGroupMethods{g, name} }

// WaitGroupMethods are those of a sync.WaitGroup.
type WaitGroupMethods struct {
	g    *sync.WaitGroup
	name string
}

// Add is g.Add.
func (x WaitGroupMethods) Add(delta int) {
	if s := gosim.Current(); s != nil {
		s.Add(x.g, delta, x.name)
		return
	}
	x.g.Add(delta)
}

// Done is g.Done.
func (x WaitGroupMethods) Done() { x.Add(-1) }

// Go is g.Go.
func (x WaitGroupMethods) Go(f func()) {
	x.Add(1)
	Go(func() {
		defer x.Done()
		f()
	})
}

// Wait is g.Wait.
func (x WaitGroupMethods) Wait() {
	if s := gosim.Current(); s != nil {
		s.GroupWait(x.g, x.name)
		return
	}
	x.g.Wait()
}

// Once is a sync.Once.
func Once(o *sync.Once, name string) OnceMethods { return OnceMethods{o, name} }

// OnceMethods are those of a sync.Once.
type OnceMethods struct {
	o    *sync.Once
	name string
}

// Do is o.Do.
func (x OnceMethods) Do(f func()) {
	if s := gosim.Current(); s != nil {
		s.Do(x.o, f, x.name)
		return
	}
	x.o.Do(f)
}

// OnceFunc is sync.OnceFunc.
func OnceFunc(f func()) func() { return gosim.OnceFunc(f) }

// Cond is a sync.Cond.
func Cond(c *sync.Cond, name string) CondMethods { return CondMethods{c, name} }

// CondMethods are those of a sync.Cond.
type CondMethods struct {
	c    *sync.Cond
	name string
}

// Wait is c.Wait.
func (x CondMethods) Wait() {
	if s := gosim.Current(); s != nil {
		s.CondWait(x.c, x.name)
		return
	}
	x.c.Wait()
}

// Signal is c.Signal.
func (x CondMethods) Signal() {
	if s := gosim.Current(); s != nil {
		s.Signal(x.c, x.name)
		return
	}
	x.c.Signal()
}

// Broadcast is c.Broadcast.
func (x CondMethods) Broadcast() {
	if s := gosim.Current(); s != nil {
		s.Broadcast(x.c, x.name)
		return
	}
	x.c.Broadcast()
}

// Pool is a sync.Pool.
func Pool(p *sync.Pool, name string) PoolMethods { return PoolMethods{p, name} }

// PoolMethods are those of a sync.Pool.
type PoolMethods struct {
	p    *sync.Pool
	name string
}

// Get is p.Get.
func (x PoolMethods) Get() any {
	if s := gosim.Current(); s != nil {
		return s.Get(x.p, x.name)
	}
	return x.p.Get()
}

// Put is p.Put.
func (x PoolMethods) Put(v any) {
	if s := gosim.Current(); s != nil {
		s.Put(x.p, v, x.name)
		return
	}
	x.p.Put(v)
}
