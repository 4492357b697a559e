package process_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/process"
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

func init() {
	targets = append(targets, produce, consume, putLarge, consumeTasks, getsForever, holdsBack, countsToEnd, startsProducer, boomAfter)
}

func deepEqual(a, b any) bool { return reflect.DeepEqual(a, b) }

func produce(q *process.Queue[string], name string, n int) {
	for i := range n {
		q.Put(fmt.Sprintf("%s %d", name, i))
	}
}

func consume(q, out *process.Queue[string]) {
	for {
		item := must(q.Get())
		if item == "end" {
			return
		}
		out.Put(item)
	}
}

func putLarge(q *process.Queue[string], items, size int) {
	for range items {
		q.Put(strings.Repeat("x", size))
	}
}

func consumeTasks(q *process.JoinableQueue[int], done *process.Queue[int]) {
	for {
		n := must(q.Get())
		thread.Sleep(time.Millisecond)
		done.Put(n)
		q.TaskDone()
	}
}

func getsForever(q *process.Queue[string], ready *process.Event) {
	ready.Set()
	must(q.Get())
}

func holdsBack(q *process.Queue[string]) {
	putLarge(q, 100, 10_000)
	q.CancelJoin()
}

func TestAQueueIsFirstInFirstOut(t *testing.T) { worldtest.Both(t, aQueueIsFirstInFirstOut) }

func aQueueIsFirstInFirstOut(t *testing.T) {
	q := process.NewQueue[int](0)
	if !q.Empty() || q.Len() != 0 || q.Full() {
		t.Error("a new queue is not empty")
	}
	const n = 20_000 // more than the pipe holds
	for i := range n {
		q.Put(i)
	}
	if q.Empty() || q.Len() != n {
		t.Errorf("%d items", q.Len())
	}
	for i := range n {
		if got := must(q.Get()); got != i {
			t.Fatalf("got %d, want %d", got, i)
		}
	}
	if _, err := q.TryGet(); !errors.Is(err, process.ErrEmpty) || !strings.Contains(err.Error(), "queue.Empty") {
		t.Errorf("an empty queue: %v", err)
	}
}

func TestManyProducersAndConsumers(t *testing.T) { worldtest.Both(t, manyProducersAndConsumers) }

func manyProducersAndConsumers(t *testing.T) {
	q, out := process.NewQueue[string](8), process.NewQueue[string](0)
	var producers, consumers []*process.Process
	const each = 500
	for i := range 3 {
		producers = append(producers, process.Start(produce, q, fmt.Sprint("p", i), each))
	}
	for range 2 {
		consumers = append(consumers, process.Start(consume, q, out))
	}
	var got []string
	for range 3 * each {
		got = append(got, must(out.Get()))
	}
	for _, p := range producers {
		p.Join()
	}
	for range consumers {
		q.Put("end")
	}
	for _, p := range consumers {
		p.Join()
	}
	slices.Sort(got)
	if got = slices.Compact(got); len(got) != 3*each {
		t.Errorf("%d different items arrived, want %d", len(got), 3*each)
	}
}

func TestABoundedQueue(t *testing.T) { worldtest.Both(t, aBoundedQueue) }

func aBoundedQueue(t *testing.T) {
	q := process.NewQueue[int](2)
	q.Put(1)
	if q.Full() {
		t.Error("full with one of two")
	}
	q.Put(2)
	if !q.Full() {
		t.Error("not full with two")
	}
	if err := q.TryPut(3); !errors.Is(err, process.ErrFull) || !strings.Contains(err.Error(), "queue.Full") {
		t.Errorf("no room: %v", err)
	}
	begin := thread.Now()
	if err := q.PutTimeout(3, 20*time.Millisecond); !errors.Is(err, process.ErrFull) || thread.Since(begin) < 20*time.Millisecond {
		t.Errorf("no room: %v after %v", err, thread.Since(begin))
	}
	if got, err := q.GetTimeout(time.Second); got != 1 || err != nil {
		t.Errorf("got %d, %v", got, err)
	}
	if err := q.TryPut(3); err != nil {
		t.Errorf("room for one: %v", err)
	}
	misuse(t, process.ErrTimeout, "", func() { _ = q.PutTimeout(1, -2) })
	misuse(t, process.ErrTimeout, "", func() { _, _ = q.GetTimeout(-2) })
	misuse(t, process.ErrValue, "", func() { process.NewQueue[int](100_000) })
	q.Close()
	if err := q.Put(4); !errors.Is(err, process.ErrClosed) || q.TryPut(4) == nil {
		t.Errorf("a Put after Close: %v", err)
	}
	if got := must(q.Get()); got != 2 {
		t.Errorf("after Close got %d", got)
	}
}

func TestJoinOfAQueueWaitsForTheWorkNotForTheTaking(t *testing.T) {
	worldtest.Both(t, joinOfAQueueWaitsForTheWorkNotForTheTaking)
}

func joinOfAQueueWaitsForTheWorkNotForTheTaking(t *testing.T) {
	q, done := process.NewJoinableQueue[int](0), process.NewQueue[int](0)
	q.Join() // nothing to be done
	p := process.New(consumeTasks, q, done)
	p.SetDaemon(true)
	for i := range 10 {
		q.Put(i)
	}
	if q.JoinTimeout(10 * time.Millisecond) {
		t.Error("joined while nothing was done")
	}
	p.Start()
	q.Join()
	if done.Len() != 10 {
		t.Errorf("%d of 10 are done", done.Len())
	}
	misuse(t, process.ErrTaskDone, "ValueError", q.TaskDone)
	p.Terminate()
	p.Join()
}

// Python hangs here.
func TestJoiningAProcessBeforeItsQueueIsDrainedIsReported(t *testing.T) {
	q := process.NewQueue[string](0)
	p := process.Start(putLarge, q, 100, 10_000)
	misuse(t, process.ErrUndrained, "of its items wait", p.Join)
	if !p.Alive() {
		t.Error("it should wait until the items are taken")
	}
	for range 100 {
		must(q.Get())
	}
	p.Join()
	if p.ExitCode() != 0 {
		t.Errorf("exit code %d", p.ExitCode())
	}
	// What the pipe holds keeps no one.
	small := process.Start(putLarge, q, 3, 10)
	small.Join()
	for range 3 {
		must(q.Get())
	}
	lost := process.Start(holdsBack, q)
	lost.Join()
}

// In a simulation it is a deadlock.
func TestJoiningASimulatedProcessBeforeItsQueueIsDrainedIsADeadlock(t *testing.T) {
	for seed := range uint64(20) {
		r := sim.Run(seed, func() {
			q := process.NewQueue[string](0)
			process.Start(putLarge, q, 10, 10_000).Join()
		})
		var deadlock *sim.DeadlockError
		if !errors.As(r.Err, &deadlock) || len(deadlock.Waits) != 2 {
			t.Fatalf("the simulation says %v", r)
		}
	}
}

func TestAProcessThatIsKilledWhileItWaitsForAnItemDoesNoHarm(t *testing.T) {
	worldtest.Both(t, aProcessThatIsKilledWhileItWaitsForAnItemDoesNoHarm)
}

func aProcessThatIsKilledWhileItWaitsForAnItemDoesNoHarm(t *testing.T) {
	q, ready := process.NewQueue[string](0), process.NewEvent()
	p := process.Start(getsForever, q, ready)
	ready.Wait()
	thread.Sleep(5 * time.Millisecond)
	p.Kill()
	p.Join()
	q.Put("x")
	if got, err := q.GetTimeout(time.Second); got != "x" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// countsToEnd gets what comes until the end of the queue.
func countsToEnd(q *process.Queue[string], out *process.Queue[string]) {
	q.Close()
	n := 0
	for {
		if _, err := q.Get(); err != nil {
			out.Put(fmt.Sprint(n, " ", errors.Is(err, process.ErrNoProducer)))
			return
		}
		n++
	}
}

func startsProducer(q *process.Queue[string]) {
	process.Start(produce, q, "below", 2).Join()
}

func boomAfter(q *process.Queue[string]) {
	q.Put("one")
	panic("boom")
}

// end checks that a queue is at its end, and for any way of getting.
func end(t *testing.T, q *process.Queue[string]) {
	t.Helper()
	for _, get := range []func() (string, error){q.Get, q.TryGet, func() (string, error) { return q.GetTimeout(time.Minute) }} {
		if got, err := get(); !errors.Is(err, process.ErrNoProducer) || !strings.Contains(err.Error(), "Python hangs here") {
			t.Errorf("at the end of the queue: %q, %v", got, err)
		}
	}
}

func args(list ...any) func() []any { return func() []any { return list } }

// Python hangs here.
func TestAQueueEndsWhenAllHaveClosedItOrHaveEnded(t *testing.T) {
	for name, target := range map[string]struct {
		f    any
		args func() []any
		want int
		kill bool
	}{
		"a producer ends":           {produce, args("p", 3), 3, false},
		"a producer panics":         {boomAfter, args(), 1, false},
		"one below ends":            {startsProducer, args(), 2, false},
		"a consumer is killed":      {getsForever, func() []any { return []any{process.NewEvent()} }, 0, true},
		"a producer puts very much": {putLarge, args(100, 10_000), 100, false},
	} {
		t.Run(name, func(t *testing.T) {
			worldtest.Both(t, func(t *testing.T) {
				q := process.NewQueue[string](0)
				p := process.Start(target.f, append([]any{q}, target.args()...)...)
				q.Close()
				if target.kill {
					if _, err := q.TryGet(); !errors.Is(err, process.ErrEmpty) {
						t.Errorf("while another process has the queue: %v", err)
					}
					p.Kill()
				}
				for i := range target.want {
					if _, err := q.Get(); err != nil {
						t.Fatalf("item %d: %v", i, err)
					}
				}
				end(t, q)
				p.Join()
			})
		})
	}
}

func TestWhatWaitsWhenAQueueIsClosedStillArrives(t *testing.T) {
	worldtest.Both(t, whatWaitsWhenAQueueIsClosedStillArrives)
}

func whatWaitsWhenAQueueIsClosedStillArrives(t *testing.T) {
	q := process.NewQueue[string](0)
	putLarge(q, 100, 10_000) // more than the pipe holds
	q.Close()
	for i := range 100 {
		if _, err := q.Get(); err != nil {
			t.Fatalf("item %d: %v", i, err)
		}
	}
	end(t, q)
}

// What is closed is so for whoever is handed it later.
func TestAClosedQueueIsHandedOverClosed(t *testing.T) {
	worldtest.Both(t, aClosedQueueIsHandedOverClosed)
}

func aClosedQueueIsHandedOverClosed(t *testing.T) {
	q, out := process.NewQueue[string](0), process.NewQueue[string](0)
	p := process.Start(produce, q, "p", 3)
	q.Close()
	c := process.Start(countsToEnd, q, out)
	if got := must(out.Get()); got != "3 true" {
		t.Errorf("the consumer says %s", got)
	}
	p.Join()
	c.Join()
}

func ExampleQueue_Close() {
	q := process.NewQueue[string](0)
	p := process.Start(produce, q, "item", 2)
	q.Close() // this process only gets
	for item := range q.All() {
		fmt.Println(item)
	}
	_, err := q.Get()
	fmt.Println("the end:", errors.Is(err, process.ErrNoProducer))
	p.Join()
	// Output:
	// item 0
	// item 1
	// the end: true
}
