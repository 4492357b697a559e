package processes

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"lockstep/runtime/internal/encode"
	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/sched"
)

var (
	opManagerNew = sched.NewOp("Manager", "make")
	opManagerEnd = sched.NewOp("Manager", "Shutdown")
	opDict       = sched.NewOp("Dict", "use")
	opList       = sched.NewOp("List", "use")
	opListIndex  = sched.NewOp("List", "index")
	opCell       = sched.NewOp("ManagedValue", "use")
	opMLock      = sched.NewOp("ManagedLock", "Lock")
	opMUnlock    = sched.NewOp("ManagedLock", "Unlock")
	opMPut       = sched.NewOp("ManagedQueue", "Put")
	opMGet       = sched.NewOp("ManagedQueue", "Get")
)

// Manager is a process that holds values for others.
type Manager struct {
	process *Process
	at      place
	once    sync.Once
}

// place is where a manager is found.
type place struct{ address, secret string }

// NewManager starts a manager.
func NewManager() *Manager {
	if makes(opManagerNew) {
		return newSimManager(simWorld())
	}
	if err := canStart(); err != nil {
		Fail(opManagerNew, "Manager", err, "")
	}
	p := newProcess("", nil)
	p.service, p.id.Daemon, p.id.Name = managerService, true, "Manager-"+p.id.Root
	ready := make(chan string, 1)
	p.heard = func(message []byte) { ready <- string(message) }
	m := &Manager{process: p, at: place{socketName(), rand.Text()}}
	p.mu.Lock()
	err := p.launch()
	p.mu.Unlock()
	if err == nil {
		e := encode.NewEncoder(proc.Current)
		e.Text(m.at.address)
		e.Text(m.at.secret)
		err = p.child.Control.Send(Cancelled(), e.Bytes())
	}
	check(opManagerNew, err)
	select {
	case text := <-ready:
		if text != "" {
			Fail(opManagerNew, "Manager", errors.New(text), "")
		}
	case <-p.child.Exited:
		Fail(opManagerNew, "Manager", ErrManagerGone, "")
	case <-Cancelled():
		interrupted(proc.ErrCancelled)
	}
	return m
}

// socketName is the name of a new socket: on Linux one that has no file.
func socketName() string {
	name := "lockstep-" + rand.Text()
	if runtime.GOOS == "linux" {
		return "@" + name
	}
	return filepath.Join(os.TempDir(), name)
}

// PID is the number of the manager's process.
func (m *Manager) PID() int { return m.process.PID() }

// Shutdown ends the manager's process.
func (m *Manager) Shutdown() {
	if inSim(opManagerEnd, m.at.simulated()) {
		m.process.sim.endBy(opManagerEnd, 0)
		return
	}
	m.once.Do(func() {
		child := m.process.child
		_ = child.Control.Close()
		select {
		case <-child.Exited:
		case <-Cancelled():
			_ = child.Kill() // it may have ended
			<-child.Exited
		}
		m.process.reap(child)
	})
}

// Remote is what a manager holds, as other processes have it.
type Remote struct {
	at place
	id int
}

var _ encode.Roaming = (*Remote)(nil)

// Roams implements encode.Roaming: where it is found is all that goes.
func (r *Remote) Roams() {}

// EncodeHandle implements encode.Handle.
func (r *Remote) EncodeHandle(e *encode.Encoder) error {
	e.Text(r.at.address)
	e.Text(r.at.secret)
	e.Int(r.id)
	return nil
}

// DecodeHandle implements encode.Handle.
func (r *Remote) DecodeHandle(d *encode.Decoder) (err error) {
	if r.at.address, err = d.Text(); err != nil {
		return err
	}
	if r.at.secret, err = d.Text(); err != nil {
		return err
	}
	r.id, err = d.Int()
	return err
}

// lines are connections to managers that nobody uses at the moment.
var lines struct {
	sync.Mutex
	idle map[place][]net.Conn
}

func (at place) connect() (net.Conn, error) {
	lines.Lock()
	if idle := lines.idle[at]; len(idle) > 0 {
		c := idle[len(idle)-1]
		lines.idle[at] = idle[:len(idle)-1]
		lines.Unlock()
		return c, nil
	}
	lines.Unlock()
	c, err := net.Dial("unix", at.address)
	if err != nil {
		return nil, err
	}
	e := encode.NewEncoder(proc.Current)
	e.Text(at.secret)
	e.Int(os.Getpid())
	if err := writeFrame(c, e.Bytes()); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func (at place) keep(c net.Conn) {
	lines.Lock()
	defer lines.Unlock()
	if lines.idle == nil {
		lines.idle = map[place][]net.Conn{}
	}
	lines.idle[at] = append(lines.idle[at], c)
}

// ask has the manager do something, and returns its answer.
func (at place) ask(op *sched.Op, code, id int, fill func(*encode.Encoder)) (byte, *encode.Decoder) {
	simulated := inSim(op, at.simulated())
	e := encode.NewEncoder(proc.Current)
	e.Int(code)
	e.Int(id)
	fill(e)
	exchange := at.exchange
	if simulated {
		exchange = storeOf(op, at).exchange
	}
	frame, err := exchange(e.Bytes())
	if err == nil && len(frame) == 0 {
		err = encode.ErrMalformed
	}
	if err != nil {
		interrupted(err)
		Fail(op, op.Kind, ErrManagerGone, "")
	}
	return frame[0], encode.NewDecoder(proc.Current, frame[1:])
}

func (at place) exchange(request []byte) ([]byte, error) {
	c, err := at.connect()
	if err != nil {
		return nil, err
	}
	cancelled, over := Cancelled(), make(chan struct{})
	defer close(over)
	if cancelled != nil {
		go func() {
			select {
			case <-cancelled:
				c.Close()
			case <-over:
			}
		}()
	}
	err = writeFrame(c, request)
	var frame []byte
	if err == nil {
		frame, err = readFrame(c)
	}
	if err != nil {
		c.Close()
		select {
		case <-cancelled:
			return nil, proc.ErrCancelled
		default:
		}
		return nil, err
	}
	at.keep(c)
	return frame, nil
}

func nothing(*encode.Encoder) {}

// hold has the manager hold something more.
func (m *Manager) hold(op *sched.Op, kind int, fill func(*encode.Encoder)) *Remote {
	_, d := m.at.ask(op, storeMake, kind, fill)
	id, err := d.Int()
	check(op, err)
	return &Remote{m.at, id}
}

// value is the next value of an answer.
func value(op *sched.Op, d *encode.Decoder) any {
	text, err := d.Text()
	check(op, err)
	return decoded(op, []byte(text))
}

// with writes values.
func with(op *sched.Op, values ...any) func(*encode.Encoder) {
	var texts []string
	for _, v := range values {
		texts = append(texts, string(encoded(op, v)))
	}
	return func(e *encode.Encoder) {
		for _, text := range texts {
			e.Text(text)
		}
	}
}

func number(n int) func(*encode.Encoder) { return func(e *encode.Encoder) { e.Int(n) } }

func both(a, b func(*encode.Encoder)) func(*encode.Encoder) {
	return func(e *encode.Encoder) { a(e); b(e) }
}

// items are the values of an answer, in groups.
func items(op *sched.Op, d *encode.Decoder, group int) []any {
	n, err := d.Int()
	check(op, err)
	list := make([]any, 0, group*n)
	for range group * n {
		list = append(list, value(op, d))
	}
	return list
}

// Dict is a map that a manager holds.
type Dict struct{ r *Remote }

// NewDict has the manager hold an empty map.
func (m *Manager) NewDict() *Dict { return &Dict{m.hold(opDict, kindDict, nothing)} }

func (m *Dict) one(code int, values ...any) (any, bool) {
	kind, d := m.r.at.ask(opDict, code, m.r.id, with(opDict, values...))
	if kind == answerNo {
		return nil, false
	}
	if d.Rest() == 0 {
		return nil, true
	}
	return value(opDict, d), true
}

// Get is the value of a key.
func (m *Dict) Get(key any) (any, bool) { return m.one(dictGet, key) }

// Set gives a key a value.
func (m *Dict) Set(key, value any) { m.one(dictSet, key, value) }

// Put gives a key a value unless it has one, which it returns.
func (m *Dict) Put(key, value any) (any, bool) { return m.one(dictPut, key, value) }

// Delete takes a key out, and returns its value.
func (m *Dict) Delete(key any) (any, bool) { return m.one(dictDelete, key) }

// Clear takes all out.
func (m *Dict) Clear() { m.r.at.ask(opDict, dictClear, m.r.id, nothing) }

// Len is how many keys there are.
func (m *Dict) Len() int {
	_, d := m.r.at.ask(opDict, dictLen, m.r.id, nothing)
	n, err := d.Int()
	check(opDict, err)
	return n
}

// Items are the keys, each followed by its value, in the order of their coming.
func (m *Dict) Items() []any {
	_, d := m.r.at.ask(opDict, dictItems, m.r.id, nothing)
	return items(opDict, d, 2)
}

// List is a list that a manager holds.
type List struct{ r *Remote }

// NewList has the manager hold an empty list.
func (m *Manager) NewList() *List { return &List{m.hold(opList, kindList, nothing)} }

// Append adds values at the end.
func (l *List) Append(values []any) {
	l.r.at.ask(opList, listAppend, l.r.id, both(number(len(values)), with(opList, values...)))
}

func (l *List) one(code, i int, values ...any) any {
	kind, d := l.r.at.ask(opListIndex, code, l.r.id, both(number(i), with(opList, values...)))
	if kind == answerIndex {
		n, err := d.Int()
		check(opListIndex, err)
		Fail(opListIndex, "List", ErrIndex, fmt.Sprintf("index %d, length %d", i, n))
	}
	if d.Rest() == 0 {
		return nil
	}
	return value(opList, d)
}

// Get is the i-th value.
func (l *List) Get(i int) any { return l.one(listGet, i) }

// Set changes the i-th value.
func (l *List) Set(i int, value any) { l.one(listSet, i, value) }

// Insert puts a value before the i-th.
func (l *List) Insert(i int, value any) { l.one(listInsert, i, value) }

// Remove takes the i-th value out, and returns it.
func (l *List) Remove(i int) any { return l.one(listRemove, i) }

// Len is how many values there are.
func (l *List) Len() int {
	_, d := l.r.at.ask(opList, listLen, l.r.id, nothing)
	n, err := d.Int()
	check(opList, err)
	return n
}

// Items are all values.
func (l *List) Items() []any {
	_, d := l.r.at.ask(opList, listItems, l.r.id, nothing)
	return items(opList, d, 1)
}

// Cell is a variable that a manager holds.
type Cell struct{ r *Remote }

// NewCell has the manager hold a value.
func (m *Manager) NewCell(initial any) *Cell {
	return &Cell{m.hold(opCell, kindCell, with(opCell, initial))}
}

// Load is the value.
func (c *Cell) Load() any {
	_, d := c.r.at.ask(opCell, cellLoad, c.r.id, nothing)
	return value(opCell, d)
}

// Store changes the value.
func (c *Cell) Store(v any) { c.r.at.ask(opCell, cellStore, c.r.id, with(opCell, v)) }

// ManagedLock is a lock that a manager holds.
type ManagedLock struct{ r *Remote }

// NewLock has the manager hold a lock.
func (m *Manager) NewLock() *ManagedLock { return &ManagedLock{m.hold(opMLock, kindLock, nothing)} }

// Lock locks it, waiting at most for limit, and reports whether it did.
func (l *ManagedLock) Lock(limit time.Duration) bool {
	sched.CheckLimit(opMLock, limit)
	kind, d := l.r.at.ask(opMLock, lockLock, l.r.id, number(int(limit)))
	if kind == answerAbandoned {
		pid, err := d.Int()
		check(opMLock, err)
		Fail(opMLock, "ManagedLock", &proc.AbandonedError{PID: pid}, "")
	}
	return kind == answerDone
}

// Unlock unlocks it.
func (l *ManagedLock) Unlock() {
	if kind, _ := l.r.at.ask(opMUnlock, lockUnlock, l.r.id, nothing); kind == answerOwner {
		Fail(opMUnlock, "ManagedLock", ErrNotLocked, "")
	}
}

// ManagedQueue is a queue that a manager holds.
type ManagedQueue struct{ r *Remote }

// NewQueue has the manager hold a queue of at most size items, of any number if
// size < 1.
func (m *Manager) NewQueue(size int) *ManagedQueue {
	return &ManagedQueue{m.hold(opMPut, kindQueue, number(size))}
}

// Put puts a value. Its error is proc.ErrFull.
func (q *ManagedQueue) Put(v any, limit time.Duration) error {
	sched.CheckLimit(opMPut, limit)
	kind, _ := q.r.at.ask(opMPut, queuePut, q.r.id, both(number(int(limit)), with(opMPut, v)))
	if kind == answerNo {
		return proc.ErrFull
	}
	return nil
}

// Get takes the next value. Its error is proc.ErrEmpty.
func (q *ManagedQueue) Get(limit time.Duration) (any, error) {
	sched.CheckLimit(opMGet, limit)
	kind, d := q.r.at.ask(opMGet, queueGet, q.r.id, number(int(limit)))
	if kind == answerNo {
		return nil, proc.ErrEmpty
	}
	return value(opMGet, d), nil
}

// Len is how many items there are.
func (q *ManagedQueue) Len() int {
	_, d := q.r.at.ask(opMGet, queueLen, q.r.id, nothing)
	n, err := d.Int()
	check(opMGet, err)
	return n
}
