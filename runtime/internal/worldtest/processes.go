package worldtest

import (
	"reflect"

	"lockstep/runtime/internal/proc"
)

// Processes makes the test binary a program that has simulated processes, too. Each
// sees registered variables of its own (process.RegisterVariable), and shares all
// others: the targets of the tests must not use those. It is called when the variables
// are registered, before process.Main.
func Processes() {
	p := &program{NativeProgram: &proc.Native}
	for _, v := range p.Variables("") {
		p.variables = append(p.variables, variable{v.Pointer.Elem(), copied(v.Pointer.Elem())})
	}
	proc.Current = p
}

type program struct {
	*proc.NativeProgram
	variables []variable // with their initial values
}

var _ proc.Simulator = (*program)(nil)

// variable is a variable, and the value that it has elsewhere.
type variable struct{ at, other reflect.Value }

func copied(v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	return c
}

// Space implements proc.Simulator.
func (p *program) Space(string, bool) (proc.Space, error) {
	var s space
	for _, v := range p.variables {
		s = append(s, variable{v.at, copied(v.other)})
	}
	return s, nil
}

// space is the variables as one process has them.
type space []variable

func (s space) Enter() { s.exchange() }
func (s space) Leave() { s.exchange() }

func (s space) exchange() {
	for _, v := range s {
		now := copied(v.at)
		v.at.Set(v.other)
		v.other.Set(now)
	}
}

// Reach implements proc.Space: it has them all.
func (s space) Reach(string) error { return nil }

// Begin implements proc.Space: they have their initial values.
func (s space) Begin() error { return nil }
