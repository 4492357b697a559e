package gil

import (
	"runtime"
	"time"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
)

var opWork = sched.NewOp("gil", "Compute")

// Compute does work for which a processor needs d. Under a lock the thread holds it
// meanwhile, but for the turns of others, so that it may take longer. In the real
// world the work is real: it ends when the thread has had a processor for d, as far as
// the system tells that, else when it has done what takes a processor d. In a
// simulation it takes virtual time. Misuse: ErrValue for d < 0.
func Compute(d time.Duration) {
	sched.CheckValue(opWork, int(d), 0)
	w := sched.Current()
	var r *runner
	if task := w.Self(); task != nil {
		r, _ = task.Guard().(*runner)
	}
	switch {
	case w != sched.Real && r != nil:
		r.compute(w, d)
	case w != sched.Real:
		var m sched.Monitor
		m.SetName(say("a processor"))
		m.Adopt(w)
		m.Reenter()
		w.Wait(&m, opCompute, never, d)
		m.Leave()
	default:
		spin(w, r, d)
	}
}

func never() bool { return false }

// compute lets virtual time pass while the thread holds the lock.
func (r *runner) compute(w sched.World, d time.Duration) {
	l := r.lock
	for d > 0 {
		limit, enough := d, never
		if l.operation > 0 {
			limit = min(limit, l.operation)
		} else if limited, at := r.due(); limited {
			limit = min(limit, time.Duration(at-w.Now().UnixNano()))
		} else {
			enough = func() bool { return len(l.queue) > 0 }
		}
		if limit > 0 {
			start := w.Now()
			l.m.Reenter()
			sched.Keep(w, func() { w.Wait(&l.m, opCompute, enough, limit) })
			l.m.Leave()
			d -= w.Now().Sub(start)
		}
		if l.operation > 0 {
			w.Point()
		} else if d > 0 && r.Offers(w) {
			sched.Offer(w)
			sched.Return(w)
		}
	}
}

// chunk is how long a thread computes at most until it looks whether it is to let go.
const chunk = 50 * time.Microsecond

// spin keeps a processor busy, under the lock of r if that isn't nil.
func spin(w sched.World, r *runner, d time.Duration) {
	if d <= 0 {
		return
	}
	runtime.LockOSThread() // whose time is told
	defer runtime.UnlockOSThread()
	cancelled := scope.Current().Cancelled()
	slice := chunk
	if r != nil && r.lock.operation > 0 {
		slice = r.lock.operation
	}
	for d > 0 {
		d -= work(min(d, slice))
		select {
		case <-cancelled:
			runtime.Goexit()
		default:
		}
		if r != nil {
			w.Point()
		}
	}
}

// Step ends an operation: a thread lets go of the lock there if others have waited
// for the switch interval, or if PerOperation has it let go after each operation. It
// is a switch point in a simulation. Sleeping and waiting need none, nor does Compute.
// Python: what the interpreter does between its instructions.
func Step() { sched.Current().Point() }

// Release calls f without the lock, and takes it again. It is for what is slow and
// needs nothing that the lock guards, and is not of the runtime: reading a file or a
// socket. Without a lock it just calls f. Python: Py_BEGIN_ALLOW_THREADS.
func Release(f func()) {
	w := sched.Current()
	sched.Leave(w, "I/O")
	defer sched.Return(w)
	f()
}
