package engine_test

import (
	"testing"

	"lockstep/kernel/kerneltest"
)

// The interpreter panics in its own words; a thread that ends so is reported in
// Go's, in both worlds.
func TestThreadsPanicInGosWords(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute(`import ("lockstep/runtime/sim"; "lockstep/runtime/thread")`).OK()
	k.Execute("var p *int\nthread.Go(func() { *p = 1 }).Join()").
		Stderr("panic in thread Thread-1: runtime error: invalid memory address or nil pointer dereference\n").OK()
	k.Execute("r := sim.Run(1, func() { var m map[string]int; m[\"a\"] = 1 })\nr.Err.Error()").
		Value(`"panic in MainThread: assignment to entry in nil map"`)
}
