package process_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/process"
	"lockstep/runtime/thread"
)

func init() {
	targets = append(targets, countWords, countsUnder, changesInPlace, feeds, holdsManaged, storesProxy, appends, poolPuts)
	process.Register([]string(nil), &process.List[int]{})
}

func countWords(d *process.Dict[string, int], words []string) {
	for _, w := range words {
		n, _ := d.Get(w)
		d.Set(w, n+1)
	}
}

func countsUnder(d *process.Dict[string, int], l *process.ManagedLock, times int) {
	for range times {
		l.Lock()
		n, _ := d.Get("n")
		d.Set("n", n+1)
		l.Unlock()
	}
}

func changesInPlace(d *process.Dict[string, []string]) {
	names, _ := d.Get("names")
	names[0] = "changed"
	names = append(names, "more")
	_ = names
}

func feeds(q *process.ManagedQueue[point], v *process.ManagedValue[*point]) {
	p := must(q.Get())
	p.X++
	v.Store(&p)
}

func holdsManaged(l *process.ManagedLock, ready *process.Event) {
	l.Lock()
	ready.Set()
	thread.Sleep(time.Hour)
}

func storesProxy(d *process.Dict[string, *process.List[int]]) {
	l, _ := d.Get("list")
	l.Append(4)
}

func appends(l *process.List[int], n, times int) {
	for range times {
		l.Append(n, -n)
	}
}

func poolPuts(q *process.ManagedQueue[int]) int { q.Put(7); return 1 }

func TestADictIsSeenByAllProcesses(t *testing.T) { worldtest.Both(t, aDictIsSeenByAllProcesses) }

func aDictIsSeenByAllProcesses(t *testing.T) {
	m := process.NewManager()
	defer m.Shutdown()
	if m.PID() == process.Current().PID() {
		t.Error("the manager is no process of its own")
	}
	d := process.NewDict[string, int](m)
	process.Start(countWords, d, []string{"b", "a", "b"}).Join()
	var got []string
	for k, v := range d.All() {
		got = append(got, fmt.Sprint(k, v))
	}
	if !slices.Equal(got, []string{"b2", "a1"}) || d.Len() != 2 {
		t.Errorf("the words are %v, %d of them", got, d.Len())
	}
	if v, ok := d.Get("c"); v != 0 || ok {
		t.Errorf("a key that isn't there: %v, %v", v, ok)
	}
	if v, loaded := d.SetDefault("a", 9); v != 1 || !loaded {
		t.Errorf("SetDefault of a key that is there: %v, %v", v, loaded)
	}
	if v, loaded := d.SetDefault("c", 9); v != 9 || loaded {
		t.Errorf("SetDefault of a new key: %v, %v", v, loaded)
	}
	if v, ok := d.Delete("a"); v != 1 || !ok {
		t.Errorf("Delete: %v, %v", v, ok)
	}
	if v, ok := d.Delete("a"); v != 0 || ok {
		t.Errorf("a second Delete: %v, %v", v, ok)
	}
	d.Clear()
	if d.Len() != 0 {
		t.Errorf("after Clear: %d", d.Len())
	}
	// Structs are keys by what they are.
	type key struct{ A, B int }
	process.Register(key{})
	k := process.NewDict[key, any](m)
	k.Set(key{1, 2}, nil)
	if v, ok := k.Get(key{1, 2}); v != nil || !ok {
		t.Errorf("a struct as the key: %v, %v", v, ok)
	}
}

// Two steps are two, proxy or not.
func TestIncrementingThroughAProxyLosesUpdates(t *testing.T) {
	worldtest.Both(t, incrementingThroughAProxyLosesUpdates)
}

func incrementingThroughAProxyLosesUpdates(t *testing.T) {
	m := process.NewManager()
	defer m.Shutdown()
	d := process.NewDict[string, int](m)
	d.Set("n", 0)
	n, _ := d.Get("n")
	process.Start(countWords, d, []string{"n"}).Join()
	d.Set("n", n+1)
	if got, _ := d.Get("n"); got != 1 {
		t.Errorf("two increments made %d", got)
	}
	d.Set("n", 0)
	l := m.NewLock()
	a, b := process.Start(countsUnder, d, l, 100), process.Start(countsUnder, d, l, 100)
	a.Join()
	b.Join()
	if got, _ := d.Get("n"); got != 200 {
		t.Errorf("200 increments under a lock made %d", got)
	}
}

func TestAValueChangedInPlaceIsNotPropagated(t *testing.T) {
	worldtest.Both(t, aValueChangedInPlaceIsNotPropagated)
}

func aValueChangedInPlaceIsNotPropagated(t *testing.T) {
	m := process.NewManager()
	defer m.Shutdown()
	d := process.NewDict[string, []string](m)
	d.Set("names", []string{"first"})
	process.Start(changesInPlace, d).Join()
	names, _ := d.Get("names")
	if !slices.Equal(names, []string{"first"}) {
		t.Errorf("in the manager it is %v", names)
	}
	names[0] = "again"
	d.Set("names", names)
	if names, _ = d.Get("names"); names[0] != "again" {
		t.Errorf("after Set it is %v", names)
	}
	// A proxy as a value is what it stands for.
	lists := process.NewDict[string, *process.List[int]](m)
	l := process.NewList(m, 1, 2, 3)
	lists.Set("list", l)
	process.Start(storesProxy, lists).Join()
	if got := l.Values(); !slices.Equal(got, []int{1, 2, 3, 4}) {
		t.Errorf("the list is %v", got)
	}
}

func TestAListIsSeenByAllProcesses(t *testing.T) { worldtest.Both(t, aListIsSeenByAllProcesses) }

func aListIsSeenByAllProcesses(t *testing.T) {
	m := process.NewManager()
	defer m.Shutdown()
	l := process.NewList[int](m)
	a, b := process.Start(appends, l, 1, 20), process.Start(appends, l, 2, 20)
	a.Join()
	b.Join()
	all := l.Values()
	if len(all) != 80 || l.Len() != 80 {
		t.Fatalf("%d items, %d", len(all), l.Len())
	}
	for i := 0; i < len(all); i += 2 {
		if all[i] != -all[i+1] {
			t.Fatalf("what was appended at once came apart: %v", all)
		}
	}
	l = process.NewList(m, 1, 2, 3)
	l.Set(1, 20)
	l.Insert(0, 0)
	l.Insert(4, 4)
	if x := l.Remove(1); x != 1 || l.Get(0) != 0 || !slices.Equal(l.Values(), []int{0, 20, 3, 4}) {
		t.Errorf("removed %d, left %v", x, l.Values())
	}
	misuse(t, process.ErrIndex, "index 4, length 4", func() { l.Get(4) })
	misuse(t, process.ErrIndex, "", func() { l.Set(-1, 0) })
	misuse(t, process.ErrIndex, "", func() { l.Remove(9) })
	misuse(t, process.ErrIndex, "", func() { l.Insert(5, 0) })
	misuse(t, process.ErrProcessOnly, "chan int", func() { process.NewList[any](m, make(chan int)) })
}

func TestValuesAndQueuesOfAManager(t *testing.T) { worldtest.Both(t, valuesAndQueuesOfAManager) }

func valuesAndQueuesOfAManager(t *testing.T) {
	m := process.NewManager()
	defer m.Shutdown()
	q, v := process.NewManagedQueue[point](m, 1), process.NewManagedValue[*point](m, nil)
	if v.Load() != nil {
		t.Errorf("the value begins as %v", v.Load())
	}
	p := process.Start(feeds, q, v)
	q.Put(point{X: 1, label: "l"})
	p.Join()
	if got := v.Load(); *got != (point{X: 2, label: "l"}) {
		t.Errorf("the value is %v", got)
	}
	if _, err := q.GetTimeout(time.Millisecond); !errors.Is(err, process.ErrEmpty) {
		t.Errorf("of an empty queue: %v", err)
	}
	q.Put(point{})
	if err := q.PutTimeout(point{}, time.Millisecond); !errors.Is(err, process.ErrFull) || q.Len() != 1 {
		t.Errorf("to a full queue: %v; %d items", err, q.Len())
	}
	misuse(t, process.ErrTimeout, "", func() { _ = q.PutTimeout(point{}, -2) })
	misuse(t, process.ErrTimeout, "", func() { _, _ = q.GetTimeout(-2) })
}

func TestTheCallsOfAPoolCanBeGivenAQueueOfAManager(t *testing.T) {
	worldtest.Both(t, theCallsOfAPoolCanBeGivenAQueueOfAManager)
}

func theCallsOfAPoolCanBeGivenAQueueOfAManager(t *testing.T) {
	m := process.NewManager()
	defer m.Shutdown()
	pool := process.NewPool(1)
	defer endPool(pool)
	numbers := process.NewManagedQueue[int](m, 0)
	if n, err := process.Apply(pool, poolPuts, numbers); n != 1 || err != nil || must(numbers.Get()) != 7 {
		t.Errorf("the pool's call: %v, %v", n, err)
	}
}

func TestTheLockOfAManager(t *testing.T) { worldtest.Both(t, theLockOfAManager) }

func theLockOfAManager(t *testing.T) {
	m := process.NewManager()
	defer m.Shutdown()
	l := m.NewLock()
	l.Lock()
	if l.TryLock() || l.LockTimeout(time.Millisecond) {
		t.Error("locked twice")
	}
	l.Unlock()
	misuse(t, process.ErrNotLocked, "", l.Unlock)
	misuse(t, process.ErrTimeout, "", func() { l.LockTimeout(-2) })
	ready := process.NewEvent()
	p := process.Start(holdsManaged, l, ready)
	ready.Wait()
	// Whoever is killed while it waits does no harm.
	waiter := process.Start(holdsManaged, l, process.NewEvent())
	thread.Sleep(20 * time.Millisecond)
	waiter.Kill()
	waiter.Join()
	p.Kill()
	p.Join()
	defer func() {
		var abandoned *process.AbandonedError
		if err, ok := recover().(error); !ok || !errors.As(err, &abandoned) || abandoned.PID != p.PID() {
			t.Errorf("the lock says %v", err)
		}
	}()
	l.Lock()
}

func TestTheEndOfAManager(t *testing.T) { worldtest.Both(t, theEndOfAManager) }

func theEndOfAManager(t *testing.T) {
	m := process.NewManager()
	d := process.NewDict[int, int](m)
	d.Set(1, 2)
	m.Shutdown()
	m.Shutdown()
	misuse(t, process.ErrManagerGone, "Dict: use", func() { d.Get(1) })
	misuse(t, process.ErrManagerGone, "", func() { process.NewList[int](m) })
}

func TestTheProgramsEndEndsAManager(t *testing.T) {
	var ended *process.Manager
	asProgram(t, func() {
		ended = process.NewManager()
		endProgram()
	})
	misuse(t, process.ErrManagerGone, "the cell that has started it", func() { ended.NewLock() })
	ended.Shutdown()
}
