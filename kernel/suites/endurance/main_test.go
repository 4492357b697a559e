//go:build linux

package endurance_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"lockstep/kernel/client"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

var (
	crashes = flag.Int("crashes", 60, "how many cells end their worker")
	cells   = flag.Int("cells", 1500, "how many ordinary cells are run")
	seed    = flag.Uint64("seed", 1, "decides the order of both")
)

func TestMain(m *testing.M) { os.Exit(kerneltest.Main(m)) }

// patience bounds a cell that should end much earlier.
const patience = time.Minute

// session is a kernel, spoken to by a client that keeps nothing.
type session struct {
	t      *testing.T
	kernel *client.Kernel
	random *rand.Rand
	front  int // process ids
}

func start(t *testing.T, env ...string) *session {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	kernel, err := client.Start(ctx, client.Command{
		Argv: []string{kerneltest.Binary(t), "serve", "-f", "{connection_file}", "--history="}, Env: env,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(kernel.Close)
	s := &session{t: t, kernel: kernel, random: rand.New(rand.NewPCG(*seed, 0))}
	s.front, err = strconv.Atoi(s.ok("import (\"fmt\"; \"syscall\")\nfmt.Print(syscall.Getppid())"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// shown is how a cell ended.
type shown struct {
	text      string // printed, and the value
	name      string // of the error, "" if there is none
	value     string // of the error
	traceback string
	took      time.Duration
}

// run runs a cell; once it has printed "go", which it need not, it is interrupted.
func (s *session) run(code string) shown {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	var text strings.Builder
	told := false
	begin := time.Now()
	reply, err := s.kernel.Execute(ctx, code, client.ExecuteOptions{StopOnError: true, StoreHistory: true}, client.Handler{
		Output: func(c protocol.Content) {
			switch c := c.(type) {
			case protocol.Stream:
				text.WriteString(c.Text)
			case protocol.ExecuteResult:
				fmt.Fprint(&text, c.Data["text/plain"])
			}
			if !told && strings.HasPrefix(text.String(), "go\n") {
				told = true
				begin = time.Now()
				if err := s.kernel.Interrupt(ctx); err != nil {
					s.t.Error(err)
				}
			}
		},
	})
	if err != nil {
		s.t.Fatalf("%s\n%v", code, err)
	}
	return shown{text.String(), reply.EName, reply.EValue, strings.Join(reply.Traceback, "\n"), time.Since(begin)}
}

// ok runs a cell that must succeed, and returns what it shows.
func (s *session) ok(code string) string {
	s.t.Helper()
	r := s.run(code)
	if r.name != "" {
		s.t.Fatalf("%s\nfailed: %s: %s\n%s", code, r.name, r.value, r.traceback)
	}
	return r.text
}

// footprint is what a kernel has taken of the machine.
type footprint struct {
	processes []string // the front's and all below it
	files     int      // that the front has open
	front     int      // resident memory, in KiB
	worker    int
}

func (f footprint) String() string {
	return fmt.Sprintf("%d processes, %d files, front %d MiB, worker %d MiB", len(f.processes), f.files, f.front>>10, f.worker>>10)
}

func (s *session) footprint() footprint {
	s.t.Helper()
	var f footprint
	open, err := os.ReadDir(filepath.Join("/proc", strconv.Itoa(s.front), "fd"))
	if err != nil {
		s.t.Fatal(err)
	}
	f.files = len(open)
	f.front = resident(s.front)
	pid, err := strconv.Atoi(s.ok("fmt.Print(syscall.Getpid())"))
	if err != nil {
		s.t.Fatal(err)
	}
	f.worker = resident(pid)
	f.processes = append(below(s.front), strconv.Itoa(s.front))
	return f
}

// resident is a process's memory, in KiB.
func resident(pid int) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		var kilobytes int
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kilobytes); n == 1 {
			return kilobytes
		}
	}
	return 0
}

// below lists a process's children, and theirs, zombies included.
func below(pid int) (all []string) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, task := range tasks {
		text, _ := os.ReadFile(task) // the task may have ended
		for _, child := range strings.Fields(string(text)) {
			all = append(all, child)
			if n, err := strconv.Atoi(child); err == nil {
				all = append(all, below(n)...)
			}
		}
	}
	return all
}
