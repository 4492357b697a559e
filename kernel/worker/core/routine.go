package core

import (
	"runtime/debug"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/petermattis/goid"

	"lockstep/runtime/support"
)

// Wait is an operation of lowered code that has to wait.
type Wait struct {
	What      string // "chan receive"
	Thread    string // the name of the thread that waits, "" if it isn't one
	Goroutine uint64 // its number
	Cell      int    // the cell that it belongs to
	// At is the mark of the statement, Started that of the go statement which
	// started the goroutine, 0 if none did.
	At, Started int64
	// Holder is who holds the lock that is waited for, nil where that isn't known.
	Holder *Holder
}

// routine is a goroutine that runs lowered code, and what it waits for. Only the
// goroutine itself writes to it.
type routine struct {
	number  int64
	started int64
	lasting bool  // to the goroutine's end, not only for the time of a wait
	at      int64 // the mark of the statement that was begun last; the goroutine's own
	cell    atomic.Int64
	wait    atomic.Pointer[waiting] // the present wait, or the last one
	serial  atomic.Uint64           // counts begins and ends of waits: odd during one
}

// waiting says for what a goroutine waits, and where.
type waiting struct {
	what, thread string
	at           int64
	lock         unsafe.Pointer // that is waited for, nil for something else
}

var (
	// routines leads from the numbers of goroutines to what is known of them.
	// Those used last are in recent too, at a place that goes by the number.
	routines sync.Map // int64 → *routine
	recent   [256]atomic.Pointer[routine]
	// past is what the routines that are gone have counted.
	past atomic.Uint64
)

// current is the calling goroutine, nil if it isn't known.
func current() *routine {
	number := goid.Get()
	slot := &recent[number%int64(len(recent))]
	if r := slot.Load(); r != nil && r.number == number {
		return r
	}
	known, ok := routines.Load(number)
	if !ok {
		return nil
	}
	r := known.(*routine)
	slot.Store(r)
	return r
}

// enter makes the calling goroutine known. started is the mark of its go statement,
// 0 for none.
func enter(started int64) *routine {
	// A bad pointer is a panic, which has a line, rather than the process's end.
	debug.SetPanicOnFault(true)
	r := &routine{number: goid.Get(), started: started, at: started}
	routines.Store(r.number, r)
	recent[r.number%int64(len(recent))].Store(r)
	return r
}

// leave forgets the goroutine again.
func (r *routine) leave() {
	past.Add(r.serial.Load() + 1)
	routines.Delete(r.number)
	recent[r.number%int64(len(recent))].CompareAndSwap(r, nil)
}

// Attend makes the calling goroutine known, so that its waits cost less, until it
// calls the function returned. started is the mark of the statement that has started
// it, 0 for none.
func Attend(started int64) (leave func()) {
	r := enter(started)
	r.lasting = true
	return r.leave
}

// begin notes that the calling goroutine waits until it calls end. A thread under an
// interpreter's lock lets go of that meanwhile.
func begin(w *waiting, s *support.Scope) (r *routine, before *waiting) {
	support.Leave(w.what)
	return note(w, s)
}

// note notes that the calling goroutine waits until it calls forget.
func note(w *waiting, s *support.Scope) (r *routine, before *waiting) {
	if r = current(); r == nil {
		r = enter(0)
	}
	if cell := int64(s.Cell); r.cell.Load() != cell {
		r.cell.Store(cell)
	}
	last := r.wait.Load()
	if last != w { // or it waits again where it did before
		r.wait.Store(w)
	}
	if r.serial.Load()%2 == 1 {
		r.serial.Add(2)
		return r, last
	}
	r.serial.Add(1)
	return r, nil
}

// end ends a wait that began with begin.
func (r *routine) end(before *waiting) {
	r.forget(before)
	support.Return()
}

// forget ends a wait; before is what the goroutine has been waiting for all the
// time, nil for nothing.
func (r *routine) forget(before *waiting) {
	if before != nil {
		r.wait.Store(before)
		r.serial.Add(2)
		return
	}
	r.serial.Add(1)
	if !r.lasting {
		r.leave()
	}
}

// Waits returns the operations that wait now. serial is another number when any
// has begun or ended since.
func Waits() (list []Wait, serial uint64) {
	serial = past.Load()
	routines.Range(func(_, known any) bool {
		r := known.(*routine)
		count := r.serial.Load()
		serial += count
		if w := r.wait.Load(); count%2 == 1 {
			list = append(list, Wait{
				What: w.what, Thread: w.thread, At: w.at,
				Goroutine: uint64(r.number), Cell: int(r.cell.Load()), Started: r.started, Holder: holder(w.lock),
			})
		}
		return true
	})
	return list, serial
}

// Waiting notes that the calling goroutine, a thread, waits until it calls end.
func (c *Core) Waiting(thread, what string) (end func()) {
	r, before := note(&waiting{what: what, thread: thread, at: c.here()}, support.CurrentScope())
	return func() { r.forget(before) }
}
