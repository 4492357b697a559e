package processes

import (
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"syscall"
	"time"

	"lockstep/runtime/internal/encode"
	"lockstep/runtime/internal/gosim"
	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
	"lockstep/runtime/internal/simworld"
)

// A simulated process is tasks of a simulated world that see variables of their own.
// What it is given and what it sends is encoded, as it is for a real one.

// simulated is a process of a simulated world.
type simulated struct {
	proc.Space
	m        sched.Monitor
	w        *simworld.World
	task     *sched.Task // that calls the target
	id       proc.Identity
	parent   *simulated // nil for the main program
	children []*simulated
	ended    bool
	code     int
	exit     *int             // what Exit was called with
	ends     []simOwned       // its ends of pipes and queues
	queues   []*simQueue      // what it has put something into
	told     []*sched.Monitor // where its end makes a difference: what it holds
	program  sched.Program    // of its main code
	leaves   bool             // it ends by itself when nobody has a use for it, daemonic or not
	// deserted, unless it is nil, is called when the process that has started it has
	// ended, and nobody else has a use for it.
	deserted func()
	gone     func(code int)  // is called at its end; nil for nothing
	done     <-chan struct{} // nil before it is asked for
	close    func()          // closes done
}

// Program is what ends with the process's main code.
func (s *simulated) Program() *sched.Program { return &s.program }

// tell has the tasks that wait in a monitor look at their condition again when the
// process ends.
func (s *simulated) tell(m *sched.Monitor) { s.told = append(s.told, m) }

// untell takes tell back.
func (s *simulated) untell(m *sched.Monitor) {
	s.told = slices.DeleteFunc(s.told, func(other *sched.Monitor) bool { return other == m })
}

var (
	opSimJoin = sched.NewOp("Process", "Join").Acquires().Stable()
	opSimEnd  = sched.NewOp("Process", "End").Releases()
	opSimLook = sched.NewOp("Process", "Alive").Looks()
)

// simWorld is the simulated world of the caller, nil in the real one.
func simWorld() *simworld.World {
	w, _ := sched.Current().(*simworld.World)
	return w
}

// inSim reports whether an operation is one of a simulation, on what it has made. It
// panics if that is of another world.
func inSim(op *sched.Op, made bool) bool {
	switch here := simWorld() != nil; {
	case here && !made:
		Fail(op, op.Kind, ErrOutside, "")
	case made && !here:
		Fail(op, op.Kind, ErrInside, "")
	}
	return made
}

// makes reports whether something is to be made for a simulation. It panics where
// those have no processes.
func makes(op *sched.Op) bool {
	if simWorld() == nil {
		return false
	}
	if _, ok := proc.Current.(proc.Simulator); !ok {
		Fail(op, op.Kind, ErrSimulated, "only in a notebook can simulated processes have variables of their own")
	}
	return true
}

// family is what a world knows of its processes.
type family struct {
	children []*simulated       // of the main program
	all      map[int]*simulated // by number
	stores   map[string]*simStore
	names    sched.Monitor
	memories map[string]*simBytes
}

type familyKey struct{}

func familyOf(w *simworld.World) *family {
	return w.Local(familyKey{}, func() any {
		f := &family{all: map[int]*simulated{}, stores: map[string]*simStore{}, memories: map[string]*simBytes{}}
		f.names.SetName("SharedMemory")
		return f
	}).(*family)
}

// simSelf is the simulated process of the caller, nil for the main program.
func simSelf(w *simworld.World) *simulated {
	s, _ := w.Space().(*simulated)
	return s
}

// mainPID is the number of the main program in a simulation, which has been started
// by process 1.
const mainPID = 2

// simPID is the number of a process of a simulation.
func simPID(s *simulated) int {
	if s == nil {
		return mainPID
	}
	return s.id.PID
}

// siblings are the processes that s has started.
func siblings(w *simworld.World, s *simulated) *[]*simulated {
	if s == nil {
		return &familyOf(w).children
	}
	return &s.children
}

// simulate starts the process in a simulated world.
func (p *Process) simulate(w *simworld.World) error {
	if err := canSimulate(w); err != nil {
		return err
	}
	outside := false
	var kept []any
	e := encode.NewEncoder(proc.Current)
	e.Attach = func(uintptr) int { outside = true; return 0 }
	e.Keep = func(shared any) int { kept = append(kept, shared); return len(kept) - 1 }
	if err := encodeArguments(e, p.args); err != nil {
		return err
	}
	if err := p.variables(e); err != nil {
		return err
	}
	if outside {
		return ErrOutside
	}
	space, err := proc.Current.(proc.Simulator).Space(p.target, p.mode == Fork)
	if err != nil {
		return err
	}
	s := p.enrol(w, simSelf(w), space)
	s.endsWithProgram()
	d := encode.NewDecoder(proc.Current, e.Bytes())
	d.Attached = func(int) (uintptr, error) { return 0, ErrOutside }
	d.Kept = func(n int) any { return kept[n] }
	function, fork := p.function, p.mode == Fork
	for _, x := range kept {
		if end, ok := x.(simOwned); ok {
			s.ends = append(s.ends, end) // it is open from now on, though the process has not run
		}
	}
	return s.spawn(s.id.Daemon, func() error { return s.call(function, d, fork) })
}

// canSimulate says why the calling process can start no others.
func canSimulate(w *simworld.World) error {
	if parent := simSelf(w); parent != nil && parent.id.Daemon {
		return ErrDaemonChild
	}
	return nil
}

// enrol makes the process one of a simulated world, a child of parent.
func (p *Process) enrol(w *simworld.World, parent *simulated, space proc.Space) *simulated {
	p.id.ParentPID, p.id.PID = simPID(parent), mainPID+w.Number("process id")
	s := &simulated{Space: space, w: w, id: p.id, parent: parent}
	p.sim = s
	s.m.SetName(p.id.Name)
	familyOf(w).all[p.id.PID] = s
	list := siblings(w, parent)
	*list = append(*list, s)
	return s
}

// endsWithProgram has the end of the main program end the process if that is daemonic.
// Other processes see to it themselves.
func (s *simulated) endsWithProgram() {
	if s.parent == nil && s.id.Daemon {
		sched.CurrentProgram().AtEnd(familyKey{}, func() { endDaemons(s.w) })
	}
}

// spawn starts the process's main code. The world waits for it unless it is daemonic.
func (s *simulated) spawn(daemon bool, main func() error) error {
	s.task = sched.NewTask(s.id.Name, daemon)
	s.m.EnterAgain(s.w, opStart, nil)
	s.m.HoldFor(s.task) // so that who waits for the process is shown to wait for it
	s.m.Exit()
	return s.w.SpawnIn(s, s.task, func() { s.run(main) })
}

// endDaemons ends the daemonic processes of the main program when its main code and
// its threads have ended.
func endDaemons(w *simworld.World) {
	task := sched.NewTask("end of the program", true)
	_ = w.Spawn(task, func() {
		w.AwaitAlone()
		endDaemonsOf(w, nil)
	})
}

// endDaemonsOf ends the daemonic ones among the processes that parent has started,
// when those have done their work that end by themselves.
func endDaemonsOf(w *simworld.World, parent *simulated) {
	list := siblings(w, parent)
	for i := 0; i < len(*list); i++ { // there may be more meanwhile
		if s := (*list)[i]; s.leaves {
			s.join(sched.Forever)
		}
	}
	for _, s := range slices.Clone(*list) {
		if s.id.Daemon {
			s.end(-int(syscall.SIGTERM))
		}
	}
}

// run is what the main task of a simulated process does.
func (s *simulated) run(main func() error) {
	code := 1
	defer func() {
		if value := recover(); value != nil && !s.w.Ending() {
			_, stderr := scope.Current().Streams()
			sched.ReportPanic(stderr, "process "+s.id.Name, value, sched.PanicFrames(value))
		}
		if s.w.Ending() {
			return
		}
		if s.exit != nil {
			code = *s.exit
		}
		s.finish(code)
	}()
	if err := main(); err != nil {
		panic(err)
	}
	code = 0
}

func (s *simulated) call(function any, d *encode.Decoder, fork bool) error {
	args, err := decodeArguments(d)
	if err != nil {
		return err
	}
	if fork {
		err = takeVariables(d)
	} else {
		s.w.Quietly(func() { err = s.Begin() })
	}
	if err != nil {
		return err
	}
	f := reflect.ValueOf(function)
	in, err := fitted(f, args)
	if err != nil {
		return err
	}
	f.Call(in)
	return nil
}

// fitted are arguments as a function takes them.
func fitted(f reflect.Value, args []any) (in []reflect.Value, err error) {
	for i, arg := range args {
		v, ok := proc.Current.Fit(reflect.ValueOf(arg), parameter(f.Type(), i))
		if !ok {
			return nil, fmt.Errorf("%w: argument %d", ErrArguments, i+1)
		}
		in = append(in, v)
	}
	return in, nil
}

// finish is the end of a process whose main code has ended.
func (s *simulated) finish(code int) {
	s.program.End()
	s.w.AwaitAlone()
	endDaemonsOf(s.w, s)
	for _, c := range slices.Clone(s.children) {
		c.join(sched.Forever)
	}
	for _, q := range s.queues {
		q.flush()
	}
	s.w.Kill(s) // its daemonic threads
	s.over(code)
}

// end ends a process at once, by a signal.
func (s *simulated) end(code int) { s.endBy(opSignal, code) }

func (s *simulated) endBy(op *sched.Op, code int) {
	s.w.Point()
	s.endNow(op, code)
}

// endNow is endBy without a scheduling point.
func (s *simulated) endNow(op *sched.Op, code int) {
	s.m.EnterAgain(s.w, op, nil)
	ended := s.ended
	s.m.Exit()
	if ended {
		return
	}
	self := simSelf(s.w) == s
	s.w.Kill(s)
	s.over(code)
	if self {
		s.w.Halt()
	}
}

// over makes the end of a process known.
func (s *simulated) over(code int) {
	for _, end := range s.ends {
		end.drop()
	}
	s.m.EnterAgain(s.w, opSimEnd, nil)
	s.ended, s.code = true, code
	if s.close != nil {
		s.close()
	}
	s.m.Unhold()
	s.w.Wake(&s.m, len(s.m.Waiters()))
	s.m.Exit()
	for _, m := range s.told {
		m.EnterAgain(s.w, opSimEnd, nil)
		s.w.Wake(m, len(m.Waiters()))
		m.Exit()
	}
	if s.gone != nil {
		s.gone(code)
	}
	for _, c := range slices.Clone(s.children) {
		if c.deserted != nil && !c.ended {
			c.deserted()
		}
	}
}

func (s *simulated) join(limit time.Duration) bool {
	s.m.Enter(opSimJoin, nil)
	ended := s.w.Wait(&s.m, opSimJoin, func() bool { return s.ended }, limit)
	s.m.Exit()
	return ended
}

// hasEnded reports whether the process has ended.
func (s *simulated) hasEnded() bool {
	s.w.Point()
	return s.isOver(opSimLook)
}

// isOver is hasEnded without a scheduling point, as part of op.
func (s *simulated) isOver(op *sched.Op) bool {
	s.m.EnterAgain(s.w, op, nil)
	defer s.m.Exit()
	return s.ended
}

// doneChannel is closed when the process has ended.
func (s *simulated) doneChannel() <-chan struct{} {
	if s.done == nil {
		s.done, s.close = gosim.Current().Done("the end of " + s.id.Name)
		if s.ended {
			s.close()
		}
	}
	return s.done
}

// simExit ends the calling simulated process.
func simExit(w *simworld.World, n int) {
	s := simSelf(w)
	if s == nil {
		w.Refuse(0, "process.Exit would end the simulation's main program")
	}
	s.exit = &n
	if w.Self() == s.task {
		runtime.Goexit() // after its deferred calls
	}
	s.end(n)
}

// simCurrent is the process that the caller runs in.
func simCurrent(w *simworld.World) *Process {
	if s := simSelf(w); s != nil {
		return &Process{id: s.id, remote: true}
	}
	return &Process{id: proc.Identity{Name: "MainProcess", PID: mainPID, ParentPID: 1}, remote: true}
}

// shared is a handle of what the processes of a simulation share.
type shared struct{ to any }

// EncodeHandle implements encode.Handle.
func (h *shared) EncodeHandle(e *encode.Encoder) error {
	if e.Keep == nil {
		return ErrInside
	}
	e.Int(e.Keep(h.to))
	return nil
}

// DecodeHandle implements encode.Handle.
func (h *shared) DecodeHandle(d *encode.Decoder) error {
	n, err := d.Int()
	if err != nil {
		return err
	}
	h.to = d.Kept(n)
	return nil
}

// forgets has the process end without waiting for what it has put into a queue.
func (s *simulated) forgets(q *simQueue) {
	s.queues = slices.DeleteFunc(s.queues, func(other *simQueue) bool { return other == q })
}

// kindOf is what a handle writes first: whether it is of a simulation.
func kindOf(simulated bool) int {
	if simulated {
		return 1
	}
	return 0
}
