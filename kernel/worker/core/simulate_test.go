package core_test

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"lockstep/kernel/worker/core"
	"lockstep/runtime/sim"
	"lockstep/runtime/support"
)

// asCell runs f as the code of a cell.
func asCell(t *testing.T, h *host, f func()) {
	scope := &support.Scope{Host: h}
	t.Cleanup(scope.Release)
	scope.Do(f)
}

func TestAccessesAreSwitchPointsOfASimulation(t *testing.T) {
	c := newSession(t).core
	lost := map[int]int{}
	n := 0
	sell := func() {
		c.Read(&n, 1, "n")
		temp := n
		c.Write(&n, 2, "n")
		n = temp - 1
	}
	asCell(t, &host{}, func() {
		for seed := range uint64(50) {
			n = 2
			r := sim.Run(seed, func() { c.Go(sell); c.Go(sell) })
			if race := (*sim.RaceError)(nil); !errors.As(r.Err, &race) {
				t.Errorf("no race is found: %v", r)
			}
			lost[n]++
		}
	})
	if len(lost) != 2 || lost[0] == 0 || lost[1] == 0 {
		t.Errorf("left are %v", lost)
	}
}

func TestWhatASimulationChangesIsTakenBack(t *testing.T) {
	c := newSession(t).core
	type pair struct{ a, b int }
	n, p, m := 1, &pair{1, 2}, map[string]int{"a": 1}
	list := []int{1, 2, 3}
	var seen sync.Map
	var text strings.Builder
	var buffer bytes.Buffer
	buffer.WriteString("before")
	h := &host{}
	change := func() {
		c.Write(&n, 1, "n")
		n = 5
		c.Write(&p.b, 1, "p.b")
		p.b = 7
		c.WriteMap(m, 1, "m")
		m["b"] = 2
		delete(m, "a")
		c.Elements(list, true, 1, "list")
		slices.Reverse(list)
		c.Atomic(&seen, 3, 1, "seen")
		seen.Store(1, 2)
		c.Object(&text, core.ChangesObject, 1, "text")
		text.WriteString("x")
		c.Object(&buffer, core.ChangesObject, 1, "buffer")
		buffer.ReadByte()
		buffer.WriteString("after")
	}
	now := func() any {
		_, found := seen.Load(1)
		return []any{n, *p, len(m), m["a"], slices.Clone(list), found, text.String(), buffer.String()}
	}
	before := now()
	asCell(t, h, func() {
		schedules := 0
		sim.Explore(func() {
			if got := now(); !reflect.DeepEqual(got, before) {
				t.Errorf("a schedule begins with %v, want %v", got, before)
			}
			schedules++
			sim.Threads(func() { c.Write(&n, 1, "n"); n = 2 }, change)
			if reflect.DeepEqual(now(), before) {
				t.Error("nothing was changed")
			}
		})
		if got := now(); !reflect.DeepEqual(got, before) || schedules < 2 {
			t.Errorf("%v after %d schedules, want %v", got, schedules, before)
		}
		sim.Run(1, change)
		if n != 5 {
			t.Error("a change is taken back after the end")
		}
	})
}

func TestSessionVariablesGiveNames(t *testing.T) {
	c := newSession(t).core
	type account struct {
		mu   sync.Mutex
		done chan int
	}
	var forks [3]sync.Mutex
	seats := make([]struct{ row, taken int }, 1000)
	own := &account{done: make(chan int)}
	channels := []chan int{make(chan int), make(chan int)}
	for name, v := range map[string]any{"forksʹ3": &forks, "ownʹ4": &own, "channelsʹ5": &channels, "seatsʹ6": &seats} {
		c.Variable(name, reflect.ValueOf(v).Elem())
	}
	word := func(ch chan int) unsafe.Pointer { return reflect.ValueOf(ch).UnsafePointer() }
	for _, test := range []struct {
		p    unsafe.Pointer
		want string
	}{
		{unsafe.Pointer(&forks[2]), "forks[2]"},
		{unsafe.Pointer(&seats[900].taken), "seats[900].taken"},
		{unsafe.Pointer(own), "own"},
		{word(own.done), "own.done"},
		{word(channels[1]), "channels[1]"},
		{unsafe.Pointer(new(int)), ""},
	} {
		if got := c.NameOf(test.p); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestRangesOverMapsGoInTheSchedulesOrder(t *testing.T) {
	c := newSession(t).core
	m := map[any]int{"b": 1, "a": 2, 3: 3}
	order := func() (keys []any) {
		for k := c.RangeMap(m, 1, "m"); k.Next(); {
			keys = append(keys, k.Key())
			if m[k.Key()] != k.Value() {
				t.Errorf("%v has %v", k.Key(), k.Value())
			}
		}
		return keys
	}
	if len(order()) != 3 {
		t.Error("outside of simulations elements are left out")
	}
	seen := map[any]bool{}
	asCell(t, &host{}, func() {
		for seed := range uint64(60) {
			var first, second []any
			sim.Run(seed, func() { first = order() })
			sim.Run(seed, func() { second = order() })
			if !reflect.DeepEqual(first, second) {
				t.Errorf("one seed gives %v and %v", first, second)
			}
			seen[[3]any(first)] = true
		}
	})
	if len(seen) != 6 {
		t.Errorf("there are %d orders", len(seen))
	}
}

func TestAnElementDeletedMeanwhileIsNotSeen(t *testing.T) {
	c := newSession(t).core
	asCell(t, &host{}, func() {
		sim.Run(1, func() {
			m := map[int]bool{1: true, 2: true}
			n := 0
			for k := c.RangeMap(m, 1, "m"); k.Next(); n++ {
				clear(m)
			}
			if n != 1 {
				t.Errorf("%d elements are seen", n)
			}
		})
	})
}

func TestKeysThatArePointersGoByWhatTheyPointTo(t *testing.T) {
	c := newSession(t).core
	type item struct{ name string }
	asCell(t, &host{}, func() {
		seen := map[string]bool{}
		for range 20 {
			sim.Run(7, func() {
				order := ""
				for k := c.RangeMap(map[*item]int{{"a"}: 1, {"b"}: 2, {"c"}: 3}, 1, "m"); k.Next(); {
					order += k.Key().(*item).name
				}
				seen[order] = true
			})
		}
		if len(seen) != 1 {
			t.Errorf("one seed gives the orders %v", seen)
		}
	})
}
