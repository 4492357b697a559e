package supervisor

import (
	"context"
	"maps"
	"slices"
	"sync"

	"lockstep/kernel/execution"
	"lockstep/kernel/link"
)

// comms are the comms that the cells of one process have open, and the messages
// that it is dealing with.
type comms struct {
	mu      sync.Mutex
	open    map[string]*cell // by id; the cell is who tells of the end
	serial  uint64
	waiting map[uint64]chan link.CommDone
}

func newComms() comms {
	return comms{open: map[string]*cell{}, waiting: map[uint64]chan link.CommDone{}}
}

// note takes notice of what a cell says.
func (s *comms) note(c execution.Comm, of *cell) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch c.Kind {
	case execution.CommOpen:
		s.open[c.ID] = of
	case execution.CommClose:
		delete(s.open, c.ID)
	}
}

// ask registers a message, to be answered.
func (s *comms) ask() (serial uint64, answer <-chan link.CommDone) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	c := make(chan link.CommDone, 1)
	s.waiting[s.serial] = c
	return s.serial, c
}

func (s *comms) answer(d link.CommDone) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.waiting[d.Serial]; c != nil {
		c <- d
		delete(s.waiting, d.Serial)
	}
}

func (s *comms) forget(serial uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.waiting, serial)
}

// end closes the comms that cells had open, when their process has ended.
func (s *comms) end() {
	s.mu.Lock()
	open := maps.Clone(s.open)
	clear(s.open)
	s.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(open)) {
		open[id].sink.comm(execution.Comm{Kind: execution.CommClose, ID: id, Data: map[string]any{}})
	}
}

// Comm hands a message in a comm to the worker, and waits until that has dealt
// with it. Without a worker nobody knows the comm. If the worker ends meanwhile
// nobody knows it any more, either.
func (s *Supervisor) Comm(ctx context.Context, c execution.Comm) (link.CommDone, error) {
	s.mu.Lock()
	w := s.current
	s.mu.Unlock()
	if w == nil {
		return link.CommDone{}, nil
	}
	select {
	case <-w.done:
	case <-ctx.Done():
		return link.CommDone{}, ctx.Err()
	}
	if w.err != nil {
		return link.CommDone{}, nil
	}
	return w.process.comm(ctx, c)
}

func (p *process) comm(ctx context.Context, c execution.Comm) (link.CommDone, error) {
	serial, answer := p.comms.ask()
	defer p.comms.forget(serial)
	if err := p.conn.Send(link.Comm{Serial: serial, Comm: c}); err != nil {
		return link.CommDone{}, nil // it is ending
	}
	select {
	case done := <-answer:
		if done.Known && c.Kind != execution.CommMsg {
			p.mu.Lock()
			last := p.last // not the cell whose handler it was, but one that is there
			p.mu.Unlock()
			p.comms.note(c, last)
		}
		return done, nil
	case <-p.over:
		return link.CommDone{}, nil
	case <-ctx.Done():
		return link.CommDone{}, ctx.Err()
	}
}
