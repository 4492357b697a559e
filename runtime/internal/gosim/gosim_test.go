package gosim_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"lockstep/runtime/internal/gosim"
	"lockstep/runtime/internal/simworld"
)

// run runs a body with choices from a seed, and says what it did.
func run(seed uint64, body func(s *gosim.Sim, say func(args ...any))) (string, *simworld.Result) {
	var out strings.Builder
	r := simworld.Run(simworld.Config{Chooser: simworld.Random(seed), MaxSteps: 10_000, Mute: true}, func() {
		body(gosim.Current(), func(args ...any) { fmt.Fprintln(&out, args...) })
	})
	for _, p := range r.Panics {
		fmt.Fprintln(&out, "panic:", p.Value)
	}
	for _, b := range r.Stuck {
		fmt.Fprintln(&out, "stuck:", b.Thread, b.Verb, b.On)
	}
	for _, refused := range r.Refused {
		fmt.Fprintln(&out, "refused:", refused.What)
	}
	if r.OutOfSteps {
		fmt.Fprintln(&out, "out of steps")
	}
	for range r.Races {
		fmt.Fprintln(&out, "race")
	}
	return out.String(), r
}

func TestOrdinaryGo(t *testing.T) {
	for _, test := range []struct {
		name string
		body func(s *gosim.Sim, say func(args ...any))
		want string // for all seeds
	}{
		{"values come in the order in which they are sent", func(s *gosim.Sim, say func(args ...any)) {
			ch := make(chan int, 2)
			s.Go(func() {
				for i := range 5 {
					s.Send(ch, i, "ch")
				}
				s.Close(ch, "ch")
			})
			for {
				v, ok := s.Recv(ch, "ch")
				say(v, ok)
				if !ok {
					break
				}
			}
		}, "0 true\n1 true\n2 true\n3 true\n4 true\n0 false\n"},
		{"without a buffer the sender waits for the receiver", func(s *gosim.Sim, say func(args ...any)) {
			ch := make(chan string)
			s.Go(func() { say("before"); s.Send(ch, "value", "") })
			v, _ := s.Recv(ch, "")
			say(v)
		}, "before\nvalue\n"},
		{"a channel has a length and a capacity", func(s *gosim.Sim, say func(args ...any)) {
			ch := make(chan int, 3)
			s.Send(ch, 1, "")
			say(s.Len(ch, ""), s.Cap(ch), s.Len((chan int)(nil), ""), s.Cap((chan int)(nil)))
		}, "1 3 0 0\n"},
		{"a send on a closed channel panics", func(s *gosim.Sim, say func(args ...any)) {
			ch := make(chan int)
			s.Close(ch, "")
			s.Send(ch, 1, "")
		}, "panic: send on closed channel\n"},
		{"a sender that waits panics when the channel is closed", func(s *gosim.Sim, say func(args ...any)) {
			ch := make(chan int)
			s.Go(func() {
				defer func() { say(recover()) }()
				s.Send(ch, 1, "")
			})
			s.World().Sleep(1)
			s.Close(ch, "")
		}, "send on closed channel\n"},
		{"close panics twice and for nil", func(s *gosim.Sim, say func(args ...any)) {
			ch := make(chan int)
			s.Close(ch, "")
			func() { defer func() { say(recover()) }(); s.Close(ch, "") }()
			s.Close((chan int)(nil), "")
		}, "close of closed channel\npanic: close of nil channel\n"},
		{"a nil channel waits for ever", func(s *gosim.Sim, say func(args ...any)) {
			s.Recv((chan int)(nil), "")
		}, "stuck: MainThread receive a nil channel\n"},
		{"select waits for any of its cases", func(s *gosim.Sim, say func(args ...any)) {
			a, b := make(chan int), make(chan string)
			s.Go(func() { s.Send(b, "b", "b") })
			i, v, ok := s.Select([]gosim.Case{{Chan: a}, {Chan: b}}, -1)
			say(i, v, ok, s.Len(a, ""))
			// What it waited for at the other one is gone.
			i, _, _ = s.Select([]gosim.Case{{Chan: a, Send: true, Value: 1}, {}}, 1)
			say(i)
		}, "1 b true 0\n1\n"},
		{"select sends", func(s *gosim.Sim, say func(args ...any)) {
			a := make(chan int)
			s.Go(func() { s.Select([]gosim.Case{{Chan: a, Send: true, Value: 7}}, -1) })
			say(s.Recv(a, ""))
		}, "7 true\n"},
		{"a select without cases waits for ever", func(s *gosim.Sim, say func(args ...any)) {
			s.Select(nil, -1)
		}, "stuck: MainThread wait a select without a channel\n"},
		{"a mutex excludes", func(s *gosim.Sim, say func(args ...any)) {
			var mu sync.Mutex
			var group sync.WaitGroup
			n := 0
			for range 3 {
				s.Add(&group, 1, "")
				s.Go(func() {
					defer s.Add(&group, -1, "")
					s.Lock(&mu, "")
					before := n
					s.Yield()
					n = before + 1
					s.Unlock(&mu, "")
				})
			}
			s.GroupWait(&group, "")
			say(n, s.TryLock(&mu, ""), s.TryLock(&mu, ""), mu.TryLock())
		}, "3 true false true\n"},
		{"to unlock what is free is fatal", func(s *gosim.Sim, say func(args ...any)) {
			var mu sync.Mutex
			s.Unlock(&mu, "")
		}, "panic: fatal error: sync: unlock of unlocked mutex\n"},
		{"a writer that waits keeps readers out", func(s *gosim.Sim, say func(args ...any)) {
			var mu sync.RWMutex
			s.ReadLock(&mu, "")
			say(s.ReadTryLock(&mu, ""))
			s.ReadUnlock(&mu, "")
			s.Go(func() { s.WriteLock(&mu, ""); say("written"); s.WriteUnlock(&mu, "") })
			s.World().Sleep(1)
			say(s.ReadTryLock(&mu, ""))
			s.ReadUnlock(&mu, "")
		}, "true\nfalse\nwritten\n"},
		{"readers that wait come before the next writer", func(s *gosim.Sim, say func(args ...any)) {
			var mu sync.RWMutex
			s.WriteLock(&mu, "")
			s.Go(func() { s.World().Sleep(1); s.ReadLock(&mu, ""); say("read"); s.ReadUnlock(&mu, "") })
			s.Go(func() { s.World().Sleep(2); s.WriteLock(&mu, ""); say("written"); s.WriteUnlock(&mu, "") })
			s.World().Sleep(3)
			s.WriteUnlock(&mu, "")
		}, "read\nwritten\n"},
		{"a read locker reads", func(s *gosim.Sim, say func(args ...any)) {
			var mu sync.RWMutex
			s.LockerLock(mu.RLocker(), "")
			say(s.ReadTryLock(&mu, ""), s.WriteTryLock(&mu, ""))
			s.LockerUnlock(mu.RLocker(), "")
		}, "true false\n"},
		{"once is once, and all wait for it", func(s *gosim.Sim, say func(args ...any)) {
			var once sync.Once
			for range 3 {
				s.Go(func() {
					s.Do(&once, func() { s.Yield(); say("made") }, "")
					say("have")
				})
			}
		}, "made\nhave\nhave\nhave\n"},
		{"what was done outside is done", func(s *gosim.Sim, say func(args ...any)) {
			s.Do(&done, func() { say("again") }, "")
		}, ""},
		{"signal wakes one, broadcast all", func(s *gosim.Sim, say func(args ...any)) {
			var mu sync.Mutex
			c := sync.NewCond(&mu)
			for i := range 3 {
				s.Go(func() {
					s.World().Sleep(time.Duration(i))
					s.Lock(&mu, "")
					s.CondWait(c, "")
					say(i, "woken")
					s.Unlock(&mu, "")
				})
			}
			s.World().Sleep(5)
			s.Signal(c, "")
			s.World().Sleep(5)
			say("all")
			s.Broadcast(c, "")
			s.World().Sleep(5)
		}, "0 woken\nall\n1 woken\n2 woken\n|0 woken\nall\n2 woken\n1 woken\n"},
		{"a pool gives back what is put in", func(s *gosim.Sim, say func(args ...any)) {
			p := sync.Pool{New: func() any { return "new" }}
			s.Put(&p, "old", "")
			say(s.Get(&p, ""), s.Get(&p, ""))
		}, "old new\n"},
		{"time passes when all wait", func(s *gosim.Sim, say func(args ...any)) {
			start := s.World().Now()
			v, _ := s.Recv(s.After(time.Hour), "")
			say(v.(time.Time).Sub(start), s.World().Now().Sub(start))
		}, "1h0m0s 1h0m0s\n"},
		{"a ticker ticks, and drops what nobody takes", func(s *gosim.Sim, say func(args ...any)) {
			start := s.World().Now()
			t := s.NewTicker(10)
			for range 2 {
				v, _ := s.Recv(t.C, "")
				say(int(v.(time.Time).Sub(start)))
			}
			s.World().Sleep(35)
			for range 2 {
				v, _ := s.Recv(t.C, "")
				say(int(v.(time.Time).Sub(start)))
			}
			s.StopTicker(t)
			i, _, _ := s.Select([]gosim.Case{{Chan: t.C}, {Chan: s.After(100)}}, -1)
			say(i)
		}, "10\n20\n30\n60\n1\n"},
		{"a timer can be stopped and reset", func(s *gosim.Sim, say func(args ...any)) {
			t := s.NewTimer(10)
			say(s.StopTimer(t), s.StopTimer(t), s.ResetTimer(t, 5))
			s.World().Sleep(20)
			say(s.Cap(t.C), s.Len(t.C, ""), s.StopTimer(t))
			f := s.AfterFunc(5, func() { say("fired") })
			s.World().Sleep(10)
			say(s.StopTimer(f))
		}, "true false false\n0 0 true\nfired\nfalse\n"},
		{"a deadlock that a ticker goes on in is one", func(s *gosim.Sim, say func(args ...any)) {
			s.NewTicker(10)
			s.Recv(make(chan int), "ch")
		}, "stuck: MainThread receive ch\n"},
		{"channels from outside come as they are", func(s *gosim.Sim, say func(args ...any)) {
			ch := make(chan int, 3)
			ch <- 1
			ch <- 2
			shut := make(chan int)
			close(shut)
			v, ok := s.Recv(ch, "")
			w, open := s.Recv(shut, "")
			say(s.Len(ch, ""), len(ch), v, ok, w, open)
		}, "1 2 1 true 0 false\n"},
		{"what is in use outside is refused", func(s *gosim.Sim, say func(args ...any)) {
			s.Lock(&locked, "mu")
		}, "refused: the mutex mu was in use before the simulation: make it inside, or free it\n"},
		{"a group in use is refused", func(s *gosim.Sim, say func(args ...any)) {
			s.Add(&busy, -1, "group")
		}, "refused: the WaitGroup group was in use before the simulation: make it inside, or free it\n"},
		{"random numbers are in their range", func(s *gosim.Sim, say func(args ...any)) {
			for range 20 {
				if n := s.Intn(3); n < 0 || n > 2 {
					say(n)
				}
				if f := s.Float64(); f < 0 || f >= 1 {
					say(f)
				}
			}
			p := s.Perm(4)
			say(p[0]+p[1]+p[2]+p[3], len(p))
		}, "6 4\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for seed := range uint64(30) {
				got, _ := run(seed, test.body)
				if !oneOf(got, test.want) {
					t.Fatalf("with seed %d: %q, want %q", seed, got, test.want)
				}
			}
		})
	}
}

// oneOf says that got is one of several texts, with | between them.
func oneOf(got, want string) bool { return slices.Contains(strings.Split(want, "|"), got) }

var (
	done   sync.Once
	locked sync.Mutex
	busy   sync.WaitGroup
)

func init() {
	done.Do(func() {})
	locked.Lock()
	busy.Add(1)
}

func TestSelectTakesEachCaseThatIsReady(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(30) {
		got, _ := run(seed, func(s *gosim.Sim, say func(args ...any)) {
			a, b := make(chan int, 1), make(chan int, 1)
			s.Send(a, 1, "")
			s.Send(b, 1, "")
			i, _, _ := s.Select([]gosim.Case{{Chan: a}, {Chan: b}}, -1)
			say(i)
		})
		seen[got] = true
	}
	if len(seen) != 2 {
		t.Errorf("taken were %v", seen)
	}
}

// The memory model: what one goroutine writes before, and another reads after.
func TestOrderings(t *testing.T) {
	x := 0
	addr := unsafe.Pointer(&x)
	write := &simworld.Site{Kind: simworld.Write, Name: "x"}
	read := &simworld.Site{Kind: simworld.Read, Name: "x"}
	type program = func(s *gosim.Sim, write, read func())
	for _, test := range []struct {
		name  string
		races bool
		body  program
	}{
		{"nothing", true, func(s *gosim.Sim, write, read func()) { s.Go(write); read() }},
		{"a send happens before its receive", false, func(s *gosim.Sim, write, read func()) {
			ch := make(chan int, 1)
			s.Go(func() { write(); s.Send(ch, 1, "") })
			s.Recv(ch, "")
			read()
		}},
		{"and not after it", true, func(s *gosim.Sim, write, read func()) {
			ch := make(chan int, 1)
			s.Go(func() { s.Send(ch, 1, ""); write() })
			s.Recv(ch, "")
			read()
		}},
		{"a receive happens before its send ends, without a buffer", false, func(s *gosim.Sim, write, read func()) {
			ch := make(chan int)
			s.Go(func() { write(); s.Recv(ch, "") })
			s.Send(ch, 1, "")
			read()
		}},
		{"with a buffer it does not", true, func(s *gosim.Sim, write, read func()) {
			ch := make(chan int, 1)
			s.Go(func() { write(); s.Recv(ch, "") })
			s.Send(ch, 1, "")
			read()
		}},
		{"the first receive happens before the second send ends", false, func(s *gosim.Sim, write, read func()) {
			ch := make(chan int, 1)
			s.Go(func() { write(); s.Recv(ch, "") })
			s.Send(ch, 1, "")
			s.Send(ch, 2, "")
			read()
		}},
		{"close happens before a receive that sees it", false, func(s *gosim.Sim, write, read func()) {
			ch := make(chan int)
			s.Go(func() { write(); s.Close(ch, "") })
			s.Recv(ch, "")
			read()
		}},
		{"select orders as its case does", false, func(s *gosim.Sim, write, read func()) {
			ch := make(chan int)
			s.Go(func() { write(); s.Select([]gosim.Case{{Chan: ch, Send: true, Value: 1}}, -1) })
			s.Select([]gosim.Case{{Chan: make(chan int)}, {Chan: ch}}, -1)
			read()
		}},
		{"unlock happens before lock", false, func(s *gosim.Sim, write, read func()) {
			var mu sync.Mutex
			s.Go(func() { s.Lock(&mu, ""); write(); s.Unlock(&mu, "") })
			s.Lock(&mu, "")
			read()
			s.Unlock(&mu, "")
		}},
		{"two readers are not ordered", true, func(s *gosim.Sim, write, read func()) {
			var mu sync.RWMutex
			s.Go(func() { s.ReadLock(&mu, ""); write(); s.ReadUnlock(&mu, "") })
			s.ReadLock(&mu, "")
			read()
			s.ReadUnlock(&mu, "")
		}},
		{"a reader and a writer are", false, func(s *gosim.Sim, write, read func()) {
			var mu sync.RWMutex
			s.Go(func() { s.WriteLock(&mu, ""); write(); s.WriteUnlock(&mu, "") })
			s.ReadLock(&mu, "")
			read()
			s.ReadUnlock(&mu, "")
		}},
		{"done happens before the end of wait", false, func(s *gosim.Sim, write, read func()) {
			var group sync.WaitGroup
			s.Add(&group, 1, "")
			s.Go(func() { write(); s.Add(&group, -1, "") })
			s.GroupWait(&group, "")
			read()
		}},
		{"once happens before all that had to do it", false, func(s *gosim.Sim, write, read func()) {
			var once sync.Once
			s.Go(func() { s.Do(&once, write, "") })
			s.Do(&once, write, "")
			read()
		}},
		{"the making of a timer happens before it fires", false, func(s *gosim.Sim, write, read func()) {
			write()
			s.AfterFunc(1, read)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			found := false
			for seed := range uint64(40) {
				out, r := run(seed, func(s *gosim.Sim, _ func(args ...any)) {
					w := s.World()
					test.body(s, func() { w.Access(write, addr) }, func() { w.Access(read, addr) })
				})
				found = found || len(r.Races) > 0
				if strings.Contains(out, "panic") {
					t.Fatal(out)
				}
			}
			if found != test.races {
				t.Errorf("a race was found: %v", found)
			}
		})
	}
}
