package simworld_test

import (
	"strings"
	"testing"
	"time"
	"unsafe"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
	"lockstep/runtime/internal/simworld"
)

// world returns the simulated world of the caller.
func world() *simworld.World { return scope.Current().World.(*simworld.World) }

func run(body func()) *simworld.Result {
	return simworld.Run(simworld.Config{Chooser: simworld.Script(nil), MaxSteps: 1000, Record: 100, Mute: true}, body)
}

func spawn(name string, body func()) {
	if err := world().Spawn(sched.NewTask(name, false), body); err != nil {
		panic(err)
	}
}

var (
	readN  = &simworld.Site{Kind: simworld.Read, Name: "n", Value: valueOfInt}
	writeN = &simworld.Site{Kind: simworld.Write, Name: "n", Value: valueOfInt}
	loadN  = &simworld.Site{Kind: simworld.AtomicLoad, Name: "n"}
	storeN = &simworld.Site{Kind: simworld.AtomicStore, Name: "n"}
)

func valueOfInt(addr unsafe.Pointer) any { return *(*int)(addr) }

func TestAccessesShowTheValueReadAndTheValueWritten(t *testing.T) {
	r := run(func() {
		n := 100
		w := world()
		w.Access(readN, unsafe.Pointer(&n))
		w.Access(writeN, unsafe.Pointer(&n))
		n = 99
	})
	var got []string
	for _, e := range r.Events {
		got = append(got, strings.TrimSpace(e.Op.Verb+" "+e.On+" "+e.Value))
	}
	if want := "read n 100, write n 99, End"; strings.Join(got, ", ") != want {
		t.Errorf("recorded %q, want %q", got, want)
	}
}

func TestRacesAreAccessesThatNothingOrders(t *testing.T) {
	n := 0
	addr := unsafe.Pointer(&n)
	for name, c := range map[string]struct {
		body func(w *simworld.World)
		want string // "first thread kind, second thread kind"
	}{
		"two writes": {func(w *simworld.World) {
			spawn("P1", func() { w.Access(writeN, addr) })
			w.Access(writeN, addr)
		}, "MainThread write, P1 write"},
		"a read, then a write": {func(w *simworld.World) {
			spawn("P1", func() { w.Access(writeN, addr) })
			w.Access(readN, addr)
		}, "MainThread read, P1 write"},
		"two reads": {func(w *simworld.World) {
			spawn("P1", func() { w.Access(readN, addr) })
			w.Access(readN, addr)
		}, ""},
		"before the start": {func(w *simworld.World) {
			w.Access(writeN, addr)
			spawn("P1", func() { w.Access(writeN, addr) })
		}, ""},
		"two atomic stores": {func(w *simworld.World) {
			spawn("P1", func() { w.Access(storeN, addr) })
			w.Access(storeN, addr)
		}, ""},
		"an atomic and a plain one": {func(w *simworld.World) {
			spawn("P1", func() { w.Access(readN, addr) })
			w.Access(storeN, addr)
		}, "MainThread atomic store, P1 read"},
		"released and acquired": {func(w *simworld.World) {
			var s simworld.Sync
			spawn("P1", func() { w.Point(); w.Acquire(&s); w.Access(readN, addr) })
			w.Access(writeN, addr)
			w.Release(&s)
		}, ""},
		"released before": {func(w *simworld.World) {
			var s simworld.Sync
			spawn("P1", func() { w.Point(); w.Acquire(&s); w.Access(readN, addr) })
			w.Release(&s)
			w.Access(writeN, addr)
		}, "MainThread write, P1 read"},
		"by an atomic flag": {func(w *simworld.World) {
			flag := new(int)
			spawn("P1", func() { w.Access(loadN, unsafe.Pointer(flag)); w.Access(readN, addr) })
			w.Access(writeN, addr)
			w.Access(storeN, unsafe.Pointer(flag))
		}, ""},
		"by a timer": {func(w *simworld.World) {
			w.Access(writeN, addr)
			w.Timer(time.Second, func() { spawn("P1", func() { w.Access(readN, addr) }) })
			w.Sleep(time.Minute)
		}, ""},
		"after a timer was set": {func(w *simworld.World) {
			w.Timer(time.Second, func() { spawn("P1", func() { w.Access(readN, addr) }) })
			w.Access(writeN, addr)
			w.Sleep(time.Minute)
		}, "MainThread write, P1 read"},
	} {
		t.Run(name, func(t *testing.T) {
			r := run(func() { c.body(world()) })
			var got []string
			for _, race := range r.Races {
				got = append(got, race.First.Thread+" "+race.First.Kind.String()+", "+race.Second.Thread+" "+race.Second.Kind.String())
				for _, u := range []simworld.Use{race.First, race.Second} {
					if !strings.HasPrefix(u.Where.String(), "seam_test.go:") {
						t.Errorf("an access is at %q", u.Where)
					}
				}
			}
			if text := strings.Join(got, "; "); text != c.want {
				t.Errorf("races: %q, want %q", text, c.want)
			}
		})
	}
}

func TestTimersFireInTheOrderOfTheirTimesAndCanBeStopped(t *testing.T) {
	var fired []string
	r := run(func() {
		w := world()
		at := func(d time.Duration, name string) *simworld.Timer {
			return w.Timer(d, func() { fired = append(fired, name) })
		}
		at(3*time.Second, "c")
		at(time.Second, "a")
		stopped := at(2*time.Second, "stopped")
		reset := at(time.Hour, "b")
		if !stopped.Stop() || stopped.Stop() {
			t.Error("Stop reports whether the timer was going to fire")
		}
		if !reset.Reset(2 * time.Second) {
			t.Error("Reset reports that it was")
		}
		at(0, "at once")
		w.Sleep(10 * time.Second)
		at(time.Hour, "too late")
	})
	if got := strings.Join(fired, " "); got != "at once a b c" || r.Elapsed != 10*time.Second {
		t.Errorf("fired %q by %v", got, r.Elapsed)
	}
}

func TestWaitingForAnyOfSeveralResources(t *testing.T) {
	wait := sched.NewOp("Select", "select")
	post := sched.NewOp("Box", "Post")
	r := run(func() {
		w := world()
		var a, b sched.Monitor
		a.SetName("box a")
		b.SetName("box b")
		full := false
		spawn("P1", func() {
			b.Enter(post, nil)
			full = true
			w.Wake(&b, 1)
			b.Exit()
		})
		if !w.WaitAny([]*sched.Monitor{&a, &b}, wait, func() bool { return full }, sched.Forever) {
			t.Error("it was not woken")
		}
		if w.WaitAny([]*sched.Monitor{&a}, wait, func() bool { return false }, time.Second) {
			t.Error("nothing happened, and it says so")
		}
		w.WaitAny([]*sched.Monitor{&a, &b}, wait, func() bool { return false }, sched.Forever)
	})
	if len(r.Stuck) != 1 || r.Stuck[0].On != "box a or box b" || r.Elapsed != time.Second {
		t.Errorf("stuck: %+v after %v", r.Stuck, r.Elapsed)
	}
}

func TestARefusalIsTheResultOfTheRun(t *testing.T) {
	atEnd := "not called"
	r := run(func() {
		world().AtEnd(func(ok bool) { atEnd = map[bool]string{true: "fine", false: "not fine"}[ok] })
		world().Refuse(0, "net.Dial waits for the network")
	})
	if len(r.Refused) != 1 || !strings.HasPrefix(r.Refused[0].Error(), "seam_test.go:") ||
		!strings.HasSuffix(r.Refused[0].Error(), ": net.Dial waits for the network") {
		t.Errorf("refused: %v", r.Refused)
	}
	if atEnd != "not fine" {
		t.Errorf("at the end: %s", atEnd)
	}
}

func TestChoicesArePartOfTheSchedule(t *testing.T) {
	var got []int
	body := func() {
		for range 3 {
			got = append(got, world().Choose(3, "a number"))
		}
	}
	choices, err := simworld.ParseSchedule("1:bca")
	if err != nil {
		t.Fatal(err)
	}
	r := simworld.Run(simworld.Config{Chooser: simworld.Script(choices), MaxSteps: 10}, body)
	if r.Schedule != "1:bca" || len(got) != 3 || got[0] != 1 || got[1] != 2 || got[2] != 0 {
		t.Errorf("chose %v, schedule %s", got, r.Schedule)
	}
}
