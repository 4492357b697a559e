package worker

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"sync"

	"github.com/traefik/yaegi/interp"

	"lockstep/kernel/execution"
	"lockstep/kernel/link"
	"lockstep/kernel/worker/core"
	"lockstep/kernel/worker/steps"
	"lockstep/kernel/worker/symbols"
	"lockstep/runtime/support"
)

// program is the interpreter with everything that cells have declared so far.
type program struct {
	interpreter *interp.Interpreter
	// Packages by import path: used are the symbols of those that the interpreter
	// knows, loaded those of them that cells have imported.
	loaded map[string]bool
	used   map[string]interp.Exports
	generation
	session *session
	// natives are the functions of core that have steps of their own.
	natives steps.Package
	// compiling is held while the interpreter compiles: see lock.
	compiling sync.Mutex
	processes *processes
	trace     io.Writer
}

// newProgram is a program without cells. The interpreter's trace of panics goes
// to trace.
func newProgram(trace io.Writer) (*program, error) {
	p := &program{
		loaded:    map[string]bool{},
		used:      map[string]interp.Exports{},
		session:   newSession(),
		processes: newProcesses(),
		trace:     trace,
	}
	p.units, p.initial = map[int]bool{}, map[string]bool{}
	p.natives = p.session.core.Steps()
	p.session.types.OnMissing(p.setUp)
	return p, p.begin()
}

// begin makes an interpreter that knows nothing but the session's types and
// variables.
func (p *program) begin() error {
	p.interpreter = interp.New(interp.Options{
		// The built-in functions print and println write to standard error.
		Stdout:       support.StderrWriter(),
		Stderr:       p.trace,
		Unrestricted: true,
	})
	for importPath, table := range p.session.packages() {
		p.loaded[importPath] = true
		if err := p.interpreter.Use(interp.Exports{key(importPath): table}); err != nil {
			return err
		}
	}
	for path := range p.used {
		if err := p.tell(path); err != nil {
			return err
		}
	}
	return nil
}

// run compiles a unit and calls its entry. A panic of the entry is the caller's.
func (p *program) run(unit link.Unit, c *cell) *link.Error {
	entry, failure := p.compile(unit, c)
	if failure != nil || entry == nil {
		return failure
	}
	entry()
	if c.isCancelled() && core.Paused() {
		return interruption()
	}
	return nil
}

// compile has the interpreter compile a unit, and returns its entry, nil if it has
// none.
func (p *program) compile(unit link.Unit, c *cell) (entry func(), failure *link.Error) {
	p.lock()
	defer p.compiling.Unlock()
	if failure := p.bring(unit.Needs, c); failure != nil {
		return nil, failure
	}
	declared, err := p.session.declare(unit)
	if err == nil {
		err = p.interpreter.Use(declared)
	}
	if err != nil {
		return nil, &link.Error{Name: execution.CompileError, Value: err.Error()}
	}
	if failure := p.source(unit, c); failure != nil {
		return nil, failure
	}
	if number, ok := p.processes.note(unit); ok {
		p.units[number] = true
	}
	p.forget(unit.Forget)
	if unit.Entry == "" {
		return nil, nil
	}
	value, failure := p.eval(unit.Entry, c)
	steps.Forget(p.interpreter, unit.Entry)
	if failure != nil {
		return nil, failure
	}
	entry, ok := value.Interface().(func())
	if !ok {
		return nil, compileError(fmt.Errorf("%s is a %s, not a func()", unit.Entry, value.Type()))
	}
	return entry, nil
}

// source compiles the files of a unit.
func (p *program) source(unit link.Unit, c *cell) *link.Error {
	for _, path := range unit.Imports {
		if err := p.load(path); err != nil {
			return compileError(err)
		}
	}
	for _, file := range append(slices.Clone(unit.Files), unit.Source) {
		if _, failure := p.eval(file, c); failure != nil {
			return failure
		}
	}
	return nil
}

// eval has the interpreter compile source and run what is outside of functions. The
// caller has locked p.
func (p *program) eval(source string, c *cell) (value reflect.Value, failure *link.Error) {
	if c.isCancelled() {
		return value, interruption()
	}
	p.weight += len(source)
	compiled := false
	defer func() {
		if !compiled {
			// The compiler of the interpreter panics on some programs.
			if v := recover(); v != nil {
				failure = compileError(fmt.Errorf("the interpreter can't compile this: %v", v))
			}
		}
	}()
	value, err := steps.Eval(p.interpreter, source, p.natives)
	compiled = true
	var panicked interp.Panic
	switch {
	case errors.As(err, &panicked):
		return value, panicError(panicked.Value, c.trace.frames())
	case err != nil:
		return value, compileError(err)
	}
	return value, nil
}

// load makes a package known to the interpreter, for code that imports it. With
// it come the packages whose interfaces it takes: to pass a value of a cell's
// type as an io.Writer, the interpreter looks in package io for how.
func (p *program) load(path string) error {
	if p.loaded[path] {
		return nil
	}
	if ok, err := p.use(path); err != nil || !ok {
		return cmp.Or(err, fmt.Errorf("package %s is not available in a cell", path))
	}
	p.loaded[path] = true
	for needed := range interfacePackages(p.used[path]) {
		if _, err := p.use(needed); err != nil {
			return err
		}
	}
	return nil
}

// use hands the interpreter a package's symbols, once. ok says that there are any.
func (p *program) use(path string) (ok bool, err error) {
	if p.used[path] != nil {
		return true, nil
	}
	exports, ok := symbols.Lookup(path)
	if !ok {
		return false, nil
	}
	override(path, exports)
	variables(exports)
	p.used[path] = exports
	return true, p.tell(path)
}

// tell hands the interpreter the symbols of a package that is used.
func (p *program) tell(path string) error {
	for key, table := range p.used[path] {
		// Under the key "fmt/fmt" yaegi would put its own functions for those
		// of fmt, log and os. It takes path and name out of the key cleaned.
		if key == "fmt/fmt" {
			key = "fmt//fmt"
		}
		if err := p.interpreter.Use(interp.Exports{key: table}); err != nil {
			return fmt.Errorf("package %s: %w", path, err)
		}
	}
	return nil
}
