package differential

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"lockstep/kernel/engine"
	"lockstep/kernel/execution"
	"lockstep/kernel/worker"
)

var (
	native    = flag.Bool("native", false, "compare the recorded outputs with what the Go toolchain's programs print")
	recording = flag.Bool("record", false, "with -native, record what those print")
)

const workerVariable = "LOCKSTEP_TEST_WORKER"

// TestMain makes the test binary its own worker.
func TestMain(m *testing.M) {
	if os.Getenv(workerVariable) != "" {
		if err := worker.Main(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Setenv(workerVariable, "1")
	os.Exit(m.Run())
}

// patience bounds a notebook that should end in a second.
const patience = 10 * time.Second

// printed is an execution.Output that keeps what goes to stdout.
type printed struct {
	mu   sync.Mutex
	text strings.Builder
}

func (p *printed) Stream(name execution.Stream, text string) {
	if name == execution.Stdout {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.text.WriteString(text)
	}
}

func (p *printed) Display(execution.Display) {}
func (p *printed) Clear(bool)                {}
func (p *printed) Ask(execution.Payload)     {}
func (p *printed) Comm(execution.Comm)       {}
func (p *printed) Input(context.Context, string, bool) (string, error) {
	return "", execution.ErrNoInput
}

// kernel runs the cells up to the first that fails, in a session of their own.
func kernel(t *testing.T, cells []string) outcome {
	t.Helper()
	e := engine.New(engine.Config{Worker: []string{"/proc/self/exe"}})
	defer e.Close()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return execute(ctx, e, cells)
}

// execute runs cells one after the other, up to the first that fails.
func execute(ctx context.Context, e *engine.Engine, cells []string) outcome {
	var out printed
	err := ""
	for i, code := range cells {
		if failure := e.Execute(ctx, execution.Request{Number: i + 1, Code: code, Silent: true}, &out); failure != nil {
			err = failure.Value
			if failure.Name != execution.Panic && failure.Name != execution.WorkerDied {
				err = failure.Error()
			}
			break
		}
	}
	out.mu.Lock()
	defer out.mu.Unlock()
	return outcome{out.text.String(), err}
}

// difference says where two outcomes differ first, "" for nowhere.
func difference(got, want outcome) string {
	if got == want {
		return ""
	}
	a, b := strings.Split(got.stdout, "\n"), strings.Split(want.stdout, "\n")
	for i := range max(len(a), len(b)) {
		at := func(lines []string) string {
			if i < len(lines) {
				return fmt.Sprintf("%q", lines[i])
			}
			return "nothing"
		}
		if at(a) != at(b) {
			return fmt.Sprintf("line %d is %s, want %s; error %q, want %q", i+1, at(a), at(b), got.err, want.err)
		}
	}
	return fmt.Sprintf("error %q, want %q", got.err, want.err)
}

func TestNotebooksDoWhatGoDoes(t *testing.T) {
	for _, b := range corpus(t, "testdata") {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(b.path, "testdata/"), ".txtar"), func(t *testing.T) {
			t.Parallel()
			if d := difference(kernel(t, b.cells), b.want); d != "" {
				t.Error(d)
			}
		})
	}
}

// The outputs that the other tests want are those of the Go toolchain.
func TestRecordedOutputsAreThoseOfGo(t *testing.T) {
	if !*native {
		t.Skip("run with -native")
	}
	books := corpus(t, "testdata")
	programs := build(t, books)
	for _, b := range books {
		t.Run(b.path, func(t *testing.T) {
			got := programs.run(t, b)
			if *recording && got != b.want {
				record(t, b.path, got)
			} else if d := difference(got, b.want); d != "" {
				t.Error(d)
			}
		})
	}
}
