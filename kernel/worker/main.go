package worker

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"runtime/debug"

	"lockstep/kernel/link"
	"lockstep/runtime/support"
)

// The descriptors that a supervisor hands to the worker it starts.
const (
	LinkDescriptor  = 3 // the far end of the link
	CrashDescriptor = 4 // receives the Go runtime's crash text
)

// Main runs a worker on the inherited descriptors until the front closes the
// link, or ctx ends and its error is returned. A cell may end the process at any time.
// In a process that a cell has started it runs that process's function instead.
func Main(ctx context.Context) error {
	if support.IsChild() {
		runChild()
	}
	crash := os.NewFile(CrashDescriptor, "crash output")
	if err := debug.SetCrashOutput(crash, debug.CrashOptions{}); err != nil {
		return fmt.Errorf("worker: descriptor %d: %w", CrashDescriptor, err)
	}
	crash.Close() // the runtime has its own duplicate
	conn, err := link.FromFile(os.NewFile(LinkDescriptor, "link"))
	if err != nil {
		return fmt.Errorf("worker: descriptor %d: %w", LinkDescriptor, err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()

	// The terminal and Jupyter send an interrupt to the whole process group. It
	// is for the front, which decides. Ignoring the signal instead would make
	// every command that a cell starts ignore it too.
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)

	// If memory runs out, the worker is to go rather than the front.
	preferAsOOMVictim()
	memory, err := LimitMemory()
	if err != nil {
		return err
	}
	debug.SetMaxStack(stackLimit(memory))
	os.Args = os.Args[:1]
	log.SetOutput(support.StderrWriter())

	w, err := newWorker(conn, memory)
	if err != nil {
		return err
	}
	err = w.serve()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return fmt.Errorf("worker: %w", err)
}

func newToken() string {
	var random [16]byte
	rand.Read(random[:]) // never fails
	return link.NewToken(random)
}
