package core

import (
	"reflect"
	"strings"
	"unsafe"
)

// Variable says where a session variable is, which lowered code calls by a name.
func (c *Core) Variable(name string, variable reflect.Value) {
	base, _, _ := strings.Cut(name, "ʹ")
	c.simulation.mu.Lock()
	defer c.simulation.mu.Unlock()
	c.simulation.variables[base] = variable
}

// ForgetVariable takes Variable back, unless another variable goes by the name now.
func (c *Core) ForgetVariable(name string, variable reflect.Value) {
	base, _, _ := strings.Cut(name, "ʹ")
	c.simulation.mu.Lock()
	defer c.simulation.mu.Unlock()
	if known, ok := c.simulation.variables[base]; ok && known.UnsafeAddr() == variable.UnsafeAddr() {
		delete(c.simulation.variables, base)
	}
}

// NameOf is what cells call the object at p, or the one that p is the pointer of:
// "forks[2]". It is "" if no session variable leads there.
func (c *Core) NameOf(p unsafe.Pointer) string {
	c.simulation.mu.Lock()
	defer c.simulation.mu.Unlock()
	return c.simulation.variables.NameOf(p)
}
