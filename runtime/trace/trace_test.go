package trace_test

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lockstep/runtime/trace"
)

// feed records events given as lines: a time in ms, a lane, a kind and, as they
// are needed, on=…, text=…, place=…, peer=…, message=….
func feed(t testing.TB, lines string) *trace.Trace {
	t.Helper()
	kinds := map[string]trace.Kind{}
	for k := trace.Begin; k <= trace.Detail; k++ {
		kinds[k.String()] = k
	}
	var rec trace.Recorder
	lanes := map[string]trace.Lane{}
	lane := func(name string) trace.Lane {
		if lanes[name] == 0 {
			lanes[name] = rec.Lane(name)
		}
		return lanes[name]
	}
	for line := range strings.Lines(lines) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		var e trace.Event
		var ms float64
		if _, err := fmt.Sscan(fields[0], &ms); err != nil {
			t.Fatal(err)
		}
		e.At = time.Duration(ms * float64(time.Millisecond))
		e.Lane = lane(fields[1])
		e.Kind = kinds[fields[2]]
		for _, f := range fields[3:] {
			key, value, _ := strings.Cut(f, "=")
			value = strings.ReplaceAll(value, "_", " ")
			switch key {
			case "on":
				e.On = value
			case "text":
				e.Text = value
			case "place":
				e.Place = value
			case "peer":
				e.Peer = lane(value)
			case "message":
				fmt.Sscan(value, &e.Message)
			default:
				t.Fatalf("%q", f)
			}
		}
		rec.Record(e)
	}
	return rec.Trace()
}

// twoThreads is two threads that need the same mutex.
const twoThreads = `
	0    T1 Begin
	0    T1 Running
	0    T1 Act     on=Mutex_A text=Lock place=In[1]:3
	0    T1 Acquire on=Mutex_A place=In[1]:3
	10   T2 Begin peer=T1 place=In[1]:9
	10   T2 Running
	20   T2 Act     on=Mutex_A text=Lock place=In[1]:3
	20   T2 Blocked on=Mutex_A text=Lock place=In[1]:3
	30   T1 Sleeping
	50   T1 Running
	60   T1 Release on=Mutex_A
	60   T2 Acquire on=Mutex_A place=In[1]:3
	60   T2 Running
	70   T1 End
	80   T2 Release on=Mutex_A
	80   T2 End
`

// deadlock is two threads that lock two mutexes in opposite order; no time passes.
const deadlock = `
	0 T1 Begin
	0 T2 Begin
	0 T1 Running
	0 T1 Act     on=Mutex_A text=Lock place=In[4]:3
	0 T1 Acquire on=Mutex_A place=In[4]:3
	0 T1 Ready
	0 T2 Running
	0 T2 Act     on=Mutex_B text=Lock place=In[4]:8
	0 T2 Acquire on=Mutex_B place=In[4]:8
	0 T2 Act     on=Mutex_A text=Lock place=In[4]:9
	0 T2 Blocked on=Mutex_A text=Lock place=In[4]:9
	0 T1 Running
	0 T1 Mark    text=n_=_99 place=In[4]:4
	0 T1 Act     on=Mutex_B text=Lock place=In[4]:5
	0 T1 Blocked on=Mutex_B text=Lock place=In[4]:5
`

func equal(t *testing.T, got, want string) {
	t.Helper()
	want = strings.Trim(want, "\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestEventsMayComeInAnyOrder(t *testing.T) {
	tr := feed(t, "20 A End\n0 A Begin\n10 A Running")
	var got []string
	for _, e := range tr.Events() {
		got = append(got, e.Kind.String())
	}
	if want := "Begin Running End"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
	if tr.Elapsed() != 20*time.Millisecond {
		t.Errorf("elapsed %v", tr.Elapsed())
	}
}

func TestAWrongEventIsSaidAndTheRestIsShown(t *testing.T) {
	for _, test := range []struct {
		event trace.Event
		want  error
	}{
		{trace.Event{Lane: 2, Kind: trace.Running}, trace.ErrLane},
		{trace.Event{Kind: trace.Running}, trace.ErrLane},
		{trace.Event{Lane: 1, Kind: trace.Begin, Peer: 7}, trace.ErrLane},
		{trace.Event{Lane: 1, Kind: trace.Running, At: -1}, trace.ErrTime},
		{trace.Event{Lane: 1}, trace.ErrKind},
		{trace.Event{Lane: 1, Kind: 99}, trace.ErrKind},
		{trace.Event{Lane: 1, Kind: trace.Acquire}, trace.ErrResource},
		{trace.Event{Lane: 1, Kind: trace.Send}, trace.ErrMessage},
	} {
		var rec trace.Recorder
		rec.Record(trace.Event{Lane: rec.Lane("T1"), Kind: trace.Running})
		rec.Record(test.event)
		tr := rec.Trace()
		var at *trace.EventError
		if err := tr.Err(); !errors.Is(err, test.want) || !errors.As(err, &at) || at.Event != test.event {
			t.Errorf("%+v: %v, want %v", test.event, err, test.want)
		}
		if len(tr.Events()) != 1 {
			t.Errorf("%+v: %d events are left", test.event, len(tr.Events()))
		}
		for _, text := range []string{tr.Timeline().String(), string(tr.Timeline().SVG()), tr.Table().String(), tr.WaitGraph().String()} {
			if !strings.Contains(text, test.want.Error()) {
				t.Errorf("%+v: not said in\n%s", test.event, text)
			}
		}
	}
}

func TestBeyondTheLimitEventsAreCounted(t *testing.T) {
	var rec trace.Recorder
	lane := rec.Lane("T1")
	for i := range trace.MaxEvents + 3 {
		rec.Record(trace.Event{At: time.Duration(i), Lane: lane, Kind: trace.Mark, Text: "x"})
	}
	tr := rec.Trace()
	if tr.Dropped() != 3 || len(tr.Events()) != trace.MaxEvents {
		t.Errorf("%d events kept, %d dropped", len(tr.Events()), tr.Dropped())
	}
	if text := tr.Table().String(); !strings.Contains(text, "3 later events were not kept") {
		t.Errorf("the table ends with %s", text[len(text)-200:])
	}
}

func TestLanesOfAProcessStandTogether(t *testing.T) {
	var rec trace.Recorder
	a := rec.LaneIn("P1", "main")
	rec.LaneIn("P2", "main")
	rec.LaneIn("P1", "worker")
	rec.Record(trace.Event{Lane: a, Kind: trace.Running})
	tr := rec.Trace()
	if got, want := strings.Join(tr.Lanes(), ", "), "P1 / main, P1 / worker, P2 / main"; got != want {
		t.Errorf("lanes %s, want %s", got, want)
	}
}

func TestAnyoneMayReleaseALock(t *testing.T) {
	tr := feed(t, `
		0  T1 Running
		0  T1 Acquire on=Mutex
		10 T2 Running
		20 T2 Release on=Mutex
		30 T2 Release on=Mutex
		40 T1 End`)
	if text := tr.Timeline().String(); !strings.Contains(text, "T1 holds Mutex: 0–20 ms\n") && !strings.HasSuffix(text, "T1 holds Mutex: 0–20 ms") {
		t.Errorf("got\n%s", text)
	}
}

func TestARecursiveLockIsHeldUntilTheLastRelease(t *testing.T) {
	tr := feed(t, `
		0  T1 Running
		0  T1 Acquire on=RMutex
		10 T1 Acquire on=RMutex
		20 T1 Release on=RMutex
		30 T1 Release on=RMutex
		40 T1 End`)
	if text := tr.Timeline().String(); !strings.Contains(text, "T1 holds RMutex: 0–30 ms") {
		t.Errorf("got\n%s", text)
	}
}

func BenchmarkRecord(b *testing.B) {
	var rec trace.Recorder
	lane := rec.Lane("T1")
	e := trace.Event{Lane: lane, Kind: trace.Acquire, On: "Mutex A", Place: "In[1]:3"}
	n := 0
	for b.Loop() {
		if n++; n == trace.MaxEvents { // else it would only count
			rec = trace.Recorder{}
			rec.Lane("T1")
			n = 0
		}
		e.At++
		rec.Record(e)
	}
}

func BenchmarkRecordFromManyGoroutines(b *testing.B) {
	fresh := func() *trace.Recorder {
		rec := &trace.Recorder{}
		rec.Lane("T1")
		return rec
	}
	var current atomic.Pointer[trace.Recorder]
	current.Store(fresh())
	b.RunParallel(func(pb *testing.PB) {
		e := trace.Event{Lane: 1, Kind: trace.Acquire, On: "Mutex A", Place: "In[1]:3"}
		rec, n := current.Load(), 0
		for pb.Next() {
			if n++; n == trace.MaxEvents/4 { // before it is full, and would only count
				current.CompareAndSwap(rec, fresh())
				rec, n = current.Load(), 0
			}
			e.At++
			rec.Record(e)
		}
	})
}
