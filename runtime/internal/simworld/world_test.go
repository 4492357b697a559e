package simworld_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"lockstep/runtime/internal/simworld"
	"lockstep/runtime/thread"
)

func touch(mu *thread.Mutex) {
	mu.Lock()
	defer mu.Unlock()
}

func TestTheEventsOfARunAreRecordedInOrder(t *testing.T) {
	config := simworld.Config{
		Chooser:  simworld.Script(nil), // the first that can go on
		MaxSteps: 100,
		Record:   100,
	}
	r := simworld.Run(config, func() {
		mu := thread.NewMutex("A")
		mu.Lock()
		p1 := thread.Go(func() { touch(mu) }, thread.Name("P1"))
		thread.Sleep(5)
		mu.Unlock()
		p1.Join()
	})
	var got []string
	for _, e := range r.Events {
		verb := e.Op.Verb
		switch e.What {
		case simworld.Begins, simworld.Holds, simworld.Frees:
			continue
		case simworld.Waits:
			verb = "waits in " + verb + " of"
		}
		got = append(got, fmt.Sprintf("%v %s: %s %s", e.At, e.Task.Name(), verb, e.On))
		if where := e.Where.String(); verb != "End" && !strings.HasPrefix(where, "world_test.go:") {
			t.Errorf("%s is at %q", got[len(got)-1], where)
		}
	}
	want := []string{
		"0s MainThread: Lock Mutex A",
		"0s MainThread: Start P1",
		"0s MainThread: Sleep ",
		"0s P1: Lock Mutex A",
		"0s P1: waits in Lock of Mutex A",
		"5ns MainThread: Unlock Mutex A",
		"5ns MainThread: Join P1",
		"5ns MainThread: waits in Join of P1",
		"5ns P1: Unlock Mutex A",
		"5ns P1: End P1",
		"5ns MainThread: End ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("events:\n%q\nwant\n%q", got, want)
	}
}

func TestDifferentRunsHaveDifferentHashes(t *testing.T) {
	hashes := map[uint64]bool{}
	for _, choices := range [][]int{nil, {1, 1, 1}} {
		for _, d := range []int{1, 2} {
			r := simworld.Run(simworld.Config{Chooser: simworld.Script(choices), MaxSteps: 100}, func() {
				var a, b thread.Mutex
				th := thread.Go(func() { touch(&a) })
				for range d {
					touch(&b)
				}
				th.Join()
			})
			hashes[r.Hash] = true
		}
	}
	if len(hashes) != 4 {
		t.Errorf("4 runs have %d hashes", len(hashes))
	}
}
