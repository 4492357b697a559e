package engine_test

import (
	"testing"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

func withGIL(t *testing.T) *kerneltest.Kernel {
	k := kerneltest.Start(t)
	k.Execute(`import ("fmt"; "sync"; "time"; "lockstep/runtime/gil"; "lockstep/runtime/sim"; "lockstep/runtime/thread")`).OK()
	return k
}

// The lesson's figures, from cells: plain variables of a cell are what is shared.
func TestACellUnderTheLock(t *testing.T) {
	k := withGIL(t)
	k.Execute(`computes := gil.Repeat(4, func() { gil.Compute(time.Second) })
sim.Run(1, func() {
	fmt.Println(gil.Run(computes).Elapsed, gil.Run(computes, gil.Off(), gil.Processors(4)).Elapsed)
})`).Stdout("4s 1s\n").OK()
	k.Execute(`n := 100
r := sim.Run(1, func() {
	n = 100
	gil.Run(gil.Repeat(100, func() {
		temp := n
		time.Sleep(500 * time.Millisecond)
		n = temp - 1
	}))
	fmt.Println(n)
})
r.OK()`).Stdout("99\n").Value("true")
	k.Execute(`var mu sync.Mutex
r = sim.Run(1, func() {
	n = 100
	gil.Run(gil.Repeat(100, func() {
		mu.Lock()
		defer mu.Unlock()
		temp := n
		time.Sleep(500 * time.Millisecond)
		n = temp - 1
	}))
	fmt.Println(n, time.Since(time.Unix(0, 0)) > 0)
})
fmt.Println(r.OK(), r.Elapsed)`).Stdout("0 true\ntrue 50s\n").OK()
}

// Every operation of a cell's code may be the last before another thread has the
// lock: an update is lost in some schedule, and the replay shows it again.
func TestACellLosesAnUpdateUnderTheLock(t *testing.T) {
	k := withGIL(t)
	k.Execute(`n := 0
body := func() {
	n = 2
	gil.Run(gil.Repeat(2, func() { n = n - 1 }), gil.PerOperation(time.Millisecond))
}
r := sim.Explore(body, sim.Check(func() error {
	if n != 0 { return fmt.Errorf("n is %d", n) }
	return nil
}))
fmt.Println(r.OK(), r.Err)
sim.Replay(r.Schedule, body)
fmt.Println(n)`).Stdout("false n is 1\n1\n").OK()
}

// In the real world a thread lets go of the lock where a cell's code waits.
func TestACellWaitsWithoutTheLock(t *testing.T) {
	k := withGIL(t)
	k.Execute(`c, d := make(chan int), make(chan int)
var mu sync.Mutex
var wg sync.WaitGroup
wg.Add(1)
mu.Lock()
r := gil.Run([]func(){
	func() { fmt.Println(<-c); mu.Lock(); wg.Wait(); select { case v := <-d: fmt.Println(v) } },
	func() { c <- 1; mu.Unlock(); time.Sleep(time.Millisecond); wg.Done(); d <- 2 },
})
for _, x := range r.Threads { fmt.Println(x.Name, x.Free > 0, x.Holding > 0) }`).Stdout("1\n2\nT1 true true\nT2 true true\n").OK()
	k.Execute(`r = gil.Run(gil.Repeat(2, func() { gil.Compute(10 * time.Millisecond) }))
r.Elapsed >= 20 * time.Millisecond && r.Parallelism() <= 1`).Value("true")
	running := k.Execute("fmt.Println(\"begins\")\ngil.Run(gil.Repeat(3, func() { gil.Compute(time.Hour) }))").Prints("begins")
	k.Ask(protocol.Control, protocol.InterruptRequest{})
	running.Fails(execution.Interrupted, "")
	k.Execute(`gil.Run(gil.Repeat(2, func() { gil.Compute(time.Millisecond) })).Switches >= 1`).Value("true")
}
