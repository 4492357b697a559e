package simworld_test

import (
	"fmt"
	"time"

	"lockstep/runtime/internal/simworld"
	"lockstep/runtime/thread"
)

func ExampleRun() {
	result := simworld.Run(simworld.Config{Chooser: simworld.Random(1), MaxSteps: 100}, func() {
		thread.Go(func() { thread.Sleep(time.Hour) }).Join()
	})
	fmt.Println(result.Elapsed, result.Tasks)
	// Output: 1h0m0s 2
}
