package process_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/process"
	"lockstep/runtime/thread"
)

func init() {
	targets = append(targets, square, halfOf, whoAmI, dieAt, slowly, setBase, withBase, failing, unsendable, label)
}

func square(n int) int { return n * n }

func halfOf(n int) int {
	if n%2 == 1 {
		panic(fmt.Sprintf("%d is odd", n))
	}
	return n / 2
}

func whoAmI(int) string {
	me := process.Current()
	return fmt.Sprint(me.Name(), " ", me.Daemon(), " ", me.PID() != me.ParentPID())
}

func dieAt(n int) int {
	if n == 3 {
		process.Exit(7)
	}
	return n
}

func slowly(limit time.Duration) int {
	thread.Sleep(limit)
	return int(limit)
}

var base = 1

func init() { process.RegisterVariable("base", &base) }

func setBase(n int)      { base = n }
func withBase(n int) int { return base + n }
func failing(int) error  { return errors.New("it failed") }

func unsendable(int) any      { return make(chan int) }
func label(p *point) *point   { return &point{X: p.X, label: p.label + "!"} }
func endPool(p *process.Pool) { p.Terminate(); p.Join() }
func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func TestAPoolCalls(t *testing.T) { worldtest.Both(t, aPoolCalls) }

func aPoolCalls(t *testing.T) {
	p := process.NewPool(3)
	defer endPool(p)
	if n := len(p.Workers()); n != 3 {
		t.Errorf("%d processes", n)
	}
	got, err := process.Apply(p, square, 7)
	noError(t, err)
	if got != 49 {
		t.Errorf("Apply: %d", got)
	}
	all, err := process.Map(p, square, []int{1, 2, 3, 4, 5, 6, 7})
	noError(t, err)
	if !slices.Equal(all, []int{1, 4, 9, 16, 25, 36, 49}) {
		t.Errorf("Map: %v", all)
	}
	if none, err := process.Map(p, square, nil); len(none) != 0 || err != nil {
		t.Errorf("Map of nothing: %v, %v", none, err)
	}
	var order []int
	for n, err := range process.IMap(p, square, []int{5, 3, 4}) {
		noError(t, err)
		order = append(order, n)
	}
	if !slices.Equal(order, []int{25, 9, 16}) {
		t.Errorf("IMap: %v", order)
	}
	who, err := process.Apply(p, whoAmI, 0)
	noError(t, err)
	if !strings.HasPrefix(who, "PoolWorker-") || !strings.HasSuffix(who, "true true") {
		t.Errorf("the worker is %s", who)
	}
	// Values go and come as copies.
	back, err := process.Apply(p, label, &point{X: 1, label: "a"})
	noError(t, err)
	if *back != (point{X: 1, label: "a!"}) {
		t.Errorf("came back as %v", *back)
	}
	failed, err := process.Apply(p, failing, 0)
	noError(t, err)
	if failed.Error() != "it failed" {
		t.Errorf("an error as a result is %v", failed)
	}
}

func TestIMapUnorderedYieldsWhatIsReady(t *testing.T) {
	worldtest.Both(t, iMapUnorderedYieldsWhatIsReady)
}

func iMapUnorderedYieldsWhatIsReady(t *testing.T) {
	p := process.NewPool(2)
	defer endPool(p)
	first := -1
	for n, err := range process.IMapUnordered(p, slowly, []time.Duration{time.Hour, 1}) {
		noError(t, err)
		first = n
		break
	}
	if first != 1 {
		t.Errorf("the first was %d", first)
	}
	sum := 0
	q := process.NewPool(2)
	defer endPool(q)
	for n, err := range process.IMapUnordered(q, square, []int{1, 2, 3}) {
		noError(t, err)
		sum += n
	}
	if sum != 14 {
		t.Errorf("the squares sum up to %d", sum)
	}
}

func TestAPanicIsTheCallsOwn(t *testing.T) { worldtest.Both(t, aPanicIsTheCallsOwn) }

func aPanicIsTheCallsOwn(t *testing.T) {
	p := process.NewPool(1)
	defer endPool(p)
	_, err := process.Apply(p, halfOf, 3)
	var panicked *process.PanicError
	if !errors.As(err, &panicked) || panicked.Value != "3 is odd" || !strings.Contains(strings.Join(panicked.Frames, "\n"), "process_test.halfOf (pool_test.go:") {
		t.Errorf("got %v: %+v", err, panicked)
	}
	got, err := process.Map(p, halfOf, []int{2, 5, 4, 7})
	if !errors.As(err, &panicked) || panicked.Value != "5 is odd" || !slices.Equal(got, []int{1, 0, 2, 0}) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := process.Apply(p, unsendable, 1); err == nil || !strings.Contains(err.Error(), "the result: a value of type chan int can't go to another process") {
		t.Errorf("a result that can't go: %v", err)
	}
}

// Python hangs here.
func TestTheDeathOfAWorkerIsReportedAndItIsReplaced(t *testing.T) {
	worldtest.Both(t, theDeathOfAWorkerIsReportedAndItIsReplaced)
}

func theDeathOfAWorkerIsReportedAndItIsReplaced(t *testing.T) {
	p := process.NewPool(2)
	defer endPool(p)
	var died *process.WorkerError
	got, err := process.Map(p, dieAt, []int{1, 2, 3, 4, 5})
	if !errors.As(err, &died) || died.Code != 7 || !slices.Equal(got, []int{1, 2, 0, 4, 5}) {
		t.Errorf("got %v, %v", got, err)
	}
	for _, worker := range process.Children() { // all of them, while they do nothing
		worker.Kill()
	}
	for len(p.Workers()) > 0 {
		thread.Sleep(time.Millisecond)
	}
	if got, err := process.Apply(p, square, 3); got != 9 || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestAResultThatIsNotThereYet(t *testing.T) { worldtest.Both(t, aResultThatIsNotThereYet) }

func aResultThatIsNotThereYet(t *testing.T) {
	p := process.NewPool(1)
	defer endPool(p)
	r := process.ApplyAsync(p, slowly, time.Hour)
	if r.Ready() {
		t.Error("it is ready")
	}
	if _, err := r.GetTimeout(time.Millisecond); !errors.Is(err, process.ErrTimedOut) {
		t.Errorf("got %v", err)
	}
	waiting := process.ApplyAsync(p, square, 1)
	misuse(t, process.ErrTimeout, "", func() { _, _ = r.GetTimeout(-2) })
	p.Terminate()
	for _, err := range []error{second(r.Get()), second(waiting.Get())} {
		if !errors.Is(err, process.ErrTerminated) {
			t.Errorf("got %v", err)
		}
	}
	p.Join()
	if !r.Ready() || len(p.Workers()) != 0 {
		t.Errorf("after Terminate and Join: ready %v, workers %v", r.Ready(), p.Workers())
	}
}

func second[T any](_ T, err error) error { return err }

func TestTheEndOfAPool(t *testing.T) { worldtest.Both(t, theEndOfAPool) }

func theEndOfAPool(t *testing.T) {
	p := process.NewPool(2)
	misuse(t, process.ErrPoolOpen, "still running", p.Join)
	r := process.ApplyAsync(p, slowly, 20*time.Millisecond)
	p.Close()
	misuse(t, process.ErrPoolClosed, "not running", func() { process.ApplyAsync(p, square, 1) })
	p.Join()
	if v, err := r.GetTimeout(0); v == 0 || err != nil {
		t.Errorf("Join didn't wait for what was asked for: %v, %v", v, err)
	}
	if left := p.Workers(); len(left) != 0 {
		t.Errorf("workers left: %v", left)
	}
	p.Join()
	misuse(t, process.ErrValue, "", func() { process.NewPool(0) })
}

func TestTheInitializerOfAPool(t *testing.T) { worldtest.Both(t, theInitializerOfAPool) }

func theInitializerOfAPool(t *testing.T) {
	p := process.NewPool(2, process.PoolInitializer(setBase, 10))
	defer endPool(p)
	if got, err := process.Map(p, withBase, []int{1, 2, 3}); !slices.Equal(got, []int{11, 12, 13}) || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	bad := process.NewPool(1, process.PoolInitializer(halfOf, 1))
	defer endPool(bad)
	if _, err := process.Apply(bad, square, 1); err == nil || !strings.Contains(err.Error(), "the initializer of a worker: panic: 1 is odd") {
		t.Errorf("got %v", err)
	}
}

func TestWhatAPoolCanNotCall(t *testing.T) { worldtest.Both(t, whatAPoolCanNotCall) }

func whatAPoolCanNotCall(t *testing.T) {
	p := process.NewPool(1)
	defer endPool(p)
	misuse(t, process.ErrTarget, "function literal", func() { process.ApplyAsync(p, func(int) int { return 1 }, 1) })
	misuse(t, process.ErrProcessOnly, "argument 1: a value of type chan int", func() { process.ApplyAsync(p, takesAny, any(make(chan int))) })
	misuse(t, process.ErrInherit, "", func() { process.ApplyAsync(p, takesAny, any(process.NewLock())) })
}

func init() { targets = append(targets, takesAny) }

func takesAny(any) int { return 0 }

// The program's end waits for what was asked for, and ends the processes.
func TestTheProgramsEndEndsAPool(t *testing.T) {
	var p *process.Pool
	var r *process.Result[int]
	asProgram(t, func() {
		p = process.NewPool(2)
		r = process.ApplyAsync(p, slowly, 20*time.Millisecond)
		endProgram()
	})
	if v, err := r.GetTimeout(0); v == 0 || err != nil {
		t.Errorf("got %v, %v", v, err)
	}
	if left := p.Workers(); len(left) != 0 {
		t.Errorf("workers left: %v", left)
	}
	if got, err := process.Apply(p, square, 3); got != 9 || err != nil {
		t.Errorf("in a later cell: %v, %v", got, err)
	}
	endPool(p)
}
