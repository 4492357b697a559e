//go:build unix

package engine_test

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"lockstep/kernel/client"
	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
)

const (
	declarationsKept = "The worker process was replaced. Imports, types and functions of earlier cells are kept"
	nothingLost      = declarationsKept + "."
	xLost            = declarationsKept + "; the variable x lost its value."
)

// prepared is a kernel in whose first cell there is something to be lost and
// something to be kept.
func prepared(t *testing.T) *kerneltest.Kernel {
	return prepare(kerneltest.Start(t))
}

func prepare(k *kerneltest.Kernel) *kerneltest.Kernel {
	k.Execute(`
import ("fmt"; "log"; "os"; "sync"; "time")
type T struct{ A int }
func (t T) Sum() int { return t.A + x }
type U struct{ B int }
func (u U) Add(n int) int { return u.B + n }
func twice(n int) int { return 2 * n }
func useX() int { return x }
func forever() { time.Sleep(time.Hour) }
x := 5`).OK()
	return k
}

// goesOn asserts that the kernel works after a crash, with all declarations.
func goesOn(k *kerneltest.Kernel) {
	k.Execute(`fmt.Sprint(twice(4), U{1}.Add(2), log.Flags() > 0, os.Args != nil, new(sync.Mutex).TryLock())`).
		Value(`"8 3 true true true"`).OK()
}

func TestACellThatEndsTheWorkerIsToldHow(t *testing.T) {
	for _, test := range []struct {
		name   string
		cell   string
		ename  string
		evalue string
		trace  []string // without the first line and the last
	}{
		{"exit in order", `os.Exit(0)`, execution.WorkerDied, "os.Exit(0)", nil},
		{"exit with 1", `os.Exit(1)`, execution.WorkerDied, "os.Exit(1)", nil},
		{"exit with 2", `defer fmt.Println("never"); os.Exit(2)`, execution.WorkerDied, "os.Exit(2)", nil},
		{"exit in a function", "func leave(n int) { if n == 0 { os.Exit(3) }; leave(n - 1) }\nleave(3)", execution.WorkerDied, "os.Exit(3)", nil},
		{"exit in a goroutine", "go os.Exit(4)\nforever()", execution.WorkerDied, "os.Exit(4)", nil},
		{"panic in a goroutine", "go func() {\n\tpanic(\"boom\")\n}()\nforever()", execution.Panic, "boom",
			[]string{"  line 2:2", "    \tpanic(\"boom\")", "    \t^"}},
		{"panic in a goroutine's method", "func (t *T) Fail() { panic(fmt.Errorf(\"failed %d\", t.A)) }\ngo (&T{3}).Fail()\nforever()", execution.Panic, "failed 3",
			[]string{"  line 1:22 in T.Fail", "    func (t *T) Fail() { panic(fmt.Errorf(\"failed %d\", t.A)) }", "                         ^"}},
		{"run-time error in a goroutine", "func div(n int) int { return 1 / n }\ngo div(0)\nforever()", execution.Panic, "runtime error: integer divide by zero",
			[]string{"  line 1:23 in div", "    func div(n int) int { return 1 / n }", "                          ^"}},
		{"run-time error in one of many goroutines", "xs := make([]int, 8)\nfor i := range 9 {\n\tgo func() {\n\t\tfor j := range 1_000_000 {\n\t\t\txs[(i+j)%8]++\n\t\t\tif i == 8 && j == 5000 {\n\t\t\t\txs[i] = j\n\t\t\t}\n\t\t}\n\t}()\n}\nforever()",
			execution.Panic, "runtime error: index out of range [8] with length 8", []string{"  line 7:5", "    \t\t\t\txs[i] = j", "    \t\t\t\t^"}},
		{"a channel closed twice in a goroutine", "c := make(chan int)\nclose(c)\ngo func() { close(c) }()\nforever()", execution.Panic, "close of closed channel",
			[]string{"  line 3:13", "    go func() { close(c) }()", "                ^"}},
		{"concurrent map writes", `
m := map[int]int{}
var wg sync.WaitGroup
for range 8 {
	wg.Go(func() {
		for i := range 1_000_000_000 {
			m[i%10]++
		}
	})
}
wg.Wait()`, execution.WorkerDied, "fatal error: concurrent map", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := prepared(t)
			cell := k.Execute(test.cell).Fails(test.ename, test.evalue)
			if value := cell.Reply().EValue; test.ename == execution.Panic || value[0] == 'o' {
				lines := append([]string{test.ename + ": " + test.evalue}, test.trace...)
				cell.Report(append(lines, xLost)...)
			}
			goesOn(k)
		})
	}
}

func TestLogFatalSaysItsMessageAndEndsTheWorker(t *testing.T) {
	k := prepared(t)
	k.Execute(`log.SetFlags(0); log.Fatalf("no %s", "good")`).Stderr("no good\n").Fails(execution.WorkerDied, "os.Exit(1)")
	goesOn(k)
}

func TestEndlessRecursionEndsTheWorkerOnly(t *testing.T) {
	k := prepared(t)
	k.Execute("func ping(n int) int { return pong(n) + 1 }\nfunc pong(n int) int { return ping(n) + 1 }\nping(0)").
		Fails(execution.WorkerDied, "fatal error: stack overflow")
	goesOn(k)
}

func TestAKilledWorkerIsReplaced(t *testing.T) {
	k := prepared(t)
	k.Execute(`import "syscall"`).OK()
	k.Execute(`syscall.Kill(os.Getpid(), syscall.SIGKILL); forever()`).
		Fails(execution.WorkerDied, "signal: killed").
		Report("worker died: signal: killed", xLost)
	goesOn(k)
}

// notice is a kernel's log that says when it tells of a killed worker.
type notice chan struct{}

func (n notice) Write(text []byte) (int, error) {
	if strings.Contains(string(text), "signal: killed") {
		close(n)
	}
	return len(text), nil
}

// The worker may end while no cell runs: then the next cell is told, and runs.
func TestAWorkerThatEndsBetweenCellsIsToldOfByTheNext(t *testing.T) {
	noticed := make(notice)
	k := prepare(kerneltest.StartCommand(t, client.Command{
		Argv:   []string{kerneltest.Binary(t), "serve", "-f", "{connection_file}"},
		Stderr: noticed,
	}))
	pid, err := strconv.Atoi(k.Execute(`fmt.Print(os.Getpid())`).Printed())
	if err != nil {
		t.Fatal(err)
	}
	worker, err := os.FindProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := worker.Kill(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-noticed:
	case <-time.After(kerneltest.Patience):
		t.Fatal("the kernel didn't notice")
	}
	told := k.Execute(`twice(3)`).Value("6").OK()
	told.Stderr("\x1b[1;31mworker died\x1b[0m: signal: killed\n" + xLost + "\n")
	k.Execute(`x`).Fails(execution.CompileError, "x lost its value when the worker ended (run In[1] again)")
}

// These panic, as in any Go program, and are no reason to end the worker.
func TestWhatCanBeRecoveredLosesNothing(t *testing.T) {
	k := prepared(t)
	k.Execute(`import "unsafe"`).OK()
	const nilPointer = "runtime error: invalid memory address or nil pointer dereference"
	for _, test := range []struct{ cell, evalue string }{
		{"var f func()\nf()", nilPointer},
		{"var p *T\np.A", nilPointer},
		{"p := (*int)(unsafe.Pointer(uintptr(8)))\n*p", nilPointer},
		{"c := make(chan int); close(c); close(c)", "close of closed channel"},
		{"var m map[int]int\nm[1] = 1", "assignment to entry in nil map"},
	} {
		k.Execute(test.cell).Fails(execution.Panic, test.evalue)
		k.Execute(`x`).Value("5").OK()
	}
}

func TestWhatWasLostIsRefusedUntilItIsDeclaredAgain(t *testing.T) {
	k := prepared(t)
	k.Execute(`os.Exit(1)`).Fails(execution.WorkerDied, "")
	k.Execute("twice(1) +\n\tx").Fails(execution.CompileError, "").
		Report("line 2:2: x lost its value when the worker ended", "    \tx", "    \t^", "    run In[1] again")
	for _, cell := range []string{`x`, `x = 3`, `x++`, `fmt.Println(x)`, `func() { fmt.Println(x) }()`, `go func() { fmt.Println(x) }()`} {
		k.Execute(cell).Fails(execution.CompileError, "x lost its value when the worker ended (run In[1] again)")
	}
	for _, cell := range []string{`useX()`, `f := useX`, `[]func() int{useX}[0]()`} {
		k.Execute(cell).Fails(execution.CompileError, "x, which useX uses, lost its value when the worker ended (run In[1] again)")
	}
	k.Execute(`func outer() int { return useX() }`).OK()
	k.Execute(`outer()`).Fails(execution.CompileError, "x, which outer uses, lost its value")
	k.Execute(`T{1}.Sum()`).Fails(execution.CompileError, "x, which a method of T uses, lost its value")
	k.Execute(`twice(2)`).Value("4").OK()

	k.Execute(`x := 7`).OK()
	k.Execute(`fmt.Sprint(x, useX(), outer(), T{1}.Sum())`).Value(`"7 7 7 8"`).OK()

	// What the variable is declared with by now is what to run again.
	k.Execute(`os.Exit(1)`).Fails(execution.WorkerDied, "")
	k.Execute(`x`).Fails(execution.CompileError, "In[17] again")
	k.Execute(`x := "another type"`).OK()
	k.Execute(`x`).Value(`"another type"`).OK()
	k.Execute(`useX()`).Fails(execution.CompileError, "lost its value")
}

func TestAFailedDeclarationIsNotLostTwice(t *testing.T) {
	k := prepared(t)
	k.Execute("a := 1\npanic(2)\nb := 3").Fails(execution.Panic, "2")
	k.Execute(`a`).Value("1").OK()
	k.Execute(`b`).Fails(execution.CompileError, "undefined: b")
	k.Execute(`os.Exit(1)`).Report("worker died: os.Exit(1)", declarationsKept+"; the variables a and x lost their values.")
	k.Execute(`os.Exit(1)`).Report("worker died: os.Exit(1)", nothingLost)
}
