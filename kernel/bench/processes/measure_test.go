package processes_test

import (
	"fmt"
	"time"

	"lockstep/runtime/process"
	"lockstep/runtime/queue"
	"lockstep/runtime/thread"
)

func nothing() {}

func same(n int) int { return n }

func echo(c *process.Conn[int]) {
	for {
		n, err := c.Recv()
		if err != nil || c.Send(n) != nil {
			return
		}
	}
}

// each prints the microseconds that one call takes on average.
func each(what string, times int, call func()) {
	begin := time.Now()
	for range times {
		call()
	}
	fmt.Printf("%s %.3f\n", what, float64(time.Since(begin).Nanoseconds())/1000/float64(times))
}

func starting(mode process.Mode) func() {
	return func() {
		p := process.New(nothing)
		p.SetMode(mode)
		p.Start()
		p.Join()
	}
}

func measure(starts, trips int) {
	each("start,spawn", starts, starting(process.Spawn))
	each("start,fork", starts, starting(process.Fork))
	each("start,thread", trips, func() { thread.Go(nothing).Join() })

	a, b := process.Pipe[int]()
	p := process.Start(echo, b)
	b.Close()
	trip := func() {
		_ = a.Send(1)
		_, _ = a.Recv()
	}
	trip()
	each("pipe,spawn", trips, trip)
	a.Close()
	p.Join()

	pool := process.NewPool(1)
	apply := func() { _, _ = process.Apply(pool, same, 1) }
	apply()
	each("pool,spawn", trips, apply)
	pool.Terminate()
	pool.Join()

	to, back := queue.New[int](0), queue.New[int](0)
	t := thread.Go(func() {
		for n := range to.All() {
			_ = back.Put(n)
		}
	})
	each("pipe,thread", trips, func() {
		_ = to.Put(1)
		_, _ = back.Get()
	})
	to.Close()
	t.Join()

	threading(trips)
}

// many is how many times more often than a round trip is done what takes less.
const many = 20

// threading measures what threads do among themselves.
func threading(trips int) {
	var mu thread.Mutex
	each("lock", many*trips, func() {
		mu.Lock()
		mu.Unlock() //lint:ignore SA2001 the pair is what is measured
	})
	q := queue.New[int](0)
	each("queue", many*trips, func() {
		_ = q.Put(1)
		_, _ = q.Get()
	})
	each("queue,4+4", 1, func() { handOver(4, 4, many*trips) })
	each("queue,100", trips, idle(100))
	var e, back thread.Event
	t := thread.Go(func() {
		for range trips {
			e.Wait()
			e.Clear()
			back.Set()
		}
	})
	each("event", trips, func() {
		e.Set()
		back.Wait()
		back.Clear()
	})
	t.Join()
}

// handOver has producers hand items to consumers through a queue of ten.
func handOver(producers, consumers, items int) {
	q := queue.New[int](10)
	var threads []*thread.Thread
	for range consumers {
		threads = append(threads, thread.Go(func() {
			for range q.All() {
				q.TaskDone()
			}
		}))
	}
	var from []*thread.Thread
	for range producers {
		from = append(from, thread.Go(func() {
			for i := range items / producers {
				_ = q.Put(i)
			}
		}))
	}
	for _, t := range from {
		t.Join()
	}
	q.Join()
	q.Close()
	for _, t := range threads {
		t.Join()
	}
}

// idle returns what hands an item to one of n threads that wait for items, and gets
// it back.
func idle(n int) func() {
	to, back := queue.New[int](0), queue.New[int](0)
	for range n {
		thread.Go(func() {
			for n := range to.All() {
				_ = back.Put(n)
			}
		}, thread.Daemon(true))
	}
	return func() {
		_ = to.Put(1)
		_, _ = back.Get()
	}
}
