package worker

import (
	"errors"
	"fmt"
	"io"
	"reflect"
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
	// Packages by import path: used are those that the interpreter knows, loaded
	// those of them that cells have imported.
	loaded, used map[string]bool
	session      *session
	// natives are the functions of core that have steps of their own.
	natives steps.Package
	// compiling is held while the interpreter compiles a unit.
	compiling *sync.Mutex
	processes *processes
}

// newProgram is a program without cells. The interpreter's trace of panics goes
// to trace.
func newProgram(trace io.Writer) (program, error) {
	p := program{
		interpreter: interp.New(interp.Options{
			// The built-in functions print and println write to standard error.
			Stdout:       support.StderrWriter(),
			Stderr:       trace,
			Unrestricted: true,
		}),
		loaded:    map[string]bool{},
		used:      map[string]bool{},
		session:   newSession(),
		compiling: new(sync.Mutex),
		processes: newProcesses(),
	}
	p.natives = p.session.core.Steps()
	for importPath, table := range p.session.packages() {
		p.loaded[importPath] = true
		if err := p.interpreter.Use(interp.Exports{key(importPath): table}); err != nil {
			return p, err
		}
	}
	return p, nil
}

// run compiles a unit and calls its entry. A panic of the entry is the caller's.
func (p *program) run(unit link.Unit, c *cell) *link.Error {
	for _, path := range unit.Imports {
		if err := p.load(path); err != nil {
			return compileError(err)
		}
	}
	declared, err := p.session.declare(unit)
	if err == nil {
		err = p.interpreter.Use(declared)
	}
	if err != nil {
		return &link.Error{Name: execution.CompileError, Value: err.Error()}
	}
	for _, file := range unit.Files {
		if _, failure := p.eval(file, c); failure != nil {
			return failure
		}
	}
	if _, failure := p.eval(unit.Source, c); failure != nil {
		return failure
	}
	p.processes.note(unit)
	if unit.Entry == "" {
		return nil
	}
	value, failure := p.eval(unit.Entry, c)
	steps.Forget(p.interpreter, unit.Entry)
	if failure != nil {
		return failure
	}
	entry, ok := value.Interface().(func())
	if !ok {
		return compileError(fmt.Errorf("%s is a %s, not a func()", unit.Entry, value.Type()))
	}
	entry()
	if c.isCancelled() && core.Paused() {
		return interruption()
	}
	return nil
}

// eval has the interpreter compile source and run what is outside of functions.
func (p *program) eval(source string, c *cell) (value reflect.Value, failure *link.Error) {
	p.compiling.Lock()
	defer p.compiling.Unlock()
	if c.isCancelled() {
		return value, interruption()
	}
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
	exports, ok := symbols.Lookup(path)
	if !ok {
		return fmt.Errorf("package %s is not available in a cell", path)
	}
	if err := p.use(path, exports); err != nil {
		return err
	}
	p.loaded[path] = true
	for needed := range interfacePackages(exports) {
		if exports, ok := symbols.Lookup(needed); ok {
			if err := p.use(needed, exports); err != nil {
				return err
			}
		}
	}
	return nil
}

// use hands the interpreter a package's symbols, once.
func (p *program) use(path string, exports interp.Exports) error {
	if p.used[path] {
		return nil
	}
	p.used[path] = true
	override(path, exports)
	variables(exports)
	for key, table := range exports {
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
