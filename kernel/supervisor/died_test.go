//go:build unix

package supervisor_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lockstep/kernel/execution"
	"lockstep/kernel/link"
	"lockstep/kernel/supervisor"
)

// mustDie runs a cell that ends its worker.
func mustDie(t *testing.T, s *supervisor.Supervisor, c link.Run) (*supervisor.Died, *recorder) {
	t.Helper()
	r := newRecorder()
	done, err := s.Run(context.Background(), c, r)
	var died *supervisor.Died
	if !errors.As(err, &died) {
		t.Fatalf("the cell ended with %+v, %v; want Died", done, err)
	}
	return died, r
}

func TestWhatEndsTheWorkerIsTheCellsError(t *testing.T) {
	for _, test := range []struct {
		name       string
		cell       link.Run
		cause      supervisor.Cause
		reason     string
		functions  []string
		textHolds  string
		wantStderr string
	}{
		{name: "os.Exit", cell: cell(3, "os fmt", "", `fmt.Println("before"); os.Exit(3)`), cause: supervisor.Exited, reason: "os.Exit(3)"},
		{name: "os.Exit(0)", cell: cell(3, "os fmt", "", `fmt.Println("before"); os.Exit(0)`), cause: supervisor.Exited, reason: "os.Exit(0)"},
		{name: "log.Fatal", cell: cell(3, "log fmt", "", `fmt.Println("before"); log.SetFlags(0); log.Fatal("no")`), cause: supervisor.Exited, reason: "os.Exit(1)", wantStderr: "no\n"},
		{
			name: "a goroutine's panic", cell: cell(3, "fmt", "func g() {\n/*line In[3]:2:2*/panic(\"boom\") }", `fmt.Println("before"); go func() { g() }(); select {}`),
			cause: supervisor.Crashed, reason: "panic: boom", functions: []string{"main.g", "main.ʹcellʹ3.func"}, textHolds: "goroutine ",
		},
		{
			name: "a panic below support.Go", cell: cell(3, "fmt", "func g() { panic(42) }", `fmt.Println("before"); ʹrt.Go(func() { g() }); select {}`),
			cause: supervisor.Crashed, reason: "panic: 42", functions: []string{"main.g", "main.ʹcellʹ3.func"},
		},
		{
			name: "endless recursion", cell: cell(3, "fmt", "func f(n int) int { return f(n+1) + 1 }", `fmt.Println("before"); f(0)`),
			cause: supervisor.Crashed, reason: "fatal error: stack overflow", textHolds: "stack exceeds 268435456-byte limit",
		},
		{
			name: "concurrent map writes", cell: cell(3, "fmt", "", `fmt.Println("before"); m := map[int]int{}
for g := 0; g < 8; g++ { go func() { for i := 0; ; i++ { m[i%10] = i } }() }
select {}`),
			cause: supervisor.Crashed, reason: "fatal error: concurrent map writes",
		},
		{
			name: "a bad pointer", cell: cell(3, "fmt syscall", "", `fmt.Println("before"); syscall.Syscall(syscall.SYS_KILL, uintptr(syscall.Getpid()), uintptr(syscall.SIGSEGV), 0); select {}`),
			cause: supervisor.Crashed, reason: "SIGSEGV: segmentation violation",
		},
		{
			name: "kill -9", cell: cell(3, "fmt syscall", "", `fmt.Println("before"); syscall.Kill(syscall.Getpid(), syscall.SIGKILL); select {}`),
			cause: supervisor.Signalled, reason: "signal: killed",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newSupervisor(t, func(c *supervisor.Config) {
				// The cells' own races are what is tested.
				c.Env = append(c.Env, "GORACE=log_path=/dev/null")
			})
			died, r := mustDie(t, s, test.cell)
			if died.Cause != test.cause || died.Reason != test.reason || died.Cell != 3 {
				t.Errorf("died %+v, want cause %q, reason %q, cell 3", died, test.cause, test.reason)
			}
			var functions []string
			for _, f := range died.Frames {
				functions = append(functions, f.Function)
			}
			if fmt.Sprint(functions) != fmt.Sprint(test.functions) {
				t.Errorf("frames %+v, want those of %v", died.Frames, test.functions)
			}
			if !strings.Contains(died.Text, test.textHolds) {
				t.Errorf("crash text %q, want it to hold %q", died.Text, test.textHolds)
			}
			if got := r.text("stdout"); got != "before\n" {
				t.Errorf("stdout %q, want what was printed before the end", got)
			}
			if got := r.text("stderr"); got != test.wantStderr {
				t.Errorf("stderr %q, want %q", got, test.wantStderr)
			}
			if got := run(t, s, cell(4, "fmt", "", `fmt.Println("again")`)).text("stdout"); got != "again\n" {
				t.Errorf("the next cell printed %q", got)
			}
			if s.Generation() != 2 {
				t.Errorf("generation %d, want 2", s.Generation())
			}
		})
	}
}

func TestADeathBetweenCellsIsReportedOnceAndShown(t *testing.T) {
	s := newSupervisor(t)
	signal := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(signal, 0o600); err != nil {
		t.Skip(err)
	}
	r := run(t, s, cell(1, "os", "", fmt.Sprintf(`go func() { os.ReadFile(%q); panic("later") }()`, signal)))
	if err := os.WriteFile(signal, nil, 0); err != nil { // returns when the goroutine reads
		t.Fatal(err)
	}
	r.wait(t, "stderr", "panic: later")
	_, err := s.Run(context.Background(), cell(2, "", "", ``), newRecorder())
	var died *supervisor.Died
	if !errors.As(err, &died) || died.Cell != 0 || died.Origin != 1 || died.Reason != "panic: later" {
		t.Errorf("the next cell ended with %v, %+v; want the death, with no cell running", err, died)
	}
	run(t, s, cell(3, "", "", ``))
}

func TestANewWorkerKnowsTheDeclarations(t *testing.T) {
	declarations := cell(1, "fmt", `func hello() string { return fmt.Sprint("hel", "lo") }`, `fmt.Println("not again")`).Units
	declarations[0].Entry = ""
	s := newSupervisor(t, func(c *supervisor.Config) {
		c.Replay = func() []link.Unit { return declarations }
	})
	mustDie(t, s, cell(2, "os", "", `os.Exit(1)`))
	r := run(t, s, cell(3, "fmt", "", `fmt.Println(hello())`))
	if got := r.all(); len(got) != 1 || got[0] != "stdout:hello\n" {
		t.Errorf("output %q, want hello only", got)
	}
}

func TestAPanicIsTheCellsErrorAndKeepsTheWorker(t *testing.T) {
	s := newSupervisor(t)
	run(t, s, cell(1, "errors", "type E struct{ Code int }\nvar kept = 7\nfunc quiet() { defer func() { recover() }(); panic(\"quiet\") }", ``))
	for i, test := range []struct {
		imports, declarations, statements, value string
		functions                                []string
	}{
		{"", "", `panic("boom")`, "boom", []string{"main.ʹcellʹ%d"}},
		{"errors", "", `panic(errors.New("went wrong"))`, "went wrong", []string{"main.ʹcellʹ%d"}},
		{"", "", `a := []int{1}; i := 5; _ = a[i]`, "runtime error: index out of range [5] with length 1", []string{"main.ʹcellʹ%d"}},
		{"", "", `a, b := 1, 0; _ = a / b`, "runtime error: integer divide by zero", []string{"main.ʹcellʹ%d"}},
		{"", "", `var m map[string]int; m["a"] = 1`, "assignment to entry in nil map", []string{"main.ʹcellʹ%d"}},
		{"", "type P struct{ X int }", `var p *P; p.X++`, "runtime error: invalid memory address or nil pointer dereference", []string{"main.ʹcellʹ%d"}},
		{"", "func inner() { quiet(); panic(3) }\nfunc outer() { inner() }", `outer()`, "3", []string{"main.inner", "main.outer", "main.ʹcellʹ%d"}},
	} {
		number := i + 2
		r := newRecorder()
		done, err := s.Run(context.Background(), cell(number, test.imports, test.declarations, test.statements), r)
		if err != nil || done.Error == nil {
			t.Fatalf("%s: done %+v, %v; want an error", test.statements, done, err)
		}
		if done.Error.Name != execution.Panic || done.Error.Value != test.value {
			t.Errorf("%s: %s %q, want %q", test.statements, done.Error.Name, done.Error.Value, test.value)
		}
		var functions []string
		for _, f := range done.Error.Frames {
			functions = append(functions, f.Function)
		}
		want := strings.ReplaceAll(fmt.Sprint(test.functions), "%d", fmt.Sprint(number))
		if fmt.Sprint(functions) != want {
			t.Errorf("%s: frames of %v, want %s", test.statements, functions, want)
		}
		if got := r.all(); len(got) > 0 {
			t.Errorf("%s: the cell showed %q", test.statements, got)
		}
	}
	if got := run(t, s, cell(20, "", "", `ʹrt.Show(kept)`)).text("value"); got != "7" {
		t.Errorf("the variable is %s after the panics, want 7", got)
	}
}

func TestCompileErrorsNameTheirPlace(t *testing.T) {
	s := newSupervisor(t)
	for _, test := range []struct {
		statements, value string
		line              int
	}{
		{"a := 1\n_ = a + undefinedName", "undefined: undefinedName", 2},
		{"a := 1\n\nb := ", "expected", 4},
	} {
		done, err := s.Run(context.Background(), cell(1, "", "", test.statements), newRecorder())
		if err != nil || done.Error == nil {
			t.Fatalf("done %+v, %v; want an error", done, err)
		}
		e := done.Error
		if e.Name != execution.CompileError || !strings.Contains(e.Value, test.value) {
			t.Errorf("error %s %q, want a compile error with %q", e.Name, e.Value, test.value)
		}
		if len(e.Frames) == 0 || e.Frames[0].Cell != 1 || e.Frames[0].Line != test.line {
			t.Errorf("frames %+v, want line %d of cell 1", e.Frames, test.line)
		}
	}
	done, err := s.Run(context.Background(), link.Run{Cell: 2, Units: []link.Unit{{Imports: []string{"no/such"}, Source: "package main"}}}, newRecorder())
	if err != nil || done.Error == nil || !strings.Contains(done.Error.Value, "no/such") {
		t.Errorf("done %+v, %v; want an error that names the package", done.Error, err)
	}
}

func TestDeclaredCountsTheStatementsBeforeAPanic(t *testing.T) {
	s := newSupervisor(t)
	done, err := s.Run(context.Background(), cell(1, "", "", `ʹrt.Declared(1); ʹrt.Declared(2); panic("x"); ʹrt.Declared(3)`), newRecorder())
	if err != nil || done.Declared != 2 {
		t.Errorf("done %+v, %v; want 2 declared", done, err)
	}
}

// TestFrontHelper is the front of TestTheWorkerEndsWithItsFront, as a process of
// its own.
func TestFrontHelper(t *testing.T) {
	path := os.Getenv("LOCKSTEP_TEST_FRONT")
	if path == "" {
		t.Skip("run by TestTheWorkerEndsWithItsFront")
	}
	s := newSupervisor(t)
	if err := s.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, fmt.Append(nil, s.PID()), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := s.Run(context.Background(), cell(1, "", "", `for {}`), newRecorder())
	t.Fatal("the endless cell ended:", err)
}

func TestTheWorkerEndsWithItsFront(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pid")
	front := exec.Command("/proc/self/exe", "-test.run=^TestFrontHelper$")
	front.Env = append(os.Environ(), "LOCKSTEP_TEST_FRONT="+path)
	if err := front.Start(); err != nil {
		t.Skip(err)
	}
	var pid int
	eventually(t, "the worker has started", func() bool {
		text, _ := os.ReadFile(path)
		_, err := fmt.Sscan(string(text), &pid)
		return err == nil
	})
	front.Process.Signal(syscall.SIGKILL)
	front.Wait()
	eventually(t, "the worker has ended", func() bool { return gone(pid) })
}

// gone reports whether a process has ended, reaped or not.
func gone(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(stat), ") Z ")
}

// eventually polls what another process does, of which no event tells.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waiting until %s took more than %v", what, patience)
		}
	}
}

func TestCloseEndsTheWorkerAndLeavesNoZombie(t *testing.T) {
	s := newSupervisor(t)
	run(t, s, cell(1, "", "", `go func() { for {} }()`))
	pid := s.PID()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(fmt.Sprintf("/proc/%d", pid)); err == nil {
		t.Error("the worker's process is still there")
	}
	if _, err := s.Run(context.Background(), cell(2, "", "", ``), newRecorder()); !errors.Is(err, supervisor.ErrClosed) {
		t.Errorf("a cell after Close: %v, want ErrClosed", err)
	}
}

func TestAWorkerThatCannotStartIsAnError(t *testing.T) {
	for name, argv := range map[string][]string{
		"cannot be started": {"/no/such/program"},
		"ends at once":      {"sh", "-c", "echo out of order >&2; exit 4"},
		"is something else": {"cat"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSupervisor(t, func(c *supervisor.Config) { c.Argv = argv })
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			err := s.Start(ctx)
			if err == nil {
				t.Fatal("no error")
			}
			if name == "ends at once" && !strings.Contains(err.Error(), "out of order") {
				t.Errorf("error %q lacks what the program said", err)
			}
		})
	}
}
