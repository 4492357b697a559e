package process_test

import (
	"slices"
	"testing"
	"time"

	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/process"
	"lockstep/runtime/thread"
)

func init() {
	targets = append(targets, addMany, addOnce, squares, moves, holdsValue)
}

type grid struct {
	X, Y int32
	on   bool
	rows [2]float64
}

func addMany(v *process.Value[int], n int) {
	for range n {
		v.Lock()
		v.Store(v.Load() + 1)
		v.Unlock()
	}
}

func addOnce(v *process.Value[int]) { v.Store(v.Load() + 1) }

func squares(a *process.Array[int]) {
	for i := range a.Len() {
		a.Store(i, a.Load(i)*a.Load(i))
	}
}

func moves(v *process.Value[grid]) {
	g := v.Load()
	g.X, g.on, g.rows[1] = g.X+1, true, 2.5
	v.Store(g)
}

func holdsValue(v *process.Value[int], ready *process.Event) {
	v.Lock()
	ready.Set()
	thread.Sleep(time.Hour)
}

func TestAValueIsSharedByProcesses(t *testing.T) { worldtest.Both(t, aValueIsSharedByProcesses) }

func aValueIsSharedByProcesses(t *testing.T) {
	v := process.NewValue(0)
	var all []*process.Process
	for range 3 {
		all = append(all, process.Start(addMany, v, 300))
	}
	for _, p := range all {
		p.Join()
	}
	if v.Load() != 900 {
		t.Errorf("three processes counted to %d under the lock, want 900", v.Load())
	}
	g := process.NewValue(grid{X: 1, rows: [2]float64{1, 1}})
	process.Start(moves, g).Join()
	if got, want := g.Load(), (grid{2, 0, true, [2]float64{1, 2.5}}); got != want {
		t.Errorf("another process left %v, want %v", got, want)
	}
	b := process.NewRawValue(byte(1))
	b.Store(200)
	if b.Load() != 200 {
		t.Errorf("a byte is %d", b.Load())
	}
}

// The lock is held around each of them, not around both.
func TestLoadAndThenStoreLosesUpdates(t *testing.T) { worldtest.Both(t, loadAndThenStoreLosesUpdates) }

func loadAndThenStoreLosesUpdates(t *testing.T) {
	v := process.NewValue(0)
	old := v.Load()
	process.Start(addOnce, v).Join()
	v.Store(old + 1)
	if v.Load() != 1 {
		t.Errorf("two additions made %d", v.Load())
	}
}

func TestAnArrayIsSharedByProcesses(t *testing.T) { worldtest.Both(t, anArrayIsSharedByProcesses) }

func anArrayIsSharedByProcesses(t *testing.T) {
	for _, a := range []*process.Array[int]{process.NewArray([]int{1, 2, 3}), process.NewRawArray([]int{1, 2, 3})} {
		process.Start(squares, a).Join()
		if got := a.Values(); !slices.Equal(got, []int{1, 4, 9}) || a.Len() != 3 {
			t.Errorf("another process made of it %v", got)
		}
		misuse(t, process.ErrIndex, "index 3, length 3", func() { a.Load(3) })
		misuse(t, process.ErrIndex, "index -1", func() { a.Store(-1, 0) })
	}
	values := []int{1}
	a := process.NewArray(values)
	values[0] = 2
	if a.Load(0) != 1 {
		t.Error("the array is not a copy")
	}
	if got := process.NewArray([]int(nil)).Values(); len(got) != 0 {
		t.Errorf("an array of nothing has %v", got)
	}
}

func TestTheLockOfAValue(t *testing.T) { worldtest.Both(t, theLockOfAValue) }

func theLockOfAValue(t *testing.T) {
	v := process.NewValue(1)
	v.Lock()
	v.Lock() // it is recursive
	v.Store(v.Load() + 1)
	p := process.Start(addOnce, v)
	if p.JoinTimeout(50 * time.Millisecond) {
		t.Error("another process got past the lock")
	}
	v.Unlock()
	v.Unlock()
	p.Join()
	if v.Load() != 3 {
		t.Errorf("it is %d, want 3", v.Load())
	}
	misuse(t, process.ErrNotOwner, "AssertionError", v.Unlock)
	raw := process.NewRawValue(1)
	misuse(t, process.ErrNoLock, "get_lock", raw.Lock)
	misuse(t, process.ErrNoLock, "", process.NewRawArray([]int{1}).Unlock)
}

// Python hangs here.
func TestAValueWhoseHolderHasEndedIsReported(t *testing.T) {
	worldtest.Both(t, aValueWhoseHolderHasEndedIsReported)
}

func aValueWhoseHolderHasEndedIsReported(t *testing.T) {
	v, ready := process.NewValue(1), process.NewEvent()
	abandoned(t, process.Start(holdsValue, v, ready), ready, "value", func() { v.Load() })
}

func TestWhatCanNotBeShared(t *testing.T) { worldtest.Both(t, whatCanNotBeShared) }

func whatCanNotBeShared(t *testing.T) {
	misuse(t, process.ErrNotFlat, "process_test.point has a string", func() { process.NewValue(point{}) })
	misuse(t, process.ErrNotFlat, "not a []int", func() { process.NewValue([]int{1}) })
	misuse(t, process.ErrNotFlat, "TypeError", func() { process.NewArray([]string{"a"}) })
	misuse(t, process.ErrNotFlat, "interface {}", func() { process.NewArray([]any{1}) })
}
