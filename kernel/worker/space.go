package worker

import (
	"reflect"

	"lockstep/runtime/support"
)

// space is the session variables that a simulated process reaches, with values of its
// own. They are at the same addresses for all: entering a space exchanges what is
// there.
type space struct {
	processes *processes
	forked    bool
	entered   bool
	names     map[string]bool // what has been reached
	variables []ownVariable
	initial   []reflect.Value // the functions that are to give variables their initial values
}

// ownVariable is a session variable in a space.
type ownVariable struct {
	at    reflect.Value // the variable
	other reflect.Value // of the space's and the session's value the one that isn't there
}

var _ support.Space = (*space)(nil)

// Enter implements support.Space.
func (s *space) Enter() { s.exchange() }

// Leave implements support.Space.
func (s *space) Leave() { s.exchange() }

func (s *space) exchange() {
	s.entered = !s.entered
	for _, v := range s.variables {
		now := reflect.New(v.at.Type()).Elem()
		now.Set(v.at)
		v.at.Set(v.other)
		v.other.Set(now)
	}
}

// Begin implements support.Space.
func (s *space) Begin() error {
	initial := s.initial
	s.initial = nil
	for _, f := range initial {
		f.Call(nil)
	}
	return nil
}

// Space implements support.Simulator.
func (p *processes) Space(target string, forked bool) (support.Space, error) {
	s := &space{processes: p, forked: forked, names: map[string]bool{}}
	return s, s.Reach(target)
}

// Reach implements support.Space. The initialisers of variables are compiled when a
// simulated process needs them first.
func (s *space) Reach(target string) error {
	p := s.processes
	prog, err := p.program()
	if err != nil {
		return err
	}
	p.mu.Lock()
	names := p.reached([]string{target}, s.forked)
	if err := p.unset(target, names, s.forked); err != nil {
		p.mu.Unlock()
		return err
	}
	var initial []string
	for _, i := range p.needed(names) {
		for _, one := range p.units[i].Process.Initial {
			if !s.forked && names[one.Entry] && !s.names[one.Entry] {
				initial = append(initial, one.Entry)
			}
		}
	}
	p.mu.Unlock()
	if _, ok := support.CurrentScope().Host.(*cell); !ok {
		return support.ErrTarget
	}
	prog.lock()
	defer prog.compiling.Unlock()
	for _, entry := range initial {
		f, err := prog.function(entry)
		if err != nil {
			return err
		}
		s.initial = append(s.initial, f)
	}
	for name := range names {
		if s.names[name] {
			continue
		}
		s.names[name] = true
		if pointer, ok := prog.session.variable(name); ok {
			v := ownVariable{at: pointer.Elem(), other: reflect.New(pointer.Type().Elem()).Elem()}
			if s.entered {
				v.other.Set(v.at)
				v.at.SetZero()
			}
			s.variables = append(s.variables, v)
		}
	}
	return nil
}
