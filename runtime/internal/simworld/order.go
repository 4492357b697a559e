package simworld

import "lockstep/runtime/internal/sched"

// vector is a vector clock: for each task, by number, how many of its releases are
// known to have happened before (Mattern 1989, Fidge 1988).
type vector []uint32

// at returns the entry of a task.
func (v vector) at(num int) uint32 {
	if num < len(v) {
		return v[num]
	}
	return 0
}

// join raises v to what other knows, too.
func (v *vector) join(other vector) {
	for len(*v) < len(other) {
		*v = append(*v, 0)
	}
	for i, n := range other {
		if n > (*v)[i] {
			(*v)[i] = n
		}
	}
}

// tick begins a new interval of a task: what it does from here on isn't covered by
// what it has released.
func (c *coroutine) tick() {
	for len(c.known) <= c.num {
		c.known = append(c.known, 0)
	}
	c.known[c.num]++
}

// Sync is one source of order between tasks in one world: what happened before a
// Release of it happens before what follows a later Acquire. The zero value is
// ready for use.
type Sync struct{ known vector }

// Acquire orders the calling task behind the releases of s.
func (w *World) Acquire(s *Sync) { w.current.known.join(s.known) }

// Release orders those that will acquire s behind the calling task, and behind
// those that have released s before.
func (w *World) Release(s *Sync) {
	s.known.join(w.current.known)
	w.current.tick()
}

// ReleaseStore is Release that forgets the earlier releases.
func (w *World) ReleaseStore(s *Sync) {
	s.known = append(s.known[:0], w.current.known...)
	w.current.tick()
}

// edge makes the order that op on m makes.
func (w *World) edge(s *monitorState, edge sched.Edge) {
	if edge&sched.Acquire != 0 {
		w.Acquire(&s.sync)
	}
	if edge&sched.Release != 0 {
		w.Release(&s.sync)
	}
}

// monitorState is what a world keeps for a resource.
type monitorState struct {
	object
	sync  Sync
	since Place // where its holder has come to hold it
}

// state returns what the world keeps for m.
func (w *World) state(m *sched.Monitor) *monitorState {
	if s, ok := m.State().(*monitorState); ok {
		return s
	}
	m.Adopt(w)
	s := &monitorState{object: w.newObject()}
	m.SetState(s)
	return s
}
