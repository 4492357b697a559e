package processes

import (
	"fmt"
	"sync/atomic"
	"time"

	"lockstep/runtime/internal/encode"
	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/simworld"
)

// A manager of a simulation is a process without steps of its own. Whoever calls a
// proxy's method does in one step what the manager would do for it: as it waits for
// the answer meanwhile, nobody can tell.

// inSimulation is the address of the managers of simulations.
const inSimulation = "simulation"

// simulated reports whether the manager is one of a simulation.
func (at place) simulated() bool { return at.address == inSimulation }

// simStores counts the managers of all simulations, so that a proxy which has
// outlived its own is known.
var simStores atomic.Int64

// simStore is what a manager of a simulation holds.
type simStore struct {
	w       *simworld.World
	manager *simulated
	held    []*simHeld
}

// simHeld is one of the values.
type simHeld struct {
	object
	m sched.Monitor
}

// simOps are the operations on the values, by their codes.
var simOps = [...]*sched.Op{
	dictGet:    looks("Dict", "Get"),
	dictSet:    sched.NewOp("Dict", "Set"),
	dictDelete: sched.NewOp("Dict", "Delete"),
	dictPut:    sched.NewOp("Dict", "SetDefault"),
	dictLen:    looks("Dict", "Len"),
	dictItems:  looks("Dict", "All"),
	dictClear:  sched.NewOp("Dict", "Clear"),
	listAppend: sched.NewOp("List", "Append"),
	listInsert: sched.NewOp("List", "Insert"),
	listGet:    looks("List", "Get"),
	listSet:    sched.NewOp("List", "Set"),
	listRemove: sched.NewOp("List", "Remove"),
	listLen:    looks("List", "Len"),
	listItems:  looks("List", "Values"),
	cellLoad:   looks("ManagedValue", "Load"),
	cellStore:  sched.NewOp("ManagedValue", "Store"),
	lockLock:   opMLock,
	lockUnlock: opMUnlock,
	queuePut:   opMPut,
	queueGet:   opMGet,
	queueLen:   looks("ManagedQueue", "Len"),
}

// simMakes are the operations that make values, by the values' kinds.
var simMakes = [...]*sched.Op{
	kindDict:  looks("Manager", "NewDict"),
	kindList:  looks("Manager", "NewList"),
	kindCell:  looks("Manager", "NewManagedValue"),
	kindLock:  looks("Manager", "NewLock"),
	kindQueue: looks("Manager", "NewManagedQueue"),
}

// looks is an operation that changes nothing, and comes after what it sees.
func looks(kind, verb string) *sched.Op { return sched.NewOp(kind, verb).Looks().Acquires() }

// newSimManager starts a manager in a simulation.
func newSimManager(w *simworld.World) *Manager {
	if err := canSimulate(w); err != nil {
		Fail(opManagerNew, "Manager", err, "")
	}
	p := newProcess("", nil)
	p.id.Daemon, p.id.Name = true, "Manager-"+p.id.Root
	s := p.enrol(w, simSelf(w), nil)
	s.endsWithProgram()
	s.deserted = func() { s.endNow(opManagerEnd, 0) }
	m := &Manager{process: p, at: place{inSimulation, fmt.Sprintf("%016x", simStores.Add(1))}}
	familyOf(w).stores[m.at.secret] = &simStore{w: w, manager: s}
	return m
}

// storeOf is what the manager holds that is at a place.
func storeOf(op *sched.Op, at place) *simStore {
	s := familyOf(simWorld()).stores[at.secret]
	if s == nil {
		Fail(op, op.Kind, ErrInside, "")
	}
	return s
}

// exchange does an operation, and returns the answer.
func (s *simStore) exchange(message []byte) ([]byte, error) {
	d := encode.NewDecoder(proc.Current, message)
	code, err := d.Int()
	if err != nil {
		return nil, err
	}
	n, err := d.Int()
	if err != nil {
		return nil, err
	}
	r := &request{Decoder: d, pid: simPID(simSelf(s.w)), ended: s.hasEnded}
	if code == storeMake {
		return s.make(n, r)
	}
	return s.perform(s.held[n], code, r)
}

func (s *simStore) make(kind int, r *request) ([]byte, error) {
	made, err := newObject(kind, r)
	if err != nil {
		return nil, err
	}
	if s.manager.isOver(simMakes[kind]) {
		return nil, ErrManagerGone
	}
	h := &simHeld{object: made}
	s.held = append(s.held, h)
	s.manager.tell(&h.m)
	return answering(func(e *encode.Encoder) { e.Int(len(s.held) - 1) }).frame()
}

// hasEnded reports whether a process has. The main program doesn't before the
// simulation does.
func (s *simStore) hasEnded(pid int) bool {
	p := familyOf(s.w).all[pid]
	return p != nil && p.ended
}

func (s *simStore) perform(h *simHeld, code int, r *request) ([]byte, error) {
	limit, op := 0, simOps[code]
	if waits(code) {
		var err error
		if limit, err = r.Int(); err != nil {
			return nil, err
		}
	}
	w := h.m.Enter(op, nil)
	there := true
	if waits(code) {
		there = w.Wait(&h.m, op, func() bool { return s.manager.ended || h.ready(code, r) }, time.Duration(limit))
	}
	defer h.m.Exit() // a Wait that ends the task has exited
	if s.manager.ended {
		return nil, ErrManagerGone
	}
	if !there {
		return answerTo{kind: answerNo}.frame()
	}
	if l, ok := h.object.(*lock); ok && code == lockUnlock && l.locked {
		s.unheld(h, l.holder)
	}
	a := h.do(code, r)
	if code == lockLock && a.kind == answerDone {
		s.isHeld(h)
	}
	if op.Uses() != sched.LooksAt {
		w.Wake(&h.m, len(h.m.Waiters()))
	}
	return a.frame()
}

// isHeld notes that the caller holds a lock.
func (s *simStore) isHeld(h *simHeld) {
	h.m.Hold(s.w)
	if self := simSelf(s.w); self != nil {
		self.tell(&h.m)
	}
}

// unheld takes back that a process holds a lock.
func (s *simStore) unheld(h *simHeld, holder int) {
	h.m.Unhold()
	if p := familyOf(s.w).all[holder]; p != nil {
		p.untell(&h.m)
	}
}
