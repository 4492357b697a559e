//go:build unix

package proc

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"lockstep/runtime/internal/encode"
)

// pipeBuf is the size up to which a pipe takes a message whole or not at all.
const pipeBuf = 4096

// The words of a queue's memory.
const (
	wordReader     = iota // spin: who takes a message out of the pipe
	wordWriter            // spin: who puts one in
	wordTasks             // spin: who counts tasks
	wordSize              // items put and not got
	wordUnfinished        // items of which no task is done
	wordGot               // items got, ever
	words
)

// Queue is a queue of messages that several processes use. What doesn't fit the
// pipe waits in the process that has put it, until others make room.
type Queue struct {
	r, w   *descriptor // w is closed with the queue, once nothing waits
	lent   lending
	memory *Memory
	slots  *Counter // nil for no bound
	done   *Flag    // nil where tasks aren't counted

	mu      sync.Mutex
	waiting [][]byte // frames for the pipe, in order
	feeding bool
	closed  bool
	dropped bool
	idle    sync.Cond // waiting has become empty; its lock is mu
	failure error
	id      string
}

var _ encode.Handle = (*Queue)(nil)

// NewQueue returns a queue of at most size messages, of any number if size < 1.
func NewQueue(size int, countTasks bool) (*Queue, error) {
	r, w, err := newPipe()
	if err != nil {
		return nil, err
	}
	q := &Queue{}
	if err := q.set(r, w); err != nil {
		return nil, err
	}
	q.lent.begin()
	if q.memory, err = NewMemory(8 * words); err != nil {
		return nil, err
	}
	if size > 0 {
		if q.slots, err = NewCounter(size, size); err != nil {
			return nil, err
		}
	}
	if countTasks {
		if q.done, err = NewFlag(); err != nil {
			return nil, err
		}
		if err := q.done.Set(); err != nil {
			return nil, err
		}
	}
	return q, nil
}

func (q *Queue) set(r, w int) (err error) {
	q.idle.L = &q.mu
	if q.r, err = newDescriptor(r, "queue"); err != nil {
		unix.Close(w)
		return err
	}
	q.w, err = newDescriptor(w, "queue")
	return err
}

// What there is of a queue, as its handle says.
const (
	hasSlots = 1 << iota
	hasDone
	isClosed // to put something: whoever is handed the queue can't either
)

// EncodeHandle implements encode.Handle.
func (q *Queue) EncodeHandle(e *encode.Encoder) error {
	q.mu.Lock()
	closed := q.closed
	q.mu.Unlock()
	flags := 0
	if q.slots != nil {
		flags |= hasSlots
	}
	if q.done != nil {
		flags |= hasDone
	}
	if closed {
		flags |= isClosed
	}
	e.Int(flags)
	if err := attach(e, q.r); err != nil {
		return err
	}
	if !closed {
		if err := attach(e, q.w); err != nil {
			return err
		}
	}
	e.Given = append(e.Given, &q.lent)
	if err := q.memory.EncodeHandle(e); err != nil {
		return err
	}
	if q.slots != nil {
		if err := q.slots.EncodeHandle(e); err != nil {
			return err
		}
	}
	if q.done != nil {
		return q.done.EncodeHandle(e)
	}
	return nil
}

// DecodeHandle implements encode.Handle.
func (q *Queue) DecodeHandle(d *encode.Decoder) error {
	flags, err := d.Int()
	if err != nil {
		return err
	}
	q.idle.L = &q.mu
	if q.r, err = attachedDescriptor(d, "queue"); err != nil {
		return err
	}
	if q.closed = flags&isClosed != 0; !q.closed {
		if q.w, err = attachedDescriptor(d, "queue"); err != nil {
			return err
		}
	}
	q.memory = &Memory{}
	if err := q.memory.DecodeHandle(d); err != nil {
		return err
	}
	if flags&hasSlots != 0 {
		q.slots = &Counter{}
		if err := q.slots.DecodeHandle(d); err != nil {
			return err
		}
	}
	if flags&hasDone != 0 {
		q.done = &Flag{}
		return q.done.DecodeHandle(d)
	}
	return nil
}

// ID is the same for all copies of the queue on this machine.
func (q *Queue) ID() string {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.id == "" {
		if info, err := q.memory.file.Stat(); err == nil {
			q.id = fileID(info)
		}
	}
	return q.id
}

func (q *Queue) spin(word int) spin { return spin{q.memory.Word(word)} }

// Put puts a message, and waits for room at most for limit: then it is ErrFull.
func (q *Queue) Put(message []byte, limit time.Duration, cancel <-chan struct{}) error {
	if len(message) > maxMessage {
		return ErrTooLarge
	}
	q.mu.Lock()
	closed, failure := q.closed, q.failure
	q.mu.Unlock()
	switch {
	case closed:
		return ErrClosed
	case failure != nil:
		return failure
	}
	if q.slots != nil {
		err := q.slots.Acquire(limit, cancel)
		if errors.Is(err, ErrTimeout) {
			return ErrFull
		}
		if err != nil {
			return err
		}
	}
	if q.done != nil {
		if err := q.count(1, cancel); err != nil {
			return err
		}
	}
	q.memory.Word(wordSize).Add(1)
	frame := make([]byte, 4, 4+len(message))
	binary.LittleEndian.PutUint32(frame, uint32(len(message)))
	frame = append(frame, message...)

	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.feeding && q.direct(frame) {
		return nil
	}
	q.waiting = append(q.waiting, frame)
	if !q.feeding {
		q.feeding = true
		feeding.Store(q, true)
		go q.feed()
	}
	return nil
}

// direct writes a frame if that needs no waiting.
func (q *Queue) direct(frame []byte) (written bool) {
	lock := q.spin(wordWriter)
	if len(frame) > pipeBuf || !lock.tryLock() {
		return false
	}
	defer lock.unlock()
	_ = q.w.number(func(fd int) {
		n, err := unix.Write(fd, frame)
		written = err == nil && n == len(frame)
	})
	return written
}

// feed moves what waits into the pipe, until nothing does.
func (q *Queue) feed() {
	pprof.SetGoroutineLabels(context.Background()) // a cell that waits need not wait for it
	for {
		q.mu.Lock()
		if len(q.waiting) == 0 || q.failure != nil {
			q.waiting, q.feeding = nil, false
			if q.closed {
				_ = q.w.close() // nobody else has
			}
			feeding.Delete(q)
			q.idle.Broadcast()
			q.mu.Unlock()
			return
		}
		frame := q.waiting[0]
		q.mu.Unlock()
		err := q.send(frame)
		q.mu.Lock()
		if err != nil {
			q.failure = err
		} else {
			q.waiting = q.waiting[1:]
		}
		q.mu.Unlock()
	}
}

func (q *Queue) send(frame []byte) error {
	lock := q.spin(wordWriter)
	if err := lock.lock(nil); err != nil {
		return err
	}
	defer lock.unlock()
	for len(frame) > 0 {
		var failure error
		err := q.w.write(Forever, nil, func(fd int) bool {
			n, err := unix.Write(fd, frame)
			if again(err) {
				return false
			}
			failure = err
			frame = frame[max(n, 0):]
			return true
		})
		if err = errors.Join(err, failure); err != nil {
			return err
		}
	}
	return nil
}

// Get takes the next message, and waits for one at most for limit: then it is
// ErrEmpty. If none will come it is ErrNoProducer.
func (q *Queue) Get(limit time.Duration, cancel <-chan struct{}, alone Alone) ([]byte, error) {
	defer q.drains()()
	deadline := time.Now().Add(limit)
	lock := q.spin(wordReader)
	for {
		// Whoever is ended while it waits here does no harm: it holds nothing.
		err := q.r.await(limit, cancel, &q.lent, alone)
		if errors.Is(err, ErrTimeout) {
			return nil, ErrEmpty
		}
		if err != nil {
			return nil, err
		}
		if err := lock.lock(cancel); err != nil {
			return nil, err
		}
		message, err := q.take()
		lock.unlock()
		if !errors.Is(err, errTaken) {
			return message, err
		}
		if limit > 0 {
			limit = max(0, time.Until(deadline))
		}
	}
}

// errTaken says that another process was faster.
var errTaken = errors.New("taken")

// take takes a message out of the pipe. The caller holds the reader's lock.
func (q *Queue) take() ([]byte, error) {
	there := false
	if err := q.r.number(func(fd int) { there = ready(fd) }); err != nil {
		return nil, err
	}
	if !there {
		return nil, errTaken
	}
	var header [4]byte
	if n, err := q.fill(header[:]); err == io.ErrUnexpectedEOF && n == 0 {
		return nil, ErrNoProducer
	} else if err != nil {
		return nil, err
	}
	message := make([]byte, binary.LittleEndian.Uint32(header[:]))
	if _, err := q.fill(message); err != nil {
		return nil, err
	}
	q.memory.Word(wordSize).Add(-1)
	q.memory.Word(wordGot).Add(1)
	if q.slots != nil {
		if err := q.slots.Release(1); err != nil {
			return nil, err
		}
	}
	return message, nil
}

// fill reads the rest of a message, and returns how much there was. Its writer may
// have been killed in the middle.
func (q *Queue) fill(b []byte) (have int, err error) {
	for have < len(b) {
		n, failure := 0, error(nil)
		err := q.r.read(lookPause, nil, func(fd int) bool {
			n, failure = unix.Read(fd, b[have:])
			return !again(failure)
		})
		ended := err == nil && failure == nil && n == 0
		if errors.Is(err, ErrTimeout) || ended {
			if err := q.spin(wordWriter).abandoned(); err != nil {
				return have, err
			}
		}
		switch {
		case ended:
			return have, io.ErrUnexpectedEOF
		case errors.Is(err, ErrTimeout):
			continue
		}
		if err = errors.Join(err, failure); err != nil {
			return have, err
		}
		have += n
	}
	return have, nil
}

// Size is how many messages were put and not got.
func (q *Queue) Size() int { return int(q.memory.Word(wordSize).Load()) }

// Full reports whether a Put would wait.
func (q *Queue) Full() bool { return q.slots != nil && q.slots.Value() == 0 }

// count counts tasks that are not done.
func (q *Queue) count(n int64, cancel <-chan struct{}) error {
	lock := q.spin(wordTasks)
	if err := lock.lock(cancel); err != nil {
		return err
	}
	defer lock.unlock()
	word := q.memory.Word(wordUnfinished)
	switch before := word.Load(); {
	case before+n < 0:
		return ErrTaskDone
	case before == 0:
		if err := q.done.Clear(); err != nil {
			return err
		}
	case before+n == 0:
		if err := q.done.Set(); err != nil {
			return err
		}
	}
	word.Add(n)
	return nil
}

// TaskDone says that a message that was got has been dealt with.
func (q *Queue) TaskDone() error { return q.count(-1, nil) }

// Join waits until every message that was put has been dealt with. If nobody is left
// who could deal with one it is ErrNoProducer.
func (q *Queue) Join(limit time.Duration, cancel <-chan struct{}, alone Alone) error {
	return q.done.r.await(limit, cancel, &q.lent, alone)
}

// Unfinished is how many messages were put and not dealt with.
func (q *Queue) Unfinished() int { return int(q.memory.Word(wordUnfinished).Load()) }

// Close says that this process puts nothing more. When all processes have said so, or
// have ended, what gets messages fails with ErrNoProducer after the last of them.
func (q *Queue) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed && !q.feeding {
		_ = q.w.close() // nobody else has
	}
	q.closed = true
}

// drainers are the queues that this process gets messages from: by ID.
var drainers sync.Map // string → *drainer

type drainer struct {
	waiting atomic.Int64 // goroutines
	last    atomic.Int64 // when one ended to wait, in nanoseconds since 1970
}

// drains notes that the calling goroutine gets messages until it calls end.
func (q *Queue) drains() (end func()) {
	known, ok := drainers.Load(q.ID())
	if !ok {
		known, _ = drainers.LoadOrStore(q.ID(), &drainer{})
	}
	d := known.(*drainer)
	d.waiting.Add(1)
	return func() {
		d.last.Store(time.Now().UnixNano())
		d.waiting.Add(-1)
	}
}

// drainPause is how long a process may deal with a message before it counts as one
// that gets no more.
const drainPause = 3 * time.Second

// BeingDrained reports whether this process gets messages from the queue with the
// given ID.
func BeingDrained(id string) bool {
	known, ok := drainers.Load(id)
	if !ok {
		return false
	}
	d := known.(*drainer)
	return d.waiting.Load() > 0 || time.Since(time.Unix(0, d.last.Load())) < drainPause
}

// Flush waits until the pipe has taken all that this process has put. While nobody
// gets anything for longer than patience, stuck is called again and again with how
// many messages wait.
func (q *Queue) Flush(patience time.Duration, stuck func(messages int)) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	stop := make(chan struct{})
	defer close(stop)
	if q.feeding {
		go func() {
			tick := time.NewTicker(patience / 4)
			defer tick.Stop()
			got, since := q.memory.Word(wordGot).Load(), time.Now()
			for {
				select {
				case <-stop:
					return
				case <-tick.C:
				}
				if now := q.memory.Word(wordGot).Load(); now != got {
					got, since = now, time.Now()
				}
				q.mu.Lock()
				n := len(q.waiting)
				q.mu.Unlock()
				if n > 0 && time.Since(since) > patience {
					stuck(n)
				}
			}
		}()
	}
	for q.feeding {
		q.idle.Wait()
	}
	return q.failure
}

// Drop lets this process end without waiting for what it has put.
func (q *Queue) Drop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.dropped = true
}

// feeding are the queues of this process in which messages wait for the pipe.
var feeding sync.Map // *Queue → true

// Feeding are the queues of this process in which messages wait for the pipe, but
// for those that are dropped.
func Feeding() (list []*Queue) {
	feeding.Range(func(key, _ any) bool {
		q := key.(*Queue)
		q.mu.Lock()
		defer q.mu.Unlock()
		if !q.dropped {
			list = append(list, q)
		}
		return true
	})
	return list
}

func fileID(info os.FileInfo) string {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return fmt.Sprintf("%d:%d", s.Dev, s.Ino)
	}
	return fmt.Sprint(info.Sys())
}
