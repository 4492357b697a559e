package worker

import (
	"fmt"
	"log"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"sync"

	"lockstep/kernel/link"
	"lockstep/kernel/worker/core"
	"lockstep/runtime/support"
)

// child is a process that a cell has started. It is the support.Host of the code
// that runs there: nobody is there to show anything to but by printing.
type child struct {
	worker *worker
	cell   *cell
}

// runChild runs the function that this process was started for, and ends it.
func runChild() {
	runtime.LockOSThread()     // the main code has the process's first thread
	memory, _ := memoryLimit() // the worker has it, and its processes inherit it
	debug.SetMaxStack(stackLimit(memory))
	// An interrupt is for the front, which has the cell end all its processes.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	preferAsOOMVictim()
	os.Args = os.Args[:1]
	log.SetOutput(support.StderrWriter())

	c := &child{}
	processes := newProcesses()
	// Not every process needs the interpreter.
	processes.program = sync.OnceValues(func() (*program, error) { return c.start(processes) })
	processes.run = func(unit link.Unit) *link.Error {
		program, err := processes.program()
		if err != nil {
			return compileError(err)
		}
		return program.run(unit, c.cell)
	}
	processes.frames = func() []link.Frame {
		if c.cell == nil {
			return nil
		}
		return c.cell.trace.frames()
	}
	support.SetProgram(processes)
	scope := &support.Scope{Stdout: os.Stdout, Stderr: os.Stderr, Stdin: os.Stdin, Host: c}
	scope.Do(support.RunChild)
}

// start makes the interpreter.
func (c *child) start(processes *processes) (*program, error) {
	w := &worker{cells: map[int]*cell{}, pipes: map[int]*pipes{}}
	p, err := newProgram(traceWriter{w})
	if err != nil {
		return nil, err
	}
	w.program = p
	w.program.processes = processes
	c.worker = w
	c.cell = &cell{scope: support.CurrentScope(), core: p.session.core, cancelled: make(chan struct{})}
	c.cell.goroutine.Store(goroutineID())
	w.cells[c.cell.scope.Cell] = c.cell
	w.baseline = runtime.NumGoroutine()
	return w.program, nil
}

// Value implements support.Host: it prints the text.
func (c *child) Value(data, _ map[string]any) error {
	_, err := fmt.Fprintln(os.Stdout, data["text/plain"])
	return err
}

// Clear implements support.Host: what is printed stays.
func (c *child) Clear(bool) error { return nil }

// Declared implements support.Host.
func (c *child) Declared(int) {}

// Exiting implements support.Host.
func (c *child) Exiting(int) {}

// Panicking implements support.Host: a goroutine panics and ends the process, with
// the exit code of a crash.
func (c *child) Panicking(value any) {
	support.ReportProcessPanic(value)
	os.Exit(2)
}

// Cancelled implements support.Host: the cell's processes are ended, not asked.
func (c *child) Cancelled() <-chan struct{} { return nil }

// PanicValue implements scope.PanicTranslator.
func (c *child) PanicValue(value any) any { return core.PanicValue(value) }

// Attend implements scope.Attender.
func (c *child) Attend(started int64) (leave func()) { return core.Attend(started) }

// PanicPlaces implements scope.PanicPlacer.
func (c *child) PanicPlaces(value any) []string {
	if c.cell == nil {
		return nil
	}
	return c.cell.PanicPlaces(value)
}
