package worker

import (
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"lockstep/kernel/link"
	"lockstep/runtime/support"
)

// maxFrames is how many frames of one panic are kept.
const maxFrames = 64

// traceWriter is the interpreter's standard error. The interpreter writes one
// line for each of its functions that a panic unwinds, on the goroutine that
// panics: "In[3]:2:5: panic: main.f(...)".
type traceWriter struct{ w *worker }

var traceLine = regexp.MustCompile(`^In\[(\d+)\]:(\d+):(\d+): panic: (.*)\(\.\.\.\)$`)

func (t traceWriter) Write(line []byte) (int, error) {
	match := traceLine.FindSubmatch([]byte(strings.TrimSuffix(string(line), "\n")))
	if match == nil {
		return len(line), nil // no place of a cell
	}
	depth := panicDepth()
	if depth >= maxFrames {
		return len(line), nil
	}
	frame := link.Frame{Function: string(match[4]), Cell: atoi(match[1]), Line: atoi(match[2]), Column: atoi(match[3])}
	number := support.CurrentScope().Cell
	goroutine := goroutineID()
	if c := t.w.cell(number); c != nil && c.goroutine.Load() == goroutine {
		c.trace.add(depth, frame)
		return len(line), nil
	}
	_ = t.w.conn.Send(link.Trace{Cell: number, Goroutine: goroutine, Depth: depth, Frame: frame})
	return len(line), nil
}

// panicDepth is how many lines the interpreter has written about the current
// panic before this one. It recovers and panics again in each function, and the
// frames stay on the stack until the panic is over: they tell a panic that goes
// on from a new one after a recovered one, which no line does.
func panicDepth() int {
	var pcs [1024]uintptr
	n := runtime.Callers(0, pcs[:])
	frames := runtime.CallersFrames(pcs[:n])
	depth := -1
	for {
		frame, more := frames.Next()
		if frame.Function == "runtime.gopanic" {
			depth++
		}
		if !more {
			break
		}
	}
	if n == len(pcs) {
		return maxFrames
	}
	return max(depth, 0)
}

// chain is the frames of the panic that is going on, innermost first.
type chain struct {
	mu   sync.Mutex
	list []link.Frame
}

func (c *chain) add(depth int, frame link.Frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list[:min(depth, len(c.list))], frame)
}

func (c *chain) frames() []link.Frame {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]link.Frame(nil), c.list...)
}

// atoi reads digits that a regular expression has matched; a number too large
// for a position reads as 0.
func atoi(digits []byte) int {
	n, err := strconv.Atoi(string(digits))
	if err != nil {
		return 0
	}
	return n
}
