package worker

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"runtime"
	"sync"
	"time"

	"lockstep/kernel/execution"
	"lockstep/kernel/link"
	"lockstep/runtime/support"
)

type worker struct {
	conn   *link.Conn
	token  string
	memory uint64 // limit in bytes, 0 if there is none
	native *pipes // the process's own descriptors 1 and 2

	// running is held by the one cell that runs. It guards the interpreter.
	running  sync.Mutex
	program  *program
	baseline int // goroutines that are not a cell's
	stops    uint64

	mu    sync.Mutex
	cells map[int]*cell // the running one, and those with goroutines left
	idle  []*cell       // the last ones that had none left
	pipes map[int]*pipes
}

func newWorker(conn *link.Conn, memory uint64) (*worker, error) {
	w := &worker{conn: conn, token: newToken(), memory: memory, cells: map[int]*cell{}, pipes: map[int]*pipes{}}
	native, err := newPipes(w.token, os.Stdout, os.Stderr)
	if err != nil {
		return nil, err
	}
	w.native = native
	if w.program, err = newProgram(traceWriter{w}); err != nil {
		return nil, err
	}
	w.program.processes.program = func() (*program, error) { return w.program, nil }
	support.SetProgram(w.program.processes)
	return w, nil
}

// serve handles messages until the link ends, and returns why: io.EOF if the
// front has closed it.
func (w *worker) serve() error {
	if err := w.conn.Send(link.Ready{PID: os.Getpid(), Token: w.token, Memory: w.memory}); err != nil {
		return err
	}
	var attend <-chan struct{} // closed when the cell that runs ends
	for {
		if attend != nil {
			w.attend(attend)
		}
		m, files, err := w.conn.Receive()
		var unknown *link.UnknownTypeError
		if errors.As(err, &unknown) {
			continue // a newer front: what this worker doesn't know it can't miss
		}
		if err != nil {
			return err
		}
		switch m := m.(type) {
		case link.Run:
			c, err := w.newCell(m.Cell, m.Pipes, files)
			if err != nil {
				return err
			}
			ended := make(chan struct{})
			attend = ended
			go func() {
				defer close(ended)
				w.run(c, m.Units)
			}()
		case link.Cancel:
			if c := w.cell(m.Cell); c != nil {
				c.cancel()
				attend = nil // of several that timers wake only one is run next
			}
		case link.Comm:
			go w.deliver(m)
		case link.InputReply:
			if c := w.cell(m.Cell); c != nil {
				c.stdin.answer(m)
			}
		}
	}
}

// deliver has handlers deal with what the front end says in a comm.
func (w *worker) deliver(m link.Comm) {
	known, err := support.DeliverComm(string(m.Kind), m.ID, m.Target, m.Data)
	done := link.CommDone{Serial: m.Serial, Known: known}
	if err != nil {
		done.Err = err.Error()
	}
	_ = w.conn.Send(done) // if the link is gone, serve notices
}

// attendPause is how long a message to a running cell may wait to be seen.
const attendPause = 5 * time.Millisecond

// attend waits for a message to come, or the cell that runs to end. A goroutine
// that a timer wakes is run next, one that a message wakes only after all that can
// run: among a hundred busy goroutines it would be a second until a cell that is
// to be interrupted hears of it.
func (w *worker) attend(end <-chan struct{}) {
	timer := time.NewTimer(attendPause)
	defer timer.Stop()
	for !w.conn.Pending() {
		select {
		case <-end:
			return
		case <-timer.C:
			timer.Reset(attendPause)
		}
	}
}

func (w *worker) cell(number int) *cell {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cells[number]
}

// run runs one cell after the one that runs now.
func (w *worker) run(c *cell, units []link.Unit) {
	w.running.Lock()
	defer w.running.Unlock()
	if w.othersIdle(c) {
		w.baseline = runtime.NumGoroutine()
	}
	failure, ok := w.await(c, c.execute(w.program, units))
	if !ok {
		return // the front replaces the process
	}
	w.program.session.core.ForgetPlaces()
	done := link.Done{Cell: c.number, Error: failure, Declared: c.declaredCount()}
	done.Busy, done.Idle = w.settle(c)
	w.native.mark(func(mark uint64) { done.Native = mark })
	c.pipes.mark(func(mark uint64) {
		done.Mark = mark
		// If the link is gone, serve notices.
		_ = w.conn.Send(done)
	})
	if err := w.program.renew(); err != nil {
		panic(err)
	}
}

// await waits for a cell's end. If the user interrupts the cell, all of its
// goroutines end with it; ok says that they could be ended.
func (w *worker) await(c *cell, result <-chan *link.Error) (failure *link.Error, ok bool) {
	ended := false
	watch := &sleepers{worker: w, cell: c, pause: sleepLook}
	timer := time.NewTimer(watch.pause)
	defer timer.Stop()
	var deadlock *link.Error
	for !ended && !c.isCancelled() {
		select {
		case failure = <-result:
			ended = true
			if !c.isCancelled() {
				notes, ok := w.endDaemons(c)
				for _, note := range notes {
					_, _ = fmt.Fprintln(c.scope.Stderr, note)
				}
				return failure, ok
			}
		case <-timer.C:
			if waits := watch.forEver(); waits != nil && !support.GiveUp() {
				deadlock = c.deadlock(waits)
				c.cancel()
			}
			timer.Reset(watch.pause)
		case <-c.cancelled:
		}
	}
	notes, ok := w.halt(c, func() bool {
		if !ended {
			select {
			case failure = <-result:
				ended = true
			default:
			}
		}
		return ended
	})
	if deadlock != nil && (failure == nil || failure.Name == execution.Interrupted) {
		failure, notes = deadlock, nil
	}
	if failure != nil && failure.Name == execution.Interrupted {
		failure.Notes = append(failure.Notes, notes...)
	}
	return failure, ok
}

func (w *worker) othersIdle(c *cell) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.cells) == 1 && w.cells[c.number] == c
}

// settle finds out whether c has goroutines left, and which earlier cells no
// longer have any. It forgets the idle cells.
func (w *worker) settle(c *cell) (busy bool, idle []int) {
	left := map[int]bool{}
	if !w.atBaseline() {
		left = support.BusyCells()
	}
	// Handlers of comms print to the pipes of their cells.
	maps.Copy(left, support.CommCells())
	w.mu.Lock()
	defer w.mu.Unlock()
	for number, cell := range w.cells {
		if left[number] {
			continue
		}
		delete(w.cells, number)
		w.leave(cell)
		if number != c.number {
			idle = append(idle, number)
		}
	}
	return left[c.number], idle
}

// maxIdle is how many cells without goroutines are remembered. A timer may start one.
const maxIdle = 64

// leave forgets an idle cell after some others. The caller holds mu.
func (w *worker) leave(c *cell) {
	if w.idle = append(w.idle, c); len(w.idle) > maxIdle {
		w.idle[0].scope.Release()
		w.idle = w.idle[1:]
	}
}
