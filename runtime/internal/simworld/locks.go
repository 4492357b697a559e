package simworld

import (
	"slices"

	"lockstep/runtime/internal/sched"
)

// heldMonitor is a lock that a task holds.
type heldMonitor struct {
	m     *sched.Monitor
	where Place
}

// Held implements sched.World.
func (w *World) Held(m *sched.Monitor) {
	if w.unwind {
		return
	}
	s := w.state(m)
	w.touch(&s.object, sched.Changes)
	c := w.current
	if slices.ContainsFunc(c.held, func(h *heldMonitor) bool { return h.m == m }) {
		return // once more, as of a recursive one
	}
	s.since = w.here(0)
	if !m.Yields() {
		for _, h := range c.held {
			if !h.m.Yields() {
				w.ordered(c, h, m, s.since)
			}
		}
	}
	c.held = append(c.held, &heldMonitor{m, s.since})
	w.recordHold(Holds, c, m, s.since)
}

// Unheld implements sched.World.
func (w *World) Unheld(m *sched.Monitor) {
	holder := m.Holder()
	if w.unwind || holder == nil {
		return
	}
	// It needn't be the calling task's: anyone may unlock a Mutex.
	if id := int(holder.ID()); id >= 1 && id <= len(w.all) {
		c := w.all[id-1]
		if i := slices.IndexFunc(c.held, func(h *heldMonitor) bool { return h.m == m }); i >= 0 {
			c.held = slices.Delete(c.held, i, i+1)
			w.recordHold(Frees, c, m, w.here(0))
		}
	}
}

// orderKey is that one lock was taken while another was held.
type orderKey struct{ first, second *sched.Monitor }

// order is the first two times that this was done by different tasks.
type order struct {
	serial int
	times  []orderTime
}

type orderTime struct {
	c             *coroutine
	first, second Place
	gates         []*sched.Monitor // the other locks that it held
}

// ordered notes that c, which holds h, has come to hold m, too.
func (w *World) ordered(c *coroutine, h *heldMonitor, m *sched.Monitor, where Place) {
	key := orderKey{h.m, m}
	o := w.orders[key]
	if o == nil {
		if w.orders == nil {
			w.orders = map[orderKey]*order{}
		}
		o = &order{serial: len(w.orders)}
		w.orders[key] = o
	}
	if len(o.times) == 2 || len(o.times) == 1 && o.times[0].c == c {
		return
	}
	t := orderTime{c: c, first: h.where, second: where}
	for _, g := range c.held {
		if g.m != h.m && !g.m.Yields() {
			t.gates = append(t.gates, g.m)
		}
	}
	o.times = append(o.times, t)
}

// LockOrder is two locks that were taken in both orders, by different tasks and
// without a common lock around: in another schedule that can be a deadlock
// (Havelund: Using Runtime Analysis to Guide Model Checking of Java Programs, SPIN
// 2000).
type LockOrder struct {
	A, B string // their names
	// AB is how one task took A and then B, BA how another took B and then A.
	AB, BA Taken
}

// Taken is how a task took two locks.
type Taken struct {
	Thread        string
	First, Second Place
}

// lockOrders returns the pairs that were taken in both orders, in the order in
// which they came up.
func (w *World) lockOrders() []LockOrder {
	type found struct {
		serial int
		LockOrder
	}
	var all []found
	for key, ab := range w.orders {
		ba := w.orders[orderKey{key.second, key.first}]
		if ba == nil || ab.serial > ba.serial {
			continue
		}
		if x, y := opposed(ab, ba); x != nil {
			all = append(all, found{ab.serial, LockOrder{
				A: key.first.Label(), B: key.second.Label(),
				AB: Taken{x.c.task.Name(), x.first, x.second},
				BA: Taken{y.c.task.Name(), y.first, y.second},
			}})
		}
	}
	slices.SortFunc(all, func(a, b found) int { return a.serial - b.serial })
	var orders []LockOrder
	for _, f := range all {
		orders = append(orders, f.LockOrder)
	}
	return orders
}

// opposed returns a time of each that may come together.
func opposed(ab, ba *order) (x, y *orderTime) {
	for i := range ab.times {
		for j := range ba.times {
			x, y := &ab.times[i], &ba.times[j]
			if x.c == y.c || slices.ContainsFunc(x.gates, func(g *sched.Monitor) bool { return slices.Contains(y.gates, g) }) {
				continue
			}
			return x, y
		}
	}
	return nil, nil
}
