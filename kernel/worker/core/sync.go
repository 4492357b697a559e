package core

import (
	"reflect"
	"sync"
	"time"

	"lockstep/runtime/support"
)

// What follows are methods of package sync and timers that wait for nothing, for
// simulations to know of. site is what the program calls the object.

// TryLock is m.TryLock.
func (c *Core) TryLock(m *sync.Mutex, site ...string) bool {
	if s := support.Simulated(); s != nil {
		at := c.here()
		defer c.resume(at)
		return s.TryLock(m, named(site))
	}
	return tryLock(m, c.here())
}

// Unlock is m.Unlock.
func (c *Core) Unlock(m *sync.Mutex, site ...string) {
	if s := support.Simulated(); s != nil {
		at := c.here()
		s.Unlock(m, named(site))
		c.resume(at)
		return
	}
	unlock(m)
}

// WriteTryLock is m.TryLock.
func (c *Core) WriteTryLock(m *sync.RWMutex, site ...string) bool {
	if s := support.Simulated(); s != nil {
		at := c.here()
		defer c.resume(at)
		return s.WriteTryLock(m, named(site))
	}
	return writeTryLock(m, c.here())
}

// WriteUnlock is m.Unlock.
func (c *Core) WriteUnlock(m *sync.RWMutex, site ...string) {
	if s := support.Simulated(); s != nil {
		at := c.here()
		s.WriteUnlock(m, named(site))
		c.resume(at)
		return
	}
	writeUnlock(m)
}

// ReadTryLock is m.TryRLock.
func (c *Core) ReadTryLock(m *sync.RWMutex, site ...string) bool {
	if s := support.Simulated(); s != nil {
		at := c.here()
		defer c.resume(at)
		return s.ReadTryLock(m, named(site))
	}
	return m.TryRLock()
}

// ReadUnlock is m.RUnlock.
func (c *Core) ReadUnlock(m *sync.RWMutex, site ...string) {
	if s := support.Simulated(); s != nil {
		at := c.here()
		s.ReadUnlock(m, named(site))
		c.resume(at)
		return
	}
	m.RUnlock()
}

// LockerLock is l.Lock() of what an interface value holds.
func (c *Core) LockerLock(l any, site ...string) {
	switch l := l.(type) {
	case nil:
		NilDereference()
	case *sync.Mutex:
		c.Lock(l, site...)
	case *sync.RWMutex:
		c.WriteLock(l, site...)
	case sync.Locker:
		if s := support.Simulated(); s != nil {
			at := c.here()
			s.LockerLock(l, named(site))
			c.resume(at)
			return
		}
		l.Lock()
	default:
		l.(interface{ Lock() }).Lock()
	}
}

// LockerUnlock is l.Unlock() of what an interface value holds.
func (c *Core) LockerUnlock(l any, site ...string) {
	switch l := l.(type) {
	case nil:
		NilDereference()
	case *sync.Mutex:
		c.Unlock(l, site...)
	case *sync.RWMutex:
		c.WriteUnlock(l, site...)
	case sync.Locker:
		if s := support.Simulated(); s != nil {
			at := c.here()
			s.LockerUnlock(l, named(site))
			c.resume(at)
			return
		}
		l.Unlock()
	default:
		l.(interface{ Unlock() }).Unlock()
	}
}

// WaitGroupAdd is g.Add.
func (c *Core) WaitGroupAdd(g *sync.WaitGroup, delta int, site ...string) {
	if s := support.Simulated(); s != nil {
		at := c.here()
		s.Add(g, delta, named(site))
		c.resume(at)
		return
	}
	g.Add(delta)
}

// WaitGroupDone is g.Done.
func (c *Core) WaitGroupDone(g *sync.WaitGroup, site ...string) { c.WaitGroupAdd(g, -1, site...) }

// WaitGroupGo is g.Go.
func (c *Core) WaitGroupGo(g *sync.WaitGroup, f func(), site ...string) {
	at := c.here()
	c.WaitGroupAdd(g, 1, site...)
	c.Go(func() {
		defer func() {
			c.resume(at)
			c.WaitGroupDone(g, site...)
		}()
		f()
	})
}

// OnceDo is o.Do.
func (c *Core) OnceDo(o *sync.Once, f func(), site ...string) {
	if s := support.Simulated(); s != nil {
		at := c.here()
		s.Do(o, f, named(site))
		c.resume(at)
		return
	}
	o.Do(f)
}

// CondSignal is cond.Signal.
func (c *Core) CondSignal(cond *sync.Cond, site ...string) {
	if s := support.Simulated(); s != nil {
		at := c.here()
		s.Signal(cond, named(site))
		c.resume(at)
		return
	}
	cond.Signal()
}

// CondBroadcast is cond.Broadcast.
func (c *Core) CondBroadcast(cond *sync.Cond, site ...string) {
	if s := support.Simulated(); s != nil {
		at := c.here()
		s.Broadcast(cond, named(site))
		c.resume(at)
		return
	}
	cond.Broadcast()
}

// PoolGet is p.Get.
func (c *Core) PoolGet(p *sync.Pool, site ...string) any {
	if s := support.Simulated(); s != nil {
		at := c.here()
		defer c.resume(at)
		return s.Get(p, named(site))
	}
	return p.Get()
}

// PoolPut is p.Put.
func (c *Core) PoolPut(p *sync.Pool, v any, site ...string) {
	if s := support.Simulated(); s != nil {
		at := c.here()
		s.Put(p, v, named(site))
		c.resume(at)
		return
	}
	p.Put(v)
}

// TimerStop is t.Stop.
func (c *Core) TimerStop(t *time.Timer, _ ...string) bool {
	if s := support.Simulated(); s != nil {
		at := c.here()
		defer c.resume(at)
		return s.StopTimer(t)
	}
	return t.Stop()
}

// TimerReset is t.Reset.
func (c *Core) TimerReset(t *time.Timer, d time.Duration, _ ...string) bool {
	if s := support.Simulated(); s != nil {
		at := c.here()
		defer c.resume(at)
		return s.ResetTimer(t, d)
	}
	return t.Reset(d)
}

// TickerStop is t.Stop.
func (c *Core) TickerStop(t *time.Ticker, _ ...string) {
	if s := support.Simulated(); s != nil {
		at := c.here()
		s.StopTicker(t)
		c.resume(at)
		return
	}
	t.Stop()
}

// TickerReset is t.Reset.
func (c *Core) TickerReset(t *time.Ticker, d time.Duration, _ ...string) {
	if s := support.Simulated(); s != nil {
		at := c.here()
		s.ResetTicker(t, d)
		c.resume(at)
		return
	}
	t.Reset(d)
}

// Keys goes through a map in the order that range does: in any order, which in a
// simulation the schedule decides.
type Keys struct {
	c     *Core
	real  *reflect.MapIter
	m     reflect.Value
	left  *support.Keys // in a simulation
	key   reflect.Value
	value reflect.Value
	at    int64
	name  string
}

// RangeMap begins to go through a map.
func (c *Core) RangeMap(m any, at int64, name string) *Keys {
	k := &Keys{c: c, m: reflect.ValueOf(m), at: at, name: name}
	s := support.Simulated()
	if s == nil {
		k.real = k.m.MapRange()
		return k
	}
	c.ReadMap(m, at, name)
	k.left = s.Keys(m)
	return k
}

// Next goes to the next element and reports whether there is one.
func (k *Keys) Next() bool {
	if k.real != nil {
		if !k.real.Next() {
			return false
		}
		k.key, k.value = k.real.Key(), k.real.Value()
		return true
	}
	for {
		var ok bool
		if k.key, ok = k.left.Next(); !ok {
			return false
		}
		if k.value = k.m.MapIndex(k.key); k.value.IsValid() {
			return true // else it was deleted meanwhile
		}
	}
}

// Key is the element's key.
func (k *Keys) Key() any { return k.key.Interface() }

// Value is the element's value.
func (k *Keys) Value() any { return k.value.Interface() }
