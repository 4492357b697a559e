package sim_test

import (
	"testing"

	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

// BenchmarkSwitches is the cost of a switch point at which another thread goes on.
func BenchmarkSwitches(b *testing.B) {
	yield := func() {
		for range b.N / 2 {
			thread.Yield()
		}
	}
	b.ReportAllocs()
	r := sim.Run(1, func() { joinAll(yield, yield) }, sim.MaxSteps(1<<40), sim.RoundRobin(1))
	b.ReportMetric(float64(r.Switches)/float64(r.Steps), "switches/op")
}

// BenchmarkAccesses is the cost of a use of a shared variable, one after the other
// by two threads, with the detection of races.
func BenchmarkAccesses(b *testing.B) {
	v := sim.NewVar("v", 0)
	load := func() {
		for range b.N / 2 {
			v.Load()
		}
	}
	b.ReportAllocs()
	sim.Run(1, func() { joinAll(load, load) }, sim.MaxSteps(1<<40), sim.RoundRobin(1))
}

// BenchmarkExplore2 and BenchmarkExplore3 are the cost of all schedules of two and
// three threads that read and then write: 70 and 34,650.
func BenchmarkExplore2(b *testing.B) { benchmarkExplore(b, 2) }
func BenchmarkExplore3(b *testing.B) { benchmarkExplore(b, 3) }

func benchmarkExplore(b *testing.B, threads int, opts ...sim.Option) {
	var n *sim.Var[int]
	opts = append(opts, want(&n, 100-threads))
	for b.Loop() {
		sim.Explore(lostUpdate(&n, threads), opts...)
	}
}

// BenchmarkReduced3 is the same three threads, one schedule of each class.
func BenchmarkReduced3(b *testing.B) { benchmarkExplore(b, 3, sim.Reduce()) }
