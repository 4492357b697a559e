package simworld

import (
	"slices"
	"unsafe"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
)

// Kind says what an access does to a variable.
type Kind uint8

// The kinds of accesses. Atomic ones don't race with each other: a load acquires
// what a store has released, an update does both. A compare-and-swap that fails is
// a load.
const (
	Read Kind = iota
	Write
	AtomicLoad
	AtomicStore
	AtomicUpdate
)

// Writes reports whether k changes the variable.
func (k Kind) Writes() bool { return k == Write || k >= AtomicStore }

func (k Kind) uses() sched.Uses {
	if k.Writes() {
		return sched.Changes
	}
	return sched.LooksAt
}

// Atomic reports whether k is an access of package sync/atomic.
func (k Kind) Atomic() bool { return k >= AtomicLoad }

func (k Kind) String() string {
	return [...]string{"read", "write", "atomic load", "atomic store", "atomic update"}[k]
}

var accessOps = [...]*sched.Op{
	Read:         sched.NewOp("Var", "read").NoEdge(),
	Write:        sched.NewOp("Var", "write").NoEdge(),
	AtomicLoad:   sched.NewOp("Var", "load").NoEdge(),
	AtomicStore:  sched.NewOp("Var", "store").NoEdge(),
	AtomicUpdate: sched.NewOp("Var", "update").NoEdge(),
}

// Site is a place in the code where a variable is used. There is one for all its
// accesses.
type Site struct {
	Kind Kind
	Name string // of the variable, as in the code: "p.x"
	Mark int64  // of the statement, for scope.Placer; 0 if there is none
	// Verb is what reports of races call the access; the name of its kind if empty.
	Verb string
	// Silent keeps the uses out of what reports show, but for data races.
	Silent bool
	// Value returns the value of the variable at an address, for reports; nil if there
	// is nothing to show. It is called in runs that are recorded only: right after a
	// read, and after a write before anything else happens.
	Value func(addr unsafe.Pointer) any
}

// Access is a scheduling point, after which the calling task uses variables at
// once. addrs are the addresses of what they consist of: those of the fields of a
// struct rather than its own, so that two accesses which overlap have one in
// common.
func (w *World) Access(s *Site, addrs ...unsafe.Pointer) {
	w.Point()
	w.Note(s, addrs...)
}

// Note is Access without the scheduling point, for what follows at once.
func (w *World) Note(s *Site, addrs ...unsafe.Pointer) { w.access(s, addrs, true) }

// Unseen is Note of what isn't shown in reports but where it races: a use that
// stands for a rule about the order of operations.
func (w *World) Unseen(s *Site, addrs ...unsafe.Pointer) { w.access(s, addrs, false) }

func (w *World) access(s *Site, addrs []unsafe.Pointer, show bool) {
	c := w.self()
	if w.unwind || c.quiet {
		return
	}
	where := w.here(s.Mark)
	variables := w.variables
	if c.space != nil {
		variables = c.space.variables
	}
	var event *Event
	for i, addr := range addrs {
		v := variables[addr]
		if v == nil {
			v = &variable{object: w.newObject(), user: c}
			variables[addr] = v
		}
		v.shared = v.shared || v.user != c
		w.touch(&v.object, s.Kind.uses())
		if i == 0 {
			w.hash(c, accessOps[s.Kind], int(v.id))
			if show && !s.Silent {
				event = w.recordAccess(c, s, addr, where)
			}
		}
		if event != nil {
			event.variables = append(event.variables, v)
		}
		if !w.config.NoRaces {
			w.use(c, v, addr, s, where)
		}
		switch s.Kind {
		case AtomicLoad:
			w.Acquire(&v.sync)
		case AtomicStore:
			w.ReleaseStore(&v.sync)
		case AtomicUpdate:
			w.Acquire(&v.sync)
			w.Release(&v.sync)
		}
	}
}

// variable is what a world knows of a variable.
type variable struct {
	object
	user   *coroutine // the first
	shared bool       // with another
	sync   Sync
	write  use   // the last; its site is nil if there was none
	reads  []use // the last of each task since then
}

// use is one access in the past.
type use struct {
	c     *coroutine
	clock uint32 // of c then
	site  *Site
	where Place
}

// before reports whether the access happened before what c does now.
func (u *use) before(c *coroutine) bool { return u.c == c || u.clock <= c.known.at(u.c.num) }

// use checks an access against the earlier ones, as FastTrack does: it keeps the
// last write, and of each task the last read since (Flanagan, Freund: FastTrack:
// Efficient and Precise Dynamic Race Detection, PLDI 2009).
func (w *World) use(c *coroutine, v *variable, addr unsafe.Pointer, s *Site, where Place) {
	now := use{c, c.known.at(c.num), s, where}
	if v.write.site != nil && !v.write.before(c) && !(s.Kind.Atomic() && v.write.site.Kind.Atomic()) {
		w.race(v, addr, &v.write, &now)
	}
	if !s.Kind.Writes() {
		if i := slices.IndexFunc(v.reads, func(u use) bool { return u.c == c }); i >= 0 {
			// A plain read is the one that a later write may race with.
			if !s.Kind.Atomic() || v.reads[i].site.Kind.Atomic() {
				v.reads[i] = now
			}
			return
		}
		v.reads = append(v.reads, now)
		return
	}
	for i := range v.reads {
		if r := &v.reads[i]; !r.before(c) && !(s.Kind.Atomic() && r.site.Kind.Atomic()) {
			w.race(v, addr, r, &now)
		}
	}
	v.write, v.reads = now, v.reads[:0]
}

// Race is two accesses to the same variable, at least one of them a write, that
// nothing puts in order.
type Race struct {
	Name          string // of the variable; where only the code has one for it, that at the second
	First, Second Use
}

// Use is one of the two accesses of a Race.
type Use struct {
	Thread string
	Kind   Kind
	Verb   string
	Where  Place
}

// maxRaces bounds what a run keeps.
const maxRaces = 20

func (w *World) race(v *variable, addr unsafe.Pointer, first, second *use) {
	if len(w.result.Races) >= maxRaces {
		return
	}
	key := raceKey{v, first.site, second.site}
	if w.raced[key] {
		return
	}
	if w.raced == nil {
		w.raced = map[raceKey]bool{}
	}
	w.raced[key] = true
	w.result.Races = append(w.result.Races, Race{
		Name:   nameOf(addr, second.site),
		First:  first.told(),
		Second: second.told(),
	})
}

// nameOf is what the session calls the variable at an address, or else the code
// that uses it.
func nameOf(addr unsafe.Pointer, s *Site) string {
	if name := scope.NameOf(addr); name != "" {
		return name
	}
	return s.Name
}

// told is what a Race says of the access.
func (u *use) told() Use {
	verb := u.site.Verb
	if verb == "" {
		verb = u.site.Kind.String()
	}
	return Use{Thread: u.c.task.Name(), Kind: u.site.Kind, Verb: verb, Where: u.where}
}

type raceKey struct {
	v             *variable
	first, second *Site
}
