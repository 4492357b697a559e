package supervisor_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"lockstep/kernel/execution"
	"lockstep/kernel/link"
	"lockstep/kernel/supervisor"
	"lockstep/kernel/worker"
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
	os.Exit(m.Run())
}

// patience bounds a wait that should end much earlier.
const patience = 30 * time.Second

func newSupervisor(t testing.TB, change ...func(*supervisor.Config)) *supervisor.Supervisor {
	t.Helper()
	config := supervisor.Config{
		Argv: []string{"/proc/self/exe"},
		Env:  append(os.Environ(), workerVariable+"=1"),
		Logf: t.Logf,
	}
	for _, c := range change {
		c(&config)
	}
	s := supervisor.New(config)
	t.Cleanup(func() { s.Close() })
	return s
}

// cell makes a cell of declarations and statements, as the kernel lowers them.
// The statements begin in the first line of the cell.
func cell(number int, imports, declarations, statements string) link.Run {
	paths := append(strings.Fields(imports), "lockstep/runtime/support")
	var source strings.Builder
	fmt.Fprintf(&source, "//line In[%d]:1:1\npackage main\n", number)
	for _, path := range paths {
		name := path[strings.LastIndexByte(path, '/')+1:]
		if name == "support" {
			name = "ʹrt"
		}
		fmt.Fprintf(&source, "import %s %q\n", name, path)
	}
	entry := fmt.Sprintf("ʹcellʹ%d", number)
	fmt.Fprintf(&source, "%s\nfunc %s() {\n/*line In[%d]:1:1*/%s\n}\n", declarations, entry, number, statements)
	return link.Run{Cell: number, Units: []link.Unit{{Imports: paths, Source: source.String(), Entry: entry}}}
}

// recorder is an output that keeps what it gets.
type recorder struct {
	mu      sync.Mutex
	events  []string // "stdout:text", "display:…"; successive text of a stream is one
	changed chan struct{}
	delay   time.Duration
	input   func(ctx context.Context, prompt string) (string, error)
}

func newRecorder() *recorder { return &recorder{changed: make(chan struct{})} }

func (r *recorder) add(kind, text string) {
	time.Sleep(r.delay)
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.events); n > 0 && strings.HasPrefix(r.events[n-1], kind+":") && strings.HasPrefix(kind, "std") {
		r.events[n-1] += text
	} else {
		r.events = append(r.events, kind+":"+text)
	}
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *recorder) Stream(name execution.Stream, text string) { r.add(string(name), text) }
func (r *recorder) Display(d execution.Display) {
	kind := "display"
	if d.Value {
		kind = "value"
	}
	r.add(kind, fmt.Sprint(d.Data["text/plain"]))
}
func (r *recorder) Clear(wait bool)         { r.add("clear", fmt.Sprint(wait)) }
func (r *recorder) Ask(p execution.Payload) { r.add("ask", string(p.Source)) }
func (r *recorder) Comm(c execution.Comm)   { r.add("comm", fmt.Sprint(c.Kind, " ", c.Target, c.Data)) }
func (r *recorder) Input(ctx context.Context, prompt string, password bool) (string, error) {
	if r.input == nil {
		return "", execution.ErrNoInput
	}
	return r.input(ctx, prompt)
}

func (r *recorder) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.events...)
}

// text is all of one stream.
func (r *recorder) text(kind string) string {
	var b strings.Builder
	for _, e := range r.all() {
		if rest, ok := strings.CutPrefix(e, kind+":"); ok {
			b.WriteString(rest)
		}
	}
	return b.String()
}

// wait waits until one stream contains the text.
func (r *recorder) wait(t testing.TB, kind, text string) {
	t.Helper()
	deadline := time.After(patience)
	for {
		r.mu.Lock()
		changed := r.changed
		r.mu.Unlock()
		if strings.Contains(r.text(kind), text) {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatalf("%s never got %q; all output: %q", kind, text, r.all())
		}
	}
}

// run runs a cell that must succeed.
func run(t testing.TB, s *supervisor.Supervisor, c link.Run) *recorder {
	t.Helper()
	r := newRecorder()
	done, err := s.Run(context.Background(), c, r)
	if err != nil {
		t.Fatalf("cell %d: %v", c.Cell, err)
	}
	if done.Error != nil {
		t.Fatalf("cell %d: %s: %s %v", c.Cell, done.Error.Name, done.Error.Value, done.Error.Frames)
	}
	return r
}
