package sim_test

import (
	"fmt"
	"time"

	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

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
