package session

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"lockstep/kernel/execution"
	"lockstep/kernel/protocol"
)

// maxSubshells is how many subshells there may be at a time. Each may have a
// process of its own.
const maxSubshells = 16

// shell answers the requests on the shell channel that name it, one after the
// other: the main shell, or a subshell beside it (JEP 91).
type shell struct {
	id      string // of a subshell; empty for the main shell
	engine  execution.Engine
	queue   *queue
	counter counter
	idle    chan struct{} // closed when the queue has been worked off for good
}

func newShell(id string, engine execution.Engine) *shell {
	return &shell{id: id, engine: engine, queue: newQueue(), idle: make(chan struct{})}
}

// shells are the main shell and the subshells.
type shells struct {
	main *shell

	mu     sync.Mutex
	subs   map[string]*shell
	ending sync.WaitGroup // of deleted subshells
	closed bool
}

func (s *shells) find(id string) *shell {
	if id == "" {
		return s.main
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.subs[id]
}

func (s *shells) all() []*shell {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*shell{s.main}, slices.Collect(maps.Values(s.subs))...)
}

// close takes no more subshells.
func (s *shells) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
}

var errEnding = errors.New("the kernel is ending")

// create makes a subshell. It begins with what the main shell has declared and
// counted so far, and has its own from there on.
func (s *shells) create() (*shell, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, errEnding
	case len(s.subs) >= maxSubshells:
		return nil, fmt.Errorf("there are %d subshells already, which is the most: delete one", maxSubshells)
	}
	engine, err := s.main.engine.Fork()
	if err != nil {
		return nil, err
	}
	sub := newShell(protocol.NewID(), engine)
	s.main.counter.fork(&sub.counter)
	s.subs[sub.id] = sub
	return sub, nil
}

// remove takes a subshell out of the list, so that it is the caller's to end.
func (s *shells) remove(id string) (*shell, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := s.subs[id]
	switch {
	case s.closed:
		return nil, errEnding
	case sub == nil:
		return nil, unknownSubshell(id)
	}
	delete(s.subs, id)
	s.ending.Add(1)
	return sub, nil
}

func unknownSubshell(id string) error { return fmt.Errorf("there is no subshell %q", id) }

// route gives a request on shell to the shell that it names.
func (s *Session) route(r *request) {
	id := r.message.Header.SubshellID
	if r.shell = s.shells.find(id); r.shell == nil {
		// The main shell answers that there is none.
		r.shell, r.unknown = s.shells.main, true
	}
	if !r.shell.queue.push(r) && id != "" {
		// It has been deleted just now.
		r.shell, r.unknown = s.shells.main, true
		r.shell.queue.push(r)
	}
}

// serveShell works off a shell's queue.
func (s *Session) serveShell(sh *shell) {
	defer close(sh.idle)
	for {
		ctx, r, ok := sh.queue.next(s.alive)
		if !ok {
			return
		}
		s.handle(ctx, r)
		sh.queue.done()
	}
}

func (s *Session) createSubshell(context.Context, *request, protocol.CreateSubshellRequest) (protocol.Content, error) {
	sub, err := s.shells.create()
	if err != nil {
		return nil, err
	}
	go s.serveShell(sub)
	return protocol.CreateSubshellReply{Status: protocol.StatusOK, SubshellID: sub.id}, nil
}

// deleteSubshell ends the subshell's running cell and aborts what is queued there.
// It doesn't wait for that.
func (s *Session) deleteSubshell(_ context.Context, _ *request, c protocol.DeleteSubshellRequest) (protocol.Content, error) {
	sub, err := s.shells.remove(c.SubshellID)
	if err != nil {
		return nil, err
	}
	sub.queue.close()
	go func() {
		defer s.shells.ending.Done()
		select {
		case <-sub.idle:
		case <-time.After(stopGrace):
			s.logf("the running cell of subshell %s did not end within %v of its deletion", sub.id, stopGrace)
		}
		if err := sub.engine.Close(); err != nil {
			s.logf("ending subshell %s: %v", sub.id, err)
		}
	}()
	return protocol.DeleteSubshellReply{Status: protocol.StatusOK}, nil
}

func (s *Session) listSubshells(context.Context, *request, protocol.ListSubshellRequest) (protocol.Content, error) {
	ids := []string{}
	for _, sh := range s.shells.all() {
		if sh.id != "" {
			ids = append(ids, sh.id)
		}
	}
	slices.Sort(ids)
	return protocol.ListSubshellReply{Status: protocol.StatusOK, SubshellID: ids}, nil
}
