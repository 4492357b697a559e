package sim_test

import (
	"errors"
	"strings"
	"testing"

	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

// examples are bodies of every kind, with the hashes of their events under seeds 1,
// 2 and 3: they must be the same on every machine, for ever.
var examples = []struct {
	name   string
	body   func()
	hashes [3]uint64
}{
	{"printer", func() { var out strings.Builder; printer(&out, unlocked)() }, [3]uint64{0xf31b3c322d514d32, 0xe3aa8d9964c44976, 0x346f5f5d09e7e6b0}},
	{"opposite locks", opposite, [3]uint64{0x7df2d6c5c2c36dd9, 0xee5aeb6b4a34ad83, 0x1b30d21dfe792cc2}},
	{"lost update", func() { var n *sim.Var[int]; lostUpdate(&n, 3)() }, [3]uint64{0x119c7d668b545a13, 0x148f64027934ac68, 0x9e863fb4970e4a5}},
	{"recursive locks", func() { var log []string; lockTwice(thread.NewRMutex("A"), thread.NewRMutex("B"), &log)() }, [3]uint64{0xfba1751bda809ae4, 0xc27e1ed3cf28af7a, 0x2174ae981d63be8}},
	{"philosophers", func() { philosophers(5, func(int) bool { return true }) }, [3]uint64{0xa55906ba8dcaaf2f, 0x840ee0b81e55549, 0xf2d03b1cbfaf8ed3}},
	{"readers and a writer", func() { readersWriter(true) }, [3]uint64{0x939fbcaabcbec98d, 0x321f199ea4b70420, 0x15fd4b9daf0225e2}},
	{"barrier", func() { barrier(true) }, [3]uint64{0xed5d2d0282396514, 0xa8dde56aaf59fe9b, 0x66473dd681a6950f}},
	{"buffer", func() { buffer(true) }, [3]uint64{0xcf6abdf31e9066ad, 0xadd48000b3d8be4, 0xe41e5207fa1aa843}},
	{"smokers", func() { smokers(true) }, [3]uint64{0x31131ea05dfd4258, 0x35ad40e096d16d6b, 0x395d6da7cdce26e0}},
	{"Peterson", func() { peterson(true) }, [3]uint64{0xbff4b8151753b3f0, 0xde769a045c8eee4e, 0xad9da5b06a3a90f5}},
	{"Dekker", func() { dekker(true) }, [3]uint64{0x758f0e127dd78fce, 0xfecdf77bb5a066a0, 0x775a634cb232c748}},
}

func TestEveryExampleDoesTheSameOnEveryMachine(t *testing.T) {
	for _, e := range examples {
		t.Run(e.name, func(t *testing.T) {
			var got [3]uint64
			for i := range got {
				seed := uint64(i + 1)
				first := sim.Run(seed, e.body, sim.NoRaces())
				second := sim.Run(seed, e.body, sim.NoRaces())
				if first.Hash != second.Hash || first.String() != second.String() || first.HTML() != second.HTML() {
					t.Errorf("seed %d gives two runs:\n%v\n%v", seed, first, second)
				}
				var deadlock *sim.DeadlockError
				if !first.OK() && !errors.As(first.Err, &deadlock) {
					t.Errorf("seed %d: %v", seed, first)
				}
				got[i] = first.Hash
			}
			if got != e.hashes {
				t.Errorf("hashes %#x, want %#x", got, e.hashes)
			}
		})
	}
}

func TestExploringTwiceComesToTheSame(t *testing.T) {
	for _, e := range examples {
		first := sim.Explore(e.body, sim.Reduce(), sim.MaxSchedules(500))
		second := sim.Explore(e.body, sim.Reduce(), sim.MaxSchedules(500))
		if first.String() != second.String() || first.Hash != second.Hash {
			t.Errorf("%s:\n%v\n%v", e.name, first, second)
		}
	}
}
