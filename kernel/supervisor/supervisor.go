package supervisor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"lockstep/kernel/execution"
	"lockstep/kernel/link"
)

// ErrClosed is returned by methods of a closed Supervisor.
var ErrClosed = errors.New("supervisor: closed")

// defaultGrace is how long an interrupted cell has to unwind by default.
const defaultGrace = 700 * time.Millisecond

// Config says how workers are run. The zero value is usable in a program with a
// "worker" command.
type Config struct {
	// Argv starts a worker. By default it is the running program with the
	// argument "worker".
	Argv []string
	// Env is the worker's environment; nil is this process's own.
	Env []string
	// MoreEnv returns what is added to that as a worker starts; it may be nil.
	MoreEnv func() []string
	// Dir is the worker's working directory; "" is this process's own.
	Dir string
	// Grace is how long an interrupted cell may take to unwind before its
	// worker is killed; by default 700 ms.
	Grace time.Duration
	// Replay returns the units that a new worker runs before its first cell, so
	// that it knows the session's declarations. What they show is dropped.
	Replay func() []link.Unit
	// Logf receives remarks for the log; nil drops them.
	Logf func(format string, args ...any)
}

// Supervisor runs cells, one at a time, in a worker process. Its methods may be
// called from any goroutine.
type Supervisor struct {
	config  Config
	started atomic.Int64
	life    context.Context // ends with Close
	endLife context.CancelFunc
	running chan struct{} // holds a value while a cell runs
	// processes counts the worker processes that have not been reaped.
	processes sync.WaitGroup

	mu      sync.Mutex
	current *starting
	idle    *Died // a death that no cell has reported yet
	active  bool  // a cell runs
	closed  bool
}

// starting is a worker process that is being started, or has been.
type starting struct {
	done    chan struct{} // closed when process and err are set
	process *process
	err     error
	// replayed is for Run only.
	replayed bool
}

// New returns a Supervisor without a worker.
func New(config Config) *Supervisor {
	if config.Argv == nil {
		config.Argv = []string{ownExecutable(), "worker"}
	}
	if config.Grace <= 0 {
		config.Grace = defaultGrace
	}
	if config.Logf == nil {
		config.Logf = func(string, ...any) {}
	}
	if config.Replay == nil {
		config.Replay = func() []link.Unit { return nil }
	}
	s := &Supervisor{config: config, running: make(chan struct{}, 1)}
	s.life, s.endLife = context.WithCancel(context.Background())
	return s
}

// ownExecutable is the running program, even if its file has been replaced.
func ownExecutable() string {
	if runtime.GOOS == "linux" {
		return "/proc/self/exe"
	}
	if path, err := os.Executable(); err == nil {
		return path
	}
	return os.Args[0]
}

// Start starts a worker, so that the first cell need not wait for it. It waits
// until the worker is ready and reports why it can't be started.
func (s *Supervisor) Start(ctx context.Context) error {
	_, err := s.worker(ctx)
	return err
}

// Generation is the number of workers started so far. It changes when a worker
// has been replaced, and with it every variable of the session is gone.
func (s *Supervisor) Generation() int { return int(s.started.Load()) }

// PID is the worker's process id, 0 while there is none.
func (s *Supervisor) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		return 0
	}
	select {
	case <-s.current.done:
		if s.current.err == nil {
			return s.current.process.pid()
		}
	default:
	}
	return 0
}

// Run has the worker run one cell and returns how it ended. What the cell shows
// goes to out; calls of out come one at a time, apart from Input.
//
// If the worker ends, the error is a *Died; the next Run finds a new worker. If
// it had ended before, with nothing running, Run reports that with Died.Cell 0,
// and has not run the cell. When ctx is cancelled the cell is asked to unwind,
// then Done.Error is named execution.Interrupted; if it doesn't within the
// grace, the worker is killed and Died.Cause is Interrupted.
func (s *Supervisor) Run(ctx context.Context, run link.Run, out execution.Output) (link.Done, error) {
	select {
	case s.running <- struct{}{}:
		defer func() { <-s.running }()
	case <-ctx.Done():
		return link.Done{}, ctx.Err()
	}
	if err := s.begin(); err != nil {
		return link.Done{}, err
	}
	defer s.end()
	w, err := s.worker(ctx)
	if err != nil {
		return link.Done{}, err
	}
	done, err := s.runOn(ctx, w, run, out)
	var died *Died
	if errors.As(err, &died) && !s.replace(w) {
		return done, ErrClosed
	}
	return done, err
}

func (s *Supervisor) runOn(ctx context.Context, w *starting, run link.Run, out execution.Output) (link.Done, error) {
	if !w.replayed {
		if err := s.replay(ctx, w.process); err != nil {
			return link.Done{}, err
		}
		w.replayed = true
	}
	return w.process.run(ctx, run, out, s.config.Grace)
}

// begin notes that a cell runs, or returns why none can: a death that is to be
// reported first, or ErrClosed.
func (s *Supervisor) begin() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	s.noticeLocked()
	if died := s.idle; died != nil {
		s.idle = nil
		return died
	}
	s.active = true
	return nil
}

func (s *Supervisor) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active = false
}

// noticeLocked replaces the worker if it has ended, and notes that if no cell is
// there to report it. The caller holds mu.
func (s *Supervisor) noticeLocked() {
	w := s.current
	if w == nil || !w.ended() {
		return
	}
	if !s.active {
		s.idle = w.process.died
	}
	s.replaceLocked(w)
}

// replace starts the next worker at once, so that the next cell need not wait
// for it. It reports false if the Supervisor is closed.
func (s *Supervisor) replace(w *starting) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replaceLocked(w)
	return !s.closed
}

func (s *Supervisor) replaceLocked(w *starting) {
	if s.current != w {
		return
	}
	s.current = nil
	_, _ = s.startLocked() // it fails only if closed
}

// ended reports whether the worker was started and has ended.
func (w *starting) ended() bool {
	select {
	case <-w.done:
	default:
		return false
	}
	if w.err != nil {
		return false
	}
	select {
	case <-w.process.over:
		return true
	default:
		return false
	}
}

// replay runs the session's declarations in a new worker. A unit that fails is
// left out: cells that need it get a compile error.
func (s *Supervisor) replay(ctx context.Context, p *process) error {
	for _, unit := range s.config.Replay() {
		done, err := p.run(ctx, link.Run{Units: []link.Unit{unit}}, discard{}, s.config.Grace)
		if err != nil {
			return fmt.Errorf("repeating the session's declarations: %w", err)
		}
		if done.Error != nil {
			s.config.Logf("supervisor: a declaration can't be repeated: %s: %s", done.Error.Name, done.Error.Value)
		}
	}
	return nil
}

// worker waits for the current worker, starting one if there is none.
func (s *Supervisor) worker(ctx context.Context) (*starting, error) {
	s.mu.Lock()
	w, err := s.startLocked()
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	select {
	case <-w.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if w.err == nil {
		return w, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == w {
		s.current = nil // so that the next call tries again
	}
	return nil, w.err
}

// startLocked begins to start a worker unless there is one. The caller holds mu.
func (s *Supervisor) startLocked() (*starting, error) {
	if s.closed {
		return nil, ErrClosed
	}
	if s.current != nil {
		return s.current, nil
	}
	w := &starting{done: make(chan struct{})}
	s.current = w
	s.started.Add(1)
	s.processes.Add(1)
	go func() {
		defer s.processes.Done()
		w.process, w.err = start(s.life, s.config)
		close(w.done)
		if w.err == nil {
			s.watch(w)
		}
	}()
	return w, nil
}

// watch waits for a worker's end, and replaces it.
func (s *Supervisor) watch(w *starting) {
	<-w.process.exited
	select {
	case <-w.process.over:
	case <-s.life.Done():
		return // Close takes care, and doesn't wait for an output that blocks
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.config.Logf("supervisor: worker %d: %s", w.process.pid(), w.process.died.Reason)
	s.noticeLocked()
}

// Close ends the worker and waits until its process is gone. A cell that runs
// fails with ErrClosed.
func (s *Supervisor) Close() error {
	s.mu.Lock()
	s.closed = true
	w := s.current
	s.mu.Unlock()
	s.endLife()
	if w != nil {
		<-w.done
		if w.err == nil {
			w.process.close(s.config.Grace)
		}
	}
	s.processes.Wait()
	return nil
}
