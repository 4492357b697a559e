package thread_test

import (
	"errors"
	"os"
	"testing"

	"lockstep/runtime/internal/scope"
	"lockstep/runtime/sim"
)

// inBothWorlds runs a test's body as the main code of the real world and, under
// several seeds, of a simulation. What the body starts it must also join.
func inBothWorlds(t *testing.T, body func(t *testing.T)) {
	t.Helper()
	t.Run("real", func(t *testing.T) {
		inRealWorld(t, body)
	})
	t.Run("sim", func(t *testing.T) {
		for seed := range uint64(30) {
			if r := sim.Run(seed, func() { body(t) }); !r.OK() {
				t.Fatalf("the simulation failed:\n%v", r)
			}
			if t.Failed() {
				t.Fatalf("under seed %d", seed)
			}
		}
	})
}

// inRealWorld runs body as the main code of a scope.
func inRealWorld(t *testing.T, body func(t *testing.T)) {
	t.Helper()
	s := &scope.Scope{Stdout: os.Stdout, Stderr: os.Stderr}
	defer s.Release()
	s.Do(func() { body(t) })
}

// misuse runs f and checks that it panics with an error that is want.
func misuse(t *testing.T, want error, f func()) {
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
