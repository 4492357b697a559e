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
