package queues_test

import (
	"fmt"

	"lockstep/runtime/support/queues"
)

func ExampleQueue() {
	var q queues.Queue
	q.InitLIFO(1)
	fmt.Println(q.Put("a", 0))
	fmt.Println(q.Put("b", 0))
	fmt.Println(q.Get(0))
	// Output:
	// <nil>
	// the queue is full (Python: queue.Full)
	// a <nil>
}
