package worker

import (
	"fmt"
	"maps"
	"path"
	"reflect"
	"sync"

	"github.com/traefik/yaegi/interp"

	"lockstep/kernel/link"
	"lockstep/kernel/worker/celltype"
	"lockstep/kernel/worker/core"
	"lockstep/kernel/worker/instances"
	"lockstep/kernel/worker/symbols"
)

// The packages, beside core's, by which units reach what the session holds. They
// are named as their paths.
const (
	typesPath     = "ʹt"
	variablesPath = "ʹv"
)

// session holds the types that cells declare and makes their variables, both
// outside of the interpreter.
type session struct {
	types *celltype.Registry
	core  *core.Core
	// imports are the import paths of the packages that the unit which is being
	// declared names.
	imports map[string]string

	mu      sync.Mutex                          // guards what follows
	symbols map[string]map[string]reflect.Value // by import path
	// variables lead from names to pointers.
	variables map[string]reflect.Value
}

func newSession() *session {
	s := &session{symbols: map[string]map[string]reflect.Value{}, variables: map[string]reflect.Value{}}
	s.types = celltype.NewRegistry(s.lookup)
	s.core = core.New(s.types)
	return s
}

// packages are those that the interpreter has to know from the beginning, by
// import path.
func (s *session) packages() interp.Exports {
	types := map[string]reflect.Value{}
	for name, t := range s.types.AllOpen() {
		types[name] = typeSymbol(t)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return interp.Exports{core.Path: s.core.Symbols(), instances.Path: instances.Symbols(), typesPath: types, variablesPath: maps.Clone(s.variables)}
}

// typeSymbol is what the interpreter knows a type by.
func typeSymbol(t reflect.Type) reflect.Value { return reflect.Zero(reflect.PointerTo(t)) }

// key is that of a package's table where the package is named as its path.
func key(importPath string) string { return path.Join(importPath, importPath) }

// declare makes a unit's types and variables and returns the symbols for them.
func (s *session) declare(unit link.Unit) (interp.Exports, error) {
	s.imports = unit.Packages
	if err := s.types.Declare(unit.Types); err != nil {
		return nil, err
	}
	types, variables := map[string]reflect.Value{}, map[string]reflect.Value{}
	for _, d := range unit.Types {
		if t, ok := s.types.Open(d.Name); ok {
			types[d.Name] = typeSymbol(t)
		}
	}
	for _, v := range unit.Vars {
		t, err := s.types.Parse(v.Type)
		if err != nil {
			return nil, fmt.Errorf("variable %s: %w", v.Name, err)
		}
		// A pointer that could be set: the interpreter takes other symbols of
		// basic types for constants.
		pointer := reflect.New(reflect.PointerTo(t)).Elem()
		pointer.Set(reflect.New(t))
		variables[v.Name] = pointer
		s.core.Variable(v.Name, pointer.Elem())
		s.mu.Lock()
		s.variables[v.Name] = pointer
		s.mu.Unlock()
	}
	return interp.Exports{key(typesPath): types, key(variablesPath): variables}, nil
}

// lookup finds a type of an imported package.
func (s *session) lookup(pkg, name string) (reflect.Type, bool) {
	importPath, ok := s.imports[pkg]
	if !ok {
		return nil, false
	}
	return s.typeOf(importPath, name)
}

// variable is the pointer to a variable.
func (s *session) variable(name string) (reflect.Value, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pointer, ok := s.variables[name]
	return pointer, ok
}

// forget lets go of variables that only code which runs already can reach.
func (s *session) forget(names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range names {
		if pointer, ok := s.variables[name]; ok {
			s.core.ForgetVariable(name, pointer.Elem())
			delete(s.variables, name)
		}
	}
}

// typeOf finds a type of a package.
func (s *session) typeOf(importPath, name string) (reflect.Type, bool) {
	// A type's symbol is a nil pointer to it. So is that of a variable which is
	// one, but this can be set.
	symbol, ok := s.symbol(importPath, name)
	if !ok || symbol.Kind() != reflect.Pointer || symbol.CanSet() || !symbol.IsNil() {
		return nil, false
	}
	return symbol.Type().Elem(), true
}

// symbol finds what a name of a package stands for.
func (s *session) symbol(importPath, name string) (reflect.Value, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	table, ok := s.symbols[importPath]
	if !ok {
		exports, _ := symbols.Lookup(importPath)
		for key, t := range exports {
			if path.Dir(key) == importPath {
				table = t
			}
		}
		s.symbols[importPath] = table
	}
	symbol, ok := table[name]
	return symbol, ok
}
