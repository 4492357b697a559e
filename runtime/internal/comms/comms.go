// Package comms holds a session's open comms and the targets that cells have
// registered, for package comm and for the kernel.
package comms

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"sync"

	"lockstep/runtime/internal/render"
	"lockstep/runtime/internal/scope"
)

// The kinds of messages in a comm.
const (
	Open    = "open"
	Message = "msg"
	Close   = "close"
)

// Handler gets the data of a message.
type Handler func(data map[string]any)

// Comm is one side of a conversation. Its handlers run in the scope of the code
// that opened it or registered its target.
type Comm struct {
	ID, Target string

	scope  *scope.Scope
	mu     sync.Mutex
	closed bool
	// OnMessage and OnClose may be nil.
	onMessage, onClose Handler
}

type target struct {
	scope  *scope.Scope
	opened func(c *Comm, data map[string]any)
}

var registry = struct {
	sync.Mutex
	comms   map[string]*Comm
	targets map[string]target
}{comms: map[string]*Comm{}, targets: map[string]target{}}

// New opens a comm to a target in the front end.
func New(name string, data map[string]any) (*Comm, error) {
	var id [16]byte
	rand.Read(id[:]) // never fails
	c := &Comm{ID: hex.EncodeToString(id[:]), Target: name, scope: scope.Current()}
	c.keep()
	if err := c.send(Open, data); err != nil {
		c.drop()
		return nil, err
	}
	return c, nil
}

// keep lets messages find the comm. In a plain program none come.
func (c *Comm) keep() {
	if c.scope.Host == nil {
		return
	}
	registry.Lock()
	defer registry.Unlock()
	registry.comms[c.ID] = c
}

// drop ends the comm on this side. It reports whether that was open.
func (c *Comm) drop() bool {
	registry.Lock()
	delete(registry.comms, c.ID)
	registry.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	was := !c.closed
	c.closed = true
	return was
}

// send sends in the name of the goroutine that calls it.
func (c *Comm) send(kind string, data map[string]any) error {
	host, ok := scope.Current().Host.(scope.CommHost)
	if !ok {
		return nil // a plain program
	}
	if data == nil {
		data = map[string]any{}
	}
	return host.Comm(kind, c.ID, c.Target, data)
}

// Send sends a message. On a closed comm it reports that.
func (c *Comm) Send(data map[string]any) error {
	c.mu.Lock()
	closed := c.closed
	c.mu.Unlock()
	if closed {
		return fmt.Errorf("comm %s to %s is closed", c.ID, c.Target)
	}
	return c.send(Message, data)
}

// Close ends the comm for both sides; a second call does nothing.
func (c *Comm) Close(data map[string]any) error {
	if !c.drop() {
		return nil
	}
	return c.send(Close, data)
}

// Handle sets what gets messages and the other side's close; nil is nobody.
func (c *Comm) Handle(message, closed Handler) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if message != nil {
		c.onMessage = message
	}
	if closed != nil {
		c.onClose = closed
	}
}

// Register has opened called for comms that the front end opens to a target.
func Register(name string, opened func(c *Comm, data map[string]any)) {
	registry.Lock()
	defer registry.Unlock()
	registry.targets[name] = target{scope.Current(), opened}
}

// Deliver handles a message from the front end on the calling goroutine, which
// must be outside of every scope. It reports whether the comm, or the target of
// one to be opened, is known; the error is a handler's panic.
func Deliver(kind, id, name string, data map[string]any) (known bool, err error) {
	registry.Lock()
	c, t := registry.comms[id], registry.targets[name]
	registry.Unlock()
	switch {
	case kind == Open && t.opened != nil:
		c = &Comm{ID: id, Target: name, scope: t.scope}
		c.keep()
		return true, run(t.scope, func() { t.opened(c, data) })
	case kind == Open || c == nil:
		return false, nil
	}
	if kind == Close {
		c.drop()
	}
	c.mu.Lock()
	handler := c.onMessage
	if kind == Close {
		handler = c.onClose
	}
	c.mu.Unlock()
	if handler == nil {
		return true, nil
	}
	return true, run(c.scope, func() { handler(data) })
}

// run calls f in a scope; the error is its panic.
func run(s *scope.Scope, f func()) (err error) {
	s.Do(func() {
		defer func() {
			if value := recover(); value != nil {
				err = fmt.Errorf("panic: %s", render.PanicText(value))
			}
		}()
		f()
	})
	return err
}

// Cells are the numbers of the cells that have open comms or registered targets:
// code of theirs may run at any time.
func Cells() map[int]bool {
	registry.Lock()
	defer registry.Unlock()
	cells := map[int]bool{}
	for _, c := range registry.comms {
		cells[c.scope.Cell] = true
	}
	for _, t := range registry.targets {
		cells[t.scope.Cell] = true
	}
	return cells
}
