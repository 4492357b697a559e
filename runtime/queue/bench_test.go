package queue_test

import (
	"fmt"
	"testing"

	"lockstep/runtime/queue"
	"lockstep/runtime/thread"
)

// BenchmarkHandOver is the cost of an item that goes to one of several threads that
// wait for items, beside a channel.
func BenchmarkHandOver(b *testing.B) {
	for _, waiters := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("queue/%d", waiters), func(b *testing.B) {
			to, back := queue.New[int](0), queue.New[int](0)
			var threads []*thread.Thread
			for range waiters {
				threads = append(threads, thread.Go(func() {
					for n := range to.All() {
						_ = back.Put(n)
					}
				}))
			}
			for b.Loop() {
				_ = to.Put(1)
				_, _ = back.Get()
			}
			to.Close()
			for _, th := range threads {
				th.Join()
			}
		})
		b.Run(fmt.Sprintf("channel/%d", waiters), func(b *testing.B) {
			to, back := make(chan int), make(chan int)
			var threads []*thread.Thread
			for range waiters {
				threads = append(threads, thread.Go(func() {
					for n := range to {
						back <- n
					}
				}))
			}
			for b.Loop() {
				to <- 1
				<-back
			}
			close(to)
			for _, th := range threads {
				th.Join()
			}
		})
	}
}

// BenchmarkPutGet is the cost of an item that the same thread puts and takes.
func BenchmarkPutGet(b *testing.B) {
	q := queue.New[int](0)
	for b.Loop() {
		_ = q.Put(1)
		_, _ = q.Get()
	}
}
