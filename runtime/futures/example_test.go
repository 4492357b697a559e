package futures_test

import (
	"fmt"

	"lockstep/runtime/futures"
)

func Example() {
	pool := futures.NewThreads(3)
	defer pool.Close()

	one := futures.Submit(pool, func() string { return "done" })
	fmt.Println(one.Result())

	for n, err := range futures.Map(pool, func(n int) int { return n * n }, []int{1, 2, 3}) {
		fmt.Println(n, err)
	}
	// Output:
	// done <nil>
	// 1 <nil>
	// 4 <nil>
	// 9 <nil>
}

func ExampleNewProcesses() {
	// In a program of its own main begins with process.Main(func() { … }, square).
	pool := futures.NewProcesses(2)
	defer pool.Close()
	fmt.Println(futures.Call(pool, square, 12).Result())
	// Output: 144 <nil>
}
