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
	fmt.Printf("%s %.1f\n", what, float64(time.Since(begin).Microseconds())/float64(times))
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
}
