package worker

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/traefik/yaegi/interp"

	"lockstep/kernel/worker/core"
	"lockstep/runtime/support"
)

const (
	// politeTime is how long the goroutines of an interrupted cell may take to
	// unwind by themselves. Those that wait do so at once.
	politeTime = 40 * time.Millisecond
	// lookPause is the time between two looks at all goroutines.
	lookPause = 2 * time.Millisecond
)

// errNoRunNumber says that this interpreter can't be stopped.
var errNoRunNumber = errors.New("the interpreter has no run number")

// runNumber is where the interpreter keeps the number of the present run. Its
// functions stop at their next step when that is no longer the number they began
// with: how it is interrupted. It never goes back to a number by itself, though,
// and so all closures made before an interrupt would do nothing from then on.
func runNumber(i *interp.Interpreter) (*uint64, error) {
	field := reflect.ValueOf(i).Elem().FieldByName("id")
	if !field.IsValid() || field.Kind() != reflect.Uint64 {
		return nil, errNoRunNumber
	}
	return (*uint64)(unsafe.Pointer(field.UnsafeAddr())), nil
}

// halt ends what is left of a cell that was interrupted; ended reports the end of
// its main goroutine. What still runs after politeTime is stopped where it is, has
// its deferred calls made, and ends. notes are what the user should know. halt
// waits for ever for a native function that doesn't return; ok is false if the
// interpreter can't be used any more.
func (w *worker) halt(c *cell, ended func() bool) (notes []string, ok bool) {
	view := look{cell: c}
	gone := func() bool { return ended() && !slices.ContainsFunc(support.Stacks(), view.runs) }
	for start := time.Now(); time.Since(start) < politeTime; time.Sleep(lookPause) {
		if ended() && runtime.NumGoroutine() <= w.baseline {
			return nil, true
		}
	}
	// To look takes long while many goroutines compete with it. It is needed where
	// others would be stopped without need.
	if !w.othersIdle(c) && gone() {
		return nil, true
	}
	if notes, ok = w.stop(view); !ok {
		return nil, false
	}
	for !gone() { // deferred calls
		time.Sleep(lookPause)
	}
	return notes, true
}

// endDaemons ends the daemon threads of a cell that has come to its end, as halt
// ends all goroutines of one that was interrupted. It does not wait for native
// functions: a thread that has called one ends when that returns.
func (w *worker) endDaemons(c *cell) (notes []string, ok bool) {
	if !c.scope.HasDaemons() {
		return nil, true
	}
	view := look{cell: c, daemons: true}
	left := func() bool { return slices.ContainsFunc(support.Stacks(), view.daemon) }
	for start := time.Now(); time.Since(start) < politeTime; time.Sleep(lookPause) {
		if runtime.NumGoroutine() <= w.baseline || !left() {
			return nil, true
		}
	}
	if !slices.ContainsFunc(support.Stacks(), view.runs) {
		return nil, true
	}
	if notes, ok = w.stop(view); !ok {
		return nil, false
	}
	for slices.ContainsFunc(support.Stacks(), view.runs) { // deferred calls
		time.Sleep(lookPause)
	}
	return notes, true
}

// stop stops the interpreters until none of their functions runs.
func (w *worker) stop(view look) (notes []string, ok bool) {
	// What is compiled in the meantime would keep the number for ever.
	w.program.compiling.Lock()
	defer w.program.compiling.Unlock()
	var numbers []*uint64
	var before []uint64
	interpreters := w.program.interpreters()
	for _, i := range interpreters {
		number, err := runNumber(i)
		if err != nil {
			return nil, false
		}
		numbers, before = append(numbers, number), append(before, atomic.LoadUint64(number))
	}
	end := core.Pause()
	w.stops++
	for i, number := range numbers {
		atomic.StoreUint64(number, before[i]+w.stops)
	}
	stacks := support.Stacks()
	for slices.ContainsFunc(stacks, view.mayStep) {
		time.Sleep(lookPause)
		stacks = support.Stacks()
	}
	for i, number := range numbers {
		atomic.StoreUint64(number, before[i])
	}
	runtime.KeepAlive(interpreters)
	// A goroutine of another cell that has come out of a native function meanwhile
	// may have been stopped, and what it returns to goes on: with a wrong result.
	if !maps.Equal(view.outside(stacks), view.outside(support.Stacks())) {
		return nil, false
	}
	for _, other := range slices.Sorted(maps.Keys(end())) {
		notes = append(notes, fmt.Sprintf("Goroutines of In[%d] that ran in the background were stopped too.", other))
	}
	return notes, true
}

// look judges stacks of goroutines while a cell is being ended, or the daemon
// threads of one.
type look struct {
	cell    *cell
	daemons bool
}

// interpreted says that functions of the interpreter are on the stack.
func interpreted(s support.Stack) bool { return strings.Contains(s.Text, "yaegi/interp.runCfg+") }

// daemon says of a stack that it is of a daemon thread of the cell.
func (l look) daemon(s support.Stack) bool { return s.Cell == l.cell.number && s.Daemon }

// runs says of a stack that code of the cell may still run there, or of the daemons.
func (l look) runs(s support.Stack) bool {
	if l.daemons {
		return l.daemon(s) && interpreted(s) && !s.Waits
	}
	return s.Cell == l.cell.number && (interpreted(s) || !s.Waits)
}

// mayStep says of a stack that the interpreter may make a step on it.
func (l look) mayStep(s support.Stack) bool {
	switch {
	case core.AtPause(s.Text):
		return false
	case s.Cell == l.cell.number && !l.daemons:
		return l.runs(s)
	}
	return interpreted(s) && !s.Waits
}

// outside counts, by stack, the goroutines that are not to be ended and wait in a
// native function with functions of the interpreter below it.
func (l look) outside(stacks []support.Stack) map[string]int {
	counts := map[string]int{}
	for _, s := range stacks {
		if l.daemon(s) || s.Cell == l.cell.number && !l.daemons {
			continue
		}
		if interpreted(s) && !core.AtPause(s.Text) {
			counts[s.Text] += s.Count
		}
	}
	return counts
}
