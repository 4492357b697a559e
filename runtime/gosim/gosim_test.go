package gosim_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lockstep/runtime/gosim"
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

var stock = 2

var forks [2]thread.Mutex

func sell() { gosim.Write(&stock, gosim.Read(&stock, "stock")-1, "stock") }

func TestExploreFindsTheLostUpdateOfAPlainVariable(t *testing.T) {
	gosim.Tells(map[string]any{"stock": &stock, "forks": &forks})
	left := func() error {
		if stock != 0 {
			return fmt.Errorf("%d left", stock)
		}
		return nil
	}
	r := sim.Explore(func() { sim.Threads(sell, sell) }, sim.NoRaces(), sim.Check(left))
	// Four steps in two threads after the start of each.
	if r.Explored.Schedules != 70 || r.Explored.Failing != 36 || !strings.Contains(fmt.Sprint(r.Err), "1 left") {
		t.Error(r)
	}
	if stock != 2 {
		t.Errorf("%d are left when all is over", stock)
	}
	r = sim.Explore(func() { sim.Threads(sell, sell) })
	if len(r.Explored.Races) == 0 || r.Explored.Races[0].Name != "stock" || !strings.HasPrefix(r.Explored.Races[0].First.Where, "gosim_test.go:") {
		t.Errorf("the races are %v", r.Explored.Races)
	}
	locked := func() { forks[1].Lock(); sell(); forks[1].Unlock() }
	r = sim.Explore(func() { sim.Threads(locked, locked) }, sim.Reduce(), sim.Check(left))
	if !r.Proved() || r.Explored.Given != "" {
		t.Error(r)
	}
	if !strings.Contains(r.Table().String(), "Mutex forks[1]") {
		t.Errorf("the mutex has no name:\n%v", r.Table())
	}
}

func TestWhatExploreChangesIsSetBack(t *testing.T) {
	type point struct{ x, y int }
	list, table, p := []int{3, 1, 2}, map[string]int{"a": 1}, &point{1, 2}
	var text strings.Builder
	text.WriteString("before")
	now := func() string { return fmt.Sprint(list, table, *p, text.String(), len(list)) }
	before := now()
	change := func() {
		gosim.Write(&list[0], 9, "list[0]")
		slices.Sort(gosim.Writes(list, "list"))
		gosim.Write(&list, append(gosim.Grow(gosim.Read(&list, "list"), 1, "list"), 4), "list")
		gosim.Put(table, "b", gosim.Element(table, "a", "table[a]")+1, "table[b]")
		delete(gosim.Writes(table, "table"), "a")
		gosim.Write(p, point{5, 6}, "*p")
		gosim.Changes(&text, "text").WriteString("!")
		gosim.Copy(list, []int{7, 8})
	}
	var after string
	r := sim.Explore(func() {
		if got := now(); got != before {
			t.Errorf("a schedule begins with %s, want %s", got, before)
		}
		sim.Threads(func() { gosim.Read(&p.x, "p.x") }, change)
		after = now()
	}, sim.NoRaces())
	if want := "[7 8 9 4] map[b:2] {5 6}before!4"; r.Err != nil || after != want {
		t.Errorf("a schedule ends with %s, want %s: %v", after, want, r.Err)
	}
	if now() != before {
		t.Errorf("there is %s afterwards, want %s", now(), before)
	}
	change()
	if now() != after {
		t.Errorf("outside there is %s, want %s", now(), after)
	}
}

func TestRangesAreThoseOfGo(t *testing.T) {
	table := map[int]string{1: "a", 2: "b", 3: "c"}
	visit := func() (seen []int, texts string) {
		for i, v := range gosim.Elements([]string{"x", "y"}, "list") {
			texts += fmt.Sprint(i, v)
		}
		for k, v := range gosim.Pairs(table, "table") {
			if v != table[k] {
				t.Errorf("%d leads to %s", k, v)
			}
			seen = append(seen, k)
		}
		for range gosim.Pairs(table, "table") {
			break
		}
		return seen, texts
	}
	orders := map[string]bool{}
	sim.Explore(func() {
		seen, texts := visit()
		orders[fmt.Sprint(seen)] = true
		slices.Sort(seen)
		if !reflect.DeepEqual(seen, []int{1, 2, 3}) || texts != "0x1y" {
			t.Errorf("it went through %v and %s", seen, texts)
		}
	})
	if len(orders) != 6 {
		t.Errorf("a map was gone through in the orders %v", orders)
	}
	if seen, _ := visit(); len(seen) != 3 {
		t.Errorf("outside it went through %v", seen)
	}
}

func Example() {
	said := func() {
		defer gosim.Println("the daemon ends") // muted: the simulation is over
		gosim.Println("the daemon is here")
		thread.Sleep(1 << 40)
	}
	sim.Run(1, func() {
		thread.Go(said, thread.Daemon(true))
		thread.Sleep(1)
	})
	r := sim.Explore(func() { sim.Threads(func() { gosim.Println("P1") }, func() { gosim.Println("P2") }) })
	gosim.Println(r.OK())
	// Output:
	// the daemon is here
	// true
}
