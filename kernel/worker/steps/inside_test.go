package steps

import (
	"reflect"
	"testing"

	"github.com/traefik/yaegi/interp"
)

// TestLayouts compares our idea of the interpreter's types with what they are: a
// release that changes them fails here, not somewhere in a learner's cell.
func TestLayouts(t *testing.T) {
	root := compare(t, reflect.TypeFor[interp.Program](), reflect.TypeFor[program]())["root"]
	step := compare(t, root.Elem(), reflect.TypeFor[node]())["exec"]
	if step.NumIn() != 1 || step.NumOut() != 1 || step.Out(0) != step {
		t.Fatalf("a step is a %v", step)
	}
	compare(t, step.In(0).Elem(), reflect.TypeFor[frame]())
}

func TestEveryWordIsTheInterpreters(t *testing.T) {
	w := reflect.ValueOf(words())
	for i := range w.NumField() {
		if w.Field(i).Uint() == uint64(^uint(0)) {
			t.Errorf("no node is a %s", w.Type().Field(i).Name)
		}
	}
}

// compare holds the fields of ours that have a name against those of theirs.
func compare(t *testing.T, theirs, ours reflect.Type) map[string]reflect.Type {
	t.Helper()
	types := map[string]reflect.Type{}
	for i := range ours.NumField() {
		want, got := theirs.Field(i), ours.Field(i)
		types[want.Name] = want.Type
		if got.Name != "_" && (got.Name != want.Name || got.Offset != want.Offset || got.Type.Kind() != want.Type.Kind()) {
			t.Errorf("field %d of %v is %s %v at %d, ours %s %v at %d", i, theirs, want.Name, want.Type, want.Offset, got.Name, got.Type, got.Offset)
		}
	}
	return types
}
