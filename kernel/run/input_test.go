//go:build linux

package run

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// desk opens a terminal: the user's side and the program's.
func desk(t *testing.T) (user, program *os.File) {
	t.Helper()
	user, program, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		user.Close()
		program.Close()
	})
	return user, program
}

func echoes(t *testing.T, terminal *os.File) bool {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(terminal.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

// until waits for what another goroutine brings about.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

func enter(t *testing.T, user *os.File, keys string) {
	t.Helper()
	if _, err := io.WriteString(user, keys); err != nil {
		t.Fatal(err)
	}
}

func TestAPasswordIsNotShown(t *testing.T) {
	user, program := desk(t)
	a := newAsker(program)
	done := make(chan struct{})
	go func() {
		defer close(done)
		got, err := a.ask(context.Background(), program, "password: ", true)
		if err != nil || got != "秘密 42" {
			t.Errorf("got %q, %v", got, err)
		}
		got, err = a.ask(context.Background(), program, "name: ", false)
		if err != nil || got != "Ada" {
			t.Errorf("got %q, %v", got, err)
		}
	}()
	until(t, "the terminal stops to echo", func() bool { return !echoes(t, program) })
	enter(t, user, "秘密 42\n")
	until(t, "the terminal echoes again", func() bool { return echoes(t, program) })
	enter(t, user, "Ada\n")
	<-done
	seen := make([]byte, 4096)
	n, err := user.Read(seen)
	if err != nil || strings.Contains(string(seen[:n]), "42") || !strings.HasPrefix(string(seen[:n]), "password: \r\n") {
		t.Errorf("the terminal shows %q, %v", seen[:n], err)
	}
}

func TestTheEndOfInputIsNoAnswer(t *testing.T) {
	user, program := desk(t)
	enter(t, user, "\x04") // Ctrl-D
	var out bytes.Buffer
	if got, err := newAsker(program).ask(context.Background(), &out, "? ", false); !errors.Is(err, io.EOF) {
		t.Errorf("got %q, %v", got, err)
	}
	if out.String() != "? \n" {
		t.Errorf("printed %q", out.String())
	}
}

// writerFunc is a writer that calls the function instead of writing.
type writerFunc func()

func (f writerFunc) Write(p []byte) (int, error) {
	f()
	return len(p), nil
}

func TestAQuestionGivenUpLeavesItsReadToTheNext(t *testing.T) {
	user, program := desk(t)
	a := newAsker(program)
	ctx, cancel := context.WithCancel(context.Background())
	if _, err := a.ask(ctx, writerFunc(cancel), "? ", false); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if _, err := a.ask(context.Background(), io.Discard, "? ", true); err == nil {
		t.Error("what is typed for a hidden question would be shown")
	}
	enter(t, user, "one\n")
	if got, err := a.ask(context.Background(), io.Discard, "? ", false); err != nil || got != "one" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestAHiddenQuestionGivenUpRestoresTheTerminal(t *testing.T) {
	user, program := desk(t)
	a := newAsker(program)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if _, err := a.ask(ctx, io.Discard, "? ", true); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	}()
	until(t, "the terminal stops to echo", func() bool { return !echoes(t, program) })
	cancel()
	<-done
	if !echoes(t, program) {
		t.Error("what the user types next is hidden")
	}
	enter(t, user, "\n")
	<-a.reading // the read has ended
}
