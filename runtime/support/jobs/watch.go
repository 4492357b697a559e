package jobs

import (
	"slices"
	"time"

	"lockstep/runtime/internal/sched"
)

// When says what a Watch waits for.
type When int

// What a Watch can wait for.
const (
	AllCompleted When = iota
	FirstCompleted
	FirstException
)

// Watch tells of several futures as their jobs end. Close it when it is no longer
// needed.
type Watch struct {
	m       sched.Monitor
	futures []*Future
	done    []*Future // in the order in which they ended
	next    int       // of done, for Next
}

var (
	opWait = sched.NewOp("Future", "Wait")
	opNext = sched.NewOp("Future", "AsCompleted")
)

// NewWatch watches futures, which are different ones.
func NewWatch(futures []*Future) *Watch {
	watch := &Watch{futures: futures}
	w := sched.Current()
	for _, f := range futures {
		f.m.EnterAgain(w, opWait, f)
		over := f.over.Load()
		if !over {
			f.watches = append(f.watches, watch)
		}
		f.m.Exit()
		if over {
			watch.add(w, f)
		}
	}
	return watch
}

// Keep implements sched.Kept.
func (watch *Watch) Keep() (setBack func()) {
	done, next := slices.Clone(watch.done), watch.next
	return func() { watch.done, watch.next = done, next }
}

// Close ends the watch.
func (watch *Watch) Close() {
	w := sched.Current()
	for _, f := range watch.futures {
		f.m.EnterAgain(w, opWait, f)
		f.watches = slices.DeleteFunc(f.watches, func(other *Watch) bool { return other == watch })
		f.m.Exit()
	}
}

func (watch *Watch) add(w sched.World, f *Future) {
	watch.m.EnterAgain(w, opWait, watch)
	watch.done = append(watch.done, f)
	w.Wake(&watch.m, len(watch.m.Waiters()))
	watch.m.Exit()
}

// Wait waits for what when says, at most for limit. It returns whether each of the
// futures is done.
func (watch *Watch) Wait(when When, limit time.Duration) []bool {
	sched.CheckLimit(opWait, limit)
	over := func() bool {
		done, failed := 0, false
		for _, f := range watch.futures {
			if f.over.Load() {
				done++
				failed = failed || f.state == finished && f.err != nil
			}
		}
		return done == len(watch.futures) || when == FirstCompleted && done > 0 || when == FirstException && failed
	}
	watch.wait(opWait, limit, over, over)
	done := make([]bool, len(watch.futures))
	for i, f := range watch.futures {
		done[i] = f.over.Load()
	}
	return done
}

// Next waits for one more future to be done, at most for limit, and returns the
// number that it has among those watched. It returns -1 when the time is over, and
// must not be called when all have been returned.
func (watch *Watch) Next(limit time.Duration) int {
	sched.CheckLimit(opNext, limit)
	if !watch.wait(opNext, limit, func() bool { return watch.next < len(watch.done) }, func() bool {
		done := 0
		for _, f := range watch.futures {
			if f.over.Load() {
				done++
			}
		}
		return done > watch.next
	}) {
		return -1
	}
	watch.m.Reenter() // others may be added meanwhile
	f := watch.done[watch.next]
	watch.next++
	watch.m.Exit()
	return slices.Index(watch.futures, f)
}

// wait waits until ready holds, at most for limit, and reports whether it does.
// over, which is called outside of the monitor, says that it will.
func (watch *Watch) wait(op *sched.Op, limit time.Duration, ready, over func() bool) bool {
	w := sched.Current()
	if limit == sched.Forever {
		defer waiting(w, op, over, watch.futures...)()
	}
	watch.m.Enter(op, watch)
	ok := w.Wait(&watch.m, op, ready, limit)
	watch.m.Exit()
	return ok
}

// Start returns the time from which Left counts.
func Start() time.Time { return sched.Current().Now() }

// Left returns what is left of limit, which is given from start on.
func Left(limit time.Duration, start time.Time) time.Duration {
	if limit < 0 {
		return limit
	}
	return max(0, limit-sched.Current().Now().Sub(start))
}
