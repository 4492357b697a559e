package worker

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"lockstep/kernel/link"
	"lockstep/kernel/worker/core"
	"lockstep/runtime/support"
)

// processes is what cells have declared, as package process wants to know it: the
// units that were run, so that another process can be given those that it needs.
type processes struct {
	program func() (*program, error) // made when it is needed
	// run has a unit compiled, and its entry called.
	run func(link.Unit) *link.Error
	// frames are those of the panic that is going on.
	frames func() []link.Frame

	mu      sync.Mutex
	units   map[int]link.Unit // by numbers in the order in which they came
	last    int               // the last number given
	numbers map[string]int    // by the units' names
	dropped map[int]bool      // units that no later one refers to
	starts  map[int]bool      // units whose code starts processes
	kept    int               // how many units were kept when some were let go of last
	// definers lead from names to the units that tell of them: the one that declares a
	// name, and later ones that give a type its methods anew.
	definers map[string][]int
	state    map[string]initialState
	loaded   map[string]bool // units by their names, in a child
	begun    map[string]bool // entries of initialisers that have run, in a child
	files    int             // how many more files of units were compiled
}

// unitFiles is more than any cell's number.
const unitFiles = 1 << 30

var _ support.Simulator = (*processes)(nil)

// initialState is what gives a variable its value.
type initialState struct {
	entry string // the initialiser's, "" for none
	set   bool   // a statement does
}

func newProcesses() *processes {
	return &processes{units: map[int]link.Unit{}, numbers: map[string]int{}, dropped: map[int]bool{}, starts: map[int]bool{}, definers: map[string][]int{}, state: map[string]initialState{}, loaded: map[string]bool{}, begun: map[string]bool{}}
}

// note keeps a unit that was compiled, if it declares anything, by a number.
func (p *processes) note(unit link.Unit) (number int, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, v := range unit.Vars {
		p.state[v.Name] = initialState{}
	}
	for _, i := range unit.Process.Initial {
		for _, v := range i.Vars {
			p.state[v] = initialState{entry: i.Entry}
		}
	}
	for _, v := range unit.Process.Set {
		p.state[v] = initialState{set: true}
	}
	if len(unit.Process.Refers)+len(unit.Types)+len(unit.Vars) == 0 {
		return 0, false
	}
	starts := strings.Contains(unit.Source, core.Path+".Target(")
	unit.Source = strings.Clone(unit.Source[:unit.Process.Declarations])
	unit.Needs, unit.Forget = nil, nil
	number, ok = p.numbers[unit.Name]
	if !ok || unit.Name == "" {
		p.last++
		number = p.last
		p.numbers[unit.Name] = number
	}
	p.units[number] = unit
	if starts {
		p.starts[number] = true
	}
	names := slices.Collect(maps.Keys(unit.Process.Refers))
	if unit.Process.Setup != "" {
		names = append(names, unit.Process.Setup)
	}
	for _, name := range names {
		if !slices.Contains(p.definers[name], number) {
			p.definers[name] = append(p.definers[name], number)
		}
	}
	return number, true
}

// sweepAfter is how many units are dropped at least before some are let go of.
const sweepAfter = 32

// forget drops units that no later unit refers to. Those that are not needed for others,
// for methods of types, or by code that starts processes, it lets go of, but not each
// time; it returns the variables of these. isTarget tells the names of functions that
// processes were started with.
func (p *processes) forget(names []string, isTarget func(string) bool) (variables []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, name := range names {
		if number, ok := p.numbers[name]; ok {
			p.dropped[number] = true
		}
	}
	if len(p.units) < 2*p.kept+sweepAfter {
		return nil
	}
	kept := map[int]bool{}
	var keep func(number int)
	keepAll := func(name string) {
		for _, i := range p.definers[name] {
			keep(i)
		}
	}
	keep = func(number int) {
		if kept[number] {
			return
		}
		kept[number] = true
		unit := p.units[number]
		for _, list := range unit.Process.Refers {
			for _, to := range list {
				keepAll(to)
			}
		}
		for _, v := range unit.Vars {
			keepAll(p.state[v.Name].entry)
		}
	}
	for number, unit := range p.units {
		target := slices.ContainsFunc(slices.Collect(maps.Keys(unit.Process.Refers)), isTarget)
		if !p.dropped[number] || unit.Process.Setup != "" || p.starts[number] || target {
			keep(number)
		}
	}
	for number := range p.dropped {
		if kept[number] {
			continue
		}
		unit := p.units[number]
		for _, v := range unit.Vars {
			variables = append(variables, v.Name)
			delete(p.state, v.Name)
		}
		for name := range unit.Process.Refers {
			if list := slices.DeleteFunc(p.definers[name], func(i int) bool { return i == number }); len(list) > 0 {
				p.definers[name] = list
			} else {
				delete(p.definers, name)
			}
		}
		delete(p.units, number)
		delete(p.numbers, unit.Name)
		delete(p.dropped, number)
	}
	p.kept = len(p.units)
	return variables
}

// numbered is a unit and its number.
type numbered struct {
	link.Unit
	number int
}

// lacking are the units of functions, and of the functions that these refer to, without
// those that are there, in their order. isFunction tells the functions' names from
// others.
func (p *processes) lacking(names []string, there map[int]bool, isFunction func(string) bool) []numbered {
	p.mu.Lock()
	defer p.mu.Unlock()
	missing := map[int]bool{}
	var need func(name string)
	need = func(name string) {
		for _, i := range p.definers[name] {
			refers := p.units[i].Process.Refers
			if strings.HasPrefix(name, initialPrefix) {
				for _, to := range refers[name] {
					need(to)
				}
			}
			if there[i] || missing[i] || !isFunction(name) {
				continue
			}
			missing[i] = true
			for definer, list := range refers {
				if strings.HasPrefix(definer, initialPrefix) {
					continue
				}
				for _, to := range list {
					need(to)
				}
			}
		}
	}
	for _, name := range names {
		need(name)
	}
	var units []numbered
	for _, i := range slices.Sorted(maps.Keys(missing)) {
		units = append(units, numbered{p.units[i], i})
	}
	return units
}

// initialiser is a unit that compiles an initialiser.
func (p *processes) initialiser(entry string) (unit link.Unit, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, i := range p.definers[entry] {
		for _, initial := range p.units[i].Process.Initial {
			if initial.Entry == entry {
				return p.more(p.units[i], initial.Source), true
			}
		}
	}
	return unit, false
}

// reached are the names that code refers to by way of others, the roots among
// them. The initialisers of variables are counted unless the variables have values.
func (p *processes) reached(roots []string, forked bool) map[string]bool {
	seen := map[string]bool{}
	var reach func(name string)
	reach = func(name string) {
		if seen[name] {
			return
		}
		seen[name] = true
		for _, i := range p.definers[name] {
			for _, to := range p.units[i].Process.Refers[name] {
				reach(to)
			}
		}
		if s, ok := p.state[name]; ok && s.entry != "" && !forked {
			reach(s.entry)
		}
	}
	for _, name := range roots {
		reach(name)
	}
	return seen
}

// needed are the units that declare names, and those that these units need to be
// compiled.
func (p *processes) needed(names map[string]bool) []int {
	units := map[int]bool{}
	var need func(i int)
	need = func(i int) {
		if units[i] {
			return
		}
		units[i] = true
		for definer, list := range p.units[i].Process.Refers {
			if strings.HasPrefix(definer, initialPrefix) {
				continue // it is compiled only if it is needed itself
			}
			for _, to := range list {
				for _, j := range p.definers[to] {
					need(j)
				}
			}
		}
	}
	for name := range names {
		for _, i := range p.definers[name] {
			need(i)
		}
	}
	return slices.Sorted(maps.Keys(units))
}

// initialPrefix begins the names of the functions that initialise variables.
const initialPrefix = "ʹinitial"

// image is what a new process is given of the program.
type image struct {
	Units []link.Unit
	// Initial are the entries of the initialisers to be called, in order.
	Initial []string
}

// unsetError says that a process would find variables without the values that only
// statements give them.
type unsetError struct{ target, names string }

func (e *unsetError) Error() string {
	return fmt.Sprintf("%s uses %s, which only a statement has set: a new process runs no statements. Pass it as an argument, declare it with var and its initial value, or begin with process.Fork", e.target, e.names)
}

// Image implements support.Program.
func (p *processes) Image(target string, types []reflect.Type, forked bool) ([]byte, error) {
	prog, err := p.program()
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	roots := []string{target}
	for _, t := range types {
		if name, ok := prog.session.types.Name(t); ok {
			roots = append(roots, name)
		}
	}
	names := p.reached(roots, forked)
	if err := p.unset(target, names, forked); err != nil {
		return nil, err
	}
	var out image
	for _, i := range p.needed(names) {
		unit := p.units[i]
		out.Units = append(out.Units, unit)
		for _, initial := range unit.Process.Initial {
			if names[initial.Entry] {
				out.Initial = append(out.Initial, initial.Entry)
			}
		}
	}
	return json.Marshal(out)
}

// unset says which of the variables that a target reaches have no value in a new
// process.
func (p *processes) unset(target string, names map[string]bool, forked bool) error {
	var unset []string
	for name := range names {
		if p.state[name].set && !forked {
			unset = append(unset, plainName(name))
		}
	}
	if len(unset) == 0 {
		return nil
	}
	slices.Sort(unset)
	return &unsetError{plainName(target), strings.Join(unset, ", ")}
}

// more is a unit that compiles more of the declarations of one that was compiled. A
// file of a name of its own can import what the unit's has imported.
func (p *processes) more(unit link.Unit, source string) link.Unit {
	p.files++
	header := strings.Replace(unit.Process.Header, "@0:", fmt.Sprintf("@%d:", unitFiles+p.files), 1)
	return link.Unit{Name: unit.Name, Imports: unit.Imports, Source: header + source}
}

// plainName is a name as its cell has it.
func plainName(name string) string {
	plain, _, _ := strings.Cut(name, "ʹ")
	return plain
}

// Variables implements support.Program.
func (p *processes) Variables(target string) []support.Variable {
	prog, err := p.program()
	if err != nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []support.Variable
	for _, name := range slices.Sorted(maps.Keys(p.reached([]string{target}, true))) {
		if pointer, ok := prog.session.variable(name); ok {
			list = append(list, support.Variable{Name: name, Shown: plainName(name), Pointer: pointer})
		}
	}
	return list
}

var (
	errNotDeclared = errors.New("only a declared function can, named where it is handed over: process.Start(work, x)")
	errNotFunction = errors.New("it is no function")
)

// Target implements support.Program.
func (p *processes) Target(function any) (string, error) {
	prog, err := p.program()
	if err != nil {
		return "", err
	}
	if t := reflect.TypeOf(function); t == nil || t.Kind() != reflect.Func {
		return "", fmt.Errorf("%w: a %T", support.ErrTarget, function)
	}
	name, ok := prog.session.core.TargetName(function)
	if !ok {
		return "", fmt.Errorf("%w: %w", support.ErrTarget, errNotDeclared)
	}
	return name, nil
}

// Load implements support.Program.
func (p *processes) Load(text []byte) error {
	var in image
	if err := json.Unmarshal(text, &in); err != nil {
		return err
	}
	entries := map[string]bool{}
	for _, entry := range in.Initial {
		entries[entry] = true
	}
	for _, unit := range in.Units {
		run := unit
		fresh := !p.loaded[unit.Name]
		if fresh {
			run.Entry = unit.Process.Setup
		} else {
			// The unit is there, but perhaps not all initialisers that are needed now.
			run = p.more(unit, "")
		}
		more := false
		for _, initial := range unit.Process.Initial {
			if entries[initial.Entry] && !p.begun[initial.Entry] {
				run.Source += initial.Source
				more = true
			}
		}
		if !fresh && !more {
			continue
		}
		p.loaded[unit.Name] = true
		if failure := p.run(run); failure != nil {
			return fmt.Errorf("%s: %s", failure.Name, failure.Value)
		}
		if fresh {
			p.note(unit)
		}
	}
	for _, entry := range in.Initial {
		if p.begun[entry] {
			continue
		}
		p.begun[entry] = true
		if failure := p.run(link.Unit{Entry: entry}); failure != nil {
			return fmt.Errorf("%s: %s", failure.Name, failure.Value)
		}
	}
	return nil
}

// Function implements support.Program.
func (p *processes) Function(target string) (reflect.Value, error) {
	prog, err := p.program()
	if err != nil {
		return reflect.Value{}, err
	}
	if dot := strings.LastIndexByte(target, '.'); dot >= 0 && !strings.Contains(target, "ʹ") {
		f, ok := prog.session.symbol(target[:dot], target[dot+1:])
		if !ok || f.Kind() != reflect.Func {
			return f, fmt.Errorf("%s: %w", target, errNotFunction)
		}
		return f, nil
	}
	prog.lock()
	defer prog.compiling.Unlock()
	return prog.function(target)
}

// Pointer implements support.Program.
func (p *processes) Pointer(variable string) (reflect.Value, bool) {
	prog, err := p.program()
	if err != nil {
		return reflect.Value{}, false
	}
	return prog.session.variable(variable)
}

// Fit implements support.Program. Lowered code takes values of the open variant,
// what interfaces hold is of the true one.
func (p *processes) Fit(v reflect.Value, t reflect.Type) (reflect.Value, bool) {
	if !v.IsValid() {
		switch t.Kind() {
		case reflect.Interface, reflect.Pointer, reflect.Map, reflect.Slice, reflect.Chan, reflect.Func:
			return reflect.Zero(t), true
		}
		return v, false
	}
	prog, err := p.program()
	if err != nil {
		return v, false
	}
	for _, variant := range []reflect.Value{prog.session.types.TrueValue(v), prog.session.types.OpenValue(v)} {
		if variant.Type().AssignableTo(t) {
			return variant, true
		}
	}
	return v, false
}

// Box implements support.Program.
func (p *processes) Box(v reflect.Value) any {
	if v.Kind() == reflect.Interface && v.IsNil() {
		return nil
	}
	prog, err := p.program()
	if err != nil {
		return v.Interface()
	}
	return prog.session.core.Box(v.Interface())
}

// Name implements support.Program: a cell's type goes by the registry's name, a
// package's by its path.
func (p *processes) Name(t reflect.Type) (string, bool) {
	prog, err := p.program()
	if err != nil {
		return "", false
	}
	if name, ok := prog.session.types.Name(t); ok {
		return name, true
	}
	if t.Name() == "" || t.PkgPath() == "" {
		return "", false
	}
	if known, ok := prog.session.typeOf(t.PkgPath(), t.Name()); !ok || known != t {
		return "", false
	}
	return t.PkgPath() + "." + t.Name(), true
}

// Type implements support.Program.
func (p *processes) Type(name string) (reflect.Type, bool) {
	prog, err := p.program()
	if err != nil {
		return nil, false
	}
	if t, ok := prog.session.types.True(name); ok {
		return t, true
	}
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return nil, false
	}
	return prog.session.typeOf(name[:dot], name[dot+1:])
}

// ReportPanic implements support.Program.
func (p *processes) ReportPanic(out io.Writer, process string, value any) {
	frames := p.frames()
	support.ReportPanic(out, "process "+process, panicError(value, frames).Value, places(value, frames))
}
