package session

import (
	"context"
	"strings"
	"sync"

	"lockstep/kernel/execution"
	"lockstep/kernel/protocol"
)

// comms are the comms that are open, in whichever direction.
type comms struct {
	mu   sync.Mutex
	open map[string]openComm // by id
}

// openComm is one comm, with the engine whose code has the other end.
type openComm struct {
	target string
	engine execution.Engine
}

func (c *comms) add(id string, o openComm) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open[id] = o
}

func (c *comms) find(id string) (openComm, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o, found := c.open[id]
	return o, found
}

func (c *comms) remove(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, id)
}

// info lists the comms to a target, or all where that is empty.
func (c *comms) info(target string) map[string]protocol.CommInfo {
	c.mu.Lock()
	defer c.mu.Unlock()
	info := map[string]protocol.CommInfo{}
	for id, o := range c.open {
		if target == "" || target == o.target {
			info[id] = protocol.CommInfo{TargetName: o.target}
		}
	}
	return info
}

// Comm implements execution.Output. It is published for silent cells, too: code
// on the other side waits for it.
func (o *output) Comm(c execution.Comm) {
	s, data := o.session, orEmpty(c.Data)
	var content protocol.Content
	switch c.Kind {
	case execution.CommOpen:
		s.comms.add(c.ID, openComm{c.Target, o.shell.engine})
		content = protocol.CommOpen{CommID: c.ID, TargetName: c.Target, Data: data}
	case execution.CommMsg:
		content = protocol.CommMsg{CommID: c.ID, Data: data}
	case execution.CommClose:
		s.comms.remove(c.ID)
		content = protocol.CommClose{CommID: c.ID, Data: data}
	default:
		s.logf("ignored a comm message of the kind %q", c.Kind)
		return
	}
	s.publish(o.patience(), o.parent, content)
}

func (s *Session) commInfo(_ context.Context, _ *request, c protocol.CommInfoRequest) (protocol.Content, error) {
	return protocol.CommInfoReply{Status: protocol.StatusOK, Comms: s.comms.info(c.TargetName)}, nil
}

// commOpen opens a comm to whichever shell's code has the target, and closes it at
// once if none has. Front ends send it to subshells, whatever the target.
func (s *Session) commOpen(ctx context.Context, r *request, c protocol.CommOpen) (protocol.Content, error) {
	message := execution.Comm{Kind: execution.CommOpen, ID: c.CommID, Target: c.TargetName, Data: orEmpty(c.Data)}
	for _, sh := range s.shells.all() {
		// Before it is handed over, since its handler may close it.
		s.comms.add(c.CommID, openComm{c.TargetName, sh.engine})
		if s.deliver(ctx, r, sh.engine, message) {
			return nil, nil
		}
		s.comms.remove(c.CommID)
	}
	s.publish(s.alive, r.message, protocol.CommClose{CommID: c.CommID, Data: map[string]any{}})
	return nil, nil
}

func (s *Session) commMsg(ctx context.Context, r *request, c protocol.CommMsg) (protocol.Content, error) {
	// A front end may not know yet that a comm is closed.
	if o, found := s.comms.find(c.CommID); found {
		s.deliver(ctx, r, o.engine, execution.Comm{Kind: execution.CommMsg, ID: c.CommID, Data: orEmpty(c.Data)})
	}
	return nil, nil
}

func (s *Session) commClose(ctx context.Context, r *request, c protocol.CommClose) (protocol.Content, error) {
	if o, found := s.comms.find(c.CommID); found {
		s.comms.remove(c.CommID)
		s.deliver(ctx, r, o.engine, execution.Comm{Kind: execution.CommClose, ID: c.CommID, Data: orEmpty(c.Data)})
	}
	return nil, nil
}

// deliver has an engine's code deal with a message, shows what it fails with, and
// reports whether it knows the comm.
func (s *Session) deliver(ctx context.Context, r *request, engine execution.Engine, c execution.Comm) bool {
	known, failure := engine.Comm(ctx, c)
	if failure != nil {
		s.publish(s.alive, r.message, protocol.Stream{
			Name: string(execution.Stderr),
			Text: "a handler of comm " + c.ID + " failed: " + strings.Join(failure.Traceback, "\n") + "\n",
		})
	}
	return known
}
