//go:build unix

package main_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"lockstep/kernel/client"
	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

func TestMain(m *testing.M) { os.Exit(kerneltest.Main(m)) }

// serve starts the kernel; launcher is what its command is given to, if anything.
func serve(t *testing.T, launcher ...string) (context.Context, *client.Kernel) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	kernel, err := client.Start(ctx, client.Command{Argv: append(launcher, kerneltest.Binary(t), "serve", "-f", "{connection_file}", "--history=")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(kernel.Close)
	return ctx, kernel
}

func signal(t *testing.T, kernel *client.Kernel, s syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(kernel.PID(), s); err != nil {
		t.Error(err)
	}
}

func TestTheKernelSaysWhatItIs(t *testing.T) {
	ctx, kernel := serve(t)
	info, err := kernel.KernelInfo(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if info.Implementation != "lockstep" || info.LanguageInfo.Name != "go" || info.LanguageInfo.FileExtension != ".go" {
		t.Errorf("got %+v", info)
	}
}

func TestSIGINTInterruptsTheCellOnly(t *testing.T) {
	ctx, kernel := serve(t)
	started := client.Handler{Output: func(content protocol.Content) {
		if _, ok := content.(protocol.Stream); ok {
			signal(t, kernel, syscall.SIGINT)
		}
	}}
	reply, err := kernel.Execute(ctx, "import \"fmt\"\nfmt.Println(1)\nfor {}", client.ExecuteOptions{}, started)
	if err != nil || reply.EName != execution.Interrupted {
		t.Fatalf("got %+v, %v", reply, err)
	}
	if reply, err = kernel.Execute(ctx, "1", client.ExecuteOptions{}, client.Handler{}); err != nil || reply.Status != protocol.StatusOK {
		t.Errorf("then got %+v, %v", reply, err)
	}
}

func TestSIGTERMEndsTheKernelInOrder(t *testing.T) {
	ctx, kernel := serve(t)
	signal(t, kernel, syscall.SIGTERM)
	endsInOrder(ctx, t, kernel)
}

func TestTheKernelEndsWithTheProcessOfJPYPARENTPID(t *testing.T) {
	parent := exec.CommandContext(t.Context(), "cat") // until the test ends it
	lifeline, err := parent.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	// client.Start names its own process, which env replaces.
	ctx, kernel := serve(t, "env", "JPY_PARENT_PID="+strconv.Itoa(parent.Process.Pid))
	running := make(chan struct{})
	cell := make(chan error)
	go func() {
		reply, err := kernel.Execute(ctx, "import \"fmt\"\nfmt.Println(1)\nfor {}", client.ExecuteOptions{}, client.Handler{Output: func(content protocol.Content) {
			if _, ok := content.(protocol.Stream); ok {
				close(running)
			}
		}})
		if err == nil && reply.EName != execution.Interrupted {
			err = fmt.Errorf("the cell ended with %+v", reply)
		}
		cell <- err
	}()
	select {
	case <-running:
	case <-ctx.Done():
		t.Fatal("the cell doesn't run")
	}
	if err := errors.Join(lifeline.Close(), parent.Wait()); err != nil {
		t.Fatal(err)
	}
	if err := <-cell; err != nil {
		t.Error(err)
	}
	endsInOrder(ctx, t, kernel)
}

// endsInOrder waits until the kernel has ended by itself, and well.
func endsInOrder(ctx context.Context, t *testing.T, kernel *client.Kernel) {
	t.Helper()
	select {
	case <-kernel.Exited():
	case <-ctx.Done():
		t.Fatal("the kernel lives on")
	}
	_, err := kernel.KernelInfo(ctx)
	if err == nil || !strings.Contains(err.Error(), "exit status 0") {
		t.Errorf("the kernel ended otherwise: %v", err)
	}
}

func TestVersion(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), kerneltest.Binary(t), "--version").Output()
	if err != nil || !regexp.MustCompile(`^lockstep \S+, go\S+ \w+/\w+\n$`).Match(out) {
		t.Errorf("got %q, %v", out, err)
	}
}
