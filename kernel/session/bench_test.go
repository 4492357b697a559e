package session_test

import (
	"context"
	"strings"
	"testing"

	"lockstep/kernel/client"
	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
)

func BenchmarkKernelInfo(b *testing.B) {
	k := kerneltest.StartSession(b, kerneltest.Script{}, nil)
	c := plainClient(b, k)
	for b.Loop() {
		if _, err := c.KernelInfo(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTrivialCell measures from the request to idle.
func BenchmarkTrivialCell(b *testing.B) {
	k := kerneltest.StartSession(b, kerneltest.Script{}, nil)
	c := plainClient(b, k)
	for b.Loop() {
		if _, err := c.Execute(b.Context(), "print x", client.ExecuteOptions{}, client.Handler{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStream measures one output of 100 bytes.
func BenchmarkStream(b *testing.B) {
	text := strings.Repeat("x", 99) + "\n"
	n := 0
	k := kerneltest.StartSession(b, kerneltest.Script{
		"flood": func(_ context.Context, _ execution.Request, out execution.Output) *execution.Failure {
			for range n {
				out.Stream(execution.Stdout, text)
			}
			return nil
		},
	}, nil)
	c := plainClient(b, k)
	n = b.N
	b.SetBytes(int64(len(text)))
	b.ResetTimer()
	if _, err := c.Execute(b.Context(), "flood", client.ExecuteOptions{}, client.Handler{}); err != nil {
		b.Fatal(err)
	}
}

// plainClient keeps no record of what it receives.
func plainClient(b *testing.B, k *kerneltest.Kernel) *client.Client {
	b.Helper()
	k.Client.Close()
	c, err := client.Dial(b.Context(), k.Connection, client.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.Close)
	return c
}
