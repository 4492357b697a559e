package worker

import (
	"fmt"
	"reflect"
	"strings"
	"time"
	"weak"

	"github.com/traefik/yaegi/interp"

	"lockstep/kernel/link"
	"lockstep/kernel/worker/core"
	"lockstep/kernel/worker/steps"
)

// The interpreter keeps what it has compiled. So now and then a program goes on with
// a new one, which compiles of the earlier units what later ones need, and when they
// do. Types and variables are not the interpreter's. Functions that still run, or that
// variables hold, stay in the interpreter that they began with: it goes when they do.
// The functions behind methods are let go of, and made again by those that are called.

// generation is what the program's present interpreter has compiled.
type generation struct {
	weight  int          // in bytes of source
	carried int          // the part that an earlier interpreter has compiled before
	units   map[int]bool // by their numbers in processes
	initial map[string]bool
	former  []weak.Pointer[interp.Interpreter]
}

// enough is the weight at which a new interpreter takes over. A byte of source takes
// the interpreter some 60 bytes.
const enough = 64 << 10

// RenewAlways has a new interpreter take over after each cell. It is for tests, to be
// set before Main.
var RenewAlways bool

// renew goes on with a new interpreter if the present one has become too large. What
// it has to compile again is to be less than what is new.
func (p *program) renew() error {
	if p.weight-p.carried < max(enough, 2*p.carried) && !RenewAlways || !p.compiling.TryLock() {
		return nil
	}
	defer p.compiling.Unlock()
	old := p.interpreter
	if err := p.begin(); err != nil {
		p.interpreter = old
		return err
	}
	var former []weak.Pointer[interp.Interpreter]
	for _, f := range append(p.former, weak.Make(old)) {
		if f.Value() != nil {
			former = append(former, f)
		}
	}
	p.generation = generation{units: map[int]bool{}, initial: map[string]bool{}, former: former}
	steps.Retire(old)
	p.session.types.Release()
	return nil
}

// interpreters are all that may run functions.
func (p *program) interpreters() []*interp.Interpreter {
	list := []*interp.Interpreter{p.interpreter}
	for _, f := range p.former {
		if i := f.Value(); i != nil {
			list = append(list, i)
		}
	}
	return list
}

// lockPause is the time between two attempts to lock a program.
const lockPause = 100 * time.Microsecond

// lock keeps others from having the interpreter compile. Lowered code may call what
// locks: while that is paused it must not wait for who has paused it.
func (p *program) lock() {
	for !p.compiling.TryLock() {
		core.Pass()
		time.Sleep(lockPause)
	}
}

// bring has the interpreter compile the units of functions that only an earlier one
// has compiled, and of those that they need.
func (p *program) bring(names []string, c *cell) *link.Error {
	units := p.processes.lacking(names, p.units, func(name string) bool {
		_, isType := p.session.types.Open(name)
		_, isVariable := p.session.variable(name)
		return !isType && !isVariable
	})
	if len(units) == 0 {
		return nil
	}
	before := p.weight
	for _, u := range units {
		if failure := p.source(u.Unit, c); failure != nil {
			return failure
		}
		p.units[u.number] = true
	}
	p.carried += p.weight - before
	steps.Forget(p.interpreter)
	return nil
}

// forget lets go of units that no later unit refers to, and of their variables.
func (p *program) forget(names []string) {
	if len(names) == 0 {
		return
	}
	p.session.forget(p.processes.forget(names, p.session.core.IsTarget))
}

// function is a function of package main by its name. The caller has locked p.
func (p *program) function(name string) (f reflect.Value, err error) {
	asError := func(failure *link.Error) error {
		if failure == nil {
			return nil
		}
		return fmt.Errorf("%s: %s", plainName(name), failure.Value)
	}
	c := &cell{} // which nobody interrupts
	if err := asError(p.bring([]string{name}, c)); err != nil {
		return f, err
	}
	if strings.HasPrefix(name, initialPrefix) && !p.initial[name] {
		unit, ok := p.processes.initialiser(name)
		if ok {
			if err := asError(p.source(unit, c)); err != nil {
				return f, err
			}
			p.initial[name] = true
		}
	}
	f, failure := p.eval(name, c)
	steps.Forget(p.interpreter)
	if failure == nil && f.Kind() != reflect.Func {
		return f, fmt.Errorf("%s: %w", plainName(name), errNotFunction)
	}
	return f, asError(failure)
}

// setUp repeats what makes the methods of a unit known.
func (p *program) setUp(name string) error {
	p.lock()
	f, err := p.function(name)
	p.compiling.Unlock()
	if err != nil {
		return err
	}
	f.Interface().(func())()
	return nil
}
