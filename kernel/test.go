package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"time"

	"lockstep/kernel/run"
	"lockstep/kernel/terminal"
	"lockstep/kernel/validate"
	"lockstep/runtime/sim"
)

type testCommand struct {
	Notebooks []string      `arg:"" placeholder:"NOTEBOOK" help:"Notebooks, or folders of them."`
	Match     string        `name:"run" placeholder:"PATTERN" help:"Compare only what matches: LESSON or LESSON/CELL, two regular expressions for the notebook's name and the cell's id. Cells before it run, too."`
	Lax       bool          `help:"Compare only cells tagged nbval-check-output; others must only not fail."`
	Sanitize  string        `name:"sanitize-with" type:"existingfile" placeholder:"FILE" help:"A file of replacements made before outputs are compared, as nbval has it: lines regex: … and replace: …"`
	Update    bool          `help:"Write outputs that differ into the notebooks, and nothing else."`
	JUnit     string        `name:"junit" placeholder:"FILE" help:"Write the results in JUnit's XML, too."`
	Parallel  int           `short:"p" placeholder:"N" help:"How many notebooks run at a time; by default one a processor."`
	Timeout   time.Duration `default:"2m" placeholder:"DURATION" help:"How long a cell may take."`
	Seed      uint64        `placeholder:"N" help:"Run simulations in other orders than the notebooks did. What a cell shows may differ then, so it must only not fail."`
	Verbose   bool          `short:"v" help:"Print a line for every cell."`
}

// Validate refuses what the parser can't know to be wrong.
func (c *testCommand) Validate() error {
	switch {
	case c.Parallel < 0:
		return fmt.Errorf("-p: %d notebooks can't run at a time", c.Parallel)
	case c.Timeout <= 0:
		return fmt.Errorf("--timeout: %v leaves no time", c.Timeout)
	}
	return nil
}

// Run runs the notebooks and compares what they show with what they showed.
func (c *testCommand) Run() (err error) {
	paths, err := validate.Notebooks(c.Notebooks)
	if err != nil {
		return err
	}
	o := validate.Options{Run: c.Match, Lax: c.Lax, Update: c.Update, Timeout: c.Timeout, Parallel: c.Parallel}
	if o.Parallel == 0 {
		o.Parallel = runtime.GOMAXPROCS(0)
	}
	if c.Seed != 0 {
		o.Lax = true
		o.Env = append(o.Env, sim.SeedVariable+"="+strconv.FormatUint(c.Seed, 10))
	}
	if o.Kernel, err = run.Kernel(); err != nil {
		return err
	}
	if c.Sanitize != "" {
		if o.Sanitizer, err = validate.ReadSanitizer(c.Sanitize); err != nil {
			return err
		}
	}
	var junit io.WriteCloser
	if c.JUnit != "" {
		// What can't be written is better known before a long run than after it.
		if junit, err = os.Create(c.JUnit); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, junit.Close()) }()
	}
	look := terminal.LookOf(os.Stdout)
	var reporter validate.Reporter = validate.NewPrinter(os.Stdout, c.Verbose, look.Style)
	if look.Animated {
		bars := validate.NewBars(os.Stdout, c.Verbose, look.Style)
		defer bars.Close()
		reporter = bars
	}
	ctx, cancel := untilSignal()
	defer cancel()
	results, err := validate.Run(ctx, paths, o, reporter)
	if junit != nil && results != nil {
		err = errors.Join(err, validate.WriteJUnit(junit, results))
	}
	if errors.Is(err, validate.ErrFailed) {
		failed := 0
		for _, r := range results {
			if !r.OK() {
				failed++
			}
		}
		return fmt.Errorf("%d of %d notebooks failed", failed, len(results))
	}
	return err
}
