package processes

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/petermattis/goid"

	"lockstep/runtime/internal/encode"
	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/scope"
)

// Main runs the main code of a program and then does what the end of a program
// does. In a process that Start has started it does that one's work instead, and
// does not return.
func Main(main func()) {
	if proc.Inherited() {
		Child()
	}
	proc.BeginMain()
	returned := false
	defer func() {
		// Goexit is how Exit leaves. A panic goes on.
		if code := exitCode.Load(); !returned && code != nil {
			proc.EndProgram()
			finishQueues(nil)
			os.Exit(*code)
		}
	}()
	main()
	proc.EndProgram()
	finishQueues(nil)
	returned = true
}

// exitCode is what Exit was called with.
var exitCode atomic.Pointer[int]

// mainGoroutine is the id of the goroutine that runs a child's target.
const mainGoroutine = 1

// Exit ends the calling process.
func Exit(n int) {
	if w := simWorld(); w != nil {
		simExit(w, n)
	}
	if host := scope.Current().Host; host != nil && !proc.Inherited() {
		host.Exiting(n)
		os.Exit(n)
	}
	if goid.Get() == mainGoroutine && (proc.MainBegun() || proc.Inherited()) {
		exitCode.Store(&n)
		runtime.Goexit()
	}
	finishQueues(nil)
	os.Exit(n)
}

// Child does what a process was started for, in one that Start has started, and
// does not return.
func Child() {
	proc.BeginMain()
	control, err := proc.Parent()
	if err == nil {
		err = serve(control)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "process:", err)
	}
	os.Exit(1)
}

// services are what processes do for this package, instead of calling a target.
// control leads to the process that has started this one.
var services = map[string]func(control *proc.Conn) func(){}

// serve does what the parent asks for. It returns only if that fails.
func serve(control *proc.Conn) error {
	text, err := control.Receive(proc.Forever, nil)
	if err != nil {
		return nil // the parent is gone
	}
	var head header
	if err := json.Unmarshal(text, &head); err != nil {
		return err
	}
	proc.SetSelf(head.ID)
	image, err := control.Receive(proc.Forever, nil)
	if err != nil {
		return nil
	}
	values, err := control.Receive(proc.Forever, nil)
	if err != nil {
		return nil
	}
	if service, ok := services[head.Service]; ok {
		proc.Release()
		perform(head.ID.Name, control, service(control))
		return nil
	}
	if err := proc.Current.Load(image); err != nil {
		return err
	}
	d := encode.NewDecoder(proc.Current, values)
	d.Attached = proc.Attached
	args, err := decodeArguments(d)
	if err != nil {
		return err
	}
	if err := takeVariables(d); err != nil {
		return err
	}
	proc.Release()
	f, in, err := callOf(head.Target, args)
	if err != nil {
		return err
	}
	perform(head.ID.Name, control, func() { f.Call(in) })
	return nil
}

// callOf is a function by its name, and arguments as it takes them.
func callOf(target string, args []any) (f reflect.Value, in []reflect.Value, err error) {
	if f, err = proc.Current.Function(target); err != nil {
		return f, nil, err
	}
	t := f.Type()
	if err := fits(t, args); err != nil {
		return f, nil, err
	}
	for i, arg := range args {
		v, _ := proc.Current.Fit(reflect.ValueOf(arg), parameter(t, i))
		in = append(in, v)
	}
	return f, in, nil
}

func decodeArguments(d *encode.Decoder) ([]any, error) {
	n, err := d.Int()
	if err != nil {
		return nil, err
	}
	var args []any
	for range n {
		v, err := d.Value()
		if err != nil {
			return nil, err
		}
		args = append(args, v)
	}
	return args, nil
}

// takeVariables gives variables the values that they have in the parent.
func takeVariables(d *encode.Decoder) error {
	n, err := d.Int()
	if err != nil {
		return err
	}
	for range n {
		name, err := d.Text()
		if err != nil {
			return err
		}
		v, err := d.Value()
		if err != nil {
			return fmt.Errorf("the variable %s: %w", name, err)
		}
		p, ok := proc.Current.Pointer(name)
		if !ok {
			return fmt.Errorf("the variable %s is not known in the new process", name)
		}
		value, ok := proc.Current.Fit(reflect.ValueOf(v), p.Type().Elem())
		if !ok {
			return fmt.Errorf("the variable %s has another type in the new process", name)
		}
		p.Elem().Set(value)
	}
	return nil
}

// perform does a child's work and ends the process.
func perform(name string, control *proc.Conn, work func()) {
	code := 1
	defer func() {
		// It runs also when the goroutine ends: that is how Exit leaves.
		if value := recover(); value != nil {
			_, stderr := scope.Current().Streams()
			proc.Current.ReportPanic(stderr, name, value)
		} else if n := exitCode.Load(); n != nil {
			code = *n
		}
		proc.EndProgram()
		finishQueues(control)
		os.Exit(code)
	}()
	work()
	code = 0
}

// patience is how long a queue that nobody gets anything from may keep a process
// from ending before its parent is told.
const patience = 2 * time.Second

// finishQueues waits until others have taken what this process has put, and tells
// the parent when they don't.
func finishQueues(control *proc.Conn) {
	for _, q := range proc.Feeding() {
		err := q.Flush(patience, func(items int) {
			if control == nil {
				return
			}
			if text, err := json.Marshal(stuck{q.ID(), items}); err == nil {
				_ = control.Send(nil, append([]byte{fromStuck}, text...)) // the parent may be gone
			}
		})
		if err != nil && !errors.Is(err, io.ErrClosedPipe) {
			fmt.Fprintln(os.Stderr, "process: a queue:", err)
		}
	}
}
