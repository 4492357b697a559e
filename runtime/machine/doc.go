// Package machine simulates a computer and the part of its operating system that
// decides which process runs: one or more processors, devices with queues, a
// process table, and a scheduling policy. It is a discrete event simulation, like
// the simulators of OSTEP (Arpaci-Dusseau, "Operating Systems: Three Easy
// Pieces"): nothing really runs, no time passes, and the same jobs give the same
// report on every machine.
//
//	jobs := []machine.Job{
//		{Name: "A", Program: machine.Program{machine.Compute(3 * time.Second), machine.IO("disk", time.Second)}},
//		{Name: "B", Program: machine.Program{machine.Compute(2 * time.Second)}},
//	}
//	machine.Run(jobs, machine.RoundRobin(time.Second))
//
//	If you want to see                          use
//	who ran, was ready and was blocked, when    Report.Timeline
//	what each processor did                     Report.Gantt
//	the process table, with the registers       Report.Table, Report.TableAt
//	what each context switch saved, and why     Report.Switches
//	who is whose child; orphans and zombies     Report.Tree, Report.Zombies
//	policies side by side                       Compare
//
// A process is ready, running or blocked (OSTEP chapter 4). It takes no time of a
// processor but for Compute and for context switches; a system call needs the
// processor, for no time.
package machine
