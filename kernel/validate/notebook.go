package validate

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"lockstep/kernel/client"
	"lockstep/kernel/notebook"
	"lockstep/kernel/protocol"
)

// Verdict is how a cell did.
type Verdict string

// The verdicts.
const (
	Pass Verdict = "PASS"
	Fail Verdict = "FAIL"
	Skip Verdict = "SKIP"
	// Expected says that a cell failed, as any does after one that took too long.
	Expected Verdict = "XFAIL"
)

// Cell is the result of one code cell.
type Cell struct {
	// Index counts the code cells from 0; Number is the n of In[n], 0 if the cell
	// was not run.
	Index, Number int
	ID            string
	Verdict       Verdict
	Took          time.Duration
	// Reason says why the cell failed, in a line; Traceback is the report of the
	// error that it ended with.
	Reason      string
	Traceback   []string
	Differences []*Difference
	// Updated says that the differences are written into the file.
	Updated bool
}

// Result is the result of one notebook.
type Result struct {
	Path  string
	Cells []*Cell
	Took  time.Duration
	// Err says why the notebook could not be run.
	Err error
}

// Count returns how many cells have the verdict.
func (r *Result) Count(v Verdict) int {
	n := 0
	for _, c := range r.Cells {
		if c.Verdict == v {
			n++
		}
	}
	return n
}

// OK reports whether nothing went wrong.
func (r *Result) OK() bool { return r.Err == nil && r.Count(Fail) == 0 }

// outputGrace is how long a cell that was interrupted may take to end.
const outputGrace = 5 * time.Second

// validation is the run of one notebook.
type validation struct {
	options  Options
	result   *Result
	kernel   *client.Kernel
	number   int
	timedOut bool // an earlier cell took too long
}

// notebook runs a notebook and compares it. began is told of each cell, and ended
// of its result.
func (o Options) notebook(ctx context.Context, path string, began func(id string), ended func(*Cell)) (result *Result, executed *notebook.Notebook) {
	started := time.Now()
	result = &Result{Path: path}
	defer func() { result.Took = time.Since(started) }()
	book, err := notebook.Read(path)
	if err == nil {
		if language := book.Language(); language != "" && language != "go" {
			err = fmt.Errorf("%s: its cells are %s, not Go", path, language)
		}
	}
	if err != nil {
		result.Err = err
		return result, nil
	}
	v := &validation{options: o, result: result}
	v.kernel, err = client.Start(ctx, client.Command{Argv: o.Kernel, Dir: filepath.Dir(path), Env: o.Env})
	if err != nil {
		result.Err = fmt.Errorf("%s: %w", path, err)
		return result, nil
	}
	// What is to be known of the cells is known; a kernel that must be killed does
	// no harm.
	defer func() { _ = v.kernel.Shutdown(context.WithoutCancel(ctx)) }()

	last := v.lastSelected(book)
	index := 0
	for i, cell := range book.Cells {
		if cell.Type != notebook.Code {
			continue
		}
		c := &Cell{Index: index, ID: cell.ID}
		index++
		if i > last {
			break
		}
		if cause := context.Cause(ctx); cause != nil {
			result.Err = fmt.Errorf("%s: stopped: %w", path, cause)
			break
		}
		if c.ID == "" {
			c.ID = fmt.Sprintf("cell-%d", c.Index)
		}
		began(c.ID)
		shown := v.cell(ctx, cell, c)
		if o.selected(path, c.ID) {
			if shown != nil {
				cell.Outputs = shown
				cell.ExecutionCount = c.Number
			}
			result.Cells = append(result.Cells, c)
			ended(c)
		}
	}
	return result, book
}

// lastSelected is the index of the last cell that is to be compared; those after
// it need not run.
func (v *validation) lastSelected(book *notebook.Notebook) int {
	last := -1
	for i, cell := range book.Cells {
		if cell.Type == notebook.Code && v.options.selected(v.result.Path, cell.ID) {
			last = i
		}
	}
	return last
}

// cell runs one cell and judges it. It returns what the cell showed; nil if it
// was not run.
func (v *validation) cell(ctx context.Context, cell *notebook.Cell, c *Cell) []notebook.Output {
	marks := markingOf(cell, v.options.Lax)
	if marks.skip {
		c.Verdict = Skip
		return nil
	}
	started := time.Now()
	v.number++
	c.Number = v.number
	outputs, err := v.execute(ctx, cell.Source)
	c.Took = time.Since(started)
	v.judge(cell, c, marks, outputs, err)
	if c.Verdict == Fail && v.timedOut && !errors.Is(err, errTimeout) {
		c.Verdict = Expected
	}
	if errors.Is(err, errTimeout) {
		v.timedOut = true
	}
	return outputs
}

var errTimeout = errors.New("it took too long")

// judge gives the verdict.
func (v *validation) judge(cell *notebook.Cell, c *Cell, marks marking, outputs []notebook.Output, err error) {
	fail := func(format string, args ...any) {
		c.Verdict, c.Reason = Fail, fmt.Sprintf(format, args...)
	}
	var failure *notebook.ErrorOutput
	for _, output := range outputs {
		if e, ok := output.(*notebook.ErrorOutput); ok {
			failure = e
		}
	}
	unrun := cell.ExecutionCount == 0
	switch {
	case err != nil:
		if errors.Is(err, errTimeout) {
			fail("it took longer than %v", v.options.Timeout)
		} else {
			fail("%v", err)
		}
	case failure != nil && !marks.raises:
		value, _, _ := strings.Cut(failure.Value, "\n")
		fail("%s: %s", failure.Name, value)
		c.Traceback = failure.Traceback
	case unrun && len(cell.Outputs) > 0:
		fail("the file has outputs of the cell, but says that it was never run")
	case marks.check && !unrun:
		want, err := fieldsOf(cell.Outputs, v.options.Sanitizer)
		got, err2 := fieldsOf(outputs, v.options.Sanitizer)
		if err := errors.Join(err, err2); err != nil {
			fail("%v", err)
			return
		}
		c.Verdict = Pass
		c.Differences = differences(want, got)
		switch {
		case len(c.Differences) == 0:
		case v.options.Update:
			c.Updated = true
		default:
			fail("%v", c.Differences[0])
		}
	default:
		c.Verdict = Pass
	}
}

// execute runs the code and collects its outputs, as nbval does: updates and
// removals of outputs are passed over.
func (v *validation) execute(ctx context.Context, code string) ([]notebook.Output, error) {
	limited, cancel := context.WithTimeout(ctx, v.options.Timeout)
	defer cancel()
	executing, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	defer giveUp()
	interrupted := make(chan struct{})
	stop := context.AfterFunc(limited, func() {
		defer close(interrupted)
		grace, cancel := context.WithTimeout(executing, outputGrace)
		defer cancel()
		// Where the interrupt doesn't arrive the kernel is lost, which ends the cell.
		_ = v.kernel.Interrupt(grace)
		<-grace.Done()
		giveUp()
	})
	var outputs []notebook.Output
	_, err := v.kernel.Execute(executing, code, client.ExecuteOptions{}, client.Handler{
		Output: func(content protocol.Content) {
			switch o := content.(type) {
			case protocol.Stream:
				if n := len(outputs); n > 0 {
					if last, ok := outputs[n-1].(*notebook.Stream); ok && last.Name == o.Name {
						last.Text += o.Text
						return
					}
				}
				outputs = append(outputs, &notebook.Stream{Name: o.Name, Text: o.Text})
			case protocol.DisplayData:
				outputs = append(outputs, &notebook.DisplayData{Data: o.Data})
			case protocol.ExecuteResult:
				outputs = append(outputs, &notebook.ExecuteResult{ExecutionCount: o.ExecutionCount, Data: o.Data})
			case protocol.Error:
				outputs = append(outputs, &notebook.ErrorOutput{Name: o.EName, Value: o.EValue, Traceback: o.Traceback})
			}
		},
	})
	if !stop() {
		giveUp()
		<-interrupted
	}
	if limited.Err() != nil && ctx.Err() == nil {
		return outputs, errTimeout
	}
	return outputs, err
}
