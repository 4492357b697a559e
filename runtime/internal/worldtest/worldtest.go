// Package worldtest lets one test of the runtime run in both worlds.
package worldtest

import (
	"errors"
	"os"
	"testing"

	"lockstep/runtime/internal/scope"
	"lockstep/runtime/sim"
)

// seeds is the number of schedules that a test runs under in the simulated world.
const seeds = 30

// Both runs a test's body as the main code of the real world and, under several
// seeds, of a simulation. What the body starts it must also join.
func Both(t *testing.T, body func(t *testing.T)) {
	t.Helper()
	t.Run("real", func(t *testing.T) { Real(t, body) })
	t.Run("sim", func(t *testing.T) { Sim(t, body) })
}

// Real runs body as the main code of a scope in the real world.
func Real(t *testing.T, body func(t *testing.T)) {
	t.Helper()
	s := &scope.Scope{Stdout: os.Stdout, Stderr: os.Stderr}
	defer s.Release()
	s.Do(func() { body(t) })
}

// Sim runs body as the main code of simulations, under several seeds.
func Sim(t *testing.T, body func(t *testing.T)) {
	t.Helper()
	for seed := range uint64(seeds) {
		if r := sim.Run(seed, func() { body(t) }); !r.OK() {
			t.Fatalf("the simulation failed:\n%v", r)
		}
		if t.Failed() {
			t.Fatalf("under seed %d", seed)
		}
	}
}

// Misuse runs f and checks that it panics with an error that is want.
func Misuse(t *testing.T, want error, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		value := recover()
		if err, ok := value.(error); !ok || !errors.Is(err, want) {
			t.Errorf("panic value %v, want %v", value, want)
		}
	}()
	f()
}
