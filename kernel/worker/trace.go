package worker

import (
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"lockstep/kernel/link"
	"lockstep/kernel/worker/marks"
	"lockstep/runtime/support"
)

// maxFrames is how many frames of one panic are kept.
const maxFrames = 64

// traceWriter is the interpreter's standard error. The interpreter writes one
// line for each of its functions that a panic unwinds, on the goroutine that
// panics: "In[3]:2:5: panic: main.f(...)".
type traceWriter struct{ w *worker }

var traceLine = regexp.MustCompile(`^In\[(\d+)\](?:@\d+)?:(\d+):(\d+): panic: (.*)\(\.\.\.\)$`)

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
	c := t.w.cell(number)
	main := c != nil && c.goroutine.Load() == goroutine
	if !strings.HasPrefix(frame.Function, libraryPrefix) {
		t.w.locate(&frame, depth == 0 || main && c.trace.inLibrary(), main)
	}
	if main {
		c.trace.add(depth, frame)
		return len(line), nil
	}
	if c != nil {
		kept, _ := c.traces.LoadOrStore(goroutine, new(chain))
		kept.(*chain).add(depth, frame)
	}
	if t.w.conn == nil {
		return len(line), nil // a process of a cell, which has no front
	}
	_ = t.w.conn.Send(link.Trace{Cell: number, Goroutine: goroutine, Depth: depth, Frame: frame})
	return len(line), nil
}

// libraryPrefix begins the names of the functions that are lowered from the
// standard library's source. They note no places and are not shown.
const libraryPrefix = "main.ʹstdʹ"

// locate gives a frame its statement, where lowered code has noted it. innermost
// says that the frame is the first one of a cell's function. What lowered code
// notes of that function is sure if that function called panic, or if
// no other goroutine of a cell was there to note something else.
func (w *worker) locate(frame *link.Frame, innermost, main bool) {
	function, literal := functionNumber(frame.Function)
	if cell, ours := strings.CutPrefix(frame.Function, "main.ʹcellʹ"); ours {
		// The interpreter takes it for that of the functions of earlier cells that
		// this one brings with it.
		digits, _, _ := strings.Cut(cell, ".")
		frame.Cell = atoi([]byte(digits))
	}
	mark := int64(0)
	switch {
	case innermost:
		at, certain := w.program.session.core.At()
		if !certain && runtime.NumGoroutine() > w.baseline+1 {
			return
		}
		mark = at
	case function == 0 && main && !literal:
		mark = w.program.session.core.Top()
	default:
		return
	}
	if _, noted, line, column := marks.Parts(mark); noted == function && line > 0 {
		frame.Line, frame.Column, frame.Exact = line, column, true
	}
}

// functionNumber is the number in a lowered function's name, 0 for the function
// that holds a cell's statements. literal says that the name is of a function
// literal inside that function.
func functionNumber(name string) (number int, literal bool) {
	parts := strings.Split(strings.TrimPrefix(name, "main."), "ʹ")
	digits, _, literal := strings.Cut(parts[len(parts)-1], ".")
	if parts[0] == "" { // a name of ours: ʹcellʹ3
		return 0, literal
	}
	return atoi([]byte(digits)), literal
}

// panicDepth is 0 if this is the first line that the interpreter writes about the
// current panic. It recovers and panics again in each function, and the frames
// stay on the stack until the panic is over: they tell a panic that goes on from a
// new one after a recovered one, which no line does. A deferred call starts anew,
// since what it panics with replaces the panic that it is called in.
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
		if depth >= 0 && strings.HasSuffix(frame.Function, "core.(*Defers).callLast") {
			return depth
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
	if depth == 0 {
		c.list = nil
	}
	if len(c.list) < maxFrames {
		c.list = append(c.list, frame)
	}
}

// inLibrary says that no function of a cell is among the frames yet.
func (c *chain) inLibrary() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !slices.ContainsFunc(c.list, func(f link.Frame) bool { return !strings.HasPrefix(f.Function, libraryPrefix) })
}

func (c *chain) frames() []link.Frame {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]link.Frame(nil), c.list...)
}

// traceOf takes the frames of the panic that a goroutine recovers from.
func (c *cell) traceOf(goroutine uint64) []link.Frame {
	kept, ok := c.traces.LoadAndDelete(goroutine)
	if !ok {
		return nil
	}
	return slices.DeleteFunc(kept.(*chain).frames(), func(f link.Frame) bool { return strings.HasPrefix(f.Function, libraryPrefix) })
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
