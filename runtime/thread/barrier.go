package thread

import (
	"errors"
	"time"

	"lockstep/runtime/internal/sched"
)

// ErrBrokenBarrier is what Barrier.Wait returns when not all parties can come.
// Python: threading.BrokenBarrierError.
var ErrBrokenBarrier = errors.New("the barrier is broken (Python: BrokenBarrierError)")

// Barrier lets a fixed number of threads wait for each other, again and again.
// Make it with NewBarrier. Python: threading.Barrier.
type Barrier struct {
	m       sched.Monitor
	parties int
	action  func()
	round   *round
	broken  bool // until Reset
}

// round is one filling of a barrier.
type round struct {
	arrived  int
	released bool
	broken   bool
}

var (
	opBarrierNew   = sched.NewOp("Barrier", "NewBarrier")
	opBarrierWait  = sched.NewOp("Barrier", "Wait")
	opBarrierAbort = sched.NewOp("Barrier", "Abort")
	opBarrierReset = sched.NewOp("Barrier", "Reset")
	opBarrierLook  = sched.NewOp("Barrier", "Waiting").Looks()
)

// NewBarrier returns a barrier for the given number of threads, 1 or more; else it
// is a misuse: ErrValue. action, if not nil, is run by the last that comes, before
// any goes on. Python: threading.Barrier(parties, action).
func NewBarrier(parties int, action func()) *Barrier {
	sched.CheckValue(opBarrierNew, parties, 1)
	return &Barrier{parties: parties, action: action, round: &round{}}
}

// Wait waits until all parties wait. Each of them gets another index, from 0 for
// the first that came. The error is ErrBrokenBarrier if the barrier is broken, or
// gets broken meanwhile: by Abort, by a time-out of a party, by a panic of the
// action; also if Reset is called meanwhile. Python: Barrier.wait().
func (b *Barrier) Wait() (index int, err error) { return b.WaitTimeout(NoLimit) }

// WaitTimeout is Wait for at most limit: if that passes, the barrier is broken for
// all until Reset. Misuse: ErrTimeout. Python: Barrier.wait(timeout).
func (b *Barrier) WaitTimeout(limit time.Duration) (index int, err error) {
	sched.CheckLimit(opBarrierWait, limit)
	w := b.m.Enter(opBarrierWait, (*barrierState)(b))
	// Who comes while a round is full, its action running, belongs to the next.
	r := b.round
	w.Wait(&b.m, opBarrierWait, func() bool {
		return b.round != r || r.arrived < b.parties || b.broken
	}, NoLimit)
	if b.broken {
		b.m.Exit()
		return 0, ErrBrokenBarrier
	}
	r = b.round
	index = r.arrived
	r.arrived++
	if r.arrived == b.parties {
		b.release(w, r)
	} else if !b.await(w, r, limit) {
		b.breakAll(w)
	}
	broken := !r.released
	b.m.Exit()
	if broken {
		return 0, ErrBrokenBarrier
	}
	return index, nil
}

// await waits for the end of round r. A party that is ended from outside while
// it waits will never come: that breaks the round.
func (b *Barrier) await(w sched.World, r *round, limit time.Duration) bool {
	returned := false
	defer func() {
		if !returned {
			b.m.Reenter()
			b.breakAll(w)
			b.m.Exit()
		}
	}()
	ok := w.Wait(&b.m, opBarrierWait, func() bool { return r.released || r.broken }, limit)
	returned = true
	return ok
}

// release runs the action and lets all parties of round r go on.
func (b *Barrier) release(w sched.World, r *round) {
	if b.action != nil {
		returned := false
		defer func() {
			if !returned {
				b.m.Reenter()
				b.breakAll(w)
				b.m.Exit()
			}
		}()
		b.m.Exit()
		b.action()
		b.m.Reenter()
		returned = true
	}
	if !r.broken {
		r.released = true
		b.round = &round{}
	}
	w.Wake(&b.m, len(b.m.Waiters()))
}

// breakAll breaks the barrier for those that wait and those that come.
func (b *Barrier) breakAll(w sched.World) {
	b.broken = true
	b.round.broken = true
	w.Wake(&b.m, len(b.m.Waiters()))
}

// Abort breaks the barrier: all that wait, and those that come until Reset, get
// ErrBrokenBarrier. Python: Barrier.abort.
func (b *Barrier) Abort() {
	w := b.m.Enter(opBarrierAbort, (*barrierState)(b))
	b.breakAll(w)
	b.m.Exit()
}

// Reset makes the barrier as new. Those that wait get ErrBrokenBarrier. Python:
// Barrier.reset.
func (b *Barrier) Reset() {
	w := b.m.Enter(opBarrierReset, (*barrierState)(b))
	if b.round.arrived > 0 {
		b.round.broken = true
	}
	b.round, b.broken = &round{}, false
	w.Wake(&b.m, len(b.m.Waiters()))
	b.m.Exit()
}

// Broken reports whether the barrier is broken. Python: Barrier.broken.
func (b *Barrier) Broken() bool {
	b.m.Enter(opBarrierLook, (*barrierState)(b))
	defer b.m.Exit()
	return b.broken
}

// Waiting returns the number of threads that wait. Python: Barrier.n_waiting.
func (b *Barrier) Waiting() int {
	b.m.Enter(opBarrierLook, (*barrierState)(b))
	defer b.m.Exit()
	if b.broken {
		return 0
	}
	return b.round.arrived
}

// Parties returns the number of threads that the barrier is for. Python:
// Barrier.parties.
func (b *Barrier) Parties() int { return b.parties }
