package gil

import (
	"time"

	"lockstep/runtime/internal/sched"
)

// DefaultInterval is the switch interval that CPython begins with. Python:
// sys.getswitchinterval.
const DefaultInterval = 5 * time.Millisecond

// Option changes what New and Run make.
type Option func(*Lock)

var (
	opInterval   = sched.NewOp("GIL", "SwitchInterval")
	opOperation  = sched.NewOp("GIL", "PerOperation")
	opProcessors = sched.NewOp("GIL", "Processors")
)

// SwitchInterval says how long a thread may keep the lock, or a processor, while
// others wait for it. Misuse: ErrValue for less than 1 ns. Python:
// sys.setswitchinterval.
func SwitchInterval(d time.Duration) Option {
	sched.CheckValue(opInterval, int(d), 1)
	return func(l *Lock) { l.interval, l.operation = d, 0 }
}

// PerOperation has the lock let go of after each operation, not after a time:
// Compute(d) is as many operations of the given duration as go into d. In a
// simulation any thread may be next at each switch point, so that all schedules of
// operations can be explored. Misuse: ErrValue for less than 1 ns.
func PerOperation(operation time.Duration) Option {
	sched.CheckValue(opOperation, int(operation), 1)
	return func(l *Lock) { l.operation = operation }
}

// Off takes the lock away: threads compute side by side, on as many processors as
// Processors says, else on as many as they like. So do processes, of which each has a
// lock of its own. Python: the free-threaded build, -X gil=0.
func Off() Option {
	return func(l *Lock) { l.off = true }
}

// Processors says on how many processors the threads compute that Off lets compute
// side by side; they take turns of a switch interval. In the real world there are at
// most those of the machine. Misuse: ErrValue for less than 1.
func Processors(n int) Option {
	sched.CheckValue(opProcessors, n, 1)
	return func(l *Lock) { l.processors = n }
}
