package process_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"lockstep/runtime/process"
	"lockstep/runtime/thread"
)

func init() {
	targets = append(targets, sendAndFail)
	programs["alone"] = aloneProgram
}

// sendAndFail sends once where twice was agreed upon.
func sendAndFail(c *process.Conn[int]) {
	_ = c.Send(1)
	process.Exit(3)
}

// aloneProgram waits for what its children don't send any more. It closes nothing.
func aloneProgram() {
	q := process.NewQueue[string](0)
	p := process.Start(boomAfter, q)
	fmt.Println(q.Get())
	_, err := q.Get()
	fmt.Println(errors.Is(err, process.ErrNoProducer))
	p.Join()

	here, there := process.Pipe[int]()
	c := process.Start(sendAndFail, there)
	fmt.Println(here.Recv())
	_, err = here.Recv()
	fmt.Println(errors.Is(err, process.ErrNoProducer))
	c.Join()

	j := process.NewJoinableQueue[string](0)
	j.Put("x")
	takes := process.Start(getsForever, &j.Queue, process.NewEvent()) // and doesn't say that it is done
	func() {
		defer func() { fmt.Println(recover()) }()
		j.Join()
	}()
	takes.Join()

	// As long as someone here may still put something, it waits.
	go func() {
		time.Sleep(time.Second)
		q.Put("a goroutine")
	}()
	fmt.Println(q.Get())
	thread.NewTimer(time.Second, func() { process.Start(produce, q, "a later process", 1) }).Start()
	fmt.Println(q.Get())
}

// Python hangs here.
func TestAProgramThatWaitsAloneIsTold(t *testing.T) {
	want := "one <nil>\ntrue\n1 <nil>\ntrue\nJoinableQueue: Join: nobody is left who could say that an item is done: the other processes have ended (Python hangs here); 1 of its items are not done\na goroutine <nil>\na later process 0 <nil>\n"
	if got, stderr, err := runProgram(t, "alone"); got != want || err != nil {
		t.Errorf("the program printed\n%s(%v)\n%s, want\n%s", got, err, stderr, want)
	}
}
