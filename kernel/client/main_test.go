package client_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"lockstep/kernel/client"
	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
	"lockstep/kernel/session"
)

// TestMain also is the kernel that the tests start: the test's own program, with
// scripted cells.
func TestMain(m *testing.M) {
	switch mode, file := os.Getenv("CLIENT_TEST_KERNEL"), os.Args[len(os.Args)-1]; mode {
	case "":
		os.Exit(m.Run())
	case "serve":
		connection, err := protocol.ReadConnectionFile(file)
		if err == nil {
			err = session.New(connection, script, session.Options{ParentPID: session.ParentPID()}).Serve(context.Background())
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case "die early":
		fmt.Fprintln(os.Stderr, "no such thing as a kernel")
		os.Exit(3)
	case "never answer":
		time.Sleep(time.Hour) // until it is killed
	}
}

// release lets the goroutine of the cell "late" go on.
var release = make(chan struct{})

var script = kerneltest.Script{
	"show": func(_ context.Context, _ execution.Request, out execution.Output) *execution.Failure {
		out.Stream(execution.Stdout, "one")
		out.Stream(execution.Stderr, "two")
		out.Display(execution.Display{Data: map[string]any{"text/html": "three"}, ID: "d"})
		out.Display(execution.Display{Data: map[string]any{"text/html": "four"}, ID: "d", Update: true})
		out.Clear(false)
		out.Display(execution.Display{Data: map[string]any{"text/plain": "five"}, Value: true})
		return nil
	},
	"many": func(_ context.Context, _ execution.Request, out execution.Output) *execution.Failure {
		for i := range 5000 {
			out.Stream(execution.Stdout, fmt.Sprintln(i))
		}
		return nil
	},
	"fail": func(context.Context, execution.Request, execution.Output) *execution.Failure {
		return &execution.Failure{Name: execution.Panic, Value: "it broke", Traceback: []string{"line"}}
	},
	"ask": func(ctx context.Context, _ execution.Request, out execution.Output) *execution.Failure {
		line, err := out.Input(ctx, "name? ", true)
		if err != nil {
			return &execution.Failure{Name: execution.Panic, Value: err.Error()}
		}
		out.Stream(execution.Stdout, "hello "+line)
		return nil
	},
	"late": func(_ context.Context, _ execution.Request, out execution.Output) *execution.Failure {
		go func() {
			<-release
			out.Stream(execution.Stdout, "late")
		}()
		return nil
	},
	"sooner or later": func(_ context.Context, _ execution.Request, out execution.Output) *execution.Failure {
		go out.Stream(execution.Stdout, "whenever")
		return nil
	},
	"wait": func(ctx context.Context, _ execution.Request, out execution.Output) *execution.Failure {
		out.Stream(execution.Stdout, "waiting")
		<-ctx.Done()
		return &execution.Failure{Name: execution.Interrupted, Value: "stopped"}
	},
	"stuck": func(_ context.Context, _ execution.Request, out execution.Output) *execution.Failure {
		out.Stream(execution.Stdout, "stuck")
		select {}
	},
	"die": func(_ context.Context, _ execution.Request, out execution.Output) *execution.Failure {
		out.Stream(execution.Stdout, "last words")
		fmt.Fprintln(os.Stderr, "fatal error: concurrent map writes")
		os.Exit(2)
		return nil
	},
	"environment": func(_ context.Context, _ execution.Request, out execution.Output) *execution.Failure {
		dir, err := os.Getwd()
		out.Stream(execution.Stdout, fmt.Sprintln(os.Getenv("JPY_PARENT_PID"), os.Getenv("EXTRA"), dir, err))
		return nil
	},
}

func command(mode string) client.Command {
	return client.Command{
		Argv: []string{os.Args[0], "{connection_file}"},
		Env:  []string{"CLIENT_TEST_KERNEL=" + mode, "EXTRA=more"},
	}
}

// start starts a kernel in a process of its own.
func start(t *testing.T) *client.Kernel {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), kerneltest.Patience)
	defer cancel()
	k, err := client.Start(ctx, command("serve"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return k
}

// dial starts a kernel in this process and connects to it.
func dial(t *testing.T) *client.Client {
	t.Helper()
	return kerneltest.StartSession(t, script, nil).Client
}

// printed collects what a cell prints.
type printed struct{ strings.Builder }

func (p *printed) add(c protocol.Content) {
	if s, ok := c.(protocol.Stream); ok {
		p.WriteString(s.Text)
	}
}
