package processes

import "lockstep/runtime/internal/sched"

// simMemory is memory that the processes of a simulation share.
type simMemory struct {
	m     sched.Monitor
	bytes []byte
	lock  *simLock // nil for none
}

var (
	opSimLoad  = sched.NewOp("Value", "Load").Looks()
	opSimStore = sched.NewOp("Value", "Store").NoEdge()
	// Under the lock they are in order with what others do under it.
	opSimLoadLocked  = sched.NewOp("Value", "Load")
	opSimStoreLocked = sched.NewOp("Value", "Store")
)

// use calls f with the memory, in one step, when nobody else holds the lock, if there
// is one.
func (s *simMemory) use(plain, locked *sched.Op, f func()) {
	l := s.lock
	if l == nil {
		s.m.Enter(plain, nil)
		f()
		s.m.Exit()
		return
	}
	w := l.m.Enter(locked, nil)
	l.await(w, locked, true, sched.Forever)
	f()
	l.m.Exit()
}
