package thread

import "lockstep/runtime/internal/sched"

// Local is a variable of which each thread has its own, not set at first. The zero
// value is ready for use. A thread's values go when it does. Python:
// threading.local.
type Local struct {
	_ byte // so that two variables have two addresses
}

var opLocal = sched.NewOp("Local", "use")

// Set gives the calling thread's variable a value. Misuse: ErrNotThread on a
// goroutine that is neither a Thread nor the main code.
func (l *Local) Set(value any) { l.task().SetLocal(l, value) }

// Get returns the value of the calling thread's variable; ok is false if it wasn't
// set. Misuse: as Set.
func (l *Local) Get() (value any, ok bool) { return l.task().Local(l) }

func (l *Local) task() *sched.Task {
	w := sched.Current()
	task := w.Self()
	if task == nil {
		sched.Fail(w, &Misuse{Op: opLocal, Name: "Local", Err: ErrNotThread})
	}
	return task
}
