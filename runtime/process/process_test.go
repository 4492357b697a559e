package process_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"lockstep/runtime/futures"
	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/process"
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

func init() {
	targets = append(targets, nothing, report, exit, boom, forever, deep, isReal, startsOne, asDaemon, orphanMaker, joinsIt, sums, tells, exitDeferred, lateThread, setCounter, goexit, ships, leavesAtOnce, tellsPID)
	process.RegisterVariable("counter", &counter)
}

func nothing() {}

type point struct {
	X, Y  int
	label string
	next  *point
}

func report(q *process.Queue[string], n int, names []string, p point, rest ...any) {
	q.Put(fmt.Sprintf("%d %v %d %d %s %d %v", n, names, p.X, p.Y, p.label, p.next.X, rest))
}

func exit(n int) { process.Exit(n) }
func boom()      { panic("boom") }
func forever()   { thread.Sleep(time.Hour) }
func goexit()    { runtime.Goexit() }

func deep(depth, parent int, q *process.Queue[string]) {
	me := process.Current()
	q.Put(fmt.Sprintf("%s %v %v", me.Name(), me.PID() != parent, me.ParentPID() == parent))
	if depth > 0 {
		process.Start(deep, depth-1, me.PID(), q).Join()
	}
}

func isReal(q *process.Queue[bool]) {
	me := process.Current()
	q.Put(me.PID() == os.Getpid() && me.ParentPID() == os.Getppid())
}

func startsOne(c *process.Conn[int]) {
	p := process.Start(forever)
	_ = c.Send(p.PID())
	forever()
}

func asDaemon(q *process.Queue[string]) {
	defer func() { q.Put(fmt.Sprint(recover())) }()
	process.Start(nothing)
}

func orphanMaker(c *process.Conn[int]) {
	p := process.New(tells, c)
	p.Start()
	forever()
}

func tells(c *process.Conn[int]) {
	_ = c.Send(os.Getpid())
	_, _ = c.Recv()
	_ = c.Send(os.Getppid())
	forever()
}

func joinsIt(p *process.Process, q *process.Queue[string]) {
	defer func() { q.Put(fmt.Sprint(recover())) }()
	q.Put(fmt.Sprintf("%s %v", p.Name(), p.PID() != process.Current().PID()))
	p.Join()
}

func sums(xs ...int) {
	n := 0
	for _, x := range xs {
		n += x
	}
	process.Exit(n)
}

func exitDeferred() {
	defer fmt.Println("deferred")
	process.Exit(3)
}

func lateThread() {
	thread.Go(func() {
		thread.Sleep(50 * time.Millisecond)
		fmt.Println("a thread was waited for")
	})
}

var counter = 5

func setCounter(q *process.Queue[int]) {
	q.Put(counter)
	counter = 9
}

func joined(p *process.Process) *process.Process {
	p.Join()
	return p
}

func TestArgumentsArriveAsCopies(t *testing.T) { worldtest.Both(t, argumentsArriveAsCopies) }

func argumentsArriveAsCopies(t *testing.T) {
	q := process.NewQueue[string](0)
	p := process.Start(report, q, 7, []string{"a", "b"}, point{1, 2, "hidden", &point{X: 3}}, 2.5, nil, []any{"x"})
	if got, want := must(q.Get()), "7 [a b] 1 2 hidden 3 [2.5 <nil> [x]]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if code := joined(p).ExitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if code := joined(process.Start(sums, 1, 2, 3)).ExitCode(); code != 6 {
		t.Errorf("the variadic target got a sum of %d", code)
	}
}

func TestAProcessHasNoNumbersBeforeItsTime(t *testing.T) {
	worldtest.Both(t, aProcessHasNoNumbersBeforeItsTime)
}

func aProcessHasNoNumbersBeforeItsTime(t *testing.T) {
	p := process.New(forever)
	misuse(t, process.ErrNotStarted, "Process-", func() { p.PID() })
	misuse(t, process.ErrNotStarted, "", func() { p.ExitCode() })
	misuse(t, process.ErrNotStarted, "Join", func() { p.Join() })
	misuse(t, process.ErrNotStarted, "Terminate", func() { p.Terminate() })
	if p.Alive() {
		t.Error("alive before the start")
	}
	p.Start()
	if p.PID() <= 0 || p.PID() == process.Current().PID() || p.ParentPID() != process.Current().PID() {
		t.Errorf("pid %d, parent %d", p.PID(), p.ParentPID())
	}
	if !p.Alive() {
		t.Error("not alive after the start")
	}
	misuse(t, process.ErrRunning, "", func() { p.ExitCode() })
	misuse(t, process.ErrStarted, "", p.Start)
	misuse(t, process.ErrStarted, "", func() { p.SetDaemon(true) })
	misuse(t, process.ErrTimeout, "", func() { p.JoinTimeout(-3) })
	if p.JoinTimeout(10 * time.Millisecond) {
		t.Error("joined a process that runs")
	}
	p.Kill()
	p.Join()
	p.Join() // a second time is fine
	p.Terminate()
	if p.Alive() || p.ExitCode() != -9 {
		t.Errorf("alive %v, exit code %d", p.Alive(), p.ExitCode())
	}
}

func TestExitCodes(t *testing.T) { worldtest.Both(t, exitCodes) }

func exitCodes(t *testing.T) {
	end := func(how func(*process.Process), target any, args ...any) int {
		p := process.Start(target, args...)
		if how != nil {
			how(p)
		}
		return joined(p).ExitCode()
	}
	for _, test := range []struct {
		what      string
		got, want int
	}{
		{"return", end(nil, nothing), 0},
		{"Exit(0)", end(nil, exit, 0), 0},
		{"Exit(7)", end(nil, exit, 7), 7},
		{"Exit(255)", end(nil, exit, 255), 255},
		{"a panic", end(nil, boom), 1},
		{"Goexit", end(nil, goexit), 1},
		{"Terminate", end((*process.Process).Terminate, forever), -int(syscall.SIGTERM)},
		{"Kill", end((*process.Process).Kill, forever), -int(syscall.SIGKILL)},
	} {
		if test.got != test.want {
			t.Errorf("%s: %d, want %d", test.what, test.got, test.want)
		}
	}
}

func TestWhatAProcessPrintsAtItsEnd(t *testing.T) {
	end := func(target any) (code int, stdout, stderr string) {
		stdout, stderr = asProgram(t, func() { code = joined(process.Start(target)).ExitCode() })
		return code, stdout, stderr
	}
	if code, stdout, _ := end(exitDeferred); code != 3 || stdout != "deferred\n" {
		t.Errorf("Exit with a deferred call: %d, printed %q", code, stdout)
	}
	if code, _, stderr := end(boom); code != 1 || !strings.HasPrefix(stderr, "panic in process Process-1: boom\n\tlockstep/runtime/process_test.boom (process_test.go:") {
		t.Errorf("panic: %d, printed %q", code, stderr)
	}
	if code, stdout, _ := end(lateThread); code != 0 || stdout != "a thread was waited for\n" {
		t.Errorf("with a thread: %d, printed %q", code, stdout)
	}
}

func TestNamesAndNumbersOfNestedProcesses(t *testing.T) {
	worldtest.Both(t, namesAndNumbersOfNestedProcesses)
}

func namesAndNumbersOfNestedProcesses(t *testing.T) {
	q, me := process.NewQueue[string](0), process.Current()
	process.Start(deep, 2, me.PID(), q).Join()
	named := process.New(deep, 0, me.PID(), q)
	named.SetName("worker")
	named.Start()
	named.Join()
	for _, want := range []string{"Process-1 true true", "Process-1:1 true true", "Process-1:1:1 true true", "worker true true"} {
		if got := must(q.Get()); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if me.Name() != "MainProcess" || me.Daemon() {
		t.Errorf("the main process is %v", me)
	}
}

func TestTheNumbersAreThoseOfTheSystem(t *testing.T) {
	q := process.NewQueue[bool](0)
	process.Start(isReal, q).Join()
	if !must(q.Get()) || process.Current().PID() != os.Getpid() {
		t.Error("the system has other numbers")
	}
}

func TestOnlyTheParentJoins(t *testing.T) { worldtest.Both(t, onlyTheParentJoins) }

func onlyTheParentJoins(t *testing.T) {
	q := process.NewQueue[string](0)
	p := process.Start(forever)
	other := process.Start(joinsIt, p, q)
	if got := must(q.Get()); got != p.Name()+" true" {
		t.Errorf("got %s", got)
	}
	if got := must(q.Get()); !strings.Contains(got, process.ErrNotParent.Error()) {
		t.Errorf("got %s", got)
	}
	other.Join()
	p.Kill()
	p.Join()
	misuse(t, process.ErrNotParent, "", func() { process.Current().Join() })
}

func TestADaemonHasNoChildren(t *testing.T) { worldtest.Both(t, aDaemonHasNoChildren) }

func aDaemonHasNoChildren(t *testing.T) {
	q := process.NewQueue[string](0)
	p := process.New(asDaemon, q)
	p.SetDaemon(true)
	p.Start()
	if got := must(q.Get()); !strings.Contains(got, process.ErrDaemonChild.Error()) {
		t.Errorf("got %s", got)
	}
	p.Join()
}

// household starts a daemonic process, one that isn't, and a thread, and its main code
// ends.
func household(daemons *process.Conn[string], threadMay, otherMay *process.Event) {
	daemon := process.New(answers, daemons)
	daemon.SetDaemon(true)
	daemon.Start()
	daemons.Close()
	process.Start(awaits, otherMay)
	thread.Go(threadMay.Wait)
}

func answers(c *process.Conn[string]) {
	for {
		if _, err := c.Recv(); err != nil {
			return
		}
		_ = c.Send("here")
	}
}

func awaits(e *process.Event) { e.Wait() }

func init() { targets = append(targets, household, answers, awaits) }

// The notes' point: a daemonic process ends once the main code and its threads
// have ended, before the program waits for other processes.
func TestADaemonEndsWithTheMainCodeAndItsThreads(t *testing.T) {
	worldtest.Both(t, aDaemonEndsWithTheMainCodeAndItsThreads)
}

func aDaemonEndsWithTheMainCodeAndItsThreads(t *testing.T) {
	here, there := process.Pipe[string]()
	threadMay, otherMay := process.NewEvent(), process.NewEvent()
	p := process.Start(household, there, threadMay, otherMay)
	there.Close()
	for range 3 {
		_ = here.Send("still?")
		if got, err := here.Recv(); got != "here" || err != nil {
			t.Errorf("while a thread runs the daemon says %q, %v", got, err)
		}
	}
	threadMay.Set()
	if got, err := here.Recv(); err == nil {
		t.Errorf("after the thread's end the daemon says %q", got)
	}
	if p.JoinTimeout(10 * time.Millisecond) {
		t.Error("the program didn't wait for the other process")
	}
	otherMay.Set()
	if code := joined(p).ExitCode(); code != 0 {
		t.Errorf("it ended with %d", code)
	}
}

func TestTheEndOfAProgram(t *testing.T) {
	var daemon, other *process.Process
	asProgram(t, func() {
		daemon = process.New(forever)
		daemon.SetDaemon(true)
		daemon.Start()
		other = process.Start(lateThread)
		if len(process.Children()) != 2 {
			t.Errorf("children: %v", process.Children())
		}
		endProgram()
	})
	if daemon.ExitCode() != -int(syscall.SIGTERM) {
		t.Errorf("the daemon ended with %d", daemon.ExitCode())
	}
	if other.ExitCode() != 0 {
		t.Errorf("the other ended with %d", other.ExitCode())
	}
}

func TestTargetsThatCanNotBe(t *testing.T) { worldtest.Both(t, targetsThatCanNotBe) }

func targetsThatCanNotBe(t *testing.T) {
	local := 3
	misuse(t, process.ErrTarget, "function literal", func() { process.New(func() { _ = local }) })
	misuse(t, process.ErrTarget, "method value", func() { process.New(time.Second.String) })
	misuse(t, process.ErrTarget, "a string is not a function", func() { process.New("nothing") })
	misuse(t, process.ErrTarget, "nil", func() { process.New((func())(nil)) })
	misuse(t, process.ErrRegister, "time.Now", func() { process.New(time.Now) })
	misuse(t, process.ErrArguments, "takes 1, not 0", func() { process.New(exit) })
	misuse(t, process.ErrArguments, "argument 1 is of type string, not int", func() { process.New(exit, "1") })
	misuse(t, process.ErrArguments, "takes 0, not 1", func() { process.New(nothing, 1) })
	misuse(t, process.ErrProcessOnly, "argument 5: a value of type chan int", func() {
		process.Start(report, process.NewQueue[string](0), 1, []string(nil), point{}, make(chan int))
	})
	misuse(t, process.ErrUnknownType, "call process.Register(process_test.unknown{}) before process.Main", func() {
		type unknown struct{}
		process.Start(report, process.NewQueue[string](0), 1, []string(nil), point{}, unknown{})
	})
}

// leavesAtOnce starts a process and doesn't even wait until that runs.
func leavesAtOnce(q *process.Queue[string], size int) {
	process.Start(report, q, size, []string{strings.Repeat("x", size)}, point{next: &point{}})
	os.Exit(4)
}

func tellsPID(q *process.Queue[int]) {
	q.Put(os.Getpid())
	forever()
}

func TestAProcessOutlivesAParentThatLeavesAtOnce(t *testing.T) {
	for _, size := range []int{0, 1 << 20} { // more than the system keeps for the child
		for range 5 {
			q := process.NewQueue[string](0)
			p := process.Start(leavesAtOnce, q, size)
			q.Close()
			if got, err := q.Get(); err != nil || !strings.HasPrefix(got, fmt.Sprint(size, " [x")) && size > 0 {
				t.Errorf("the child of the child says %.20q, %v", got, err)
			}
			if code := joined(p).ExitCode(); code != 4 {
				t.Errorf("exit code %d", code)
			}
		}
	}
}

func init() {
	programs["leaves"] = func() {
		q := process.NewQueue[int](0)
		process.Start(tellsPID, q)
		fmt.Print(must(q.Get()))
		os.Exit(5)
	}
}

func TestNoProcessOutlivesTheProgram(t *testing.T) {
	stdout, _, err := runProgram(t, "leaves")
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 5 {
		t.Errorf("the program ended with %v", err)
	}
	pid, err := strconv.Atoi(stdout)
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); !proc.Ended(pid); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("process %d is still there", pid)
		}
	}
}

// What the parameters of targets carry needs no registering of its own.
type (
	cargo    struct{ Name string }
	parcel   struct{ N int }
	letter   struct{ Text string }
	drawer   struct{ Key string }
	contents []cargo
)

func ships(q *process.Queue[cargo], j *process.JoinableQueue[*parcel], ends struct{ Letters *process.Conn[letter] }, d *process.Dict[drawer, contents]) {
	q.Put(cargo{"c"})
	j.Put(&parcel{must(j.Get()).N + 1})
	_ = ends.Letters.Send(letter{must(ends.Letters.Recv()).Text + "!"})
	stock, _ := d.Get(drawer{"a"})
	d.Set(drawer{"b"}, append(stock, cargo{"b"}))
}

func TestTypesThatParametersCarryAreKnown(t *testing.T) {
	m := process.NewManager()
	defer m.Shutdown()
	q, j, d := process.NewQueue[cargo](0), process.NewJoinableQueue[*parcel](0), process.NewDict[drawer, contents](m)
	here, there := process.Pipe[letter]()
	j.Put(&parcel{1})
	d.Set(drawer{"a"}, contents{{"a"}})
	p := process.Start(ships, q, j, struct{ Letters *process.Conn[letter] }{there}, d)
	_ = here.Send(letter{"hello"})
	if got := must(q.Get()); got.Name != "c" {
		t.Errorf("got %v", got)
	}
	if got := must(here.Recv()); got.Text != "hello!" {
		t.Errorf("got %v", got)
	}
	p.Join()
	if got := must(j.Get()); got.N != 2 {
		t.Errorf("got %v", got)
	}
	if got, _ := d.Get(drawer{"b"}); len(got) != 2 || got[1].Name != "b" {
		t.Errorf("got %v", got)
	}
}

func TestForkTakesVariablesAlongAndSpawnDoesNot(t *testing.T) {
	worldtest.Both(t, forkTakesVariablesAlongAndSpawnDoesNot)
}

func forkTakesVariablesAlongAndSpawnDoesNot(t *testing.T) {
	counter = 6
	defer func() { counter = 5 }()
	q := process.NewQueue[int](0)
	for _, test := range []struct {
		mode process.Mode
		want int
	}{{process.Spawn, 5}, {process.Fork, 6}} {
		p := process.New(setCounter, q)
		p.SetMode(test.mode)
		p.Start()
		if got := must(q.Get()); got != test.want {
			t.Errorf("%v: the child's counter was %d, want %d", test.mode, got, test.want)
		}
		p.Join()
	}
	if counter != 6 {
		t.Errorf("a child changed the parent's counter to %d", counter)
	}
}

func TestASimulationOfACompiledProgramRefusesProcesses(t *testing.T) {
	defer func(before proc.Program) { proc.Current = before }(proc.Current)
	proc.Current = &proc.Native
	for _, use := range []func(){
		func() { process.Start(nothing) },
		func() { process.NewPool(1) },
		func() { process.NewManager() },
		func() { _, _ = process.CreateSharedMemory("", 1) },
		func() { futures.NewProcesses(1) },
	} {
		r := sim.Run(1, use)
		if r.OK() || !strings.Contains(r.Err.Error(), process.ErrSimulated.Error()) {
			t.Errorf("the simulation says %v", r)
		}
	}
}
