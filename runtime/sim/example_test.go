package sim_test

import (
	"fmt"
	"time"

	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

// Two threads each take 1 from n, in two steps, and one may come in between.
func ExampleExplore() {
	var n *sim.Var[int]
	withdraw := func() {
		temp := n.Load()
		n.Store(temp - 1)
	}
	report := sim.Explore(func() {
		n = sim.NewVar("n", 100)
		sim.Threads(withdraw, withdraw)
	}, sim.Check(func() error {
		if n.Load() != 98 {
			return fmt.Errorf("n is %d, want 98", n.Load())
		}
		return nil
	}))
	found := report.Explored
	fmt.Printf("%d of %d schedules fail: %s\n", found.Failing, found.Schedules, found.Failures[0].What)
	fmt.Println("the shortest is", report.Schedule)
	// Output:
	// 36 of 70 schedules fail: n is 99, want 98
	// the shortest is 1:a2b4
}

func ExampleReplay() {
	a, b := thread.NewMutex("A"), thread.NewMutex("B")
	report := sim.Replay("1:a4b3", func() {
		p1 := thread.Go(func() { a.Lock(); b.Lock() }, thread.Name("P1"))
		p2 := thread.Go(func() { b.Lock(); a.Lock() }, thread.Name("P2"))
		p1.Join()
		p2.Join()
	})
	fmt.Println(report.Err)
	// Output: deadlock: MainThread waits for P1 to end (Join); P1 waits for Mutex B, held by P2 (Lock); P2 waits for Mutex A, held by P1 (Lock)
}

func ExampleThreads() {
	report := sim.Run(1, func() {
		sim.Threads(
			func() { thread.Sleep(time.Second) },
			func() { thread.Sleep(2 * time.Second) },
		)
	})
	fmt.Println(report.Threads, report.Elapsed)
	// Output: 3 2s
}

func ExampleRun() {
	report := sim.Run(7, func() {
		var mu thread.Mutex
		task := func() {
			thread.Sleep(time.Second)
			mu.Lock()
			defer mu.Unlock()
			thread.Sleep(500 * time.Millisecond)
		}
		var threads []*thread.Thread
		for range 10 {
			threads = append(threads, thread.Go(task))
		}
		for _, t := range threads {
			t.Join()
		}
	})
	fmt.Println(report.OK(), report.Elapsed)
	// Output: true 6s
}
