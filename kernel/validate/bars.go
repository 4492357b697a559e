package validate

import (
	"fmt"
	"io"
	"path/filepath"
	"sync"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"lockstep/kernel/terminal"
)

// Bars is a Reporter that keeps a line for each notebook that runs below what
// another Reporter prints. It is for terminals.
type Bars struct {
	progress *mpb.Progress
	to       *Printer
	running  map[string]*bar
}

type bar struct {
	line *mpb.Bar
	mu   sync.Mutex // the line is drawn by a goroutine of its own
	text string
}

// NewBars returns Bars on a terminal, which print as a Printer does. Close ends
// them.
func NewBars(out io.Writer, verbose bool, style terminal.Style) *Bars {
	p := mpb.New(mpb.WithOutput(out), mpb.WithWidth(24), mpb.WithAutoRefresh())
	return &Bars{progress: p, to: NewPrinter(p, verbose, style), running: map[string]*bar{}}
}

// Close waits until all is drawn.
func (b *Bars) Close() { b.progress.Wait() }

// Begin adds a line.
func (b *Bars) Begin(path string) {
	one := &bar{text: "starting the kernel"}
	one.line = b.progress.New(0, mpb.SpinnerStyle(), mpb.BarRemoveOnComplete(),
		mpb.BarWidth(2),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string {
			one.mu.Lock()
			defer one.mu.Unlock()
			return fmt.Sprintf("%s  %s", filepath.Base(path), one.text)
		})))
	b.running[path] = one
}

// Cell names the cell in the notebook's line.
func (b *Bars) Cell(path, id string, index int) {
	one := b.running[path]
	one.mu.Lock()
	defer one.mu.Unlock()
	one.text = fmt.Sprintf("%d %s", index+1, id)
}

// Result prints a cell's result.
func (b *Bars) Result(path string, c *Cell) { b.to.Result(path, c) }

// End prints the notebook's result and takes its line away.
func (b *Bars) End(r *Result) {
	b.running[r.Path].line.Abort(true)
	delete(b.running, r.Path)
	b.to.End(r)
}
