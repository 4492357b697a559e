package worker

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"lockstep/kernel/execution"
	"lockstep/kernel/link"
	"lockstep/kernel/worker/core"
	"lockstep/runtime/support"
)

// cell is one cell while it runs, and as long as goroutines of it are left. It
// is the support.Host of its code.
type cell struct {
	number    int
	conn      *link.Conn
	pipes     *pipes
	scope     *support.Scope
	stdin     *input
	declared  atomic.Int64
	onStderr  atomic.Bool // what it prints goes to standard error: see Printing
	trace     chain
	traces    sync.Map      // goroutine → *chain, of other goroutines than that of the units
	goroutine atomic.Uint64 // the number of the goroutine that calls the units

	core       *core.Core
	cancelOnce sync.Once
	cancelled  chan struct{}
}

func (w *worker) newCell(number, pipesNumber int, files []*os.File) (*cell, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.pipes[pipesNumber]
	if len(files) == 2 {
		if p != nil {
			p.close()
		}
		var err error
		if p, err = newPipes(w.token, files[0], files[1]); err != nil {
			return nil, err
		}
		w.pipes[pipesNumber] = p
	}
	if p == nil {
		return nil, fmt.Errorf("cell %d names pipes %d, which never came", number, pipesNumber)
	}
	c := &cell{number: number, conn: w.conn, pipes: p, core: w.program.session.core, cancelled: make(chan struct{})}
	c.stdin = &input{ask: c.ask, cancelled: c.cancelled, answers: make(chan link.InputReply, 1)}
	stdout, stderr, err := p.files()
	if err != nil {
		return nil, err
	}
	c.scope = &support.Scope{Cell: number, Stdout: stdout, Stderr: stderr, Stdin: c.stdin, Display: c.display, Host: c}
	w.cells[number] = c
	return c, nil
}

// execute begins to run the units, on a goroutine of its own so that
// runtime.Goexit ends the cell only. The result comes when that has ended.
func (c *cell) execute(p *program, units []link.Unit) <-chan *link.Error {
	result := make(chan *link.Error, 1)
	go func() {
		var failure *link.Error
		returned := false
		defer func() {
			if !returned {
				// recover gives nil after runtime.Goexit.
				value := recover()
				switch {
				case c.isCancelled():
					// What was stopped half-way may have made others panic.
					failure = interruption()
				case value != nil:
					failure = panicError(value, c.trace.frames())
				}
			}
			result <- failure
		}()
		c.goroutine.Store(goroutineID())
		defer core.Attend(0)()
		c.scope.Do(func() {
			defer func() {
				if c.isCancelled() {
					support.LeaveProgram()
				} else {
					support.EndProgram()
				}
			}()
			for _, unit := range units {
				if failure = p.run(unit, c); failure != nil {
					break
				}
			}
		})
		returned = true
	}()
	return result
}

func (c *cell) cancel() { c.cancelOnce.Do(func() { close(c.cancelled) }) }

func (c *cell) isCancelled() bool {
	select {
	case <-c.cancelled:
		return true
	default:
		return false
	}
}

func (c *cell) declaredCount() int { return int(c.declared.Load()) }

func (c *cell) send(m func(mark uint64) link.Message) (err error) {
	c.pipes.mark(func(mark uint64) { err = c.conn.Send(m(mark)) })
	return err
}

func (c *cell) ask(prompt string, password bool) error {
	return c.send(func(mark uint64) link.Message {
		return link.Input{Cell: c.number, Mark: mark, Prompt: prompt, Password: password}
	})
}

// Line implements scope.FrontEnd.
func (c *cell) Line(prompt string, password bool) (string, error) {
	return c.stdin.wholeLine(prompt, password)
}

// Page implements scope.FrontEnd.
func (c *cell) Page(data map[string]any) error {
	return c.askFor(execution.Payload{Source: execution.Page, Data: data})
}

// NextCell implements scope.FrontEnd.
func (c *cell) NextCell(text string, replace bool) error {
	return c.askFor(execution.Payload{Source: execution.NextCell, Text: text, Replace: replace})
}

// Verdict implements scope.Examiner.
func (c *cell) Verdict(exercise string, passed bool, reasons []string) error {
	verdict := execution.Verdict{Exercise: exercise, Passed: passed, Reasons: reasons}
	return c.send(func(mark uint64) link.Message { return link.Verdict{Cell: c.number, Mark: mark, Verdict: verdict} })
}

// Comm implements scope.CommHost.
func (c *cell) Comm(kind, id, target string, data map[string]any) error {
	return c.send(func(mark uint64) link.Message {
		return link.Comm{Cell: c.number, Mark: mark, Comm: execution.Comm{Kind: execution.CommKind(kind), ID: id, Target: target, Data: data}}
	})
}

func (c *cell) askFor(p execution.Payload) error {
	return c.send(func(mark uint64) link.Message { return link.Ask{Cell: c.number, Mark: mark, Payload: p} })
}

func (c *cell) display(data, metadata map[string]any, id string, update bool) error {
	return c.show(execution.Display{Data: data, Metadata: metadata, ID: id, Update: update})
}

func (c *cell) show(d execution.Display) error {
	return c.send(func(mark uint64) link.Message { return link.Display{Cell: c.number, Mark: mark, Display: d} })
}

// Value implements support.Host.
func (c *cell) Value(data, metadata map[string]any) error {
	return c.show(execution.Display{Data: data, Metadata: metadata, Value: true})
}

// Printing implements scope.Printer.
func (c *cell) Printing(toStderr bool) {
	if c.onStderr.Load() != toStderr && c.onStderr.Swap(toStderr) != toStderr {
		// If it fails, there is nobody to show anything to.
		_ = c.send(func(mark uint64) link.Message { return link.Turn{Cell: c.number, Mark: mark} })
	}
}

// Clear implements support.Host.
func (c *cell) Clear(wait bool) error {
	return c.send(func(mark uint64) link.Message { return link.Clear{Cell: c.number, Mark: mark, Wait: wait} })
}

// Declared implements support.Host.
func (c *cell) Declared(n int) { c.declared.Store(int64(n)) }

// Exiting implements support.Host.
func (c *cell) Exiting(status int) {
	_ = c.conn.Send(link.Exit{Cell: c.number, Code: status})
}

// Panicking implements support.Host.
func (c *cell) Panicking(value any) {
	_ = c.conn.Send(link.Crash{Cell: c.number, Goroutine: goroutineID(), Error: *panicError(value, nil)})
}

// PanicValue implements scope.PanicTranslator.
func (c *cell) PanicValue(value any) any { return core.PanicValue(value) }

// Attend implements scope.Attender.
func (c *cell) Attend(started int64) (leave func()) { return core.Attend(started) }

// PanicPlaces implements scope.PanicPlacer.
func (c *cell) PanicPlaces(value any) []string {
	if support.CurrentScope().World != nil { // whose threads keep their marks apart
		if place := core.Place(c.core.Here()); place != "" {
			return []string{place}
		}
		return nil
	}
	return places(value, c.traceOf(goroutineID()))
}

// Cancelled implements support.Host.
func (c *cell) Cancelled() <-chan struct{} { return c.cancelled }

// Waiting tells who waits for whom. See scope.Waiter.
func (c *cell) Waiting(thread, operation string) (end func()) {
	return c.core.Waiting(thread, operation)
}

// goroutineID is the number that crash text gives the calling goroutine.
func goroutineID() uint64 {
	var text [40]byte
	var id uint64
	fmt.Sscanf(string(text[:runtime.Stack(text[:], false)]), "goroutine %d ", &id)
	return id
}

// Here implements scope.Placer.
func (c *cell) Here() int64 { return c.core.Here() }

// Resume implements scope.Placer.
func (c *cell) Resume(mark int64) { c.core.Resume(mark) }

// Place implements scope.Placer.
func (c *cell) Place(mark int64) string { return core.Place(mark) }

// Instrumented implements scope.Instrumented: where cells can simulate, their
// functions tell of all accesses that count.
func (c *cell) Instrumented() bool { return true }

// Simulating implements scope.Simulator.
func (c *cell) Simulating() (end func()) { return c.core.Simulating() }

// NameOf implements scope.Namer.
func (c *cell) NameOf(p unsafe.Pointer) string { return c.core.NameOf(p) }
