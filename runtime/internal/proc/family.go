package proc

import (
	"slices"
	"sync"
	"sync/atomic"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
)

// Member is a child process as the program sees it that has started it.
type Member interface {
	// Daemon says that the program's end ends the process.
	Daemon() bool
	// End ends the process.
	End()
	// Wait waits until the process has ended, and reaps it.
	Wait()
	// Alive reports whether the process runs.
	Alive() bool
}

// families are the children by the scope that has started them.
var families struct {
	sync.Mutex
	members map[*scope.Scope][]Member
}

// Join notes that the calling goroutine's program has a child more. It belongs to
// its scope's program until leave is called.
func Join(m Member) (leave func()) {
	s := scope.Current().Program()
	families.Lock()
	defer families.Unlock()
	if families.members == nil {
		families.members = map[*scope.Scope][]Member{}
	}
	families.members[s] = append(families.members[s], m)
	return func() {
		families.Lock()
		defer families.Unlock()
		left := slices.DeleteFunc(families.members[s], func(other Member) bool { return other == m })
		if len(left) == 0 {
			delete(families.members, s)
		} else {
			families.members[s] = left
		}
	}
}

// Members are the children of all programs of this process that have not left.
func Members() []Member {
	families.Lock()
	defer families.Unlock()
	var list []Member
	for _, members := range families.members {
		list = append(list, members...)
	}
	return list
}

func membersOf(s *scope.Scope) []Member {
	families.Lock()
	defer families.Unlock()
	return slices.Clone(families.members[s])
}

// EndProgram does what the end of a program does, in a notebook the end of a cell:
// it waits for the threads that aren't daemons, ends the processes that are, and
// waits for those that aren't. The main code calls it last.
func EndProgram() {
	sched.WaitThreads()
	s := scope.Current().Program()
	for _, m := range membersOf(s) {
		if m.Daemon() {
			m.End()
		}
	}
	for _, m := range membersOf(s) {
		m.Wait()
	}
}

// programs counts the main codes that process.Main runs.
var programs atomic.Int64

// BeginMain notes that this program lets its children go their own way.
func BeginMain() { programs.Add(1) }

// MainBegun reports whether BeginMain was called.
func MainBegun() bool { return programs.Load() > 0 }
