package client_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"lockstep/kernel/client"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

func TestAKernelOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	if dir, err := filepath.EvalSymlinks(dir); err != nil || dir == "" {
		t.Fatal(err)
	}
	c := command("serve")
	c.Dir = dir
	k, err := client.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	var got printed
	if _, err := k.Execute(t.Context(), "environment", client.ExecuteOptions{}, client.Handler{Output: got.add}); err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(got.String())
	if fields[0] != strconv.Itoa(os.Getpid()) || fields[1] != "more" || filepath.Base(fields[2]) != filepath.Base(dir) {
		t.Errorf("the kernel runs in %q", got.String())
	}

	sockets := filepath.Dir(k.Connection.IP)
	if err := k.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	select {
	case <-k.Exited():
	default:
		t.Error("Shutdown returned before the process had ended")
	}
	if k.Connection.Transport == protocol.IPC {
		if _, err := os.Stat(sockets); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left: %v", sockets, err)
		}
	}
	if _, err := k.Execute(t.Context(), "print x", client.ExecuteOptions{}, client.Handler{}); err == nil {
		t.Error("a kernel that has ended runs a cell")
	}
}

func TestAnEarlyDeathIsTold(t *testing.T) {
	_, err := client.Start(t.Context(), command("die early"))
	var died *client.DiedError
	if !errors.As(err, &died) || died.State != "exit status 3" || !strings.Contains(died.Stderr, "no such thing as a kernel") {
		t.Errorf("err = %v", err)
	}
}

func TestAProgramThatIsNotThere(t *testing.T) {
	if _, err := client.Start(t.Context(), client.Command{Argv: []string{"/no/such/kernel"}}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("err = %v", err)
	}
	if _, err := client.Start(t.Context(), client.Command{}); err == nil {
		t.Error("nothing was started without an error")
	}
}

func TestAKernelThatNeverAnswersIsGivenUp(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	begin := time.Now()
	_, err := client.Start(ctx, command("never answer"))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err = %v", err)
	}
	if took := time.Since(begin); took > kerneltest.Patience {
		t.Errorf("it took %v", took)
	}
}

func TestDeathInACellIsAnErrorNotAHang(t *testing.T) {
	k := start(t)
	var got printed
	_, err := k.Execute(t.Context(), "die", client.ExecuteOptions{}, client.Handler{Output: got.add})
	var died *client.DiedError
	if !errors.As(err, &died) || died.State != "exit status 2" || !strings.Contains(err.Error(), "concurrent map writes") {
		t.Errorf("err = %v", err)
	}
	if err := k.Shutdown(t.Context()); err != nil {
		t.Errorf("shutting down what is dead: %v", err)
	}
}

func TestAKilledKernelIsTold(t *testing.T) {
	k := start(t)
	_, err := k.Execute(t.Context(), "wait", client.ExecuteOptions{}, client.Handler{
		Output: func(c protocol.Content) {
			if _, ok := c.(protocol.Stream); ok {
				process, err := os.FindProcess(k.PID())
				if err == nil {
					err = process.Kill()
				}
				if err != nil {
					t.Error(err)
				}
			}
		},
	})
	var died *client.DiedError
	if !errors.As(err, &died) || died.State != "signal: killed" {
		t.Errorf("err = %v", err)
	}
}

func TestShutdownOfARunningCell(t *testing.T) {
	k := start(t)
	ended := make(chan error, 1)
	running := make(chan struct{})
	go func() {
		_, err := k.Execute(t.Context(), "wait", client.ExecuteOptions{}, client.Handler{
			Output: func(c protocol.Content) {
				if _, ok := c.(protocol.Stream); ok {
					close(running)
				}
			},
		})
		ended <- err
	}()
	<-running
	if err := k.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the cell was not answered before the end: %v", err)
	}
}

func TestWhatDoesNotEndIsKilled(t *testing.T) {
	k := start(t)
	stuck := make(chan struct{})
	go k.Execute(t.Context(), "stuck", client.ExecuteOptions{}, client.Handler{
		Output: func(c protocol.Content) {
			if _, ok := c.(protocol.Stream); ok {
				close(stuck)
			}
		},
	})
	<-stuck
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := k.Shutdown(ctx); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("err = %v", err)
	}
	<-k.Exited()
}

func TestAWrongKeyIsNotAnswered(t *testing.T) {
	k := kerneltest.StartSession(t, script, nil)
	at := k.Connection
	at.Key = "another"
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := client.Dial(ctx, at, client.Options{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err = %v", err)
	}
	k.AwaitLog("wrong signature")
}
