package queue_test

import (
	"cmp"
	"errors"
	"slices"
	"testing"
	"time"

	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/queue"
	"lockstep/runtime/thread"
)

// each runs a test with every kind of queue, in both worlds.
func each(t *testing.T, body func(t *testing.T, create func(maxSize int) *queue.Queue[int])) {
	for name, create := range map[string]func(maxSize int) *queue.Queue[int]{
		"FIFO":     queue.New[int],
		"LIFO":     queue.NewLIFO[int],
		"Priority": func(maxSize int) *queue.Queue[int] { return queue.NewPriority(maxSize, cmp.Compare[int]) },
	} {
		t.Run(name, func(t *testing.T) {
			worldtest.Both(t, func(t *testing.T) { body(t, create) })
		})
	}
}

// put puts items, which there is room for.
func put[T any](t *testing.T, q *queue.Queue[T], items ...T) {
	t.Helper()
	for _, item := range items {
		if err := q.TryPut(item); err != nil {
			t.Errorf("TryPut(%v): %v", item, err)
		}
	}
}

// rest takes what is in a queue.
func rest[T any](q *queue.Queue[T]) (items []T) {
	for {
		item, err := q.TryGet()
		if err != nil {
			return items
		}
		items = append(items, item)
	}
}

func wantErr(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestOrder(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		type job struct {
			urgency int
			name    string
		}
		jobs := []job{{2, "b"}, {1, "a"}, {2, "c"}, {0, "z"}, {1, "d"}}
		byUrgency := func(a, b job) int { return cmp.Compare(a.urgency, b.urgency) }
		for _, test := range []struct {
			q    *queue.Queue[job]
			want string
		}{
			{new(queue.Queue[job]), "baczd"},
			{queue.New[job](5), "baczd"},
			{queue.NewLIFO[job](5), "dzcab"},
			{queue.NewPriority(5, byUrgency), "zadbc"}, // of equals the first
		} {
			put(t, test.q, jobs...)
			got := ""
			for _, j := range rest(test.q) {
				got += j.name
			}
			if got != test.want {
				t.Errorf("%v gives %s, want %s", test.q, got, test.want)
			}
		}
	})
}

func TestAnyNumberOfItemsStaysInOrder(t *testing.T) {
	worldtest.Real(t, func(t *testing.T) {
		q := queue.New[int](0)
		next := 0
		for i := range 10_000 {
			put(t, q, i)
			if i%3 == 2 {
				if item, _ := q.Get(); item != next {
					t.Fatalf("got %d, want %d", item, next)
				}
				next++
			}
		}
		for _, item := range rest(q) {
			if item != next {
				t.Fatalf("got %d, want %d", item, next)
			}
			next++
		}
		if next != 10_000 {
			t.Errorf("%d items came", next)
		}
	})
}

func TestASizeOfZeroOrLessIsNoBound(t *testing.T) {
	each(t, func(t *testing.T, create func(int) *queue.Queue[int]) {
		for _, size := range []int{0, -1} {
			q := create(size)
			for i := range 100 {
				put(t, q, i)
			}
			if q.Full() || q.Len() != 100 || q.MaxSize() != 0 {
				t.Errorf("size %d: full %t, %d items, at most %d", size, q.Full(), q.Len(), q.MaxSize())
			}
		}
	})
}

func TestEmptyAndFull(t *testing.T) {
	each(t, func(t *testing.T, create func(int) *queue.Queue[int]) {
		q := create(2)
		if !q.Empty() || q.Full() || q.MaxSize() != 2 {
			t.Errorf("new: empty %t, full %t, at most %d", q.Empty(), q.Full(), q.MaxSize())
		}
		_, err := q.TryGet()
		wantErr(t, "TryGet of an empty queue", err, queue.ErrEmpty)
		start := thread.Now()
		_, err = q.GetTimeout(2 * time.Millisecond)
		wantErr(t, "GetTimeout of an empty queue", err, queue.ErrEmpty)
		put(t, q, 1, 2)
		if q.Empty() || !q.Full() {
			t.Errorf("with 2 of 2: empty %t, full %t", q.Empty(), q.Full())
		}
		wantErr(t, "TryPut into a full queue", q.TryPut(3), queue.ErrFull)
		wantErr(t, "PutTimeout into a full queue", q.PutTimeout(3, 2*time.Millisecond), queue.ErrFull)
		if took := thread.Since(start); took < 4*time.Millisecond {
			t.Errorf("two time-outs of 2 ms took %v", took)
		}
		if got := rest(q); len(got) != 2 {
			t.Errorf("it held %v", got)
		}
	})
}

func TestPutWaitsForRoomAndGetForAnItem(t *testing.T) {
	each(t, func(t *testing.T, create func(int) *queue.Queue[int]) {
		const producers, each, consumers = 3, 20, 2
		q, results := create(2), queue.New[int](0)
		var all []*thread.Thread
		for p := range producers {
			all = append(all, thread.Go(func() {
				for i := range each {
					if err := q.Put(p*each + i); err != nil {
						t.Error(err)
					}
				}
			}))
		}
		var takers []*thread.Thread
		for range consumers {
			takers = append(takers, thread.Go(func() {
				for item := range q.All() {
					if q.Len() > 2 {
						t.Error("there are more items than may be")
					}
					put(t, results, item)
				}
			}))
		}
		for _, th := range all {
			th.Join()
		}
		q.Close()
		for _, th := range takers {
			th.Join()
		}
		got := rest(results)
		slices.Sort(got)
		if len(got) != producers*each || got[0] != 0 || got[len(got)-1] != producers*each-1 || len(slices.Compact(got)) != producers*each {
			t.Errorf("got %v", got)
		}
	})
}

func TestATimedWaitIsServedInTime(t *testing.T) {
	each(t, func(t *testing.T, create func(int) *queue.Queue[int]) {
		q := create(1)
		taker := thread.Go(func() {
			if item, err := q.GetTimeout(time.Hour); item != 7 || err != nil {
				t.Errorf("got %d, %v", item, err)
			}
		})
		put(t, q, 7)
		taker.Join()
		put(t, q, 8)
		giver := thread.Go(func() {
			if err := q.PutTimeout(9, time.Hour); err != nil {
				t.Error(err)
			}
		})
		if item, err := q.Get(); item != 8 || err != nil {
			t.Errorf("got %d, %v", item, err)
		}
		giver.Join()
		if got := rest(q); !slices.Equal(got, []int{9}) {
			t.Errorf("it holds %v", got)
		}
	})
}

func TestJoinWaitsForTaskDoneNotForGet(t *testing.T) {
	each(t, func(t *testing.T, create func(int) *queue.Queue[int]) {
		q := create(0)
		q.Join() // nothing has been put
		put(t, q, 1, 2)
		rest(q)
		if q.JoinTimeout(time.Millisecond) {
			t.Error("Join returned though TaskDone was not called")
		}
		done := 0
		worker := thread.Go(func() {
			for range 2 {
				thread.Sleep(time.Millisecond)
				done++
				q.TaskDone()
			}
		})
		q.Join()
		if done != 2 {
			t.Errorf("Join returned when %d of 2 were done", done)
		}
		worker.Join()
	})
}

func TestTaskDoneBeforeGetCountsToo(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		q := queue.New[int](0)
		put(t, q, 1)
		q.TaskDone()
		q.Join() // with the item still in the queue, as in Python
	})
}

func TestOneTaskDoneTooManyIsAMisuse(t *testing.T) {
	each(t, func(t *testing.T, create func(int) *queue.Queue[int]) {
		q := create(0)
		worldtest.Misuse(t, queue.ErrTaskDone, q.TaskDone)
		put(t, q, 1)
		q.TaskDone()
		worldtest.Misuse(t, queue.ErrTaskDone, q.TaskDone)
	})
}

func TestANegativeTimeOutIsAMisuse(t *testing.T) {
	each(t, func(t *testing.T, create func(int) *queue.Queue[int]) {
		q := create(0)
		worldtest.Misuse(t, queue.ErrTimeout, func() { _, _ = q.GetTimeout(-2) })
		worldtest.Misuse(t, queue.ErrTimeout, func() { _ = q.PutTimeout(1, -2) })
		worldtest.Misuse(t, queue.ErrTimeout, func() { q.JoinTimeout(-time.Second) })
		if err := q.PutTimeout(1, queue.NoLimit); err != nil {
			t.Error(err)
		}
		if item, err := q.GetTimeout(queue.NoLimit); item != 1 || err != nil {
			t.Errorf("got %d, %v", item, err)
		}
	})
}

func TestAClosedQueueIsDrainedThenFails(t *testing.T) {
	each(t, func(t *testing.T, create func(int) *queue.Queue[int]) {
		q := create(0)
		put(t, q, 1, 1)
		q.Close()
		q.Close()
		wantErr(t, "Put into a closed queue", q.Put(2), queue.ErrClosed)
		wantErr(t, "TryPut into a closed queue", q.TryPut(2), queue.ErrClosed)
		for range 2 {
			if item, err := q.Get(); item != 1 || err != nil {
				t.Errorf("got %d, %v", item, err)
			}
			q.TaskDone()
		}
		q.Join()
		_, err := q.Get()
		wantErr(t, "Get of a closed and empty queue", err, queue.ErrClosed)
		_, err = q.TryGet()
		wantErr(t, "TryGet of a closed and empty queue", err, queue.ErrClosed)
		if !q.Closed() {
			t.Error("it is not closed")
		}
	})
}

func TestCloseReachesThoseWhoWait(t *testing.T) {
	each(t, func(t *testing.T, create func(int) *queue.Queue[int]) {
		empty, full := create(1), create(1)
		put(t, full, 1)
		taker := thread.Go(func() {
			_, err := empty.Get()
			wantErr(t, "Get", err, queue.ErrClosed)
		})
		giver := thread.Go(func() { wantErr(t, "Put", full.Put(2), queue.ErrClosed) })
		thread.Yield()
		empty.Close()
		full.Close()
		taker.Join()
		giver.Join()
		if got := rest(full); !slices.Equal(got, []int{1}) {
			t.Errorf("the full one held %v", got)
		}
	})
}

func TestCloseNowDropsWhatIsThere(t *testing.T) {
	each(t, func(t *testing.T, create func(int) *queue.Queue[int]) {
		q := create(0)
		put(t, q, 1, 2, 3)
		if _, err := q.Get(); err != nil {
			t.Error(err)
		}
		q.CloseNow()
		_, err := q.Get()
		wantErr(t, "Get", err, queue.ErrClosed)
		if !q.Empty() {
			t.Errorf("it holds %d", q.Len())
		}
		if q.JoinTimeout(0) {
			t.Error("Join doesn't wait for the item that was taken")
		}
		q.TaskDone()
		q.Join()
		worldtest.Misuse(t, queue.ErrTaskDone, q.TaskDone)
	})
}

func TestCloseNowReleasesAJoin(t *testing.T) {
	each(t, func(t *testing.T, create func(int) *queue.Queue[int]) {
		q := create(0)
		put(t, q, 1, 2)
		joiner := thread.Go(q.Join)
		thread.Yield()
		q.CloseNow()
		joiner.Join()
	})
}

func TestTheComparisonOfAPriorityQueue(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var mu thread.Mutex
		compare := func(a, b int) int { // with switch points of its own
			mu.Lock()
			defer mu.Unlock()
			return cmp.Compare(a, b)
		}
		q := queue.NewPriority(0, compare)
		var all []*thread.Thread
		for i := range 3 {
			all = append(all, thread.Go(func() { put(t, q, i, i+10, i+5) }))
		}
		for _, th := range all {
			th.Join()
		}
		if got := rest(q); !slices.IsSorted(got) || len(got) != 9 {
			t.Errorf("got %v", got)
		}
	})
}

func TestAComparisonThatPanicsLeavesTheQueueUsable(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		q := queue.NewPriority(0, func(a, b int) int {
			if a == 13 || b == 13 {
				panic("boom")
			}
			return cmp.Compare(a, b)
		})
		put(t, q, 2)
		func() {
			defer func() {
				if recover() != "boom" {
					t.Error("the panic didn't come through")
				}
			}()
			_ = q.TryPut(13)
		}()
		put(t, q, 1)
		if got := rest(q); !slices.Equal(got, []int{1, 2}) {
			t.Errorf("got %v", got)
		}
	})
}

func TestAComparisonThatUsesItsQueueIsAMisuse(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		var q *queue.Queue[int]
		q = queue.NewPriority(0, func(a, b int) int {
			worldtest.Misuse(t, queue.ErrCompare, func() { _, _ = q.TryGet() })
			worldtest.Misuse(t, queue.ErrCompare, func() { _ = q.Put(1) })
			worldtest.Misuse(t, queue.ErrCompare, q.Close)
			return q.Len() // allowed
		})
		put(t, q, 1, 2)
		rest(q)
	})
}

func TestNewPriorityRefusesNil(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	queue.NewPriority[int](0, nil)
}

func TestNilItemsAreItems(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		q := queue.NewPriority(0, func(a, b error) int { return 0 })
		put(t, q, nil, queue.ErrFull, nil)
		if got := rest(q); !slices.Equal(got, []error{nil, queue.ErrFull, nil}) {
			t.Errorf("got %v", got)
		}
	})
}

func TestStringTellsHowFullItIs(t *testing.T) {
	worldtest.Real(t, func(t *testing.T) {
		q := queue.New[int](3)
		put(t, q, 1)
		if got := q.String(); got != "Queue of 1/3 items" {
			t.Errorf("got %q", got)
		}
		q.SetName("orders")
		q.Close()
		if got := q.String(); got != "Queue orders of 1/3 items, closed" {
			t.Errorf("got %q", got)
		}
		if got := queue.New[int](0).String(); got != "Queue of 0 items" {
			t.Errorf("got %q", got)
		}
	})
}

// One item wakes one thread: nobody who could go on may be left asleep, whoever gives
// up in between.
func TestNoWaiterIsForgotten(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		const producers, consumers, each = 4, 4, 25
		q := queue.New[int](2)
		var got [consumers]int
		var threads []*thread.Thread
		for range producers {
			threads = append(threads, thread.Go(func() {
				for i := range each {
					for q.PutTimeout(i, time.Duration(i%3)*50*time.Microsecond) != nil { // gives up at times
					}
				}
			}))
		}
		var takers []*thread.Thread
		for i := range consumers {
			takers = append(takers, thread.Go(func() {
				for {
					if i%2 == 0 {
						if _, err := q.Get(); err != nil {
							return
						}
					} else if _, err := q.GetTimeout(100 * time.Microsecond); errors.Is(err, queue.ErrEmpty) {
						continue
					} else if err != nil {
						return
					}
					got[i]++
					q.TaskDone()
				}
			}))
		}
		for _, th := range threads {
			th.Join()
		}
		q.Join()
		q.Close()
		sum := 0
		for i, th := range takers {
			th.Join()
			sum += got[i]
		}
		if sum != producers*each {
			t.Errorf("%d items came, want %d", sum, producers*each)
		}
	})
}
