package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"lockstep/kernel/run"
)

type runCommand struct {
	Notebook string        `arg:"" placeholder:"NOTEBOOK" help:"The notebook, an .ipynb file."`
	Output   string        `short:"o" placeholder:"FILE" help:"Save the notebook with what the cells showed, also after a failure."`
	HTML     string        `placeholder:"FILE" help:"Save that as one HTML page too, with all that it needs inside."`
	Timeout  time.Duration `placeholder:"DURATION" help:"End the run when a cell takes longer, as 30s or 5m."`
}

// Validate refuses what the parser can't know to be wrong.
func (c *runCommand) Validate() error {
	if c.Timeout < 0 {
		return fmt.Errorf("--timeout: %v is less than nothing", c.Timeout)
	}
	return nil
}

// Run runs the notebook; a first SIGINT or SIGTERM interrupts the running cell
// and ends the run in order, a second one at once.
func (c *runCommand) Run() error {
	ctx, cancel := untilSignal()
	defer cancel()
	return run.Run(ctx, run.Options{
		Notebook: c.Notebook,
		Output:   c.Output,
		HTML:     c.HTML,
		Timeout:  c.Timeout,
		Stdin:    os.Stdin,
		Stdout:   os.Stdout,
	})
}

// signalError says that a signal has ended the command.
type signalError struct{ signal syscall.Signal }

func (e *signalError) Error() string { return e.signal.String() }
func (e *signalError) exitCode() int { return 128 + int(e.signal) }

// untilSignal returns a context that the first SIGINT or SIGTERM cancels, with
// a signalError as its cause. The second one has its usual effect.
func untilSignal() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case s := <-signals:
			signal.Stop(signals)
			cancel(&signalError{s.(syscall.Signal)})
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel(nil)
	}
}
