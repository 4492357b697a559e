package process

import (
	"time"

	"lockstep/runtime/support/processes"
)

// Process is a function that runs in another process of the operating system. Make
// it with New, or with Start to start it at once. Python: multiprocessing.Process.
//
// A panic in it ends that process with the exit code 1, and is reported on standard
// error; it does not reach the process that has started it.
type Process struct{ u *processes.Process }

// Mode is how a process begins.
type Mode = processes.Mode

const (
	// Spawn begins with the initial values of all variables. Python: "spawn".
	Spawn = processes.Spawn
	// Fork begins with the values that the package-level variables have at the start.
	// In a compiled program these are the registered ones, see RegisterVariable.
	// Unlike the system call it copies what can be copied of the variables only:
	// neither threads nor open files nor the place in the program. Python: "fork".
	Fork = processes.Fork
)

// SetDefaultMode says how processes begin that are made from now on, unless
// Process.SetMode says otherwise. At first it is Spawn. Python:
// multiprocessing.set_start_method.
func SetDefaultMode(m Mode) { processes.SetDefaultMode(m) }

// DefaultMode is what SetDefaultMode has set. Python:
// multiprocessing.get_start_method.
func DefaultMode() Mode { return processes.DefaultMode() }

// New returns a process that will call target with the given arguments once it is
// started. target is a declared function; what it returns is dropped. Without
// SetName it is called Process-1, Process-2 … in the order of making, in each cell
// anew. Misuse: ErrTarget, ErrRegister, ErrArguments. Python:
// multiprocessing.Process(target=target, args=args).
func New(target any, args ...any) *Process { return &Process{processes.New(target, args)} }

// Start starts a new process that calls target with the given arguments. It is New
// and Process.Start.
func Start(target any, args ...any) *Process {
	p := New(target, args...)
	p.Start()
	return p
}

// SetDaemon says whether the process is ended when the program that has started it
// ends; the program waits for the others. A daemonic process can't start processes
// itself. Misuse: ErrStarted. Python: Process.daemon = ….
func (p *Process) SetDaemon(daemon bool) { p.u.SetDaemon(daemon) }

// Daemon reports what SetDaemon has set. Python: Process.daemon.
func (p *Process) Daemon() bool { return p.u.Identity().Daemon }

// SetName gives the process a name for prints and reports. Misuse: ErrStarted.
// Python: Process.name = ….
func (p *Process) SetName(name string) { p.u.SetName(name) }

// Name returns the process's name. That of the program itself is MainProcess.
// Python: Process.name.
func (p *Process) Name() string { return p.u.Identity().Name }

// SetMode says how the process begins. Misuse: ErrStarted. Python:
// multiprocessing.get_context.
func (p *Process) SetMode(m Mode) { p.u.SetMode(m) }

// String returns the process's name.
func (p *Process) String() string { return p.Name() }

// Start starts the process. It returns when that exists and has what it needs; the
// target begins a few milliseconds later, even if this process has ended by then. Misuse: ErrStarted, ErrDaemonChild, ErrMain, and what says
// that an argument can't go to another process, or in fork mode a variable. Python:
// Process.start.
func (p *Process) Start() { p.u.Start() }

// Join waits until the process has ended, however it did, and removes what the
// system has kept of it: until then it is a zombie. Misuse: ErrNotStarted,
// ErrNotParent, ErrUndrained. Python: Process.join.
func (p *Process) Join() { p.u.Join(NoLimit) }

// JoinTimeout is Join for at most limit, and reports whether the process has ended.
func (p *Process) JoinTimeout(limit time.Duration) bool { return p.u.Join(limit) }

// Alive reports whether the process has been started and has not ended. A zombie
// is not alive, and stays one. Misuse: ErrNotParent. Python: Process.is_alive.
func (p *Process) Alive() bool { return p.u.Alive() }

// PID returns the number that the operating system gave the process. Misuse:
// ErrNotStarted. Python: Process.pid, which is None before the start.
func (p *Process) PID() int { return p.u.PID() }

// ParentPID returns the process id of the process that has started this one.
// Misuse: ErrNotStarted. Python: os.getppid.
func (p *Process) ParentPID() int { return p.u.ParentPID() }

// ExitCode returns how the process ended: 0 when its target returned, n after
// Exit(n), 1 after a panic, -N if the signal N ended it. Misuse: ErrNotStarted,
// ErrRunning, ErrNotParent. Python: Process.exitcode, which is None until then.
func (p *Process) ExitCode() int { return p.u.ExitCode() }

// Done is closed when the process has ended. Python: Process.sentinel. Misuse:
// ErrNotStarted, ErrNotParent.
func (p *Process) Done() <-chan struct{} { return p.u.Done() }

// Terminate ends the process by SIGTERM, without its deferred calls. Processes that
// it has started go on. Misuse: ErrNotStarted, ErrNotParent. Python:
// Process.terminate.
func (p *Process) Terminate() { p.u.Terminate() }

// Kill ends the process by SIGKILL, which it can't hold off. Misuse:
// ErrNotStarted, ErrNotParent. Python: Process.kill.
func (p *Process) Kill() { p.u.Kill() }

// Current returns the process that the caller runs in. Python:
// multiprocessing.current_process.
func Current() *Process { return &Process{processes.Current()} }

// Children returns the processes that this one has started and that have not
// ended, by process id. It leaves zombies as they are. Python:
// multiprocessing.active_children, which reaps them.
func Children() []*Process {
	var list []*Process
	for _, u := range processes.Children() {
		list = append(list, &Process{u})
	}
	return list
}
