// Package kerneltest is the vocabulary in which tests of the kernel are written:
//
//	k := kerneltest.Start(t)
//	k.Execute(`fmt.Println("hi"); 6 * 7`).Stdout("hi\n").Value("42").OK()
//
// The kernel is either the real program (Start) or a session in this process
// whose cells are scripted (StartSession). Both are spoken to over ZeroMQ.
package kerneltest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lockstep/kernel/client"
	"lockstep/kernel/execution"
	"lockstep/kernel/protocol"
	"lockstep/kernel/session"
)

// Patience is how long a test waits for what must come. It is long, since the
// machine may be busy; nothing waits so long in a test that passes.
const Patience = 30 * time.Second

// Kernel is a running kernel and a connection to it. It is shut down when the
// test ends. Its methods fail the test when something goes wrong, and must be
// called on the test's goroutine.
type Kernel struct {
	*client.Client
	*Record
	// Connection is where the kernel listens.
	Connection protocol.ConnectionInfo
	// Process is the kernel's process; nil after StartSession.
	Process *client.Kernel
	// Session is the kernel's session; nil after Start.
	Session *session.Session

	t testing.TB
	// subshell gets what is sent on shell; empty is the main shell.
	subshell string
	log      *board[string]
	stop     func() error
}

// Start starts the real kernel in a process of its own.
func Start(t testing.TB) *Kernel {
	t.Helper()
	return StartCommand(t, client.Command{
		Argv: []string{Binary(t), "serve", "-f", "{connection_file}", "--history="},
	})
}

// StartCommand starts any kernel in a process of its own.
func StartCommand(t testing.TB, command client.Command) *Kernel {
	t.Helper()
	k := &Kernel{t: t, Record: newRecord(t), log: &board[string]{}}
	command.Observe = k.observe
	var races raceReports
	if command.Stderr == nil {
		command.Stderr = t.Output()
	}
	command.Stderr = io.MultiWriter(command.Stderr, &races)
	command.Env = append(command.Env, raceEnv()...)
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	process, err := client.Start(ctx, command)
	if err != nil {
		t.Fatal(err)
	}
	k.Client, k.Process, k.Connection = process.Client, process, process.Connection
	k.stop = sync.OnceValue(func() error {
		return errors.Join(process.Shutdown(context.Background()), races.err())
	})
	t.Cleanup(k.Stop)
	return k
}

// StartSession serves a session in this process. adjust, which may be nil,
// changes its options.
func StartSession(t testing.TB, engine execution.Engine, adjust func(*session.Options)) *Kernel {
	t.Helper()
	return StartSessionAt(t, Connection(t), engine, adjust)
}

// StartSessionAt serves a session in this process at a given place.
func StartSessionAt(t testing.TB, at protocol.ConnectionInfo, engine execution.Engine, adjust func(*session.Options)) *Kernel {
	t.Helper()
	k := &Kernel{t: t, Record: newRecord(t), log: &board[string]{}, Connection: at}
	options := session.Options{
		Implementation:        "scripted",
		ImplementationVersion: "1",
		Banner:                "A scripted kernel",
		Language:              protocol.LanguageInfo{Name: "script", Version: "1", MIMEType: "text/plain", FileExtension: ".txt"},
		Logf:                  func(format string, args ...any) { k.log.add(fmt.Sprintf(format, args...)) },
	}
	if adjust != nil {
		adjust(&options)
	}
	k.Session = session.New(at, engine, options)
	serving, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- k.Session.Serve(serving) }()
	k.stop = sync.OnceValue(func() error {
		cancel()
		err := <-served
		if k.Client != nil {
			// What the kernel sent last is to be seen.
			select {
			case <-k.Lost():
			case <-time.After(Patience):
				err = errors.Join(err, errors.New("the connection did not end with the kernel"))
			}
			k.Client.Close()
		}
		return err
	})
	t.Cleanup(k.Stop)
	k.Client = k.dial(k.Record)
	return k
}

// Subshell makes a subshell, and returns the same client with what it sends on
// shell going there.
func (k *Kernel) Subshell() *Kernel {
	k.t.Helper()
	reply := Read[protocol.CreateSubshellReply](k.t, k.Ask(protocol.Control, protocol.CreateSubshellRequest{}).On(protocol.Control)[0])
	if reply.Status != protocol.StatusOK || reply.SubshellID == "" {
		k.t.Fatalf("no subshell: %+v", reply)
	}
	return k.InSubshell(reply.SubshellID)
}

// InSubshell returns the same client with what it sends on shell going to a subshell.
func (k *Kernel) InSubshell(id string) *Kernel {
	other := *k
	other.subshell = id
	return &other
}

// SubshellID is the subshell that gets what is sent on shell; empty is the main shell.
func (k *Kernel) SubshellID() string { return k.subshell }

// Second connects another client, with a record of its own.
func (k *Kernel) Second() *Kernel {
	k.t.Helper()
	other := &Kernel{t: k.t, Record: newRecord(k.t), log: k.log, Connection: k.Connection}
	other.Client = other.dial(other.Record)
	other.stop = sync.OnceValue(func() error { other.Client.Close(); return nil })
	k.t.Cleanup(other.Stop)
	return other
}

func (k *Kernel) dial(record *Record) *client.Client {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(k.t.Context(), Patience)
	defer cancel()
	c, err := client.Dial(ctx, k.Connection, client.Options{Observe: record.observe})
	if err != nil {
		k.t.Fatalf("%v\nlog:\n%s", err, strings.Join(k.Log(), "\n"))
	}
	return c
}

// Stop ends the kernel, or the connection of a Second, and waits until it has ended.
func (k *Kernel) Stop() {
	k.t.Helper()
	if err := k.stop(); err != nil {
		k.t.Errorf("ending the kernel: %v", err)
	}
}

// Log returns what the session logged. After Start it is empty: a process logs to
// its stderr.
func (k *Kernel) Log() []string { return k.log.all() }

// AwaitLog waits for a line in the log that contains text.
func (k *Kernel) AwaitLog(text string) {
	k.t.Helper()
	lines, found := k.log.await(func(lines []string) bool {
		return strings.Contains(strings.Join(lines, "\n"), text)
	})
	if !found {
		k.t.Fatalf("no %q in the log:\n%s", text, strings.Join(lines, "\n"))
	}
}

// Connection returns a place for a kernel over Unix sockets, in a directory that
// is removed when the test ends.
func Connection(t testing.TB) protocol.ConnectionInfo {
	t.Helper()
	// Not t.TempDir: with the test's name in it the path may be too long for a socket.
	dir, err := os.MkdirTemp("", "kernel-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return protocol.ConnectionInfo{
		Transport: protocol.IPC, IP: filepath.Join(dir, "k"),
		ShellPort: 1, IOPubPort: 2, StdinPort: 3, ControlPort: 4, HeartbeatPort: 5,
		Key: protocol.NewID(), SignatureScheme: protocol.SignatureScheme,
	}
}
