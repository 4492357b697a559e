package gosim

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/simworld"
)

var (
	opAdd       = sched.NewOp("sync.WaitGroup", "Add").NoEdge()
	opDone      = sched.NewOp("sync.WaitGroup", "Done").NoEdge().Adds()
	opGroupWait = sched.NewOp("sync.WaitGroup", "Wait").NoEdge().Stable()
	opDo        = sched.NewOp("sync.Once", "Do").NoEdge()
	opDid       = sched.NewOp("sync.Once", "done").NoEdge()
	opCondWait  = sched.NewOp("sync.Cond", "Wait").NoEdge()
	opSignal    = sched.NewOp("sync.Cond", "Signal").NoEdge()
	opBroadcast = sched.NewOp("sync.Cond", "Broadcast").NoEdge()
	opGet       = sched.NewOp("sync.Pool", "Get").NoEdge()
	opPut       = sched.NewOp("sync.Pool", "Put").NoEdge()
)

// waitGroup is the state of a sync.WaitGroup.
type waitGroup struct {
	m       sched.Monitor
	count   int
	waiting []*bool // set when the count was 0
	done    simworld.Sync

	// What a WaitGroup is used by first: an Add to 0 and a Wait that nothing puts in
	// order are a misuse, which is reported as a race, as Go's race detector does.
	first       byte
	adds, waits simworld.Site
}

func (s *Sim) waitGroup(g *sync.WaitGroup, site string) *waitGroup {
	return object(s, unsafe.Pointer(g), func() *waitGroup {
		x := &waitGroup{}
		s.name(&x.m, unsafe.Pointer(g), site)
		x.adds = simworld.Site{Kind: simworld.Read, Name: x.m.Label(), Verb: "Add"}
		// An atomic one: two Waits don't race.
		x.waits = simworld.Site{Kind: simworld.AtomicStore, Name: x.m.Label(), Verb: "Wait"}
		if !groupsKnown() {
			s.refuse("the sync.WaitGroup of this version of Go can't be simulated")
		}
		if groupCount(g) != 0 {
			s.inUse("the WaitGroup", site)
		}
		return x
	})
}

// groupCount is the count of a real WaitGroup: the upper half of its first word.
func groupCount(g *sync.WaitGroup) int {
	return int(int32((*atomic.Uint64)(unsafe.Pointer(g)).Load() >> 32))
}

var groupsKnown = sync.OnceValue(func() bool {
	var g sync.WaitGroup
	g.Add(7)
	defer g.Add(-7)
	return groupCount(&g) == 7
})

// Add is g.Add(delta).
func (s *Sim) Add(g *sync.WaitGroup, delta int, site string) {
	x := s.waitGroup(g, site)
	switch {
	case delta < 0:
		x.m.Enter(opDone, nil)
		s.w.Release(&x.done)
	default:
		// Adding and waiting are no scheduling points: it is of no consequence when they
		// come, unless they are misused.
		x.m.EnterAgain(s.w, opAdd, nil)
		if x.count == 0 && delta > 0 {
			s.w.Unseen(&x.adds, unsafe.Pointer(&x.first))
		}
	}
	x.count += delta
	if x.count < 0 {
		x.m.Exit()
		panic("sync: negative WaitGroup counter")
	}
	if x.count == 0 {
		for _, done := range x.waiting {
			*done = true
		}
		x.waiting = nil
		s.w.Wake(&x.m, len(x.m.Waiters()))
	}
	x.m.Exit()
}

// GroupWait is g.Wait().
func (s *Sim) GroupWait(g *sync.WaitGroup, site string) {
	x := s.waitGroup(g, site)
	x.m.EnterAgain(s.w, opGroupWait, nil)
	s.w.Unseen(&x.waits, unsafe.Pointer(&x.first))
	if x.count > 0 {
		done := false
		x.waiting = append(x.waiting, &done)
		s.w.Wait(&x.m, opGroupWait, func() bool { return done }, sched.Forever)
	}
	s.w.Acquire(&x.done)
	x.m.Exit()
}

// once is the state of a sync.Once.
type once struct {
	m             sched.Monitor
	running, done bool
	did           simworld.Sync
}

func (s *Sim) once(o *sync.Once, site string) *once {
	return object(s, unsafe.Pointer(o), func() *once {
		x := &once{done: onceDone(o)}
		s.name(&x.m, unsafe.Pointer(o), site)
		if !oncesKnown() {
			s.refuse("the sync.Once of this version of Go can't be simulated")
		}
		return x
	})
}

// onceDone says of a real Once that it has called its function: its first word,
// or the part of that which is not padding.
func onceDone(o *sync.Once) bool { return (*atomic.Uint32)(unsafe.Pointer(o)).Load() != 0 }

var oncesKnown = sync.OnceValue(func() bool {
	var o sync.Once
	before := onceDone(&o)
	o.Do(func() {})
	return !before && onceDone(&o)
})

// Do is o.Do(f).
func (s *Sim) Do(o *sync.Once, f func(), site string) {
	x := s.once(o, site)
	x.m.Enter(opDo, nil)
	if x.running {
		s.w.Wait(&x.m, opDo, func() bool { return !x.running }, sched.Forever)
	}
	if x.done {
		s.w.Acquire(&x.did)
		x.m.Exit()
		return
	}
	x.running = true
	x.m.Hold(s.w)
	x.m.Exit()
	defer func() {
		x.m.Enter(opDid, nil)
		x.running, x.done = false, true
		x.m.Unhold()
		s.w.Release(&x.did)
		s.w.Wake(&x.m, len(x.m.Waiters()))
		x.m.Exit()
	}()
	f()
}

// cond is the state of a sync.Cond.
type cond struct {
	m       sched.Monitor
	waiting []*notice // in the order of their coming
}

// notice is a goroutine that waits for a Cond's signal.
type notice struct {
	given bool
	from  simworld.Sync
}

func (s *Sim) cond(c *sync.Cond, site string) *cond {
	return object(s, unsafe.Pointer(c), func() *cond {
		x := &cond{}
		s.name(&x.m, unsafe.Pointer(c), site)
		return x
	})
}

// CondWait is c.Wait().
func (s *Sim) CondWait(c *sync.Cond, site string) {
	x := s.cond(c, site)
	n := &notice{}
	x.m.EnterAgain(s.w, opCondWait, nil)
	x.waiting = append(x.waiting, n)
	x.m.Exit()
	s.LockerUnlock(c.L, "")
	x.m.Enter(opCondWait, nil)
	s.w.Wait(&x.m, opCondWait, func() bool { return n.given }, sched.Forever)
	s.w.Acquire(&n.from)
	x.m.Exit()
	s.LockerLock(c.L, "")
}

// Signal is c.Signal().
func (s *Sim) Signal(c *sync.Cond, site string) { s.notify(c, opSignal, 1, site) }

// Broadcast is c.Broadcast().
func (s *Sim) Broadcast(c *sync.Cond, site string) { s.notify(c, opBroadcast, 1<<31, site) }

func (s *Sim) notify(c *sync.Cond, op *sched.Op, most int, site string) {
	x := s.cond(c, site)
	x.m.Enter(op, nil)
	n := min(most, len(x.waiting))
	for _, w := range x.waiting[:n] {
		w.given = true
		s.w.Release(&w.from)
	}
	x.waiting = x.waiting[n:]
	s.w.Wake(&x.m, n)
	x.m.Exit()
}

// pool is the state of a sync.Pool: what was put in last comes out first. Go
// promises nothing about that.
type pool struct {
	m     sched.Monitor
	items []item
}

func (s *Sim) pool(p *sync.Pool, site string) *pool {
	return object(s, unsafe.Pointer(p), func() *pool {
		x := &pool{}
		s.name(&x.m, unsafe.Pointer(p), site)
		return x
	})
}

// Get is p.Get().
func (s *Sim) Get(p *sync.Pool, site string) any {
	x := s.pool(p, site)
	x.m.Enter(opGet, nil)
	if n := len(x.items); n > 0 {
		last := x.items[n-1]
		x.items = x.items[:n-1]
		s.w.Acquire(last.from)
		x.m.Exit()
		return last.value
	}
	x.m.Exit()
	if p.New == nil {
		return nil
	}
	return p.New()
}

// Put is p.Put(v).
func (s *Sim) Put(p *sync.Pool, v any, site string) {
	if v == nil {
		return
	}
	x := s.pool(p, site)
	x.m.Enter(opPut, nil)
	from := new(simworld.Sync)
	s.w.Release(from)
	x.items = append(x.items, item{v, from})
	x.m.Exit()
}
