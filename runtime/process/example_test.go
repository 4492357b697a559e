package process_test

import (
	"fmt"

	"lockstep/runtime/process"
)

func init() { targets = append(targets, greet, deposit, cube, vote) }

func greet(name string, answers *process.Queue[string]) {
	answers.Put("hello, " + name)
}

func Example() {
	answers := process.NewQueue[string](0)
	p := process.Start(greet, "child", answers)
	answer, err := answers.Get()
	fmt.Println(answer, err)
	p.Join()
	fmt.Println("exit code", p.ExitCode())
	// Output:
	// hello, child <nil>
	// exit code 0
}

func deposit(balance *process.Value[int], times int) {
	for range times {
		balance.Lock()
		balance.Store(balance.Load() + 1)
		balance.Unlock()
	}
}

func ExampleValue() {
	balance := process.NewValue(100)
	a, b := process.Start(deposit, balance, 50), process.Start(deposit, balance, 50)
	a.Join()
	b.Join()
	fmt.Println(balance.Load())
	// Output: 200
}

func ExampleArray() {
	a := process.NewArray([]float64{1, 2, 3})
	a.Lock()
	a.Store(1, a.Load(1)*10)
	a.Unlock()
	fmt.Println(a.Len(), a.Values())
	// Output: 3 [1 20 3]
}

func ExampleSharedMemory() {
	m, err := process.CreateSharedMemory("", 16)
	if err != nil {
		fmt.Println(err)
		return
	}
	m.Store(0, 'A')
	m.Close() // it stays for others
	again, err := process.OpenSharedMemory(m.Name())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d bytes, the first is %c\n", again.Size(), again.Load(0))
	fmt.Println(again.Unlink()) // now the name is gone
	// Output:
	// 16 bytes, the first is A
	// <nil>
}

func cube(n int) int { return n * n * n }

func ExamplePool() {
	pool := process.NewPool(2)
	one, err := process.Apply(pool, cube, 5)
	fmt.Println(one, err)
	all, err := process.Map(pool, cube, []int{1, 2, 3})
	fmt.Println(all, err)
	later := process.ApplyAsync(pool, cube, 4)
	fmt.Println(later.Get())
	pool.Close()
	pool.Join()
	// Output:
	// 125 <nil>
	// [1 8 27] <nil>
	// 64 <nil>
}

func ExampleIMap() {
	pool := process.NewPool(2)
	for n, err := range process.IMap(pool, cube, []int{3, 1}) {
		fmt.Println(n, err)
	}
	pool.Terminate()
	pool.Join()
	// Output:
	// 27 <nil>
	// 1 <nil>
}

func vote(votes *process.Dict[string, int], lock *process.ManagedLock, name string) {
	lock.Lock()
	defer lock.Unlock()
	n, _ := votes.Get(name)
	votes.Set(name, n+1)
}

func ExampleManager() {
	m := process.NewManager()
	defer m.Shutdown()
	votes, lock := process.NewDict[string, int](m), m.NewLock()
	for _, name := range []string{"Ada", "Grace", "Ada"} {
		process.Start(vote, votes, lock, name).Join()
	}
	for name, n := range votes.All() {
		fmt.Println(name, n)
	}
	// Output:
	// Ada 2
	// Grace 1
}

func ExampleList() {
	m := process.NewManager()
	defer m.Shutdown()
	rows := process.NewList(m, []int{1, 2}, []int{3})
	row := rows.Get(0)
	row[0] = 100 // a copy
	fmt.Println(rows.Values())
	rows.Set(0, row)
	fmt.Println(rows.Values())
	// Output:
	// [[1 2] [3]]
	// [[100 2] [3]]
}
