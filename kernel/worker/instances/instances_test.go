package instances_test

import (
	"reflect"
	"slices"
	"testing"

	"lockstep/kernel/worker/instances"
)

func TestInstancesAreOfTheTypesTheyAreNamedFor(t *testing.T) {
	symbols := instances.Symbols()
	for name, want := range map[string]any{
		"slices.Sort[[]int,int]":               slices.Sort[[]int],
		"slices.Max[[]float64,float64]":        slices.Max[[]float64],
		"slices.BinarySearch[[]string,string]": slices.BinarySearch[[]string],
	} {
		symbol, ok := instances.Name(name)
		if !ok || !symbols[symbol].IsValid() || symbols[symbol].Type() != reflect.TypeOf(want) {
			t.Errorf("%s is %q, %v", name, symbol, symbols[symbol])
		}
	}
	if symbol, ok := instances.Name("slices.Sort[[]main.ID,main.ID]"); ok {
		t.Errorf("%s is for a type that isn't compiled", symbol)
	}
}
