package steps

import (
	"reflect"
	"strings"
	"testing"

	"github.com/traefik/yaegi/interp"
)

// TestLayouts compares our idea of the interpreter's types with what they are: a
// release that changes them fails here, not somewhere in a learner's cell.
func TestLayouts(t *testing.T) {
	root := compare(t, reflect.TypeFor[interp.Program](), reflect.TypeFor[program]())["root"]
	fields := compare(t, root.Elem(), reflect.TypeFor[node]())
	step := fields["exec"]
	if step.NumIn() != 1 || step.NumOut() != 1 || step.Out(0) != step {
		t.Fatalf("a step is a %v", step)
	}
	compare(t, step.In(0).Elem(), reflect.TypeFor[frame]())
	compare(t, fields["typ"].Elem(), reflect.TypeFor[itype]())
	compare(t, reflect.TypeFor[reflect.Value](), reflect.TypeFor[value]())
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
		if got.Name != "_" && (got.Name != strings.TrimSuffix(want.Name, "_") || got.Offset != want.Offset || got.Type.Size() != want.Type.Size() || got.Type.Kind() != want.Type.Kind() && got.Type.Kind() != reflect.UnsafePointer) {
			t.Errorf("field %d of %v is %s %v at %d, ours %s %v at %d", i, theirs, want.Name, want.Type, want.Offset, got.Name, got.Type, got.Offset)
		}
	}
	return types
}
