package trace

import (
	"slices"
	"sync"
	"time"
)

// MaxEvents is the number of events that a Recorder keeps. Later ones are counted
// only: Trace.Dropped.
const MaxEvents = 200_000

// Recorder collects events from any number of goroutines. Start returns one that
// listens to real threads; the zero value is ready to be fed by hand, as
// simulations do.
//
// An event costs well below 200 ns.
type Recorder struct {
	mu      sync.Mutex
	lanes   []laneName
	chunks  [][]Event // all full but the last
	kept    int
	dropped int
	until   time.Duration // when it was stopped; 0 if it wasn't

	listener *listener // of a Recorder made by Start
}

type laneName struct{ process, name string }

// chunk is the number of events in one piece of memory, so that no event waits
// for all of them to be copied.
const chunk = 1024

// Lane returns a new lane of the given name. Several may have the same name.
func (r *Recorder) Lane(name string) Lane { return r.LaneIn("", name) }

// LaneIn returns a new lane of the given name in a process. Pictures keep the
// lanes of a process together, in the order in which its first one was made.
func (r *Recorder) LaneIn(process, name string) Lane {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lanes = append(r.lanes, laneName{process, name})
	return Lane(len(r.lanes))
}

// Record adds an event. Events may come in any order of time; those of the same
// time keep the order in which they come. What is wrong with an event is said by
// Trace.Err.
func (r *Recorder) Record(e Event) {
	r.mu.Lock()
	if r.kept == MaxEvents {
		r.dropped++
		r.mu.Unlock()
		return
	}
	last := len(r.chunks) - 1
	if last < 0 || len(r.chunks[last]) == chunk {
		r.chunks = append(r.chunks, make([]Event, 0, chunk))
		last++
	}
	r.chunks[last] = append(r.chunks[last], e)
	r.kept++
	r.mu.Unlock()
}

// Trace returns what has been recorded up to now.
func (r *Recorder) Trace() *Trace {
	r.mu.Lock()
	lanes := slices.Clone(r.lanes)
	events := slices.Concat(r.chunks...)
	dropped, until := r.dropped, r.until
	r.mu.Unlock()
	return build(lanes, events, dropped, until)
}
