package flood_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
	"time"

	"lockstep/kernel/client"
	"lockstep/kernel/jupytertest"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

func TestMain(m *testing.M) { os.Exit(kerneltest.Main(m)) }

// start starts a kernel, spoken to by a client that keeps nothing.
func start(t *testing.T) (context.Context, *client.Kernel) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	t.Cleanup(cancel)
	kernel, err := client.Start(ctx, client.Command{Argv: []string{kerneltest.Binary(t), "serve", "-f", "{connection_file}", "--history="}, Stderr: t.Output()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(kernel.Close)
	return ctx, kernel
}

// subscriber is one of testdata/subscriber.py.
type subscriber struct {
	t       *testing.T
	in      io.WriteCloser
	out     *bufio.Scanner
	process *exec.Cmd
}

func subscribe(t *testing.T, kernel *client.Kernel, kind string) *subscriber {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), jupytertest.Python(t), "testdata/subscriber.py", kernel.Connection.Endpoint(protocol.IOPub), kind)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &subscriber{t, in, bufio.NewScanner(out), cmd}
	s.says("subscribed")
	return s
}

// says waits for the subscriber's next line.
func (s *subscriber) says(want string) {
	s.t.Helper()
	if !s.out.Scan() {
		s.t.Fatalf("the subscriber ended and didn't say %s", want)
	}
	if got := s.out.Text(); got != want {
		s.t.Fatalf("the subscriber says %s, want %s", got, want)
	}
}

func (s *subscriber) end() {
	s.t.Helper()
	s.in.Close()
	if err := s.process.Wait(); err != nil {
		s.t.Error(err)
	}
}

// lines is how many lines a cell prints, and lineSize their length in bytes.
const (
	lines    = 1_000_000
	lineSize = 300
)

// printing is a cell that prints them.
var printing = fmt.Sprintf("import (\"fmt\"; \"strings\")\nrest := strings.Repeat(\"x\", %d)\nfor i := range %d {\n\tfmt.Printf(\"%%07d %%s\\n\", i, rest)\n}", lineSize-9, lines)

// run runs a cell and counts the bytes that it prints.
func run(ctx context.Context, t *testing.T, kernel *client.Kernel, code string) (printed int) {
	t.Helper()
	reply, err := kernel.Execute(ctx, code, client.ExecuteOptions{}, client.Handler{Output: func(content protocol.Content) {
		if s, ok := content.(protocol.Stream); ok {
			printed += len(s.Text)
		}
	}})
	if err != nil || reply.Status != protocol.StatusOK {
		t.Fatalf("%s\n%+v, %v", code, reply, err)
	}
	return printed
}

// peak is the most memory that the kernel's front process has had, in bytes.
func peak(t *testing.T, kernel *client.Kernel) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", kernel.PID()))
	if err != nil {
		t.Skip("no /proc to read the kernel's memory from")
	}
	found := regexp.MustCompile(`VmHWM:\s*(\d+) kB`).FindSubmatch(status)
	if found == nil {
		t.Fatalf("no VmHWM in %s", status)
	}
	kilobytes, err := strconv.Atoi(string(found[1]))
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}

// A subscriber that is slower than the cell holds the cell up, and loses nothing.
func TestAMillionLinesReachASlowReader(t *testing.T) {
	ctx, kernel := start(t)
	slow := subscribe(t, kernel, "slow")
	if got := run(ctx, t, kernel, printing); got != lines*lineSize {
		t.Errorf("%d bytes were printed, want %d", got, lines*lineSize)
	}
	slow.says(strconv.Itoa(lines))
	slow.end()
	most := peak(t, kernel)
	t.Logf("%d MB of output, at most %d MB of memory", lines*lineSize>>20, most>>20)
	if most > lines*lineSize*9/10 {
		t.Errorf("the kernel took %d bytes for %d of output", most, lines*lineSize)
	}
}

// A subscriber that takes nothing at all is let go after ten seconds. The other
// client loses nothing, and who was let go can come back.
func TestAReaderThatStopsIsLetGoAndCanComeBack(t *testing.T) {
	ctx, kernel := start(t)
	stopped := subscribe(t, kernel, "stopped")
	if got := run(ctx, t, kernel, printing); got != lines*lineSize {
		t.Errorf("%d bytes were printed, want %d", got, lines*lineSize)
	}
	if _, err := io.WriteString(stopped.in, "go on\n"); err != nil {
		t.Fatal(err)
	}
	stopped.says("welcomed")
	if got := run(ctx, t, kernel, `fmt.Println("I am back")`); got != len("I am back\n") {
		t.Errorf("%d bytes were printed", got)
	}
	stopped.says("back")
	stopped.end()
}
