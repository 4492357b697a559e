package clock_test

import (
	"fmt"
	"time"

	"lockstep/runtime/internal/clock"
)

func Example() {
	start := clock.Now()
	clock.Sleep(time.Millisecond)
	fmt.Println(clock.Since(start) >= time.Millisecond)
	// Output: true
}
