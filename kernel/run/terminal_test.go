//go:build unix

package run_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"lockstep/kernel/notebook"
)

// console is a command on a terminal of its own.
type console struct {
	t   *testing.T
	cmd *exec.Cmd
	tty *os.File

	mu      sync.Mutex
	text    string
	grown   chan struct{} // receives when text has grown
	drained chan struct{} // closed at the end of the output
}

func open(t *testing.T, env []string, args ...string) *console {
	t.Helper()
	cmd := command(t, args...)
	cmd.Env = append(cmd.Env, env...)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	c := &console{t: t, cmd: cmd, tty: tty, grown: make(chan struct{}, 1), drained: make(chan struct{})}
	go c.drain()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-c.drained
		tty.Close()
	})
	return c
}

func (c *console) drain() {
	defer close(c.drained)
	buffer := make([]byte, 4096)
	for {
		n, err := c.tty.Read(buffer)
		c.mu.Lock()
		c.text += string(buffer[:n])
		c.mu.Unlock()
		select {
		case c.grown <- struct{}{}:
		default:
		}
		if err != nil {
			return // EIO, when the command has gone
		}
	}
}

func (c *console) seen() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text
}

// await waits until the terminal has shown a text.
func (c *console) await(text string) {
	c.t.Helper()
	timeout := time.After(patience)
	for !strings.Contains(c.seen(), text) {
		select {
		case <-c.grown:
		case <-c.drained:
			if !strings.Contains(c.seen(), text) {
				c.t.Fatalf("ended without %q:\n%q", text, c.seen())
			}
		case <-timeout:
			c.t.Fatalf("no %q in\n%q", text, c.seen())
		}
	}
}

func (c *console) enter(keys string) {
	c.t.Helper()
	if _, err := io.WriteString(c.tty, keys); err != nil {
		c.t.Fatal(err)
	}
}

// exit waits for the command's end and returns its exit code.
func (c *console) exit() int {
	c.t.Helper()
	var exit *exec.ExitError
	if err := c.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		c.t.Fatal(err)
	}
	<-c.drained
	return c.cmd.ProcessState.ExitCode()
}

// drawn matches where a terminal's line begins: at a line feed, or where what
// stood below was wiped.
const drawn = `(?:^|\n|\x1b\[J)\r?`

func TestATerminalShowsWholeLinesAboveABar(t *testing.T) {
	c := open(t, nil, "run", book(t,
		text("# 互斥锁"),
		code(`import ("fmt"; "time")`),
		code(`for i := range 300 { fmt.Printf("line %d", i); if i % 10 == 0 { time.Sleep(2 * time.Millisecond) }; fmt.Println(" ends") }`),
		code(`fmt.Print("50% done"); time.Sleep(time.Second); fmt.Print("\r100% done")`),
	))
	if code := c.exit(); code != 0 {
		t.Fatalf("exit code %d:\n%s", code, c.seen())
	}
	seen := c.seen()
	for i := range 300 {
		if line := fmt.Sprintf("line %d ends", i); !regexp.MustCompile(drawn + line + "\r\n").MatchString(seen) {
			t.Fatalf("no whole %q in\n%q", line, seen)
		}
	}
	for _, want := range []string{
		drawn + "\x1b\\[1m# 互斥锁\x1b\\[\\d*m\r\n",
		drawn + "\x1b\\[36mIn\\[2\\]\x1b\\[\\d*m\r\nline 0",
		drawn + "50% done\r\n2/3 \\[[=>-]+\\] In\\[3\\] \\ds", // the unfinished line, above the bar
		drawn + "100% done\r\n",
		"\n3 cells, 3 ok, \\d+\\.\\d s\r\n$",
	} {
		if !regexp.MustCompile(want).MatchString(seen) {
			t.Errorf("no %s in\n%q", want, seen)
		}
	}
	if strings.Contains(seen, "In[1]") && regexp.MustCompile(drawn+"\x1b\\[36mIn\\[1\\]").MatchString(seen) {
		t.Error("a cell that shows nothing has a label")
	}
}

func TestNoColourWhereTheUserWantsNone(t *testing.T) {
	colour := regexp.MustCompile(`\x1b\[[0-9;]*m`)
	cells := []*notebook.Cell{text("# title"), code(`println("x"); panic("\x1b[31mboom")`)}
	c := open(t, []string{"NO_COLOR=1"}, "run", book(t, cells...))
	if code := c.exit(); code != 1 || colour.MatchString(c.seen()) {
		t.Errorf("exit code %d:\n%q", code, c.seen())
	}
	c = open(t, []string{"TERM=dumb"}, "run", book(t, cells...))
	if code := c.exit(); code != 1 || strings.Contains(c.seen(), "\x1b") {
		t.Errorf("exit code %d:\n%q", code, c.seen())
	}
}

func TestQuestionsAreAskedOnTheTerminal(t *testing.T) {
	output := filepath.Join(t.TempDir(), "o.ipynb")
	c := open(t, nil, "run", "-o", output, book(t,
		code(`import "fmt"; var name string`),
		code(`fmt.Print("your name? "); fmt.Scanln(&name); fmt.Println("hello,", name)`, "nbval-skip"),
		code(`fmt.Scanln(&name); fmt.Println("and", name)`),
	))
	c.await("your name? ")
	c.enter("小明\n")
	c.await("hello, 小明\r\n")
	c.enter("Ada\n")
	if code := c.exit(); code != 0 || !strings.Contains(c.seen(), "and Ada\r\n") {
		t.Errorf("exit code %d:\n%q", code, c.seen())
	}
	if s, ok := read(t, output).Cells[1].Outputs[0].(*notebook.Stream); !ok || !strings.HasSuffix(s.Text, "hello, 小明\n") {
		t.Errorf("saved %+v", read(t, output).Cells[1].Outputs)
	}
}

func TestCtrlCEndsTheRunInOrder(t *testing.T) {
	for name, source := range map[string]string{
		"computing": `fmt.Println("first"); for {}`,
		"asking":    `fmt.Println("first"); fmt.Scanln()`,
	} {
		t.Run(name, func(t *testing.T) {
			output := filepath.Join(t.TempDir(), "o.ipynb")
			c := open(t, nil, "run", "-o", output, book(t, code(`import "fmt"; 1`), code(source), code("3")))
			c.await("first\r\n")
			c.enter("\x03")
			if code := c.exit(); code != 130 || !strings.Contains(c.seen(), "3 cells, 1 ok, 1 failed, 1 not run") {
				t.Errorf("exit code %d:\n%q", code, c.seen())
			}
			cells := read(t, output).Cells
			if len(cells[0].Outputs) != 1 || len(cells[1].Outputs) == 0 || cells[2].ExecutionCount != 0 {
				t.Errorf("saved %+v, %+v, %+v", cells[0], cells[1], cells[2])
			}
		})
	}
}

func TestSIGTERMEndsTheRunInOrder(t *testing.T) {
	c := open(t, nil, "run", book(t, code(`import "fmt"; fmt.Println("first"); for {}`)))
	c.await("first\r\n")
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := c.exit(); code != 143 {
		t.Errorf("exit code %d:\n%q", code, c.seen())
	}
}
