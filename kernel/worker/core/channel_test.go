package core_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"lockstep/kernel/worker/core"
	"lockstep/runtime/support"
)

func TestValuesGoThroughChannelsOfEveryKind(t *testing.T) {
	for name, reflects := range map[string]bool{"directly": false, "by reflection": true} {
		t.Run(name, func(t *testing.T) {
			s := newSession(t)
			s.reflects = reflects
			valuesGoThroughChannels(t, s)
		})
	}
}

func valuesGoThroughChannels(t *testing.T, s *session) {
	for _, test := range []struct{ typ, value, want string }{
		{"int", "3", "3 int"},
		{"string", `"a"`, "a string"},
		{"bool", "true", "true bool"},
		{"struct{}", "struct{}{}", "{} struct {}"},
		{"float64", "1.5", "1.5 float64"},
		{"byte", "byte(7)", "7 uint8"},
		{"int64", "int64(7)", "7 int64"},
		{"uint16", "uint16(7)", "7 uint16"},
		{"error", `errors.New("oops")`, "oops *errors.errorString"},
		{"error", "ʹrt.Box(&ʹt.Broken{code: 2}).(error)", "broken 2 *main.Broken"},
		{"error", "nil", "<nil> <nil>"},
		{"any", "ʹrt.Box(ʹt.Square{side: 2})", "{2} main.Square"},
		{"any", "nil", "<nil> <nil>"},
		{"ʹt.Shape", "ʹrt.Box(ʹt.Square{side: 2}).(ʹt.Shape)", "{2} main.Square"},
		{"ʹt.Shape", "nil", "<nil> <nil>"},
		{"ʹt.Square", "ʹt.Square{side: 2}", "{2} main.Square"},
		{"*ʹt.Square", "(*ʹt.Square)(nil)", "<nil> *main.Square"},
		{"[]int", "[]int{1, 2}", "[1 2] []int"},
		{"ʹt.Row", "ʹt.Row{1, 2}", "[1 2] main.Row"},
		{"map[string]ʹt.Row", `map[string]ʹt.Row{"a": {1}}`, "map[a:[1]] map[string]main.Row"},
		{"[2]int", "[2]int{1, 2}", "[1 2] [2]int"},
	} {
		for _, as := range []string{"chan ", "<-chan ", "chan<- "} {
			// The direction concerns the one operation that is done with it.
			in, out := "c", "c"
			if as == "<-chan " {
				out = "(<-chan " + test.typ + ")(c)"
			} else if as == "chan<- " {
				in = "(chan<- " + test.typ + ")(c)"
			}
			body := fmt.Sprintf(`c := make(chan %s, 1); ʹrt.Send(%s, %s); fmt.Fprintf(ʹrt.Stdout(), "%%v %%[1]T", ʹrt.Box(ʹrt.Recv(%s)))
				ʹrt.Close(c); var v %[1]s; if ʹrt.RecvTo(%[4]s, &v) { fmt.Fprint(ʹrt.Stdout(), "still open") }; if ʹrt.RecvTo(%[4]s, nil) { fmt.Fprint(ʹrt.Stdout(), "still open") }`, test.typ, in, test.value, out)
			if got := s.output("", body); got != test.want {
				t.Errorf("%s%s: %s, want %s", as, test.typ, got, test.want)
			}
		}
	}
}

func TestAClosedChannelGivesZeroValues(t *testing.T) {
	s := newSession(t)
	got := s.output("", `a := make(chan int); b := make(chan ʹt.Square); c := make(chan error)
		ʹrt.Close(a); ʹrt.Close(b); ʹrt.Close(c)
		fmt.Fprint(ʹrt.Stdout(), ʹrt.Recv(a).(int), ʹrt.Recv(b).(ʹt.Square).side, ʹrt.Recv(c) == nil)
		var v ʹt.Square; i, ok := ʹrt.Select(ʹrt.RecvCase(b, &v)); fmt.Fprint(ʹrt.Stdout(), i, v.side, ok)`)
	if want := "0 0 true0 0 false"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestUnbufferedChannelsMeet(t *testing.T) {
	s := newSession(t)
	for i, typ := range []string{"int", "ʹt.Row"} {
		produce := fmt.Sprint("produce", i)
		got := s.output(`func `+produce+`(c chan `+typ+`, v `+typ+`) { for i := 0; i < 200; i++ { ʹrt.Send(c, v) }; ʹrt.Close(c) }`,
			`c := make(chan `+typ+`); var v `+typ+`; ʹrt.Go(func() { `+produce+`(c, v) }); n := 0
			for ʹrt.RecvTo(c, nil) { n++ }; fmt.Fprint(ʹrt.Stdout(), n)`)
		if got != "200" {
			t.Errorf("chan %s: %s values, want 200", typ, got)
		}
	}
}

func TestSelectTakesWhatIsReady(t *testing.T) {
	s := newSession(t)
	for _, test := range []struct{ name, body, want string }{
		{"the default", `i, ok := ʹrt.Select(ʹrt.RecvCase(a, nil), ʹrt.DefaultCase(), ʹrt.RecvCase(b, nil)); fmt.Fprint(ʹrt.Stdout(), i, ok)`, "1 false"},
		{"the default, of one", `i, ok := ʹrt.Select(ʹrt.RecvCase(a, nil), ʹrt.DefaultCase()); fmt.Fprint(ʹrt.Stdout(), i, ok)`, "1 false"},
		{"a default alone", `i, _ := ʹrt.Select(ʹrt.DefaultCase()); fmt.Fprint(ʹrt.Stdout(), i)`, "0"},
		{"a value", `ʹrt.Send(b, ʹt.Square{side: 3}); var v ʹt.Square; i, ok := ʹrt.Select(ʹrt.RecvCase(a, nil), ʹrt.RecvCase(b, &v), ʹrt.DefaultCase()); fmt.Fprint(ʹrt.Stdout(), i, v.side, ok)`, "1 3 true"},
		{"room for a value", `i, ok := ʹrt.Select(ʹrt.RecvCase(a, nil), ʹrt.SendCase(b, ʹt.Square{side: 4})); fmt.Fprint(ʹrt.Stdout(), i, ok, ʹrt.Recv(b).(ʹt.Square).side)`, "1 false 4"},
		{"never a nil channel", `var n chan int; var m chan ʹt.Square; i, _ := ʹrt.Select(ʹrt.RecvCase(n, nil), ʹrt.SendCase(n, 1), ʹrt.RecvCase(m, nil), ʹrt.SendCase(m, ʹt.Square{}), ʹrt.DefaultCase()); fmt.Fprint(ʹrt.Stdout(), i)`, "4"},
		{"what comes later", `ʹrt.Go(func() { ʹrt.Send(a, 5) }); var v int; i, ok := ʹrt.Select(ʹrt.RecvCase(b, nil), ʹrt.RecvCase(a, &v)); fmt.Fprint(ʹrt.Stdout(), i, v, ok)`, "1 5 true"},
		{"who comes later", `done := make(chan bool); ʹrt.Go(func() { ʹrt.Send(done, ʹrt.Recv(a).(int) == 6) }); i, ok := ʹrt.Select(ʹrt.RecvCase(b, nil), ʹrt.SendCase(a, 6)); fmt.Fprint(ʹrt.Stdout(), i, ok, ʹrt.Recv(done))`, "1 false true"},
	} {
		if got := s.output("", `a := make(chan int); b := make(chan ʹt.Square, 1); _, _ = a, b; `+test.body); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestSelectIsFair(t *testing.T) {
	c := newSession(t).core
	a, b, d := make(chan int, 3000), make(chan struct{}, 3000), make(chan []bool, 3000)
	taken := make([]int, 3)
	for range 3000 {
		c.Send(a, 1)
		c.Send(b, struct{}{})
		c.Send(d, []bool(nil))
		i, _ := c.Select(core.RecvCase(a, nil), core.RecvCase(b, nil), core.RecvCase(d, nil))
		taken[i]++
	}
	for i, n := range taken {
		// Seven standard deviations from the mean.
		if n < 820 || n > 1180 {
			t.Errorf("case %d was taken %d times of 3000", i, n)
		}
	}
}

// TestSelectByManyGoroutines is a program that the interpreter alone gets wrong.
func TestSelectByManyGoroutines(t *testing.T) {
	s := newSession(t)
	got := s.output(`
		func worker(id int, in, out chan int, quit chan struct{}, wrong *[8]int) {
			for {
				var v int; i, ok := ʹrt.Select(ʹrt.RecvCase(in, &v), ʹrt.RecvCase(quit, nil))
				if i == 1 { return }
				if !ok || v / 1000 != id { wrong[id]++ }
				ʹrt.Send(out, 1)
			}
		}
		func start(id int, in, out chan int, quit chan struct{}, wrong *[8]int) {
			ʹrt.Go(func() { worker(id, in, out, quit, wrong) })
			ʹrt.Go(func() { for k := 0; k < 200; k++ { ʹrt.Send(in, 1000 * id + k) } })
		}`, `
		var wrong [8]int
		quit := make(chan struct{}); out := make(chan int)
		for id := 0; id < 8; id++ {
			start(id, make(chan int), out, quit, &wrong)
		}
		n := 0
		for n < 1600 { n += ʹrt.Recv(out).(int) }
		ʹrt.Close(quit)
		fmt.Fprint(ʹrt.Stdout(), n, wrong)`)
	if want := "1600 [0 0 0 0 0 0 0 0]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// host is a kernel whose user interrupts.
type host struct {
	cancelled chan struct{}
	panicked  chan any
}

func (*host) Value(_, _ map[string]any) error { return nil }
func (*host) Clear(bool) error                { return nil }
func (*host) Declared(int)                    {}
func (*host) Exiting(int)                     {}
func (h *host) Panicking(v any)               { h.panicked <- v }
func (h *host) Cancelled() <-chan struct{}    { return h.cancelled }

// inCell runs f as the code of a cell on a goroutine of its own; ended is closed
// when that has ended, other than by returning.
func inCell(t *testing.T, h *host, f func()) (ended chan struct{}) {
	ended = make(chan struct{})
	scope := &support.Scope{Host: h}
	t.Cleanup(scope.Release)
	go func() {
		returned := false
		defer func() {
			if recover() == nil && !returned {
				close(ended)
			}
		}()
		scope.Do(f)
		returned = true
	}()
	return ended
}

func TestAnInterruptEndsWhatWaits(t *testing.T) {
	s := newSession(t)
	for _, wait := range []string{
		`ʹrt.Recv(make(chan int))`,
		`ʹrt.Send(make(chan int), 1)`,
		`ʹrt.Recv(make(chan ʹt.Square))`,
		`ʹrt.Send(make(chan ʹt.Square), ʹt.Square{})`,
		`var c chan int; ʹrt.Recv(c)`,
		`var c chan ʹt.Square; ʹrt.Send(c, ʹt.Square{})`,
		`ʹrt.Select(ʹrt.RecvCase(make(chan int), nil), ʹrt.SendCase(make(chan ʹt.Square), ʹt.Square{}))`,
		`ʹrt.Select()`,
		`ʹrt.Recv((<-chan string)(make(chan string)))`,
		`ʹrt.Send((chan<- bool)(make(chan bool)), true)`,
	} {
		h := &host{cancelled: make(chan struct{})}
		waiting, log := make(chan struct{}), make(chan string, 3)
		f := s.function(``, `ʹrt.Defer(func(d *ʹrt.Defers) {
			ʹrt.Push(d, func() { frame := ʹrt.Frame(); if ʹrt.Recover(frame) != nil { panic("recovered from an interrupt") } }, true)
			`+wait+` })`)
		ended := inCell(t, h, func() {
			close(waiting)
			defer func() { log <- "deferred" }()
			f()
		})
		<-waiting
		close(h.cancelled)
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Fatalf("%s: still waiting", wait)
		}
		if len(log) != 1 {
			t.Errorf("%s: deferred calls were not made", wait)
		}
	}
}

func TestAnInterruptedGoroutineEndsQuietly(t *testing.T) {
	s := newSession(t)
	h := &host{cancelled: make(chan struct{}), panicked: make(chan any, 1)}
	var ended sync.WaitGroup
	ended.Add(1)
	inCell(t, h, func() {
		core.New(nil).Go(func() {
			defer ended.Done()
			s.core.Recv(make(chan int))
		})
	})
	close(h.cancelled)
	ended.Wait()
	select {
	case v := <-h.panicked:
		t.Errorf("it panicked with %v", v)
	default:
	}
}
