package thread_test

import (
	"fmt"

	"lockstep/runtime/thread"
)

func Example() {
	var (
		mu    thread.Mutex
		total int
	)
	task := func() {
		mu.Lock()
		defer mu.Unlock()
		total++
	}
	var threads []*thread.Thread
	for range 100 {
		threads = append(threads, thread.Go(task))
	}
	for _, t := range threads {
		t.Join()
	}
	fmt.Println(total)
	// Output: 100
}
