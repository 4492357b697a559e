package main

import (
	"context"
	"errors"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/adrg/xdg"

	"lockstep/kernel/engine"
	"lockstep/kernel/history"
	"lockstep/kernel/protocol"
	"lockstep/kernel/session"
	"lockstep/kernel/supervisor"
)

type serveCommand struct {
	File    string `short:"f" required:"" placeholder:"FILE" help:"The connection file that Jupyter has written."`
	History string `env:"LOCKSTEP_HISTORY" default:"${history}" placeholder:"FILE" help:"Where the cells that were run are kept, by default ${default}; empty keeps them in memory."`
}

// historyFile is where cells are kept where the user says nothing else.
func historyFile() string { return filepath.Join(xdg.DataHome, "lockstep", "history.sqlite") }

// Run serves until the client shuts the kernel down, the parent process is gone
// or a SIGTERM comes. SIGINT interrupts the running cell.
func (c *serveCommand) Run() error {
	connection, err := protocol.ReadConnectionFile(c.File)
	if err != nil {
		return err
	}
	logger := log.New(os.Stderr, "lockstep: ", 0)
	disown, err := supervisor.Adopt()
	if err != nil {
		return err
	}
	defer disown()
	cells := engine.New(engine.Config{Logf: logger.Printf})
	o := options(logger.Printf)
	o.History = history.Open(c.History, logger.Printf)
	kernel := session.New(connection, cells, o)

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)

	var helpers sync.WaitGroup
	helpers.Go(func() {
		for range interrupts {
			kernel.Interrupt()
		}
	})
	// The sockets need not wait for the worker, nor it for them.
	helpers.Go(func() {
		if err := cells.Start(ctx); err != nil && !errors.Is(err, supervisor.ErrClosed) {
			logger.Printf("starting the worker: %v", err)
		}
	})
	err = kernel.Serve(ctx)
	signal.Stop(interrupts)
	close(interrupts)
	helpers.Wait()
	return err
}

func options(logf func(string, ...any)) session.Options {
	return session.Options{
		Implementation:        "lockstep",
		ImplementationVersion: release(),
		Banner:                "Lockstep " + release() + ": Go cells for Jupyter",
		Language: protocol.LanguageInfo{
			Name:           "go",
			Version:        languageVersion(),
			MIMEType:       "text/x-go",
			FileExtension:  ".go",
			PygmentsLexer:  "go",
			CodeMirrorMode: "go",
		},
		HelpLinks: []protocol.HelpLink{
			{Text: "The Go Programming Language Specification", URL: "https://go.dev/ref/spec"},
			{Text: "Go's Standard Library", URL: "https://pkg.go.dev/std"},
			{Text: "Effective Go", URL: "https://go.dev/doc/effective_go"},
		},
		ParentPID: session.ParentPID(),
		Logf:      logf,
	}
}
