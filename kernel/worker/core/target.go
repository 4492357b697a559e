package core

import (
	"sync"
	"unsafe"
)

// targets are the functions that lowered code has handed over as what another
// process is to run.
type targets struct {
	mu     sync.Mutex
	byName map[string]any
	names  map[unsafe.Pointer]string // by the function's own word
}

// Target is a declared function as a value that Target's name can be told of: the
// same value each time. It is of the true variant.
func (c *Core) Target(function any, name string) any {
	t := &c.targets
	t.mu.Lock()
	defer t.mu.Unlock()
	if known, ok := t.byName[name]; ok {
		return known
	}
	if t.byName == nil {
		t.byName, t.names = map[string]any{}, map[unsafe.Pointer]string{}
	}
	function = c.Box(function)
	t.byName[name] = function
	t.names[closureOf(function)] = name
	return function
}

// TargetName is the name that a function was given to Target by.
func (c *Core) TargetName(function any) (string, bool) {
	t := &c.targets
	t.mu.Lock()
	defer t.mu.Unlock()
	name, ok := t.names[closureOf(function)]
	return name, ok
}

// IsTarget says that a function was given to Target by a name.
func (c *Core) IsTarget(name string) bool {
	t := &c.targets
	t.mu.Lock()
	defer t.mu.Unlock()
	_, ok := t.byName[name]
	return ok
}

// closureOf is the closure that an interface value of a function holds.
func closureOf(v any) unsafe.Pointer { return (*[2]unsafe.Pointer)(unsafe.Pointer(&v))[1] }
