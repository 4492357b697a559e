package scope

import (
	"bytes"
	"regexp"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
)

var (
	labelLine = regexp.MustCompile(`(?m)^# labels: .*"lockstep":"(\d+)"`)
	countLine = regexp.MustCompile(`^(\d+) @ 0x([0-9a-f]+)`)
)

// Stack is what some goroutines have in common.
type Stack struct {
	Cell int // in whose scope they run; 0 for none
	// Daemon says that they run in the scope of the cell's daemon threads.
	Daemon bool
	Count  int // how many they are
	// Waits says that they wait, in the Go runtime or in a system call.
	Waits bool
	// Text is their calls, the innermost first, a line each. Of a very deep stack
	// it has the innermost ones only.
	Text string
}

// Stacks returns the stacks of all goroutines. It stops the world for a moment,
// and costs some microseconds for each distinct stack.
func Stacks() []Stack {
	byID := map[string]*Scope{}
	scopes.Range(func(_, s any) bool {
		byID[s.(*Scope).id] = s.(*Scope)
		return true
	})
	// The text form carries the labels and needs no decoder. Writing to a buffer
	// can't fail.
	var text bytes.Buffer
	_ = pprof.Lookup("goroutine").WriteTo(&text, 1)
	var stacks []Stack
	for record := range bytes.SplitSeq(text.Bytes(), []byte("\n\n")) {
		// The first one has the headline before it.
		if rest, ok := bytes.CutPrefix(record, []byte("goroutine profile:")); ok {
			_, record, _ = bytes.Cut(rest, []byte("\n"))
		}
		count := countLine.FindSubmatch(record)
		if count == nil {
			continue
		}
		s := Stack{Text: string(record)}
		s.Count, _ = strconv.Atoi(string(count[1])) // digits
		s.Waits = waits(string(count[2]))
		if label := labelLine.FindSubmatch(record); label != nil {
			if in, ok := byID[string(label[1])]; ok {
				s.Cell, s.Daemon = in.Cell, in.parent != nil
			}
		}
		stacks = append(stacks, s)
	}
	return stacks
}

// waits says of the innermost program counter of a stack, in hexadecimal, that it
// is where the Go runtime lets a goroutine wait, or a system call. The calls of the
// runtime itself are not in the text.
func waits(pc string) bool {
	n, err := strconv.ParseUint(pc, 16, 64)
	if err != nil {
		return false
	}
	f := runtime.FuncForPC(uintptr(n))
	if f == nil {
		return false
	}
	name := f.Name()
	return name == "runtime.gopark" || name == "runtime.cgocall" || name == "runtime.notetsleepg" ||
		strings.HasPrefix(name, "syscall.") || strings.HasPrefix(name, "internal/runtime/syscall.")
}

// Busy returns the numbers of the cells in whose scopes goroutines run; of a
// caller that is inside a scope, that cell too. It costs what Stacks does.
func Busy() map[int]bool {
	cells := map[int]bool{}
	for _, s := range Stacks() {
		if s.Cell != 0 {
			cells[s.Cell] = true
		}
	}
	return cells
}
