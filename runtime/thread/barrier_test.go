package thread_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/thread"
)

func TestABarrierLetsAllGoOnTogetherAgainAndAgain(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		const parties, rounds = 3, 4
		var (
			mu      thread.Mutex
			arrived int
			indexes [rounds][]int
			actions []int // arrivals at the time of each action
		)
		meet := thread.NewBarrier(parties, func() { actions = append(actions, arrived) })
		part := thread.NewBarrier(parties, nil)
		party := func() {
			for round := range rounds {
				mu.Lock()
				arrived++
				mu.Unlock()
				i, err := meet.Wait()
				if err != nil || len(actions) != round+1 {
					t.Errorf("round %d: error %v, %d actions", round, err, len(actions))
				}
				mu.Lock()
				indexes[round] = append(indexes[round], i)
				mu.Unlock()
				if _, err := part.Wait(); err != nil {
					t.Error(err)
				}
			}
		}
		var threads []*thread.Thread
		for range parties {
			threads = append(threads, thread.Go(party))
		}
		for _, th := range threads {
			th.Join()
		}
		if want := []int{3, 6, 9, 12}; !slices.Equal(actions, want) {
			t.Errorf("arrivals at each action %v, want %v", actions, want)
		}
		for round := range indexes {
			slices.Sort(indexes[round])
			if !slices.Equal(indexes[round], []int{0, 1, 2}) {
				t.Errorf("round %d: indexes %v", round, indexes[round])
			}
		}
	})
}

// waiting starts n threads that wait at b, and returns when all do. Their errors
// come from the function returned.
func waiting(b *thread.Barrier, n int) (errs func() []error) {
	results := make([]error, n)
	var threads []*thread.Thread
	for i := range n {
		threads = append(threads, thread.Go(func() { _, results[i] = b.Wait() }))
	}
	for b.Waiting() < n {
		thread.Yield()
	}
	return func() []error {
		for _, th := range threads {
			th.Join()
		}
		return results
	}
}

func allBroken(t *testing.T, errs []error) {
	t.Helper()
	for i, err := range errs {
		if !errors.Is(err, thread.ErrBrokenBarrier) {
			t.Errorf("party %d got %v, want ErrBrokenBarrier", i, err)
		}
	}
}

func TestAbortBreaksABarrierUntilReset(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		b := thread.NewBarrier(3, nil)
		errs := waiting(b, 2)
		b.Abort()
		allBroken(t, errs())
		_, err := b.Wait()
		allBroken(t, []error{err})
		if !b.Broken() || b.Waiting() != 0 {
			t.Errorf("broken %t, %d waiting", b.Broken(), b.Waiting())
		}
		b.Reset()
		errs = waiting(b, 2)
		if _, err := b.Wait(); err != nil || b.Broken() {
			t.Errorf("after Reset: %v, broken %t", err, b.Broken())
		}
		for _, err := range errs() {
			if err != nil {
				t.Errorf("after Reset: %v", err)
			}
		}
	})
}

func TestATimeOutBreaksABarrierForAll(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		b := thread.NewBarrier(3, nil)
		errs := waiting(b, 1)
		_, err := b.WaitTimeout(time.Millisecond)
		allBroken(t, append(errs(), err))
		if !b.Broken() {
			t.Error("it is not broken")
		}
	})
}

func TestResetBreaksTheWaitOfThoseWhoWait(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		b := thread.NewBarrier(3, nil)
		errs := waiting(b, 2)
		b.Reset()
		allBroken(t, errs())
		if b.Broken() || b.Waiting() != 0 {
			t.Errorf("after Reset: broken %t, %d waiting", b.Broken(), b.Waiting())
		}
	})
}

func TestAPanicOfTheActionBreaksABarrier(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		b := thread.NewBarrier(2, func() { panic("boom") })
		errs := waiting(b, 1)
		func() {
			defer func() {
				if recover() != "boom" {
					t.Error("the party that ran the action got no panic")
				}
			}()
			_, _ = b.Wait()
		}()
		allBroken(t, errs())
	})
}

func TestMisuseOfBarriers(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		worldtest.Misuse(t, thread.ErrValue, func() { thread.NewBarrier(0, nil) })
		worldtest.Misuse(t, thread.ErrTimeout, func() { _, _ = thread.NewBarrier(1, nil).WaitTimeout(-2) })
		b := thread.NewBarrier(1, nil)
		if i, err := b.WaitTimeout(0); i != 0 || err != nil || b.Parties() != 1 {
			t.Errorf("the only party got %d, %v", i, err)
		}
	})
}
