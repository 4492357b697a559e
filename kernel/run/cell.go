package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"lockstep/kernel/client"
	"lockstep/kernel/notebook"
	"lockstep/kernel/protocol"
	"lockstep/kernel/terminal"
)

// interruptGrace is how long a cell may take to end once it is interrupted. The
// kernel promises a second.
const interruptGrace = 5 * time.Second

// cellRun is one cell's way through the kernel.
type cellRun struct {
	*run
	cell   *notebook.Cell
	number int // the n of In[n]

	// What follows is guarded by run.mu.
	printer  printer
	recorder recorder
	replied  bool // the kernel is done with the cell, so that no question counts
	ended    bool

	asking sync.WaitGroup
}

func newCellRun(r *run, cell *notebook.Cell) *cellRun {
	r.number++
	return &cellRun{
		run:      r,
		cell:     cell,
		number:   r.number,
		printer:  printer{screen: r.screen, style: r.style},
		recorder: newRecorder(cell, r.displays),
	}
}

// runCell runs a code cell and tells how that went.
func (r *run) runCell(ctx context.Context, kernel *client.Kernel, cell *notebook.Cell, index int) error {
	r.tellHeading()
	place := fmt.Sprintf("[%d/%d]", index+1, r.tally.total)
	if r.skips(cell) {
		r.tally.skipped++
		r.tell(place + " skipped: it asks for input, and there is no terminal to ask on")
		return nil
	}
	c := newCellRun(r, cell)
	label := fmt.Sprintf("In[%d]", c.number)
	if r.animated {
		c.printer.label = label
	}
	r.progress(index, label)
	started := time.Now()
	failure, err := c.execute(ctx, kernel)
	c.end()
	r.tellCell(place+" "+label, failure, err, time.Since(started))
	return err
}

// execute runs the cell to its end. The failure is one that the cell may have;
// an error ends the run.
func (c *cellRun) execute(ctx context.Context, kernel *client.Kernel) (failure string, err error) {
	limited := ctx
	if limit := c.options.Timeout; limit > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeoutCause(ctx, limit, c.failed(fmt.Sprintf("it took longer than %v", limit)))
		defer cancel()
	}
	// The execution outlives limited, so that the cell can end in order.
	executing, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	var interrupter sync.WaitGroup
	interrupter.Go(func() {
		select {
		case <-limited.Done():
			interrupt(executing, kernel)
			giveUp()
		case <-executing.Done():
		}
	})
	options := client.ExecuteOptions{StoreHistory: true, StopOnError: true, AllowStdin: c.asker != nil}
	reply, err := kernel.Execute(executing, c.cell.Source, options, client.Handler{
		Output: c.output,
		Late:   c.late,
		Input: func(asking context.Context, question protocol.InputRequest) (string, error) {
			return c.ask(asking, limited, question)
		},
	})
	giveUp()
	interrupter.Wait()

	failed := reply.Status == protocol.StatusError
	var died *client.DiedError
	switch {
	case limited.Err() != nil && (failed || err != nil):
		return "", c.stopped(context.Cause(limited))
	case errors.As(err, &died):
		return "", c.failed(died.Error())
	case errors.Is(err, io.EOF):
		return "", c.failed("it asked for input, which had ended")
	case err != nil:
		return "", c.failed(err.Error())
	case !failed:
		return "", nil
	}
	failure = summary(reply)
	if !c.cell.HasTag("raises-exception") {
		return "", c.failed(failure)
	}
	return failure, nil
}

// interrupt interrupts the cell and waits, for a time, until it has ended.
func interrupt(executing context.Context, kernel *client.Kernel) {
	ctx, cancel := context.WithTimeout(executing, interruptGrace)
	defer cancel()
	// Where the interrupt doesn't arrive the kernel is lost, and the run ends anyway.
	_ = kernel.Interrupt(ctx)
	<-ctx.Done()
}

func (c *cellRun) failed(reason string) *CellError {
	return &CellError{Notebook: c.options.Notebook, Number: c.number, Reason: reason}
}

// stopped is the error of a run that cause has ended in this cell.
func (c *cellRun) stopped(cause error) error {
	var timeout *CellError
	if errors.As(cause, &timeout) {
		return timeout
	}
	return &CellError{Notebook: c.options.Notebook, Number: c.number, Reason: "stopped: " + cause.Error(), Err: cause}
}

// summary is a failure in a line.
func summary(reply protocol.ExecuteReply) string {
	value, _, more := strings.Cut(terminal.Plain(reply.EValue), "\n")
	if more {
		value += " …"
	}
	return reply.EName + ": " + value
}

func (c *cellRun) output(content protocol.Content) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recorder.add(content)
	c.printer.add(content)
}

// late shows what a goroutine of the cell has still shown after its end.
func (c *cellRun) late(content protocol.Content) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recorder.add(content)
	if !c.ended {
		c.printer.add(content)
		return
	}
	c.recorder.end()
	c.printer.label = fmt.Sprintf("In[%d] later:", c.number)
	c.printer.add(content)
	c.printer.end()
}

func (c *cellRun) end() {
	c.mu.Lock()
	c.replied = true
	c.mu.Unlock()
	c.asking.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.printer.end()
	c.recorder.end()
	c.ended = true
}

// ask puts a cell's question to the user, until the cell doesn't wait for the
// answer any more or the cell's time is over.
func (c *cellRun) ask(ctx, limited context.Context, question protocol.InputRequest) (string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(limited, cancel)()

	c.mu.Lock()
	if c.replied {
		c.mu.Unlock()
		return "", context.Canceled
	}
	c.asking.Add(1)
	defer c.asking.Done()
	start := c.printer.ask(c.options.Stdout)
	c.mu.Unlock()

	text, err := c.asker.ask(ctx, c.options.Stdout, start+question.Prompt, question.Password)

	c.mu.Lock()
	defer c.mu.Unlock()
	c.printer.answered()
	return text, err
}
