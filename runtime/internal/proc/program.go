package proc

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"lockstep/runtime/internal/encode"
	"lockstep/runtime/internal/sched"
)

// Program is what a process can tell another one of the program that both run.
type Program interface {
	encode.Types
	// Target is the name of a function that other processes can call; the error says
	// why they can't.
	Target(function any) (name string, err error)
	// Image is what a new process has to be given besides, so that it can call the
	// target and knows the types. In a forked one variables have values already.
	Image(target string, types []reflect.Type, forked bool) ([]byte, error)
	// Variables are the package's variables that the target may reach, for fork.
	Variables(target string) []Variable

	// Load takes an image in.
	Load(image []byte) error
	// Function is the function of a name that Target gave.
	Function(target string) (reflect.Value, error)
	// Pointer points to the variable of a name.
	Pointer(variable string) (reflect.Value, bool)
	// Fit is v as a parameter of type t; ok is false if it is of another type.
	Fit(v reflect.Value, t reflect.Type) (fitted reflect.Value, ok bool)
	// Box is a result as an interface value holds it.
	Box(v reflect.Value) any
	// ReportPanic writes what a panic of the calling goroutine was, and where. The
	// caller is the deferred function that has recovered it.
	ReportPanic(out io.Writer, process string, value any)
}

// Simulator is a Program whose parts can be given variables of their own, as a
// simulated process has them.
type Simulator interface {
	Program
	// Space returns variables of their own for a target. In a forked one they begin with
	// their present values, else with their initial ones once Begin is called.
	Space(target string, forked bool) (Space, error)
}

// Space is variables of a part of the program. Between Enter and Leave the program's
// variables have its values.
type Space interface {
	Enter()
	Leave()
	// Reach gives the space those variables, too, that another target reaches.
	Reach(target string) error
	// Begin gives the variables that are new their initial values. The space is entered.
	Begin() error
}

// Variable is a variable of the program.
type Variable struct {
	Name    string // for other processes
	Shown   string // for people
	Pointer reflect.Value
}

// Current is the program that this process runs. A kernel sets it before anything
// else is done.
var Current Program = &Native

var (
	// ErrTarget says that something is no target of a process.
	ErrTarget = errors.New("it can't run in another process")
	// ErrRegister says that a target wasn't registered.
	ErrRegister = errors.New("it is not registered: give it to process.Register, or to process.Main")
)

// Native is a program that was compiled: its targets are registered by name.
var Native NativeProgram

// NativeProgram is a compiled program.
type NativeProgram struct {
	encode.Table
	once      sync.Once
	mu        sync.Mutex
	functions map[string]reflect.Value
	variables []Variable
}

// common are types of the standard library that interfaces often hold.
func (p *NativeProgram) common() {
	p.once.Do(func() {
		for _, t := range []reflect.Type{
			reflect.TypeFor[time.Time](), reflect.TypeFor[time.Duration](), reflect.TypeFor[time.Month](), reflect.TypeFor[time.Weekday](),
		} {
			p.Add(t)
		}
	})
}

// Name implements encode.Types.
func (p *NativeProgram) Name(t reflect.Type) (string, bool) {
	p.common()
	return p.Table.Name(t)
}

// Type implements encode.Types.
func (p *NativeProgram) Type(name string) (reflect.Type, bool) {
	p.common()
	return p.Table.Type(name)
}

// Hint implements encode.Hinter.
func (p *NativeProgram) Hint(t reflect.Type) string {
	value := "*new(" + t.String() + ")"
	if t.Kind() == reflect.Struct {
		value = t.String() + "{}"
	}
	return "call process.Register(" + value + ") before process.Main"
}

// Register makes functions callable, and types known that values have.
func (p *NativeProgram) Register(x any) error {
	v := reflect.ValueOf(x)
	if !v.IsValid() {
		return errors.New("nil can't be registered")
	}
	if v.Kind() != reflect.Func {
		p.Add(v.Type())
		return nil
	}
	if v.IsNil() {
		return errors.New("a nil function can't be registered")
	}
	name := functionName(v)
	if err := declared(name); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.functions == nil {
		p.functions = map[string]reflect.Value{}
	}
	p.functions[name] = v
	for t := range v.Type().Ins() {
		p.Add(t)
	}
	for t := range v.Type().Outs() {
		p.Add(t)
	}
	return nil
}

// RegisterVariable has fork copy a variable.
func (p *NativeProgram) RegisterVariable(name string, pointer any) error {
	v := reflect.ValueOf(pointer)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return fmt.Errorf("the variable %s is registered by a %T, not by a pointer to it", name, pointer)
	}
	p.Add(v.Type().Elem())
	p.mu.Lock()
	defer p.mu.Unlock()
	p.variables = slices.DeleteFunc(p.variables, func(known Variable) bool { return known.Name == name })
	p.variables = append(p.variables, Variable{name, name, v})
	return nil
}

func functionName(v reflect.Value) string {
	if f := runtime.FuncForPC(v.Pointer()); f != nil {
		return f.Name()
	}
	return ""
}

// declared says what is wrong with a function that isn't a declared one. The
// compiler names a function literal f.func1, and a bound method T.m-fm.
func declared(name string) error {
	last := name[strings.LastIndexByte(name, '/')+1:]
	switch {
	case strings.HasSuffix(last, "-fm"):
		return fmt.Errorf("%w: the method value %s holds a receiver; use a declared function and pass the receiver as an argument", ErrTarget, strings.TrimSuffix(last, "-fm"))
	case strings.Contains(last, ".func") || strings.Contains(last, "glob..") || strings.HasPrefix(last, "reflect.") || last == "":
		return fmt.Errorf("%w: %s is a function literal, which may use variables of this process; declare a function and pass what it needs as arguments (Python: AttributeError: Can't pickle local object)", ErrTarget, last)
	case strings.Contains(last, "[...]"):
		return fmt.Errorf("%w: %s is generic, and can't be told apart by name; wrap it in a declared function", ErrTarget, last)
	}
	return nil
}

// Target implements Program.
func (p *NativeProgram) Target(function any) (string, error) {
	v := reflect.ValueOf(function)
	switch {
	case v.Kind() != reflect.Func:
		return "", fmt.Errorf("%w: a %T is not a function", ErrTarget, function)
	case v.IsNil():
		return "", fmt.Errorf("%w: it is a nil function", ErrTarget)
	}
	name := functionName(v)
	if err := declared(name); err != nil {
		return "", err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.functions[name]; !ok {
		return "", fmt.Errorf("%s: %w", name, ErrRegister)
	}
	return name, nil
}

// Image implements Program.
func (p *NativeProgram) Image(string, []reflect.Type, bool) ([]byte, error) { return nil, nil }

// Variables implements Program.
func (p *NativeProgram) Variables(string) []Variable {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.variables)
}

// Load implements Program.
func (p *NativeProgram) Load([]byte) error { return nil }

// Function implements Program.
func (p *NativeProgram) Function(target string) (reflect.Value, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f, ok := p.functions[target]
	if !ok {
		return f, fmt.Errorf("%s: %w", target, ErrRegister)
	}
	return f, nil
}

// Pointer implements Program.
func (p *NativeProgram) Pointer(variable string) (reflect.Value, bool) {
	for _, v := range p.Variables("") {
		if v.Name == variable {
			return v.Pointer, true
		}
	}
	return reflect.Value{}, false
}

// Fit implements Program.
func (p *NativeProgram) Fit(v reflect.Value, t reflect.Type) (reflect.Value, bool) {
	if !v.IsValid() {
		switch t.Kind() {
		case reflect.Interface, reflect.Pointer, reflect.Map, reflect.Slice, reflect.Chan, reflect.Func:
			return reflect.Zero(t), true
		}
		return v, false
	}
	return v, v.Type().AssignableTo(t)
}

// Box implements Program.
func (p *NativeProgram) Box(v reflect.Value) any { return v.Interface() }

// ReportPanic implements Program.
func (p *NativeProgram) ReportPanic(out io.Writer, process string, value any) {
	sched.ReportPanic(out, "process "+process, value, sched.PanicFrames(value))
}
