package process

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"lockstep/runtime/internal/encode"
	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
	"lockstep/runtime/support/processes"
)

// Process is a function that runs in another process of the operating system. Make
// it with New, or with Start to start it at once. Python: multiprocessing.Process.
//
// A panic in it ends that process with the exit code 1, and is reported on standard
// error; it does not reach the process that has started it.
type Process struct{ s *state }

// state is a Process as the process that has started it has it, or another.
type state struct {
	target string
	args   []any
	mode   Mode

	mu     sync.Mutex
	id     proc.Identity
	child  *proc.Child
	remote bool // it was started by another process
	leave  func()
	report chan stuck
	named  bool
	heard  func(kind byte, message []byte)
}

var _ encode.Handle = (*state)(nil)

// Mode is how a process begins.
type Mode int

const (
	// Spawn begins with the initial values of all variables. Python: "spawn".
	Spawn Mode = iota
	// Fork begins with the values that the package-level variables have at the start.
	// In a compiled program these are the registered ones, see RegisterVariable.
	// Unlike the system call it copies what can be copied of the variables only:
	// neither threads nor open files nor the place in the program. Python: "fork".
	Fork
)

// String returns Python's name of the mode.
func (m Mode) String() string {
	if m == Fork {
		return "fork"
	}
	return "spawn"
}

var defaultMode atomic.Int64

// SetDefaultMode says how processes begin that are made from now on, unless
// Process.SetMode says otherwise. At first it is Spawn. Python:
// multiprocessing.set_start_method.
func SetDefaultMode(m Mode) { defaultMode.Store(int64(m)) }

// DefaultMode is what SetDefaultMode has set. Python:
// multiprocessing.get_start_method.
func DefaultMode() Mode { return Mode(defaultMode.Load()) }

// The operations, for reports of misuse.
var (
	opNew    = sched.NewOp("Process", "New")
	opSet    = sched.NewOp("Process", "Set")
	opStart  = sched.NewOp("Process", "Start")
	opJoin   = sched.NewOp("Process", "Join")
	opAlive  = sched.NewOp("Process", "Alive")
	opPID    = sched.NewOp("Process", "PID")
	opCode   = sched.NewOp("Process", "ExitCode")
	opSignal = sched.NewOp("Process", "Terminate")
)

// fail panics with a Misuse, unless the calling goroutine is being ended.
func fail(op *sched.Op, name string, err error, detail string) { processes.Fail(op, name, err, detail) }

// New returns a process that will call target with the given arguments once it is
// started. target is a declared function; what it returns is dropped. Without
// SetName it is called Process-1, Process-2 … in the order of making, in each cell
// anew. Misuse: ErrTarget, ErrRegister, ErrArguments. Python:
// multiprocessing.Process(target=target, args=args).
func New(target any, args ...any) *Process {
	processes.InRealWorld(opNew)
	name, err := proc.Current.Target(target)
	if err != nil {
		fail(opNew, "Process", err, "")
	}
	if err := fits(reflect.TypeOf(target), args); err != nil {
		fail(opNew, "Process", err, shown(name))
	}
	return newProcess(name, args)
}

func newProcess(target string, args []any) *Process {
	s := &state{target: target, args: args, mode: DefaultMode(), report: make(chan stuck, 1)}
	parent, _ := proc.Self()
	number := strconv.Itoa(sched.Current().Number("default process name"))
	if parent.Root != "" {
		number = parent.Root + ":" + number
	}
	s.id = proc.Identity{Name: "Process-" + number, Root: number, Daemon: parent.Daemon}
	return &Process{s}
}

// shown is a target's name for people.
func shown(target string) string {
	last := target[strings.LastIndexByte(target, '/')+1:]
	name, _, _ := strings.Cut(last, "ʹ")
	return "target " + name
}

// fits says what is wrong with arguments for a function.
func fits(t reflect.Type, args []any) error {
	n := t.NumIn()
	if len(args) < n && !(t.IsVariadic() && len(args) == n-1) || len(args) > n && !t.IsVariadic() {
		return fmt.Errorf("%w: it takes %d, not %d", ErrArguments, n, len(args))
	}
	for i, arg := range args {
		if _, ok := proc.Current.Fit(reflect.ValueOf(arg), parameter(t, i)); !ok {
			return fmt.Errorf("%w: argument %d is of type %T, not %s", ErrArguments, i+1, arg, parameter(t, i))
		}
	}
	return nil
}

// parameter is the type of the i-th argument.
func parameter(t reflect.Type, i int) reflect.Type {
	if t.IsVariadic() && i >= t.NumIn()-1 {
		return t.In(t.NumIn() - 1).Elem()
	}
	return t.In(i)
}

// Start starts a new process that calls target with the given arguments. It is New
// and Process.Start.
func Start(target any, args ...any) *Process {
	p := New(target, args...)
	p.Start()
	return p
}

// change calls set unless the process has been started.
func (s *state) change(set func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.child != nil || s.remote {
		fail(opSet, s.id.Name, ErrStarted, "")
	}
	set()
}

// SetDaemon says whether the process is ended when the program that has started it
// ends; the program waits for the others. A daemonic process can't start processes
// itself. Misuse: ErrStarted. Python: Process.daemon = ….
func (p *Process) SetDaemon(daemon bool) { p.s.change(func() { p.s.id.Daemon = daemon }) }

// Daemon reports what SetDaemon has set. Python: Process.daemon.
func (p *Process) Daemon() bool {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.s.id.Daemon
}

// SetName gives the process a name for prints and reports. Misuse: ErrStarted.
// Python: Process.name = ….
func (p *Process) SetName(name string) { p.s.change(func() { p.s.id.Name, p.s.named = name, true }) }

// Name returns the process's name. That of the program itself is MainProcess.
// Python: Process.name.
func (p *Process) Name() string {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.s.id.Name
}

// SetMode says how the process begins. Misuse: ErrStarted. Python:
// multiprocessing.get_context.
func (p *Process) SetMode(m Mode) { p.s.change(func() { p.s.mode = m }) }

// String returns the process's name.
func (p *Process) String() string { return p.Name() }

// header is the first message to a child.
type header struct {
	ID     proc.Identity
	Target string
	Mode   Mode
}

// The first byte of a message from a child.
const (
	fromStuck  = 'q' // its queues keep it from ending: a stuck
	fromResult = 'r'
)

// stuck says that a queue keeps a process from ending.
type stuck struct {
	Queue string
	Items int
}

// Start starts the process. It returns when that exists; the target begins a few
// milliseconds later. Misuse: ErrStarted, ErrDaemonChild, ErrMain, and what says
// that an argument can't go to another process, or in fork mode a variable. Python:
// Process.start.
func (p *Process) Start() {
	processes.InRealWorld(opStart)
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.s.child != nil || p.s.remote {
		fail(opStart, p.s.id.Name, ErrStarted, "")
	}
	if err := p.s.launch(); err != nil {
		fail(opStart, p.s.id.Name, err, "")
	}
}

func (s *state) launch() error {
	me, _ := proc.Self()
	switch {
	case me.Daemon:
		return ErrDaemonChild
	case proc.Current == proc.Program(&proc.Native) && !proc.MainBegun():
		return ErrMain
	}
	files := &proc.Files{}
	e := encode.NewEncoder(proc.Current)
	e.Attach = files.Attach
	e.Int(len(s.args))
	for i, arg := range s.args {
		if err := e.Value(arg); err != nil {
			return fmt.Errorf("argument %d: %w", i+1, err)
		}
	}
	if err := s.variables(e); err != nil {
		return err
	}
	image, err := proc.Current.Image(s.target, keys(e.Seen), s.mode == Fork)
	if err != nil {
		return err
	}
	s.id.ParentPID = os.Getpid()
	stdout, stderr := scope.Current().Streams()
	child, err := proc.Spawn(stdout, stderr, files, s.hear)
	if err != nil {
		return err
	}
	runtime.KeepAlive(s.args) // their descriptors are the child's by now
	s.id.PID = child.PID
	s.child = child
	head, err := json.Marshal(header{ID: s.id, Target: s.target, Mode: s.mode})
	if err != nil {
		return err
	}
	s.args = nil
	s.leave = proc.Join(member{s})
	go func() {
		// If it fails the child has ended, which others notice.
		for _, message := range [][]byte{head, image, e.Bytes()} {
			if child.Control.Send(nil, message) != nil {
				return
			}
		}
	}()
	if cancelled := processes.Cancelled(); cancelled != nil {
		go func() {
			select {
			case <-cancelled:
				child.Cut()
				<-child.Exited
				s.reap(child)
			case <-child.Exited:
			}
		}()
	}
	return nil
}

// variables encodes the program's variables for a process that begins with them.
func (s *state) variables(e *encode.Encoder) error {
	if s.mode != Fork {
		e.Int(0)
		return nil
	}
	variables := proc.Current.Variables(s.target)
	e.Int(len(variables))
	for _, v := range variables {
		e.Text(v.Name)
		if err := e.Value(proc.Current.Box(v.Pointer.Elem())); err != nil {
			return fmt.Errorf("the variable %s: %w", v.Shown, err)
		}
	}
	return nil
}

func keys(seen map[reflect.Type]bool) []reflect.Type {
	var list []reflect.Type
	for t := range seen {
		list = append(list, t)
	}
	return list
}

// hear takes a message from the child.
func (s *state) hear(message []byte) {
	if len(message) == 0 {
		return
	}
	if message[0] == fromStuck {
		var what stuck
		if json.Unmarshal(message[1:], &what) == nil {
			select {
			case s.report <- what:
			default: // nobody has looked at the one before
			}
		}
		return
	}
	if s.heard != nil {
		s.heard(message[0], message[1:])
	}
}

// started returns the child, and panics if there is none that op can be done with.
func (s *state) started(op *sched.Op) *proc.Child {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.remote:
		fail(op, s.id.Name, ErrNotParent, "")
	case s.child == nil:
		fail(op, s.id.Name, ErrNotStarted, "")
	}
	return s.child
}

// Join waits until the process has ended, however it did, and removes what the
// system has kept of it: until then it is a zombie. Misuse: ErrNotStarted,
// ErrNotParent, ErrUndrained. Python: Process.join.
func (p *Process) Join() { p.JoinTimeout(NoLimit) }

// JoinTimeout is Join for at most limit, and reports whether the process has ended.
func (p *Process) JoinTimeout(limit time.Duration) bool {
	processes.CheckLimit(opJoin, limit)
	return p.s.join(limit)
}

func (s *state) join(limit time.Duration) bool {
	child := s.started(opJoin)
	var timeout <-chan time.Time
	if limit >= 0 {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		timeout = timer.C
	}
	select {
	case <-s.report: // an old one
	default:
	}
	for {
		select {
		case <-child.Exited:
			s.reap(child)
			return true
		default:
		}
		select {
		case <-child.Exited:
		case <-timeout:
			return false
		case <-processes.Cancelled():
			runtime.Goexit()
		case what := <-s.report:
			if !proc.BeingDrained(what.Queue) {
				fail(opJoin, s.id.Name, ErrUndrained, strconv.Itoa(what.Items)+" of its items wait")
			}
		}
	}
}

// reap removes an ended child from the system's table.
func (s *state) reap(child *proc.Child) {
	_ = child.Reap() // who else could have reaped it has done so
	s.leave()
}

// Alive reports whether the process has been started and has not ended. A zombie
// is not alive, and stays one. Misuse: ErrNotParent. Python: Process.is_alive.
func (p *Process) Alive() bool {
	p.s.mu.Lock()
	remote, child := p.s.remote, p.s.child
	p.s.mu.Unlock()
	if remote {
		fail(opAlive, p.Name(), ErrNotParent, "")
	}
	return child != nil && !hasEnded(child)
}

func hasEnded(child *proc.Child) bool {
	select {
	case <-child.Exited:
		return true
	default:
		return false
	}
}

// PID returns the number that the operating system gave the process. Misuse:
// ErrNotStarted. Python: Process.pid, which is None before the start.
func (p *Process) PID() int {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.s.id.PID == 0 {
		fail(opPID, p.s.id.Name, ErrNotStarted, "")
	}
	return p.s.id.PID
}

// ParentPID returns the process id of the process that has started this one.
// Misuse: ErrNotStarted. Python: os.getppid.
func (p *Process) ParentPID() int {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.s.id.ParentPID == 0 {
		fail(opPID, p.s.id.Name, ErrNotStarted, "")
	}
	return p.s.id.ParentPID
}

// ExitCode returns how the process ended: 0 when its target returned, n after
// Exit(n), 1 after a panic, -N if the signal N ended it. Misuse: ErrNotStarted,
// ErrRunning, ErrNotParent. Python: Process.exitcode, which is None until then.
func (p *Process) ExitCode() int {
	child := p.s.started(opCode)
	if !hasEnded(child) {
		fail(opCode, p.Name(), ErrRunning, "")
	}
	return child.Code
}

// Done is closed when the process has ended. Python: Process.sentinel. Misuse:
// ErrNotStarted, ErrNotParent.
func (p *Process) Done() <-chan struct{} { return p.s.started(opAlive).Exited }

// Terminate ends the process by SIGTERM, without its deferred calls. Processes that
// it has started go on. Misuse: ErrNotStarted, ErrNotParent. Python:
// Process.terminate.
func (p *Process) Terminate() {
	if err := p.s.started(opSignal).Terminate(); err != nil {
		fail(opSignal, p.Name(), err, "")
	}
}

// Kill ends the process by SIGKILL, which it can't hold off. Misuse:
// ErrNotStarted, ErrNotParent. Python: Process.kill.
func (p *Process) Kill() {
	if err := p.s.started(opSignal).Kill(); err != nil {
		fail(opSignal, p.Name(), err, "")
	}
}

// EncodeHandle is for this package.
func (s *state) EncodeHandle(e *encode.Encoder) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, err := json.Marshal(s.id)
	e.Text(string(id))
	return err
}

// DecodeHandle is for this package.
func (s *state) DecodeHandle(d *encode.Decoder) error {
	text, err := d.Text()
	if err != nil {
		return err
	}
	s.remote = true
	return json.Unmarshal([]byte(text), &s.id)
}

// member is a process as the family has it.
type member struct{ *state }

func (m member) Daemon() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.id.Daemon
}

func (m member) End() {
	_ = m.child.Terminate() // it may have ended
	m.join(NoLimit)
}

func (m member) Wait()       { m.join(NoLimit) }
func (m member) Alive() bool { return !hasEnded(m.child) }

// Current returns the process that the caller runs in. Python:
// multiprocessing.current_process.
func Current() *Process {
	id, ok := proc.Self()
	if !ok {
		id = proc.Identity{Name: "MainProcess", PID: os.Getpid(), ParentPID: os.Getppid()}
	}
	return &Process{&state{id: id, remote: true}}
}

// Children returns the processes that this one has started and that have not
// ended, by process id. It leaves zombies as they are. Python:
// multiprocessing.active_children, which reaps them.
func Children() []*Process {
	var list []*Process
	for _, m := range proc.Members() {
		if m, ok := m.(member); ok && m.Alive() {
			list = append(list, &Process{m.state})
		}
	}
	slices.SortFunc(list, func(a, b *Process) int { return a.PID() - b.PID() })
	return list
}
