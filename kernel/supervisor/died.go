package supervisor

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"lockstep/kernel/execution"
	"lockstep/kernel/link"
)

// Cause is the kind of a worker's end.
type Cause string

// The values of Cause.
const (
	Crashed     Cause = "crashed"     // a panic that nothing recovered, or a fatal error of the Go runtime
	Exited      Cause = "exited"      // os.Exit
	Signalled   Cause = "signalled"   // killed from outside, or for want of memory
	Interrupted Cause = "interrupted" // killed since an interrupted cell didn't unwind
)

// Died says that the worker has ended, and with it every variable.
type Died struct {
	// Cell is the cell that ran, 0 if none did.
	Cell int
	// Origin is the cell whose code ended the worker, 0 if that is not known. It
	// is another than Cell if a goroutine of an earlier cell did.
	Origin int
	Cause  Cause
	// Reason is one line, as Go would put it: "panic: boom", "fatal error: stack
	// overflow", "os.Exit(3)", "signal: killed", "interrupted".
	Reason string
	// Status is the process's exit status, -1 if a signal ended it.
	Status int
	// Frames are the cells' own frames of a panic, innermost first, as far as
	// they are known.
	Frames []link.Frame
	// Text is the Go runtime's crash text, cut at 64 KiB; "" if there is none.
	Text string
}

func (d *Died) Error() string { return execution.WorkerDied + ": " + d.Reason }

// maxTraces is how many goroutines' traces are kept, maxFrames how many frames of
// each.
const (
	maxTraces = 256
	maxFrames = 64
)

// evidence is what a worker has said that may turn out to explain its end.
type evidence struct {
	memory uint64 // the worker's limit, in bytes; 0 if there is none
	exit   *link.Exit
	crash  *link.Crash
	traces map[uint64][]link.Frame // by goroutine
	order  []uint64                // the goroutines, the oldest first
}

func (e *evidence) note(m link.Message) {
	switch m := m.(type) {
	case link.Exit:
		e.exit = &m
	case link.Crash:
		e.crash = &m
	case link.Trace:
		list, known := e.traces[m.Goroutine]
		if !known {
			if e.traces == nil {
				e.traces = map[uint64][]link.Frame{}
			}
			if len(e.order) == maxTraces {
				delete(e.traces, e.order[0])
				e.order = e.order[1:]
			}
			e.order = append(e.order, m.Goroutine)
		}
		if m.Depth == 0 { // a new panic
			list = nil
		}
		if len(list) < maxFrames {
			e.traces[m.Goroutine] = append(list, m.Frame)
		}
	}
}

// verdict puts together why a process ended. crash is what the Go runtime wrote
// for us, held what looks like it on standard error: only that has the line that
// names a fatal error.
func (e *evidence) verdict(state *os.ProcessState, crash, held []byte, interrupted bool) *Died {
	died := &Died{Status: state.ExitCode()}
	switch {
	case interrupted:
		died.Cause, died.Reason = Interrupted, "interrupted"
	case len(crash) > 0:
		died.Cause = Crashed
		died.Text = string(held)
		if died.Text == "" {
			died.Text = string(crash)
		}
		died.Reason = headline(died.Text)
		goroutine := crashedGoroutine(died.Text)
		if e.memory > 0 && outOfMemory(died.Reason) {
			died.Reason = fmt.Sprintf("fatal error: out of memory: cells may use %s (the environment variable %s sets another limit)",
				humanize.IBytes(e.memory), link.MemoryVariable)
		}
		if !strings.HasPrefix(died.Reason, "panic: ") {
			break
		}
		died.Frames = e.traces[goroutine]
		if len(died.Frames) > 0 {
			died.Origin = died.Frames[0].Cell
		}
		if e.crash != nil && e.crash.Goroutine == goroutine {
			died.Origin = e.crash.Cell
			died.Reason = "panic: " + e.crash.Error.Value
			if len(e.crash.Error.Frames) > 0 {
				died.Frames = e.crash.Error.Frames
			}
		}
	case died.Status >= 0:
		died.Cause, died.Reason = Exited, fmt.Sprintf("os.Exit(%d)", died.Status)
		if e.exit != nil {
			died.Origin = e.exit.Cell
		}
	default:
		died.Cause, died.Reason = Signalled, state.String()
	}
	return died
}

// headline is the line of a crash text that names the reason.
func headline(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") {
			line, _, _ = strings.Cut(line, " [recovered")
			return line
		}
	}
	first, _, _ := strings.Cut(text, "\n")
	return first
}

// outOfMemory says of the Go runtime's reason for ending that it got no memory.
func outOfMemory(reason string) bool {
	return strings.Contains(reason, "out of memory") || strings.Contains(reason, "cannot allocate memory")
}

// crashedGoroutine is the number of the goroutine that a crash text begins with.
func crashedGoroutine(text string) uint64 {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, "goroutine "); ok {
			digits, _, _ := strings.Cut(rest, " ")
			n, err := strconv.ParseUint(digits, 10, 64)
			if err == nil {
				return n
			}
		}
	}
	return 0
}
