package machine_test

import (
	"fmt"
	"time"

	"lockstep/runtime/machine"
)

func Example() {
	jobs := []machine.Job{
		{Name: "A", Program: machine.Program{machine.Compute(3 * time.Second), machine.IO("disk", 2*time.Second), machine.Compute(time.Second)}},
		{Name: "B", Program: machine.Program{machine.Compute(4 * time.Second)}},
	}
	// A runs for a slice, B runs for one, A runs until it needs the disk, and B has
	// the processor meanwhile.
	fmt.Println(machine.Run(jobs, machine.RoundRobin(2*time.Second)))
	// Output:
	// policy            RoundRobin(2s)
	// time              8s
	// CPU use           100.0 %
	// context switches  4: 1 blocked, 2 slice used up, 1 ended
	// disk              busy 2s, waited for 0s
	// mean turnaround   7.5s
	// mean response     1s
	// mean waiting      2.5s
	//
	// PID  process  arrival  first run  end  turnaround  response  waiting  computed  blocked  exit
	//   2  A             0s         0s   8s          8s        0s       2s        4s       2s     0
	//   3  B             0s         2s   7s          7s        2s       3s        4s       0s     0
	//
	// time in s  0        1        2        3        4        5        6        7        8
	// A          ██████████████████░░░░░░░░░░░░░░░░░░█████████~~~~~~~~~~~~~~~~~~█████████
	// B          ░░░░░░░░░░░░░░░░░░██████████████████░░░░░░░░░██████████████████
	//            █ running  ░ ready  ~ disk
	// A is at disk: 5–7 s
}

func ExampleCompare() {
	jobs := []machine.Job{
		{Name: "long", Program: machine.Program{machine.Compute(100 * time.Second)}},
		{Name: "short", Program: machine.Program{machine.Compute(10 * time.Second)}},
		{Name: "short", Program: machine.Program{machine.Compute(10 * time.Second)}},
	}
	fmt.Println(machine.Compare(jobs, []machine.Policy{machine.FIFO(), machine.SJF(), machine.RoundRobin(time.Second)}))
	// Output:
	// policy          turnaround  response  waiting  CPU use  switches  time
	// FIFO                 1m50s     1m10s    1m10s  100.0 %         2  2m0s
	// SJF                    50s       10s      10s  100.0 %         2  2m0s
	// RoundRobin(1s)     59.667s        1s  19.667s  100.0 %        30  2m0s
}

func ExampleFork() {
	shell := machine.Program{
		machine.Fork(machine.Exec("ls", machine.Program{machine.Compute(time.Second), machine.Exit(2)})),
		machine.Wait(),
	}
	r := machine.Run([]machine.Job{{Name: "sh", Program: shell}}, machine.FIFO())
	fmt.Println(r.TableAt(0))
	fmt.Println(r.Tree())
	// Output:
	// process table at 0s
	// PID  PPID  process  state    why      registers
	//   1     0  init     blocked  a child  –
	//   2     1  sh       blocked  a child  PC=2 AC=0s SP=0
	//   3     2  ls       running           in CPU 0
	// all processes
	// init (1)
	// └─ sh (2) exit 0
	//    └─ ls (3) exit 2
}
