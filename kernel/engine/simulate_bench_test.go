package engine_test

import (
	"testing"

	"lockstep/kernel/kerneltest"
)

// What simulations of cells cost; an operation is the whole cell. The first hands
// over a million times; the others explore goroutines that each read a variable and
// then write to it, in every schedule and in one of each class.
func BenchmarkSimulatedCells(b *testing.B) {
	const declarations = `
import ("lockstep/runtime/sim"; "lockstep/runtime/thread")
n := 0
func add() { temp := n; n = temp + 1 }
func three() { go add(); go add(); go add() }
func yield() { for range 500_000 { thread.Yield() } }
func check(r sim.Report, schedules int) { if r.Explored.Schedules < schedules || r.Explored.Racing == 0 || r.Err == nil { panic(r.String()) } }`
	for _, test := range []struct{ name, cell string }{
		{"Switches", `if r := sim.Run(1, func() { sim.Threads(yield, yield) }, sim.MaxSteps(1 << 40), sim.RoundRobin(1)); r.Switches < 1_000_000 { panic(r.String()) }`},
		{"Explore2", `check(sim.Explore(func() { go add(); go add() }), 20)`},
		{"Explore3", `check(sim.Explore(three), 1680)`},
		{"Reduced3", `check(sim.Explore(three, sim.Reduce()), 2)`},
	} {
		b.Run(test.name, func(b *testing.B) {
			k := kerneltest.Start(b)
			k.Execute(declarations).OK()
			for b.Loop() {
				k.Execute(test.cell).OK()
			}
		})
	}
}
