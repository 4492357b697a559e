package gosim

import (
	"sync"
	"unsafe"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/simworld"
)

var (
	opLock     = sched.NewOp("sync.Mutex", "Lock").Acquires()
	opTryLock  = sched.NewOp("sync.Mutex", "TryLock").NoEdge()
	opUnlock   = sched.NewOp("sync.Mutex", "Unlock").Releases()
	opWLock    = sched.NewOp("sync.RWMutex", "Lock").NoEdge()
	opWTryLock = sched.NewOp("sync.RWMutex", "TryLock").NoEdge()
	opWUnlock  = sched.NewOp("sync.RWMutex", "Unlock").NoEdge()
	opRLock    = sched.NewOp("sync.RWMutex", "RLock").NoEdge()
	opRTryLock = sched.NewOp("sync.RWMutex", "TryRLock").NoEdge()
	opRUnlock  = sched.NewOp("sync.RWMutex", "RUnlock").NoEdge()
)

// mutex is the state of a sync.Mutex.
type mutex struct {
	m      sched.Monitor
	locked bool
}

func (s *Sim) mutex(mu *sync.Mutex, site string) *mutex {
	return object(s, unsafe.Pointer(mu), func() *mutex {
		if !mu.TryLock() {
			s.inUse("the mutex", site)
		}
		mu.Unlock()
		x := &mutex{}
		s.name(&x.m, unsafe.Pointer(mu), site)
		return x
	})
}

// Lock is mu.Lock().
func (s *Sim) Lock(mu *sync.Mutex, site string) {
	x := s.mutex(mu, site)
	x.m.Enter(opLock, nil)
	s.w.Wait(&x.m, opLock, func() bool { return !x.locked }, sched.Forever)
	x.locked = true
	x.m.Hold(s.w)
	x.m.Exit()
}

var opLocked = sched.NewOp("sync.Mutex", "TryLock").Acquires()

// TryLock is mu.TryLock().
func (s *Sim) TryLock(mu *sync.Mutex, site string) bool {
	x := s.mutex(mu, site)
	x.m.Enter(opTryLock, nil)
	defer x.m.Exit()
	if x.locked {
		return false
	}
	s.w.Record(&x.m, opLocked)
	x.locked = true
	x.m.Hold(s.w)
	return true
}

// Unlock is mu.Unlock().
func (s *Sim) Unlock(mu *sync.Mutex, site string) {
	x := s.mutex(mu, site)
	x.m.Enter(opUnlock, nil)
	if !x.locked {
		x.m.Exit()
		s.fatal("sync: unlock of unlocked mutex")
	}
	x.locked = false
	x.m.Unhold()
	s.w.Wake(&x.m, 1)
	x.m.Exit()
}

func (s *Sim) fatal(text string) { sched.Fail(s.w, &FatalError{text}) }

// rwMutex is the state of a sync.RWMutex. As in Go a writer that waits for the
// readers to go keeps new ones out, and when a writer goes, the readers that wait
// come before the next.
type rwMutex struct {
	m       sched.Monitor
	writer  bool // one has locked it, or waits for readers to go
	readers int
	waiting []*bool // readers; set when they are let in
	written simworld.Sync
	read    simworld.Sync
}

func (s *Sim) rwMutex(mu *sync.RWMutex, site string) *rwMutex {
	return object(s, unsafe.Pointer(mu), func() *rwMutex {
		if !mu.TryLock() {
			s.inUse("the RWMutex", site)
		}
		mu.Unlock()
		x := &rwMutex{}
		s.name(&x.m, unsafe.Pointer(mu), site)
		return x
	})
}

// WriteLock is mu.Lock().
func (s *Sim) WriteLock(mu *sync.RWMutex, site string) {
	x := s.rwMutex(mu, site)
	x.m.Enter(opWLock, nil)
	s.w.Wait(&x.m, opWLock, func() bool { return !x.writer }, sched.Forever)
	x.writer = true
	s.w.Wait(&x.m, opWLock, func() bool { return x.readers == 0 }, sched.Forever)
	s.wrote(x)
	x.m.Exit()
}

func (s *Sim) wrote(x *rwMutex) {
	s.w.Acquire(&x.written)
	s.w.Acquire(&x.read)
	x.m.Hold(s.w)
}

// WriteTryLock is mu.TryLock().
func (s *Sim) WriteTryLock(mu *sync.RWMutex, site string) bool {
	x := s.rwMutex(mu, site)
	x.m.Enter(opWTryLock, nil)
	defer x.m.Exit()
	if x.writer || x.readers > 0 {
		return false
	}
	x.writer = true
	s.wrote(x)
	return true
}

// WriteUnlock is mu.Unlock().
func (s *Sim) WriteUnlock(mu *sync.RWMutex, site string) {
	x := s.rwMutex(mu, site)
	x.m.Enter(opWUnlock, nil)
	if !x.writer || x.readers > 0 {
		x.m.Exit()
		s.fatal("sync: Unlock of unlocked RWMutex")
	}
	s.w.Release(&x.written)
	x.writer = false
	x.m.Unhold()
	for _, in := range x.waiting {
		*in = true
		x.readers++
	}
	x.waiting = nil
	s.w.Wake(&x.m, len(x.m.Waiters()))
	x.m.Exit()
}

// ReadLock is mu.RLock().
func (s *Sim) ReadLock(mu *sync.RWMutex, site string) {
	x := s.rwMutex(mu, site)
	x.m.Enter(opRLock, nil)
	if x.writer {
		in := false
		x.waiting = append(x.waiting, &in)
		s.w.Wait(&x.m, opRLock, func() bool { return in }, sched.Forever)
	} else {
		x.readers++
	}
	s.w.Acquire(&x.written)
	x.m.Hold(s.w)
	x.m.Exit()
}

// ReadTryLock is mu.TryRLock().
func (s *Sim) ReadTryLock(mu *sync.RWMutex, site string) bool {
	x := s.rwMutex(mu, site)
	x.m.Enter(opRTryLock, nil)
	defer x.m.Exit()
	if x.writer {
		return false
	}
	x.readers++
	s.w.Acquire(&x.written)
	x.m.Hold(s.w)
	return true
}

// ReadUnlock is mu.RUnlock().
func (s *Sim) ReadUnlock(mu *sync.RWMutex, site string) {
	x := s.rwMutex(mu, site)
	x.m.Enter(opRUnlock, nil)
	if x.readers == 0 {
		x.m.Exit()
		s.fatal("sync: RUnlock of unlocked RWMutex")
	}
	s.w.Release(&x.read)
	x.readers--
	x.m.Unhold()
	if x.readers == 0 {
		s.w.Wake(&x.m, len(x.m.Waiters()))
	}
	x.m.Exit()
}

// LockerLock is l.Lock() of any locker. One that isn't the library's takes care
// of itself.
func (s *Sim) LockerLock(l sync.Locker, site string) {
	switch mu := l.(type) {
	case *sync.Mutex:
		s.Lock(mu, site)
	case *sync.RWMutex:
		s.WriteLock(mu, site)
	default:
		if mu := readLocker(l); mu != nil {
			s.ReadLock(mu, site)
			return
		}
		l.Lock()
	}
}

// LockerUnlock is l.Unlock() of any locker.
func (s *Sim) LockerUnlock(l sync.Locker, site string) {
	switch mu := l.(type) {
	case *sync.Mutex:
		s.Unlock(mu, site)
	case *sync.RWMutex:
		s.WriteUnlock(mu, site)
	default:
		if mu := readLocker(l); mu != nil {
			s.ReadUnlock(mu, site)
			return
		}
		l.Unlock()
	}
}

var readLockers = func() unsafe.Pointer {
	l := new(sync.RWMutex).RLocker()
	return (*[2]unsafe.Pointer)(unsafe.Pointer(&l))[0] // its type and methods
}()

// readLocker is the mutex behind what its RLocker has given, nil for other
// lockers.
func readLocker(l sync.Locker) *sync.RWMutex {
	if words := (*[2]unsafe.Pointer)(unsafe.Pointer(&l)); words[0] == readLockers {
		return (*sync.RWMutex)(words[1])
	}
	return nil
}
