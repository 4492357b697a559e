package supervisor_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"lockstep/kernel/execution"
	"lockstep/kernel/link"
	"lockstep/kernel/supervisor"
)

// interrupt runs a cell that prints "go" and interrupts it then.
func interrupt(t *testing.T, s *supervisor.Supervisor, c link.Run, r *recorder) (link.Done, time.Duration, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	type result struct {
		done link.Done
		err  error
	}
	results := make(chan result, 1)
	go func() {
		done, err := s.Run(ctx, c, r)
		results <- result{done, err}
	}()
	r.wait(t, "stdout", "go")
	start := time.Now()
	cancel()
	select {
	case got := <-results:
		return got.done, time.Since(start), got.err
	case <-time.After(patience):
		t.Fatal("the interrupted cell goes on")
	}
	panic("unreachable")
}

func TestAnEndlessLoopIsInterruptedAndKeepsItsVariables(t *testing.T) {
	s := newSupervisor(t)
	done, took, err := interrupt(t, s, cell(1, "fmt", "var x int", `x = 7; fmt.Println("go"); for {}`), newRecorder())
	if err != nil || done.Error == nil || done.Error.Name != execution.Interrupted {
		t.Errorf("done %+v, %v; want Interrupted", done.Error, err)
	}
	if took > time.Second {
		t.Errorf("it took %v", took)
	}
	if got := run(t, s, cell(2, "", "", `ʹrt.Show(x)`)).text("value"); got != "7" {
		t.Errorf("the variable is %s, want 7", got)
	}
}

func TestANativeCallThatNeverReturnsIsInterruptedWithItsWorker(t *testing.T) {
	s := newSupervisor(t)
	statements := `l, err := net.Listen("tcp", "127.0.0.1:0"); fmt.Println("go", err); l.Accept()`
	_, took, err := interrupt(t, s, cell(1, "fmt net", "", statements), newRecorder())
	var died *supervisor.Died
	if !errors.As(err, &died) || died.Cause != supervisor.Interrupted || died.Cell != 1 {
		t.Errorf("error %v, %+v; want Died by an interrupt", err, died)
	}
	if took > time.Second {
		t.Errorf("it took %v", took)
	}
	run(t, s, cell(2, "", "", ``))
}

func TestASleepingCellIsInterruptedAndKeepsItsVariables(t *testing.T) {
	s := newSupervisor(t)
	done, _, err := interrupt(t, s, cell(1, "fmt time", "var x int", `x = 7; fmt.Println("go"); time.Sleep(time.Hour)`), newRecorder())
	if err != nil || done.Error == nil || done.Error.Name != execution.Interrupted {
		t.Errorf("done %+v, %v; want Interrupted", done.Error, err)
	}
	if got := run(t, s, cell(2, "", "", `ʹrt.Show(x)`)).text("value"); got != "7" {
		t.Errorf("the variable is %s, want 7", got)
	}
}

func TestACellThatWaitsForInputIsInterrupted(t *testing.T) {
	s := newSupervisor(t)
	r := newRecorder()
	asked := make(chan struct{})
	r.input = func(ctx context.Context, _ string) (string, error) {
		close(asked)
		<-ctx.Done()
		return "", ctx.Err()
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-asked; cancel() }()
	done, err := s.Run(ctx, cell(1, "fmt", "", `var n int; _, err := fmt.Scan(&n); fmt.Println(err)`), r)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.text("stdout"); got != "reading standard input: the cell was interrupted\n" {
		t.Errorf("the reader got %q, the cell ended with %+v", got, done.Error)
	}
}

func TestAnOutputThatBlocksDoesNotBlockTheInterrupt(t *testing.T) {
	s := newSupervisor(t)
	blocked := &blocker{reached: make(chan struct{}), release: make(chan struct{})}
	defer close(blocked.release)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-blocked.reached; cancel() }()
	ended := make(chan error, 1)
	go func() {
		_, err := s.Run(ctx, cell(1, "fmt", "", `for { fmt.Println("x") }`), blocked)
		ended <- err
	}()
	select {
	case err := <-ended:
		var died *supervisor.Died
		if !errors.As(err, &died) || died.Cause != supervisor.Interrupted {
			t.Errorf("error %v, want Died by an interrupt", err)
		}
	case <-time.After(patience):
		t.Fatal("the cell goes on")
	}
	run(t, s, cell(2, "", "", ``))
}

// blocker is an output that takes nothing until it is released.
type blocker struct {
	recorder
	reached, release chan struct{}
}

func (b *blocker) Stream(execution.Stream, string) {
	select {
	case <-b.reached:
	default:
		close(b.reached)
	}
	<-b.release
}
