package gil_test

import (
	"fmt"
	"time"

	"lockstep/runtime/gil"
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

// Work for the processor takes turns under the lock; waiting doesn't. In a simulation
// the figures are the same everywhere.
func Example() {
	computes := gil.Repeat(4, func() { gil.Compute(time.Second) })
	waits := gil.Repeat(100, func() { thread.Sleep(2 * time.Second) })
	sim.Run(1, func() {
		fmt.Println("4 compute, GIL:      ", gil.Run(computes).Elapsed)
		fmt.Println("4 compute, processes:", gil.Run(computes, gil.Off(), gil.Processors(4)).Elapsed)
		fmt.Println("100 wait, GIL:       ", gil.Run(waits).Elapsed)
		fmt.Println("100 wait, processes: ", gil.Run(waits, gil.Off(), gil.Processors(4)).Elapsed)
	})
	// Output:
	// 4 compute, GIL:       4s
	// 4 compute, processes: 1s
	// 100 wait, GIL:        2s
	// 100 wait, processes:  2s
}

// The report says who had the lock, and for how long.
func ExampleRun() {
	sim.Run(1, func() {
		r := gil.Run([]func(){func() {
			gil.Compute(30 * time.Millisecond)
			thread.Sleep(10 * time.Millisecond)
		}})
		holding, waiting, free := r.Threads[0].Shares()
		fmt.Println(r.Lock, holding, waiting, free)
	})
	// Output: GIL, switch interval 5ms 0.75 0 0.25
}

// Threads can come and go under one lock, and the main code run under it.
func ExampleLock_Go() {
	l := gil.New(gil.SwitchInterval(time.Millisecond))
	sim.Run(1, func() {
		l.Do(func() {
			other := l.Go(func() { gil.Compute(2 * time.Millisecond) }, thread.Name("other"))
			gil.Compute(2 * time.Millisecond)
			other.Join()
		})
		fmt.Println(l.Report().Elapsed)
	})
	// Output: 4ms
}
