package validate

import (
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"

	"lockstep/kernel/terminal"
)

// Printer is a Reporter that prints lines like those of go test.
type Printer struct {
	out     io.Writer
	verbose bool
	style   terminal.Style
}

// NewPrinter returns a Printer; a verbose one prints a line for each cell.
func NewPrinter(out io.Writer, verbose bool, style terminal.Style) *Printer {
	return &Printer{out: out, verbose: verbose, style: style}
}

// Begin prints nothing.
func (p *Printer) Begin(string) {}

// Cell prints nothing.
func (p *Printer) Cell(string, string, int) {}

// Result prints the cells that failed, with what differs.
func (p *Printer) Result(path string, c *Cell) {
	if c.Verdict != Fail && !c.Updated && !p.verbose {
		return
	}
	verdict := string(c.Verdict)
	if c.Updated {
		verdict = "UPDATE"
	}
	head := fmt.Sprintf("--- %s: %s/%s (%s)", verdict, path, c.ID, terminal.Seconds(c.Took))
	if c.Verdict == Fail {
		head = p.style.Failed(head)
	}
	fmt.Fprintln(p.out, head)
	if c.Verdict != Fail && !c.Updated {
		return
	}
	where := ""
	if c.Number > 0 {
		where = fmt.Sprintf("In[%d] ", c.Number)
	}
	if len(c.Differences) == 0 {
		fmt.Fprintf(p.out, "    %s%s\n", where, c.Reason)
	}
	for _, d := range c.Differences {
		fmt.Fprintf(p.out, "    %s%v:\n", where, d)
		p.lines(d.Diff())
	}
	for _, line := range c.Traceback {
		for line := range strings.SplitSeq(p.style.Own(line), "\n") {
			fmt.Fprintln(p.out, "    "+line)
		}
	}
}

// maxShown is how many lines of a difference are shown.
const maxShown = 60

func (p *Printer) lines(lines []string) {
	for i, line := range lines {
		if i == maxShown {
			fmt.Fprintf(p.out, "    … %d lines more\n", len(lines)-i)
			return
		}
		switch {
		case strings.HasPrefix(line, "-"):
			line = p.style.Paint(line, color.FgRed)
		case strings.HasPrefix(line, "+"):
			line = p.style.Paint(line, color.FgGreen)
		case strings.HasPrefix(line, "@"):
			line = p.style.Paint(line, color.FgCyan)
		}
		fmt.Fprintln(p.out, "    "+line)
	}
}

// End prints the notebook's line.
func (p *Printer) End(r *Result) {
	var parts []string
	add := func(n int, what string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, what))
		}
	}
	add(r.Count(Pass), "passed")
	add(r.Count(Fail), "failed")
	add(r.Count(Skip), "skipped")
	add(r.Count(Expected), "not to be expected to pass")
	updated := 0
	for _, c := range r.Cells {
		if c.Updated {
			updated++
		}
	}
	add(updated, "updated")
	if len(parts) == 0 {
		parts = []string{"no cells"}
	}
	line := fmt.Sprintf("ok  \t%s\t%s\t%s", r.Path, terminal.Seconds(r.Took), strings.Join(parts, ", "))
	if !r.OK() {
		line = p.style.Failed("FAIL" + strings.TrimPrefix(line, "ok  "))
	}
	if r.Err != nil {
		fmt.Fprintln(p.out, p.style.Failed(fmt.Sprintf("    %v", r.Err)))
	}
	fmt.Fprintln(p.out, line)
}
