package simworld_test

import (
	"testing"
	"time"
	"unsafe"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/simworld"
)

// own is a space in which a variable has another value.
type own struct{ at, other *int }

func (o own) Enter() { *o.at, *o.other = *o.other, *o.at }
func (o own) Leave() { o.Enter() }

func TestTheTasksOfASpaceSeeVariablesOfTheirOwn(t *testing.T) {
	for seed := range uint64(50) {
		x, other, seen, fired := 1, 100, 0, 0
		result := seeded(seed, func(w *simworld.World) {
			add := func(n int) {
				for range 5 {
					w.Point()
					x += n
				}
			}
			must(w.SpawnIn(own{&x, &other}, sched.NewTask("inside", false), func() {
				must(w.Spawn(sched.NewTask("inside, too", false), func() { add(10) }))
				w.Timer(time.Second, func() { fired = x })
				add(10)
				w.AwaitAlone()
				seen = x
				w.Sleep(2 * time.Second)
			}))
			add(1)
			w.AwaitAlone()
		})
		if !result.Fine() || x != 6 || seen != 200 || fired != 200 || other != 200 {
			t.Fatalf("seed %d: outside %d, inside %d, %d and %d: %+v", seed, x, seen, fired, other, result)
		}
	}
}

// What two spaces do with one address is no race.
func TestSpacesShareNothing(t *testing.T) {
	x := 0
	result := seeded(1, func(w *simworld.World) {
		write := func() { w.Access(&simworld.Site{Kind: simworld.Write, Name: "x"}, unsafe.Pointer(&x)) }
		for range 2 {
			must(w.SpawnIn(own{&x, new(int)}, sched.NewTask("inside", false), write))
		}
		write()
	})
	if len(result.Races) != 0 {
		t.Errorf("races: %+v", result.Races)
	}
}

func TestKillEndsTheTasksOfASpace(t *testing.T) {
	for seed := range uint64(50) {
		steps, after, deferred, fired := 0, 0, false, false
		var m sched.Monitor
		result := seeded(seed, func(w *simworld.World) {
			x := 0
			in := &own{&x, new(int)}
			must(w.SpawnIn(in, sched.NewTask("endless", false), func() {
				defer func() { deferred = true }()
				must(w.Spawn(sched.NewTask("waits", false), func() {
					m.Enter(opWaits, nil)
					w.Wait(&m, opWaits, func() bool { return false }, sched.Forever)
				}))
				w.Timer(time.Minute, func() { fired = true })
				for {
					w.Point()
					steps++
				}
			}))
			for range 20 {
				w.Point()
			}
			w.Kill(in)
			after = steps
			w.Sleep(time.Hour)
		})
		if !result.Fine() || steps != after || fired {
			t.Fatalf("seed %d: %d steps after the end, fired %v: %+v", seed, steps-after, fired, result)
		}
		if steps > 0 && !deferred {
			t.Errorf("seed %d: the deferred calls were not run at the end", seed)
		}
	}
}

// seeded runs body in an order that a seed decides.
func seeded(seed uint64, body func(w *simworld.World)) *simworld.Result {
	return simworld.Run(simworld.Config{Chooser: simworld.Random(seed), MaxSteps: 1000, Mute: true}, func() { body(world()) })
}

var opWaits = sched.NewOp("Test", "wait")

func must(err error) {
	if err != nil {
		panic(err)
	}
}
