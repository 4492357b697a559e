package cell

import (
	"go/types"
	"slices"
	"sync"
	"time"

	"lockstep/kernel/cell/library"
	"lockstep/kernel/cell/lower"
	"lockstep/kernel/link"
)

// Session is what the cells run so far have declared. It is safe for concurrent
// use; a Program that is committed must be the one compiled last.
type Session struct {
	mu       sync.Mutex
	importer types.Importer
	imports  map[string]string  // name → path, of the imports that later cells may use
	dots     []string           // paths imported with a dot
	names    map[string]*entity // what each name means now
	lowered  *lower.Session
	// exercises are the course's, nil for none; language is that of the lesson.
	exercises Exercises
	rules     Rules // nil for none
	language  string
	history   []*Program // committed programs that declared something, in order
	tidied    int        // how many of them were needed when that was found out last
	forgotten []string   // the units of those that were not, which the worker isn't told yet
	sources   []committed
}

// committed is a cell that declared or imported something, as Fork repeats it.
type committed struct {
	number  int
	text    string
	reached int
}

// entity is one declaration of a name. A later declaration of the name makes a
// new entity; code that was compiled against the old one keeps it.
type entity struct {
	name   string
	object types.Object
	cell   int
	// text is the declaration, for types, functions and constants: it is emitted
	// again when a method is added to a type of an earlier cell. Of a variable it
	// is the cell only.
	text  declText
	owner *entity   // the type, for a method
	uses  []*entity // what the declaration refers to
	// methods are a type's methods.
	methods []*entity
	// lost says that the variable's value went with a worker; foreign, that it is
	// in another session and was never in this one.
	lost, foreign bool
}

// declText is where a declaration stands.
type declText struct {
	source     *source
	start, end int
}

func (e *entity) isVar() bool {
	_, ok := e.object.(*types.Var)
	return ok
}

// lockSoon locks mu unless that takes long: a cell may be long in compiling, and who
// types can do without help meanwhile.
func (s *Session) lockSoon() bool {
	for pause := time.Millisecond; pause < 500*time.Millisecond; pause *= 2 {
		if s.mu.TryLock() {
			return true
		}
		time.Sleep(pause)
	}
	return false
}

// NewSession is a session in which nothing is declared. importer knows the
// packages that cells may import.
func NewSession(importer types.Importer) *Session {
	return &Session{
		importer: importer,
		imports:  map[string]string{},
		names:    map[string]*entity{},
		lowered:  lower.NewSession(library.New(importer)),
	}
}

// Program is a checked and lowered cell.
type Program struct {
	// Unit is what the worker runs.
	Unit link.Unit
	// Notes tell the user what the cell's declarations mean for earlier ones.
	Notes []string

	number       int // of the cell
	text         string
	unit         *lower.Unit
	declarations link.Unit // the unit without its statements
	imports      map[string]string
	dots         []string
	types        []*entity // types, functions, methods and constants
	vars         []*entity // in the order of their declaring statements
	restored     []*entity // earlier variables that the cell declares anew as they were
	declares     []int     // for each of vars, then of restored, the statement that sets it
}

// Commit makes the program's declarations those of the session. reached is how
// many of its declaring statements had completed: a variable whose statement was
// not reached is not declared. Call it once the worker has compiled the unit.
func (s *Session) Commit(p *Program, reached int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commit(p, reached)
}

func (s *Session) commit(p *Program, reached int) {
	s.forgotten = s.forgotten[min(len(p.Unit.Forget), len(s.forgotten)):]
	if p.unit == nil { // a whole program leaves nothing behind
		s.forgotten = append(s.forgotten, p.Unit.Name)
		return
	}
	p.unit.Commit()
	for name, path := range p.imports {
		s.imports[name] = path
		delete(s.names, name)
	}
	for _, path := range p.dots {
		if !slices.Contains(s.dots, path) {
			s.dots = append(s.dots, path)
		}
	}
	declare := func(e *entity) {
		if e.owner == nil {
			s.names[e.name] = e
			delete(s.imports, e.name)
		}
	}
	for _, e := range p.types {
		declare(e)
	}
	for i, e := range p.vars {
		if p.declares[i] < reached {
			declare(e)
		}
	}
	for i, e := range p.restored {
		if p.declares[len(p.vars)+i] < reached {
			e.lost, e.foreign, e.cell = false, false, p.number
		}
	}
	declared := len(p.types)+len(p.vars)+len(p.unit.Types) > 0 || p.unit.Declarations != ""
	if declared || len(p.imports)+len(p.dots) > 0 {
		s.sources = append(s.sources, committed{p.number, p.text, reached})
	}
	if !declared {
		p.unit.Leave()
		s.forgotten = append(s.forgotten, p.Unit.Name)
		return
	}
	s.history = append(s.history, p)
	if len(s.history) >= s.tidied+s.tidied/4+tidyAfter {
		s.tidy()
	}
}

// tidyAfter is how many cells that declare something are at least between two times
// that the session is tidied.
const tidyAfter = 32

// tidy forgets declarations that no later cell can refer to, since their names were
// declared anew and nothing else needs them. What is under way in the worker may, and
// keeps them there.
func (s *Session) tidy() {
	var units []*lower.Unit
	for _, p := range s.history {
		units = append(units, p.unit)
	}
	s.keep(lower.Kept(units, func(i int) bool { return s.isNamed(s.history[i]) }))
	lower.ForgetInstances()
}

// isNamed says that a name leads to something that a program declares.
func (s *Session) isNamed(p *Program) bool {
	named := func(e *entity) bool { return s.names[e.name] == e }
	return slices.ContainsFunc(p.types, named) || slices.ContainsFunc(p.vars, named)
}

// keep forgets all programs but those that are needed.
func (s *Session) keep(needed []bool) {
	var kept []*Program
	for i, p := range s.history {
		if needed[i] {
			kept = append(kept, p)
			continue
		}
		p.unit.Forget()
		s.forgotten = append(s.forgotten, p.Unit.Name)
	}
	s.history = kept
	s.tidied = len(kept)
}

// Lose says that the worker is gone, and with it the values of all variables. It
// returns the names that had one, sorted. What no name leads to any more is
// forgotten.
func (s *Session) Lose() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for _, p := range s.history {
		for _, e := range p.vars {
			if s.names[e.name] == e && !e.lost {
				names = append(names, e.name)
			}
			e.lost = true
		}
	}
	slices.Sort(names)

	var units []*lower.Unit
	for _, p := range s.history {
		units = append(units, p.unit)
	}
	s.keep(lower.Needed(units, func(i int) bool { return s.isNamed(s.history[i]) }))
	s.forgotten = nil // the next worker knows nothing of them
	return names
}

// Fork returns a function that makes a session, with an importer of its own, which
// knows what this one has declared up to the call of Fork. Its variables are not
// among that: they are where the values are. The function may be called while this
// session is used.
func (s *Session) Fork(importer types.Importer) func() *Session {
	s.mu.Lock()
	sources, exercises, rules := slices.Clone(s.sources), s.exercises, s.rules
	s.mu.Unlock()
	return func() *Session {
		fork := NewSession(importer)
		fork.exercises = exercises
		for _, c := range sources {
			// It did compile; if it doesn't now, who needs it is told that it isn't there.
			if p, err := fork.Compile(c.number, c.text); err == nil {
				fork.Commit(p, c.reached)
			}
		}
		fork.Lose()
		fork.rules = rules
		for _, e := range fork.names {
			e.foreign = e.lost
		}
		return fork
	}
}

// Language is the language of the lesson that the cells belong to, as far as they
// have said so; else "".
func (s *Session) Language() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.language
}

// Replay is what a new worker must be given before the next cell: declarations,
// without any statement.
func (s *Session) Replay() []link.Unit {
	s.mu.Lock()
	defer s.mu.Unlock()
	var units []link.Unit
	for _, p := range s.history {
		units = append(units, p.declarations)
	}
	return units
}
