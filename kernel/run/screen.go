package run

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/mattn/go-runewidth"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"lockstep/kernel/terminal"
)

// screen is where a run is told of. It is used from one goroutine.
type screen interface {
	// print adds whole lines.
	print(lines string)
	// live shows the line that a cell has not finished yet, "" for none.
	live(line string)
	// progress says that the cell of this index, counted from 0, runs now.
	progress(index int, label string)
	// suspend clears the screen of all but the lines, until the next call.
	suspend()
}

// paper is a screen that is only ever added to: a file, a pipe, a plain
// terminal.
type paper struct{ out io.Writer }

func (p paper) print(lines string)   { _, _ = io.WriteString(p.out, lines) }
func (p paper) live(string)          {}
func (p paper) progress(int, string) {}
func (p paper) suspend()             {}

// refresh is how often a terminal is drawn anew.
const refresh = 100 * time.Millisecond

// animated is a terminal with a bar below the lines that it prints, and between them the
// line that the cell is writing. The bar is drawn by a goroutine of its own,
// together with the lines, so that none tears another.
type animated struct {
	out   *os.File
	total int

	bars *mpb.Progress // nil while suspended
	bar  *mpb.Bar

	// mu guards what the bar's goroutine reads.
	mu       sync.Mutex
	index    int
	label    string
	started  time.Time
	liveText string
}

func newAnimated(out *os.File, total int) *animated {
	return &animated{out: out, total: total, started: time.Now(), label: "starting the kernel"}
}

func (t *animated) print(lines string) {
	t.resume()
	if _, err := t.bars.Write([]byte(lines)); err != nil {
		// Nothing draws any more, so that nothing can be torn.
		_, _ = io.WriteString(t.out, lines)
	}
}

func (t *animated) live(line string) {
	t.mu.Lock()
	t.liveText = terminal.Plain(line)
	t.mu.Unlock()
	t.resume()
}

func (t *animated) progress(index int, label string) {
	t.mu.Lock()
	t.index, t.label, t.started = index, label, time.Now()
	t.mu.Unlock()
	t.resume()
	t.bar.SetCurrent(int64(index))
}

func (t *animated) suspend() {
	if t.bars == nil {
		return
	}
	t.bar.Abort(true)
	t.bars.Wait()
	t.bars = nil
}

func (t *animated) resume() {
	if t.bars != nil {
		return
	}
	t.bars = mpb.New(mpb.WithOutput(t.out), mpb.WithRefreshRate(refresh), mpb.WithWidth(60))
	t.bar = t.bars.New(int64(t.total), mpb.BarStyle(),
		mpb.BarExtender(mpb.BarFillerFunc(t.drawLive), true),
		mpb.PrependDecorators(decor.Any(t.drawCount)),
		mpb.AppendDecorators(decor.Any(t.drawLabel)),
	)
	t.bar.SetCurrent(int64(t.index))
}

// drawLive writes the unfinished line above the bar, cut to the terminal's
// width: a line that wraps could not be taken back.
func (t *animated) drawLive(w io.Writer, stat decor.Statistics) error {
	t.mu.Lock()
	text := t.liveText
	t.mu.Unlock()
	if text == "" {
		return nil
	}
	_, err := fmt.Fprintln(w, runewidth.Truncate(text, stat.AvailableWidth-1, "…"))
	return err
}

func (t *animated) drawCount(decor.Statistics) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return fmt.Sprintf("%d/%d", t.index, t.total)
}

func (t *animated) drawLabel(decor.Statistics) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return fmt.Sprintf("%s %.0fs", t.label, time.Since(t.started).Seconds())
}
