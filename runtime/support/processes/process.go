package processes

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
	"syscall"
	"time"

	"lockstep/runtime/internal/encode"
	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
)

// Process is a function that runs in another process, as the process that has
// started it has it, or another.
type Process struct {
	target   string
	function any // of the name target
	args     []any
	sim      *simulated // what it is in a simulation, once it is started
	service  string     // what the process does instead, see services
	mode     Mode
	heard    func(message []byte) // takes what a service sends

	mu     sync.Mutex
	id     proc.Identity
	child  *proc.Child
	remote bool // it was started by another process
	leave  func()
	report chan stuck
}

var _ encode.Handle = (*Process)(nil)

// Mode is how a process begins.
type Mode int

// The modes.
const (
	Spawn Mode = iota
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

// SetDefaultMode says how processes begin that are made from now on.
func SetDefaultMode(m Mode) { defaultMode.Store(int64(m)) }

// DefaultMode is what SetDefaultMode has set.
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

// New returns a process that will call target.
func New(target any, args []any) *Process {
	makes(opNew)
	p := newProcess(targetOf(opNew, target, args), args)
	p.function = target
	return p
}

// targetOf is the name by which other processes find a function that is to be
// called with arguments.
func targetOf(op *sched.Op, target any, args []any) string {
	name, err := proc.Current.Target(target)
	if err != nil {
		Fail(op, op.Kind, err, "")
	}
	if err := fits(reflect.TypeOf(target), args); err != nil {
		Fail(op, op.Kind, err, shown(name))
	}
	return name
}

func newProcess(target string, args []any) *Process { return newChild(self(), target, args) }

// newChild is newProcess of another parent than the caller.
func newChild(parent proc.Identity, target string, args []any) *Process {
	number := strconv.Itoa(sched.Current().Number("default process name" + parent.Root)) // each process counts its own
	if parent.Root != "" {
		number = parent.Root + ":" + number
	}
	return &Process{
		target: target, args: args, mode: DefaultMode(), report: make(chan stuck, 1),
		id: proc.Identity{Name: "Process-" + number, Root: number, Daemon: parent.Daemon},
	}
}

// self is the process that the caller runs in, zero for the main one.
func self() proc.Identity {
	if w := simWorld(); w != nil {
		if s := simSelf(w); s != nil {
			return s.id
		}
		return proc.Identity{}
	}
	id, _ := proc.Self()
	return id
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

// begun reports whether the process has been started.
func (p *Process) begun() bool { return p.child != nil || p.remote || p.sim != nil }

// change calls set unless the process has been started.
func (p *Process) change(set func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.begun() {
		Fail(opSet, p.id.Name, ErrStarted, "")
	}
	set()
}

// SetDaemon says whether the program's end ends the process.
func (p *Process) SetDaemon(daemon bool) { p.change(func() { p.id.Daemon = daemon }) }

// SetName gives the process a name.
func (p *Process) SetName(name string) { p.change(func() { p.id.Name = name }) }

// SetMode says how the process begins.
func (p *Process) SetMode(m Mode) { p.change(func() { p.mode = m }) }

// Identity is what is known of the process.
func (p *Process) Identity() proc.Identity {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.id
}

// header is the first message to a child.
type header struct {
	ID      proc.Identity
	Target  string
	Service string
}

// The first byte of a message from a child.
const (
	fromStuck   = 'q' // its queues keep it from ending: a stuck
	fromService = 's'
)

// stuck says that a queue keeps a process from ending.
type stuck struct {
	Queue string
	Items int
}

// Start starts the process.
func (p *Process) Start() {
	if w := simWorld(); w != nil {
		makes(opStart)
		if p.begun() {
			Fail(opStart, p.id.Name, ErrStarted, "")
		}
		if err := p.simulate(w); err != nil {
			Fail(opStart, p.id.Name, err, "")
		}
		w.Started()
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.begun() {
		Fail(opStart, p.id.Name, ErrStarted, "")
	}
	if err := p.launch(); err != nil {
		Fail(opStart, p.id.Name, err, "")
	}
}

// canStart says why this process can start no others.
func canStart() error {
	me, _ := proc.Self()
	switch {
	case me.Daemon:
		return ErrDaemonChild
	case proc.Current == proc.Program(&proc.Native) && !proc.MainBegun():
		return ErrMain
	}
	return nil
}

func (p *Process) launch() error {
	if err := canStart(); err != nil {
		return err
	}
	files := &proc.Files{}
	e := encode.NewEncoder(proc.Current)
	e.Attach = files.Attach
	if err := encodeArguments(e, p.args); err != nil {
		return err
	}
	if err := p.variables(e); err != nil {
		return err
	}
	var image []byte
	if p.service == "" {
		var err error
		if image, err = proc.Current.Image(p.target, keys(e.Seen), p.mode == Fork); err != nil {
			return err
		}
	}
	p.id.ParentPID = os.Getpid()
	stdout, stderr := scope.Current().Streams()
	child, err := proc.Spawn(stdout, stderr, files, p.hear)
	if err != nil {
		return err
	}
	runtime.KeepAlive(p.args) // their descriptors are the child's by now
	for _, x := range e.Given {
		if x, ok := x.(interface{ GivenTo(*proc.Child) }); ok {
			x.GivenTo(child)
		}
	}
	p.id.PID = child.PID
	p.child = child
	head, err := json.Marshal(header{ID: p.id, Target: p.target, Service: p.service})
	if err != nil {
		return err
	}
	p.args = nil
	p.leave = proc.Join(member{p})
	if cancelled := Cancelled(); cancelled != nil {
		go func() {
			select {
			case <-cancelled:
				child.Cut()
				<-child.Exited
				p.reap(child)
			case <-child.Exited:
			}
		}()
	}
	// The child gets it all now, to be read when it is ready: this process may be about
	// to end. If it fails the child has ended, which others notice.
	for _, message := range [][]byte{head, image, e.Bytes()} {
		if child.Control.Send(nil, message) != nil {
			break
		}
	}
	return nil
}

func encodeArguments(e *encode.Encoder, args []any) error {
	e.Int(len(args))
	for i, arg := range args {
		if err := e.Value(arg); err != nil {
			return fmt.Errorf("argument %d: %w", i+1, err)
		}
	}
	return nil
}

// variables encodes the program's variables for a process that begins with them.
func (p *Process) variables(e *encode.Encoder) error {
	if p.mode != Fork || p.service != "" {
		e.Int(0)
		return nil
	}
	variables := proc.Current.Variables(p.target)
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
func (p *Process) hear(message []byte) {
	switch {
	case len(message) == 0:
	case message[0] == fromStuck:
		var what stuck
		if json.Unmarshal(message[1:], &what) == nil {
			select {
			case p.report <- what:
			default: // nobody has looked at the one before
			}
		}
	case message[0] == fromService && p.heard != nil:
		p.heard(message[1:])
	}
}

// simulated returns what the process is in a simulation, nil if it is of the real
// world. It panics if op can't be done with it.
func (p *Process) simulated(op *sched.Op) *simulated {
	w := simWorld()
	switch {
	case p.sim == nil && w == nil:
		return nil
	case p.remote:
		Fail(op, p.id.Name, ErrNotParent, "")
	case p.sim == nil && p.child != nil:
		Fail(op, p.id.Name, ErrOutside, "")
	case p.sim == nil:
		Fail(op, p.id.Name, ErrNotStarted, "")
	case w != p.sim.w:
		Fail(op, p.id.Name, ErrInside, "")
	case simSelf(w) != p.sim.parent:
		Fail(op, p.id.Name, ErrNotParent, "")
	}
	return p.sim
}

// started returns the child, and panics if there is none that op can be done with.
func (p *Process) started(op *sched.Op) *proc.Child {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.remote:
		Fail(op, p.id.Name, ErrNotParent, "")
	case p.child == nil:
		Fail(op, p.id.Name, ErrNotStarted, "")
	}
	return p.child
}

// Join waits until the process has ended, at most for limit, and reaps it. It
// reports whether it has ended.
func (p *Process) Join(limit time.Duration) bool {
	sched.CheckLimit(opJoin, limit)
	if s := p.simulated(opJoin); s != nil {
		return s.join(limit)
	}
	child := p.started(opJoin)
	var timeout <-chan time.Time
	if limit >= 0 {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		timeout = timer.C
	}
	select {
	case <-p.report: // an old one
	default:
	}
	for {
		select {
		case <-child.Exited:
			p.reap(child)
			return true
		default:
		}
		select {
		case <-child.Exited:
		case <-timeout:
			return false
		case <-Cancelled():
			runtime.Goexit()
		case what := <-p.report:
			if !proc.BeingDrained(what.Queue) {
				Fail(opJoin, p.id.Name, ErrUndrained, strconv.Itoa(what.Items)+" of its items wait")
			}
		}
	}
}

// reap removes an ended child from the system's table.
func (p *Process) reap(child *proc.Child) {
	_ = child.Reap() // who else could have reaped it has done so
	p.leave()
}

// Alive reports whether the process runs.
func (p *Process) Alive() bool {
	if simWorld() != nil && !p.begun() {
		return false
	}
	if s := p.simulated(opAlive); s != nil {
		return !s.hasEnded()
	}
	p.mu.Lock()
	remote, child := p.remote, p.child
	p.mu.Unlock()
	if remote {
		Fail(opAlive, p.Identity().Name, ErrNotParent, "")
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

// PID is the process's number.
func (p *Process) PID() int { return p.number(func(id proc.Identity) int { return id.PID }) }

// ParentPID is the number of the process that has started it.
func (p *Process) ParentPID() int {
	return p.number(func(id proc.Identity) int { return id.ParentPID })
}

func (p *Process) number(of func(proc.Identity) int) int {
	id := p.Identity()
	n := of(id)
	if n == 0 {
		Fail(opPID, id.Name, ErrNotStarted, "")
	}
	return n
}

// ExitCode is how the process ended.
func (p *Process) ExitCode() int {
	if s := p.simulated(opCode); s != nil {
		if !s.hasEnded() {
			Fail(opCode, p.id.Name, ErrRunning, "")
		}
		return s.code
	}
	child := p.started(opCode)
	if !hasEnded(child) {
		Fail(opCode, p.Identity().Name, ErrRunning, "")
	}
	return child.Code
}

// Done is closed when the process has ended.
func (p *Process) Done() <-chan struct{} {
	if s := p.simulated(opAlive); s != nil {
		return s.doneChannel()
	}
	return p.started(opAlive).Exited
}

// Terminate sends SIGTERM.
func (p *Process) Terminate() {
	if s := p.simulated(opSignal); s != nil {
		s.end(-int(syscall.SIGTERM))
		return
	}
	if err := p.started(opSignal).Terminate(); err != nil {
		Fail(opSignal, p.Identity().Name, err, "")
	}
}

// Kill sends SIGKILL.
func (p *Process) Kill() {
	if s := p.simulated(opSignal); s != nil {
		s.end(-int(syscall.SIGKILL))
		return
	}
	if err := p.started(opSignal).Kill(); err != nil {
		Fail(opSignal, p.Identity().Name, err, "")
	}
}

// EncodeHandle implements encode.Handle.
func (p *Process) EncodeHandle(e *encode.Encoder) error {
	id, err := json.Marshal(p.Identity())
	e.Text(string(id))
	return err
}

// DecodeHandle implements encode.Handle.
func (p *Process) DecodeHandle(d *encode.Decoder) error {
	text, err := d.Text()
	if err != nil {
		return err
	}
	p.remote = true
	return json.Unmarshal([]byte(text), &p.id)
}

// member is a process as the family has it.
type member struct{ *Process }

func (m member) Daemon() bool { return m.Identity().Daemon }

func (m member) End() {
	_ = m.child.Terminate() // it may have ended
	m.Join(sched.Forever)
}

func (m member) Wait()       { m.Join(sched.Forever) }
func (m member) Alive() bool { return !hasEnded(m.child) }

// Current is the process that the caller runs in.
func Current() *Process {
	if w := simWorld(); w != nil {
		return simCurrent(w)
	}
	id, ok := proc.Self()
	if !ok {
		id = proc.Identity{Name: "MainProcess", PID: os.Getpid(), ParentPID: os.Getppid()}
	}
	return &Process{id: id, remote: true}
}

// Children are the processes that this one has started and that run, by number.
func Children() []*Process {
	var list []*Process
	if w := simWorld(); w != nil {
		for _, s := range *siblings(w, simSelf(w)) {
			if !s.hasEnded() {
				list = append(list, &Process{id: s.id, sim: s})
			}
		}
		return list
	}
	for _, m := range proc.Members() {
		if m, ok := m.(member); ok && m.Alive() {
			list = append(list, m.Process)
		}
	}
	slices.SortFunc(list, func(a, b *Process) int { return a.PID() - b.PID() })
	return list
}
