package proc

import (
	"sync/atomic"
)

// Identity is what is known of a process wherever it is known.
type Identity struct {
	Name      string
	PID       int
	ParentPID int
	// Root is the number of the process in the names of its children: "" for the
	// main one's, else 1 for that of Process-1's, which are called Process-1:1, ….
	Root   string
	Daemon bool
}

// self is this process; nil for one that no other has started.
var self atomic.Pointer[Identity]

// SetSelf says what this process is.
func SetSelf(id Identity) { self.Store(&id) }

// Self is this process; ok is false for one that no other has started.
func Self() (id Identity, ok bool) {
	if p := self.Load(); p != nil {
		return *p, true
	}
	return Identity{}, false
}
