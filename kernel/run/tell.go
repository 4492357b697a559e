package run

import (
	"errors"
	"fmt"
	"time"

	"lockstep/kernel/terminal"
)

func (r *run) tell(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.screen.print(line + "\n")
}

func (r *run) progress(index int, label string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.screen.progress(index, label)
}

// tellHeading prints the heading that the next cell stands under, once.
func (r *run) tellHeading() {
	if r.heading == r.told {
		return
	}
	if r.told != "" {
		r.tell("")
	}
	r.told = r.heading
	r.tell(r.style.Heading(r.heading))
}

// tellCell closes a cell: with the error that ends the run, or with the failure
// that the cell may have. Where there is a bar, that shows the cells that went well.
func (r *run) tellCell(place, failure string, err error, took time.Duration) {
	switch {
	case err != nil:
		r.tally.failed++
		reason := err.Error()
		var cell *CellError
		if errors.As(err, &cell) {
			reason = cell.Reason
		}
		r.tell(r.style.Failed(fmt.Sprintf("%s failed: %s", place, reason)))
	case failure != "":
		r.tally.ok++
		r.tell(r.style.Dim(fmt.Sprintf("%s ok %s, %s as its tag allows", place, terminal.Seconds(took), failure)))
	default:
		r.tally.ok++
		if !r.animated {
			r.tell(r.style.Dim(fmt.Sprintf("%s ok %s", place, terminal.Seconds(took))))
		}
	}
}

func (r *run) tellEnd(took time.Duration) {
	if r.tally.total > 0 {
		r.tell("")
	}
	line := r.tally.line(took)
	if r.tally.failed > 0 {
		line = r.style.Failed(line)
	}
	r.tell(line)
}
