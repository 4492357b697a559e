package processes

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"lockstep/runtime/internal/encode"
	"lockstep/runtime/internal/proc"
)

// managerService is what the process of a manager does: it holds values for others.
// It knows them as bytes, so it needs nothing of the program that they are of.
const managerService = "manager"

func init() { services[managerService] = serveStore }

// The operations on what a manager holds.
const (
	storeMake = iota
	dictGet
	dictSet
	dictDelete
	dictPut // unless there is one
	dictLen
	dictItems
	dictClear
	listAppend
	listInsert
	listGet
	listSet
	listRemove
	listLen
	listItems
	cellLoad
	cellStore
	lockLock
	lockUnlock
	queuePut
	queueGet
	queueLen
)

// The kinds of what a manager holds.
const (
	kindDict = iota
	kindList
	kindCell
	kindLock
	kindQueue
)

// maxFrame is the size of the largest message to or from a manager, in bytes.
const maxFrame = 1 << 30

// The first byte of a manager's answer.
const (
	answerDone      = 'd'
	answerNo        = 'n' // there is no such key, or no such item in time
	answerIndex     = 'x'
	answerOwner     = 'o' // it is not locked
	answerAbandoned = 'a'
)

// waits reports whether an operation may have to wait. It says first for how long.
func waits(op int) bool { return op == lockLock || op == queuePut || op == queueGet }

// store is what a manager holds.
type store struct {
	secret string
	mu     sync.Mutex
	held   []*held
}

// held is one of the values. The store is locked while it is used.
type held struct {
	object
	changed
}

// object is what a value can do.
type object interface {
	// ready reports whether an operation that waits can be done now.
	ready(op int, r *request) bool
	do(op int, r *request) answerTo
}

// request is an operation as it came.
type request struct {
	*encode.Decoder
	pid   int                // of the process that asks
	ended func(pid int) bool // whether another has
	gone  <-chan struct{}    // closed when it asks no longer
}

// answerTo is an answer to be sent.
type answerTo struct {
	kind byte
	e    *encode.Encoder // nil for nothing more
}

var done = answerTo{kind: answerDone}

func answering(fill func(e *encode.Encoder)) answerTo {
	e := encode.NewEncoder(proc.Current)
	fill(e)
	return answerTo{answerDone, e}
}

// serveStore serves a store until the process that has started this one has enough
// of it.
func serveStore(control *proc.Conn) func() {
	return func() {
		message, err := control.Receive(proc.Forever, nil)
		if err != nil {
			return
		}
		d := encode.NewDecoder(proc.Current, message)
		address, err := d.Text()
		if err != nil {
			return
		}
		secret, err := d.Text()
		if err != nil {
			return
		}
		listener, err := net.Listen("unix", address)
		reply := []byte{fromService}
		if err != nil {
			reply = append(reply, err.Error()...)
		}
		if control.Send(nil, reply) != nil || err != nil {
			return
		}
		defer listener.Close()
		s := &store{secret: secret}
		go func() {
			for {
				c, err := listener.Accept()
				if err != nil {
					return
				}
				go s.converse(c)
			}
		}()
		_, _ = control.Receive(proc.Forever, nil) // whatever comes, it is over
	}
}

func writeFrame(w io.Writer, bytes []byte) error {
	frame := binary.LittleEndian.AppendUint32(make([]byte, 0, 4+len(bytes)), uint32(len(bytes)))
	_, err := w.Write(append(frame, bytes...))
	return err
}

func readFrame(r io.Reader) ([]byte, error) {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(size[:])
	if n > maxFrame {
		return nil, encode.ErrMalformed
	}
	frame := make([]byte, n)
	_, err := io.ReadFull(r, frame)
	return frame, err
}

// converse answers one thread of a process, until that goes.
func (s *store) converse(c net.Conn) {
	defer c.Close()
	requests, gone, over := make(chan []byte), make(chan struct{}), make(chan struct{})
	defer close(over)
	go func() {
		defer close(gone)
		for {
			frame, err := readFrame(c)
			if err != nil {
				return
			}
			select {
			case requests <- frame:
			case <-over:
				return
			}
		}
	}()
	pid, known := 0, false
	for {
		var frame []byte
		select {
		case frame = <-requests:
		case <-gone:
			return
		}
		d := encode.NewDecoder(proc.Current, frame)
		if !known {
			var err error
			if pid, err = s.greet(d); err != nil {
				return
			}
			known = true
			continue
		}
		out, err := s.answer(&request{d, pid, proc.Ended, gone})
		if err != nil || writeFrame(c, out) != nil {
			return
		}
	}
}

var errStranger = errors.New("it doesn't know the manager's secret")

// greet lets in who knows the secret.
func (s *store) greet(d *encode.Decoder) (pid int, err error) {
	secret, err := d.Text()
	if err != nil || secret != s.secret {
		return 0, errStranger
	}
	return d.Int()
}

func (s *store) answer(r *request) ([]byte, error) {
	op, err := r.Int()
	if err != nil {
		return nil, err
	}
	n, err := r.Int()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var a answerTo
	switch {
	case op == storeMake:
		made, err := newObject(n, r)
		if err != nil {
			return nil, err
		}
		s.held = append(s.held, &held{object: made})
		a = answering(func(e *encode.Encoder) { e.Int(len(s.held) - 1) })
	case n < 0 || n >= len(s.held):
		return nil, encode.ErrMalformed
	default:
		a = s.perform(s.held[n], op, r)
	}
	return a.frame()
}

// perform does an operation when that can be done.
func (s *store) perform(h *held, op int, r *request) answerTo {
	if waits(op) {
		limit, err := r.Int()
		if err != nil {
			return answerTo{}
		}
		for since := time.Now(); !h.ready(op, r); {
			if !h.await(s, r, time.Duration(limit), since) {
				return answerTo{kind: answerNo}
			}
		}
		select {
		case <-r.gone:
			return answerTo{kind: answerNo} // it must not get what it wants no more
		default:
		}
	}
	defer h.tell()
	return h.do(op, r)
}

// frame is the answer as it is sent.
func (a answerTo) frame() ([]byte, error) {
	if a.kind == 0 {
		return nil, encode.ErrMalformed
	}
	out := []byte{a.kind}
	if a.e != nil {
		out = append(out, a.e.Bytes()...)
	}
	return out, nil
}

func newObject(kind int, r *request) (object, error) {
	switch kind {
	case kindDict:
		return &dict{values: map[string]string{}}, nil
	case kindList:
		return &list{}, nil
	case kindCell:
		value, err := r.Text()
		return &variable{value}, err
	case kindLock:
		return &lock{}, nil
	case kindQueue:
		size, err := r.Int()
		return &line{size: size}, err
	}
	return nil, fmt.Errorf("%w: kind %d", encode.ErrMalformed, kind)
}

// dict is a map that remembers in what order its keys came.
type dict struct {
	keys   []string
	values map[string]string
}

func (m *dict) ready(int, *request) bool { return true }

func (m *dict) do(op int, r *request) answerTo {
	switch op {
	case dictLen:
		return answering(func(e *encode.Encoder) { e.Int(len(m.keys)) })
	case dictItems:
		return answering(func(e *encode.Encoder) {
			e.Int(len(m.keys))
			for _, key := range m.keys {
				e.Text(key)
				e.Text(m.values[key])
			}
		})
	case dictClear:
		*m = dict{values: map[string]string{}}
		return done
	}
	key, err := r.Text()
	if err != nil {
		return answerTo{}
	}
	value, has := m.values[key]
	switch op {
	case dictGet:
		if !has {
			return answerTo{kind: answerNo}
		}
		return answering(func(e *encode.Encoder) { e.Text(value) })
	case dictSet, dictPut:
		fresh, err := r.Text()
		if err != nil {
			return answerTo{}
		}
		if op == dictPut && has {
			return answering(func(e *encode.Encoder) { e.Text(value) })
		}
		if !has {
			m.keys = append(m.keys, key)
		}
		m.values[key] = fresh
		if op == dictPut {
			return answerTo{kind: answerNo}
		}
		return done
	case dictDelete:
		if !has {
			return answerTo{kind: answerNo}
		}
		delete(m.values, key)
		m.keys = slices.DeleteFunc(m.keys, func(k string) bool { return k == key })
		return answering(func(e *encode.Encoder) { e.Text(value) })
	}
	return answerTo{}
}

type list struct{ items []string }

func (l *list) ready(int, *request) bool { return true }

func (l *list) do(op int, r *request) answerTo {
	switch op {
	case listLen:
		return answering(func(e *encode.Encoder) { e.Int(len(l.items)) })
	case listItems:
		return answering(func(e *encode.Encoder) {
			e.Int(len(l.items))
			for _, item := range l.items {
				e.Text(item)
			}
		})
	}
	i, err := r.Int()
	if err != nil {
		return answerTo{}
	}
	switch op {
	case listAppend: // i items
		for range i {
			item, err := r.Text()
			if err != nil {
				return answerTo{}
			}
			l.items = append(l.items, item)
		}
		return done
	case listInsert:
		item, err := r.Text()
		if err != nil {
			return answerTo{}
		}
		if i < 0 || i > len(l.items) {
			return l.outside()
		}
		l.items = slices.Insert(l.items, i, item)
		return done
	}
	if i < 0 || i >= len(l.items) {
		return l.outside()
	}
	old := l.items[i]
	switch op {
	case listGet:
	case listSet:
		item, err := r.Text()
		if err != nil {
			return answerTo{}
		}
		l.items[i] = item
		return done
	case listRemove:
		l.items = slices.Delete(l.items, i, i+1)
	default:
		return answerTo{}
	}
	return answering(func(e *encode.Encoder) { e.Text(old) })
}

func (l *list) outside() answerTo {
	a := answering(func(e *encode.Encoder) { e.Int(len(l.items)) })
	a.kind = answerIndex
	return a
}

type variable struct{ value string }

func (v *variable) ready(int, *request) bool { return true }

func (v *variable) do(op int, r *request) answerTo {
	switch op {
	case cellLoad:
		return answering(func(e *encode.Encoder) { e.Text(v.value) })
	case cellStore:
		value, err := r.Text()
		if err != nil {
			return answerTo{}
		}
		v.value = value
		return done
	}
	return answerTo{}
}

// changed lets all look again that wait for something to change.
type changed struct{ c chan struct{} }

func (c *changed) tell() {
	if c.c != nil {
		close(c.c)
		c.c = nil
	}
}

// await waits until tell is called, at most until the deadline, and reports whether
// there is still time, and someone who wants to know. The store is locked.
func (c *changed) await(s *store, r *request, limit time.Duration, since time.Time) bool {
	left := lookAgain
	if limit >= 0 {
		left = min(left, limit-time.Since(since))
	}
	if left <= 0 {
		return false
	}
	if c.c == nil {
		c.c = make(chan struct{})
	}
	told := c.c
	s.mu.Unlock()
	defer s.mu.Lock()
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-told:
	case <-timer.C:
	case <-r.gone:
		return false
	}
	return true
}

// lookAgain is the time between two looks at whether a lock's holder lives.
const lookAgain = 200 * time.Millisecond

type lock struct {
	locked bool
	holder int
}

func (l *lock) ready(_ int, r *request) bool { return !l.locked || r.ended(l.holder) }

func (l *lock) do(op int, r *request) answerTo {
	switch {
	case op == lockLock && l.locked: // by who has ended
		a := answering(func(e *encode.Encoder) { e.Int(l.holder) })
		a.kind = answerAbandoned
		return a
	case op == lockLock:
		l.locked, l.holder = true, r.pid
		return done
	case op == lockUnlock && !l.locked:
		return answerTo{kind: answerOwner}
	case op == lockUnlock:
		l.locked = false
		return done
	}
	return answerTo{}
}

// line is a queue.
type line struct {
	size  int // less than 1 for no bound
	items []string
}

func (q *line) ready(op int, _ *request) bool {
	if op == queuePut {
		return q.size < 1 || len(q.items) < q.size
	}
	return len(q.items) > 0
}

func (q *line) do(op int, r *request) answerTo {
	switch op {
	case queueLen:
		return answering(func(e *encode.Encoder) { e.Int(len(q.items)) })
	case queuePut:
		item, err := r.Text()
		if err != nil {
			return answerTo{}
		}
		q.items = append(q.items, item)
		return done
	case queueGet:
		item := q.items[0]
		q.items = slices.Delete(q.items, 0, 1)
		return answering(func(e *encode.Encoder) { e.Text(item) })
	}
	return answerTo{}
}
