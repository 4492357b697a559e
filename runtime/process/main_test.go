package process_test

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/scope"
	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/process"
)

// The test binary is a program whose processes run functions of this package.
func TestMain(m *testing.M) {
	code := 0
	worldtest.Processes()
	process.Main(func() {
		if program, ok := programs[os.Getenv(programVariable)]; ok {
			program()
			return
		}
		code = m.Run()
	}, targets...)
	os.Exit(code)
}

// programs are main codes that tests run as programs of their own.
var programs = map[string]func(){}

const programVariable = "LOCKSTEP_TEST_PROGRAM"

// runProgram runs a main code in a new process, until that ends.
func runProgram(t *testing.T, name string) (stdout, stderr string, err error) {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), programVariable+"="+name)
	var out, errors strings.Builder
	c.Stdout, c.Stderr = &out, &errors
	err = c.Run()
	return out.String(), errors.String(), err
}

// targets are what the tests' processes run.
var targets []any

// asProgram runs body as the main code of a program of its own, which prints to
// the returned texts.
func asProgram(t *testing.T, body func()) (stdout, stderr string) {
	t.Helper()
	var texts [2]string
	var files, readers [2]*os.File
	done := make(chan int)
	for i := range files {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		files[i], readers[i] = w, r
		go func() {
			var b strings.Builder
			_, _ = r.WriteTo(&b)
			texts[i] = b.String()
			done <- i
		}()
	}
	s := &scope.Scope{Stdout: files[0], Stderr: files[1]}
	defer s.Release()
	s.Do(body)
	for _, f := range files {
		f.Close()
	}
	<-done
	<-done
	readers[0].Close()
	readers[1].Close()
	return texts[0], texts[1]
}

// misuse runs f and checks that it panics with an error that is want and has the
// text.
func misuse(t *testing.T, want error, text string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		value := recover()
		if err, ok := value.(error); !ok || !errors.Is(err, want) || !strings.Contains(err.Error(), text) {
			t.Errorf("panic value %v, want %v with %q", value, want, text)
		}
	}()
	f()
}

// must is a result that comes with no error.
func must[T any](result T, err error) T {
	if err != nil {
		panic(err)
	}
	return result
}

// endProgram does what the end of a program does.
func endProgram() { proc.EndProgram() }
