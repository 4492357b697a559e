package gosim_test

import (
	"testing"

	"lockstep/runtime/gosim"
	"lockstep/runtime/sim"
)

func TestAllRandomNumbersAreTried(t *testing.T) {
	seen := map[[2]int]bool{}
	r := sim.Explore(func() { seen[[2]int{gosim.Rand.Intn(3), gosim.RandV2.IntN(2)}] = true })
	if !r.Proved() || len(seen) != 6 {
		t.Errorf("%d of 6 pairs were drawn: %v", len(seen), r)
	}
	for range 100 {
		if n := gosim.RandV2.IntN(3); n < 0 || n > 2 {
			t.Fatalf("outside %d was drawn", n)
		}
	}
}
