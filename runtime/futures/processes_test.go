package futures_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"lockstep/runtime/futures"
	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/process"
	"lockstep/runtime/thread"
)

// The test binary is a program whose processes run functions of this package.
func TestMain(m *testing.M) {
	code := 0
	process.RegisterVariable("base", &base)
	worldtest.Processes()
	process.Main(func() { code = m.Run() }, square, pid, odd, checked, die, forever, setBase, based, boom)
	os.Exit(code)
}

func pid(int) int { return process.Current().PID() }

func odd(n int) int {
	if n%2 == 1 {
		panic(fmt.Errorf("%d is odd", n))
	}
	return n
}

func checked(n int) (int, error) {
	if n < 0 {
		return 0, errors.New("it is negative")
	}
	return n, nil
}

func die(int) int  { process.Exit(5); return 0 }
func forever() int { thread.Sleep(time.Hour); return 0 }
func boom()        { panic("boom") }

var base = 1

func setBase()        { base = 100 }
func based(n int) int { return base + n }

func TestJobsRunInOtherProcesses(t *testing.T) { worldtest.Both(t, jobsRunInOtherProcesses) }

func jobsRunInOtherProcesses(t *testing.T) {
	e := futures.NewProcesses(2, futures.Initializer(setBase))
	defer e.Close()
	if p, err := futures.Call(e, pid, 0).Result(); err != nil || p == process.Current().PID() {
		t.Errorf("the job ran in process %d, %v", p, err)
	}
	i := 0
	for n, err := range futures.Map(e, based, []int{1, 2, 3}) {
		i++
		if n != 100+i || err != nil {
			t.Errorf("%d: %d, %v", i, n, err)
		}
	}
	if base != 1 || i != 3 {
		t.Errorf("the base is %d here, %d results came", base, i)
	}
	if n, err := futures.CallErr(e, checked, 3).Result(); n != 3 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := futures.CallErr(e, checked, -1).Result(); err == nil || err.Error() != "it is negative" {
		t.Errorf("the job's error is %v", err)
	}
	_, err := futures.Call(e, odd, 3).Result()
	var panicked *futures.PanicError
	if !errors.As(err, &panicked) || panicked.Error() != "panic: 3 is odd" || !strings.HasPrefix(panicked.Thread, "Process-") || len(panicked.Frames) == 0 {
		t.Errorf("the job's panic is %v: %+v", err, panicked)
	}
}

func TestTheDeathOfAWorkerBreaksTheExecutorForGood(t *testing.T) {
	worldtest.Both(t, theDeathOfAWorkerBreaksTheExecutorForGood)
}

func theDeathOfAWorkerBreaksTheExecutorForGood(t *testing.T) {
	e := futures.NewProcesses(2)
	other := futures.Submit(e, forever)
	await(other.Running)
	lost := futures.Call(e, die, 0)
	pending := futures.Call(e, square, 2)
	for i, f := range []*futures.Future[int]{lost, other, pending, futures.Call(e, square, 3)} {
		if _, err := f.Result(); !errors.Is(err, futures.ErrBroken) || !strings.Contains(err.Error(), "ended with the exit code 5") {
			t.Errorf("%d: %v", i, err)
		}
	}
	e.Close()
}

func TestTheDeathOfAnIdleWorkerBreaksTheExecutorToo(t *testing.T) {
	worldtest.Both(t, theDeathOfAnIdleWorkerBreaksTheExecutorToo)
}

func theDeathOfAnIdleWorkerBreaksTheExecutorToo(t *testing.T) {
	e := futures.NewProcesses(1)
	defer e.Close()
	p, err := futures.Call(e, pid, 0).Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, child := range process.Children() {
		if child.PID() == p {
			child.Kill()
		}
	}
	await(func() bool { return len(process.Children()) == 0 })
	if _, err := futures.Call(e, square, 3).Result(); !errors.Is(err, futures.ErrBroken) || !strings.Contains(err.Error(), "exit code -9") {
		t.Errorf("got %v", err)
	}
}

func TestWhatAnExecutorOfProcessesCanNotDo(t *testing.T) {
	worldtest.Both(t, whatAnExecutorOfProcessesCanNotDo)
}

func whatAnExecutorOfProcessesCanNotDo(t *testing.T) {
	e := futures.NewProcesses(1)
	defer e.Close()
	wantMisuse(t, futures.ErrTarget, func() { futures.Submit(e, func() int { return 1 }) })
	wantMisuse(t, process.ErrRegister, func() { futures.Call(e, time.Duration.String, 1) })
	wantMisuse(t, futures.ErrValue, func() { futures.NewProcesses(0) })
	bad := futures.NewProcesses(1, futures.Initializer(boom))
	if _, err := futures.Call(bad, square, 1).Result(); !errors.Is(err, futures.ErrBroken) || !strings.Contains(err.Error(), "panic: boom") {
		t.Errorf("got %v", err)
	}
	bad.Close()
}

func wantMisuse(t *testing.T, want error, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		err, _ := recover().(error)
		wantErr(t, "the panic's value", err, want)
	}()
	f()
}
