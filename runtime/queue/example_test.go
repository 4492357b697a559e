package queue_test

import (
	"cmp"
	"fmt"

	"lockstep/runtime/queue"
	"lockstep/runtime/thread"
)

func Example() {
	orders := queue.New[string](2)
	cook := thread.Go(func() {
		for order := range orders.All() {
			fmt.Println("cooking", order)
			orders.TaskDone()
		}
	})
	for _, order := range []string{"noodles", "soup", "rice"} {
		_ = orders.Put(order) // waits while two are in the queue
	}
	orders.Join()
	orders.Close()
	cook.Join()
	// Output:
	// cooking noodles
	// cooking soup
	// cooking rice
}

func ExampleNewPriority() {
	q := queue.NewPriority(0, cmp.Compare[int])
	for _, n := range []int{3, 1, 2} {
		_ = q.Put(n)
	}
	for !q.Empty() {
		n, _ := q.Get()
		fmt.Print(n, " ")
	}
	// Output: 1 2 3
}
