package explore

import "lockstep/runtime/internal/simworld"

// Search chooses the schedules of one run after the other.
type Search interface {
	simworld.Chooser
	// Trace is what a run has to fill; nil if the search needs none.
	Trace() *simworld.Trace
	// Advance prepares the search for another run, after one that came to r. It
	// returns false when there is nothing left to run.
	Advance(r *simworld.Result) bool
	// Strayed reports whether the same choices led to another run: the body isn't
	// the same each time. The search is over then.
	Strayed() bool
}

// Sampled is the search of some schedules: one with each of a row of choosers.
type Sampled struct {
	simworld.Chooser
	// With returns the chooser of the i-th run, nil after the last.
	With func(i int) simworld.Chooser
	i    int
}

// NewSampled returns the search with the choosers that with returns for 0, 1, 2 …
// until nil.
func NewSampled(with func(i int) simworld.Chooser) *Sampled {
	return &Sampled{Chooser: with(0), With: with}
}

// Trace implements Search.
func (s *Sampled) Trace() *simworld.Trace { return nil }

// Advance implements Search.
func (s *Sampled) Advance(*simworld.Result) bool {
	s.i++
	s.Chooser = s.With(s.i)
	return s.Chooser != nil
}

// Strayed implements Search.
func (s *Sampled) Strayed() bool { return false }
