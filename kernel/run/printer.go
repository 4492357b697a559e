package run

import (
	"fmt"
	"io"
	"strings"

	"lockstep/kernel/protocol"
	"lockstep/kernel/terminal"
)

// printer shows the outputs of a cell as text on a screen, line by line.
type printer struct {
	screen screen
	style  terminal.Style
	// label goes above the cell's first line, "" for nothing.
	label string

	// line is what the cell has written of its last line, to which stream.
	line   terminal.Line
	stream string
	// direct takes text at once while the user is being asked: the question may
	// come after its answer is waited for. nil otherwise.
	direct io.Writer
	// held are the lines since the cell first cleared its outputs, which may go
	// again; only the last of them are for print.
	holding bool
	held    strings.Builder
	clear   bool
	// updated are the newest forms of the displays that the cell has updated, in
	// the order of the first update.
	updated []protocol.UpdateDisplayData
}

// add shows an output. Messages that are none are passed over.
func (p *printer) add(content protocol.Content) {
	switch c := content.(type) {
	case protocol.Stream:
		p.sweep()
		p.text(c.Name, c.Text)
	case protocol.DisplayData:
		p.sweep()
		p.block(asText(c.Data))
	case protocol.ExecuteResult:
		p.sweep()
		p.block(p.value(c))
	case protocol.UpdateDisplayData:
		p.update(c)
	case protocol.Error:
		p.sweep()
		p.failure(c)
	case protocol.ClearOutput:
		p.clear = true
		if !c.Wait {
			p.sweep()
		}
	}
}

func (p *printer) text(stream, text string) {
	if stream != p.stream {
		p.finish()
	}
	p.stream = stream
	if p.direct != nil {
		_, _ = io.WriteString(p.direct, p.coloured(text))
		return
	}
	for {
		part, rest, ended := strings.Cut(text, "\n")
		p.line.Write(part)
		if !ended {
			break
		}
		p.lines(p.coloured(p.line.String()) + "\n")
		p.line = terminal.Line{}
		text = rest
	}
	if !p.holding {
		p.screen.live(p.line.String())
	}
}

// coloured marks what went to stderr.
func (p *printer) coloured(text string) string {
	if p.stream == "stderr" {
		return p.style.Stderr(p.style.Own(text))
	}
	return p.style.Own(text)
}

// finish prints what there is of an unfinished line.
func (p *printer) finish() {
	if p.line.Empty() {
		return
	}
	p.lines(p.coloured(p.line.String()) + "\n")
	p.line = terminal.Line{}
	p.screen.live("")
}

// block prints text that stands on lines of its own.
func (p *printer) block(text string) {
	p.finish()
	if text != "" {
		p.lines(p.style.Own(strings.TrimSuffix(text, "\n")) + "\n")
	}
}

func (p *printer) value(c protocol.ExecuteResult) string {
	label, text := fmt.Sprintf("Out[%d]:", c.ExecutionCount), asText(c.Data)
	if strings.Contains(strings.TrimSuffix(text, "\n"), "\n") {
		return p.style.Label(label) + "\n" + text
	}
	return p.style.Label(label) + " " + text
}

func (p *printer) failure(c protocol.Error) {
	report := strings.Join(c.Traceback, "\n")
	if report == "" {
		report = p.style.Failed(c.EName + ": " + c.EValue)
	}
	p.block(report)
}

func (p *printer) update(c protocol.UpdateDisplayData) {
	for i := range p.updated {
		if p.updated[i].Transient.DisplayID == c.Transient.DisplayID {
			p.updated[i] = c
			return
		}
	}
	p.updated = append(p.updated, c)
}

// lines prints whole lines, or keeps them while the cell may still clear them.
func (p *printer) lines(text string) {
	if p.direct != nil {
		// The line that is being typed gives way.
		_, _ = io.WriteString(p.direct, "\n"+text)
		return
	}
	if p.holding {
		p.held.WriteString(text)
		return
	}
	if p.label != "" {
		text = p.style.Label(p.label) + "\n" + text
		p.label = ""
	}
	p.screen.print(text)
}

// sweep takes away what was held, if the cell has asked for that. What was
// printed before the first time is out of reach: it stays.
func (p *printer) sweep() {
	if !p.clear {
		return
	}
	if !p.holding {
		p.finish()
	}
	p.clear, p.holding, p.line = false, true, terminal.Line{}
	p.held.Reset()
}

// release prints what was held back.
func (p *printer) release() {
	p.holding, p.clear = false, false
	if p.held.Len() > 0 {
		p.lines(p.held.String())
		p.held.Reset()
	}
}

// ask hands the screen over to a question, until answered: it returns the
// beginning of the line on which that stands.
func (p *printer) ask(out io.Writer) string {
	start := p.coloured(p.line.String())
	p.line = terminal.Line{}
	p.release()
	p.screen.live("")
	if p.label != "" {
		p.screen.print(p.style.Label(p.label) + "\n")
		p.label = ""
	}
	p.screen.suspend()
	p.direct = out
	return start
}

// answered takes the screen back; the cursor is at the start of a line.
func (p *printer) answered() { p.direct = nil }

// end prints all that is pending.
func (p *printer) end() {
	p.finish()
	p.release()
	for _, c := range p.updated {
		p.block(asText(c.Data))
	}
	p.updated, p.stream = nil, ""
}
