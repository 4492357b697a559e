package process_test

import (
	"fmt"

	"lockstep/runtime/process"
)

func init() { targets = append(targets, greet) }

func greet(name string, answers *process.Queue[string]) {
	answers.Put("hello, " + name)
}

func Example() {
	answers := process.NewQueue[string](0)
	p := process.Start(greet, "child", answers)
	fmt.Println(answers.Get())
	p.Join()
	fmt.Println("exit code", p.ExitCode())
	// Output:
	// hello, child
	// exit code 0
}
