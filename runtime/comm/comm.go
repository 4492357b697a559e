// Package comm lets cells talk with code in the front end, such as an extension
// of JupyterLab, by Jupyter's comms. Messages are JSON objects.
//
// Handlers run on a goroutine of their own, also while a cell runs; what they show
// appears below the cell that set them. In a plain Go program there is no front
// end: what is sent goes nowhere, and no handler is ever called.
package comm

import (
	"fmt"

	"lockstep/runtime/internal/comms"
)

// Comm is one conversation. It may be used by any goroutine and in any cell.
type Comm struct{ c *comms.Comm }

// Open begins a conversation with a target that the front end has. One that has
// no such target closes it at once. It panics if data can't be written as JSON.
func Open(target string, data map[string]any) Comm {
	c, err := comms.New(target, data)
	if err != nil {
		panic(fmt.Errorf("comm: %w", err))
	}
	return Comm{c}
}

// Register has opened called, with the data that comes along, for each
// conversation that the front end begins with the target. A second Register of a
// target replaces the first.
func Register(target string, opened func(c Comm, data map[string]any)) {
	comms.Register(target, func(c *comms.Comm, data map[string]any) { opened(Comm{c}, data) })
}

// ID returns the id that both sides know the comm by.
func (c Comm) ID() string { return c.c.ID }

// Send sends a message. It panics if the comm is closed, or if data can't be
// written as JSON.
func (c Comm) Send(data map[string]any) {
	if err := c.c.Send(data); err != nil {
		panic(fmt.Errorf("comm: %w", err))
	}
}

// Close ends the conversation for both sides; a second Close does nothing. It
// panics if data can't be written as JSON.
func (c Comm) Close(data map[string]any) {
	if err := c.c.Close(data); err != nil {
		panic(fmt.Errorf("comm: %w", err))
	}
}

// OnMessage has handle called for each message from the front end, in place of the
// handler before. Messages that came without a handler are lost: set it right after
// Open, or within a Register's function.
func (c Comm) OnMessage(handle func(data map[string]any)) { c.c.Handle(handle, nil) }

// OnClose has handle called when the front end ends the conversation.
func (c Comm) OnClose(handle func(data map[string]any)) { c.c.Handle(nil, handle) }
