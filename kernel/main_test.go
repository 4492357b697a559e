//go:build unix

package main_test

import (
	"context"
	"os"
	"os/exec"
	"regexp"
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

func serve(t *testing.T) (context.Context, *client.Kernel) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	kernel, err := client.Start(ctx, client.Command{Argv: []string{kerneltest.Binary(t), "serve", "-f", "{connection_file}", "--history="}})
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
