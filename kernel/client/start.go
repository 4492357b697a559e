package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"lockstep/kernel/protocol"
)

// Command says how to start a kernel.
type Command struct {
	// Argv is the program and its arguments, as in a kernelspec:
	// {connection_file} stands for the connection file's path.
	Argv []string
	// Dir is the working directory; empty is the present one.
	Dir string
	// Env is added to this process's environment, each as "name=value".
	Env []string
	// Stdout and Stderr get what the kernel's process writes there, which is not
	// what cells print. nil is nowhere; the end of stderr is kept for DiedError.
	Stdout, Stderr io.Writer
	Options
}

// DiedError says that the kernel's process ended while it was wanted.
type DiedError struct {
	// State is how it ended, such as "exit status 2" or "signal: killed".
	State string
	// Stderr is the end of what it wrote to stderr.
	Stderr string
}

func (e *DiedError) Error() string {
	if e.Stderr == "" {
		return "the kernel died: " + e.State
	}
	return "the kernel died: " + e.State + ": " + e.Stderr
}

// Kernel is a kernel that this process started, and the connection to it.
type Kernel struct {
	*Client
	// Connection is where the kernel listens.
	Connection protocol.ConnectionInfo

	command   *exec.Cmd
	dir       string // private; holds the connection file and the sockets
	stderr    tail
	exited    chan struct{}
	exitErr   error // read after exited
	closeOnce sync.Once
}

// shutdownGrace is how long a kernel may take to end by itself.
const shutdownGrace = 5 * time.Second

// Start starts a kernel and waits until it has answered. It gets a process group
// of its own: Ctrl-C in a terminal does not reach it, so that whoever runs it can
// turn that into Interrupt. ctx bounds the start only.
//
// The error is a DiedError when the process ended before it answered.
func Start(ctx context.Context, c Command) (*Kernel, error) {
	if len(c.Argv) == 0 {
		return nil, errors.New("starting a kernel: no program is given")
	}
	dir, connection, err := privateConnection()
	if err != nil {
		return nil, fmt.Errorf("starting a kernel: %w", err)
	}
	k := &Kernel{Connection: connection, dir: dir, exited: make(chan struct{})}
	file := filepath.Join(dir, "connection.json")
	if err := k.launch(c, file); err != nil {
		return nil, fmt.Errorf("starting a kernel: %w", errors.Join(err, os.RemoveAll(dir)))
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-k.exited:
			cancel(k.died())
		case <-ctx.Done():
		}
	}()
	k.Client, err = dial(ctx, connection, c.Options, k.explain)
	if err != nil {
		k.Close()
		var died *DiedError
		if errors.As(context.Cause(ctx), &died) || errors.As(err, &died) {
			return nil, died
		}
		return nil, err
	}
	return k, nil
}

func (k *Kernel) launch(c Command, file string) error {
	if err := k.Connection.WriteFile(file); err != nil {
		return err
	}
	argv := make([]string, len(c.Argv))
	for i, arg := range c.Argv {
		argv[i] = strings.ReplaceAll(arg, "{connection_file}", file)
	}
	k.command = exec.Command(argv[0], argv[1:]...)
	k.command.Dir = c.Dir
	k.command.Env = append(os.Environ(), c.Env...)
	k.command.Env = append(k.command.Env, "JPY_PARENT_PID="+strconv.Itoa(os.Getpid()))
	k.command.Stdout = c.Stdout
	k.command.Stderr = &k.stderr
	if c.Stderr != nil {
		k.command.Stderr = io.MultiWriter(&k.stderr, c.Stderr)
	}
	// A process that the kernel left behind may hold its stderr open.
	k.command.WaitDelay = time.Second
	isolate(k.command)
	if err := k.command.Start(); err != nil {
		return err
	}
	go func() {
		k.exitErr = k.command.Wait()
		close(k.exited)
	}()
	return nil
}

// died describes the end of the process; it may be called once it has exited.
func (k *Kernel) died() *DiedError {
	return &DiedError{State: k.command.ProcessState.String(), Stderr: k.stderr.String()}
}

// explain waits for the process to end, which it probably is about to when its
// connection is lost.
func (k *Kernel) explain(err error) error {
	select {
	case <-k.exited:
		return k.died()
	case <-time.After(2 * time.Second):
		return err
	}
}

// Exited is closed when the kernel's process has ended.
func (k *Kernel) Exited() <-chan struct{} { return k.exited }

// PID is the kernel's process id.
func (k *Kernel) PID() int { return k.command.Process.Pid }

// Shutdown asks the kernel to end and waits until it has, for up to five seconds
// or until ctx is done; then it kills the kernel and says so in its error. A
// kernel that has died before is no error.
func (k *Kernel) Shutdown(ctx context.Context) error {
	defer k.Close()
	ctx, cancel := context.WithTimeout(ctx, shutdownGrace)
	defer cancel()
	_, err := request[protocol.ShutdownReply](ctx, k.Client, protocol.Control, protocol.ShutdownRequest{})
	select {
	case <-k.exited:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("the kernel had to be killed: it did not end when asked to: %w", errors.Join(err, context.Cause(ctx)))
	}
}

// Close kills the kernel if it still lives, with all processes of its group, and
// removes its files.
func (k *Kernel) Close() {
	k.closeOnce.Do(func() {
		select {
		case <-k.exited:
		default:
			kill(k.command.Process)
			<-k.exited
		}
		if k.Client != nil {
			k.Client.Close()
		}
		_ = os.RemoveAll(k.dir) // what is left lies in the system's folder for that
	})
}

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

// tailBytes is how much of a kernel's stderr is kept.
const tailBytes = 16 << 10

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if extra := len(t.text) - tailBytes; extra > 0 {
		t.text = append(t.text[:0], t.text[extra:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(strings.ToValidUTF8(string(t.text), ""))
}
