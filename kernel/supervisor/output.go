package supervisor

import (
	"context"
	"sync"

	"lockstep/kernel/execution"
)

// sink is a cell's output, with one call at a time.
type sink struct {
	mu  sync.Mutex
	out execution.Output
}

func (s *sink) stream(name execution.Stream, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.Stream(name, text)
}

func (s *sink) display(d execution.Display) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.Display(d)
}

func (s *sink) clear(wait bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.Clear(wait)
}

func (s *sink) ask(p execution.Payload) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.Ask(p)
}

func (s *sink) verdict(v execution.Verdict) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if examiner, ok := s.out.(execution.Examiner); ok {
		examiner.Verdict(v)
	}
}

func (s *sink) comm(c execution.Comm) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.Comm(c)
}

// discard is an output that nobody sees.
type discard struct{}

func (discard) Stream(execution.Stream, string) {}
func (discard) Display(execution.Display)       {}
func (discard) Clear(bool)                      {}
func (discard) Ask(execution.Payload)           {}
func (discard) Comm(execution.Comm)             {}
func (discard) Input(context.Context, string, bool) (string, error) {
	return "", execution.ErrNoInput
}
