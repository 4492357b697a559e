//go:build amd64 || arm64

package celltype

import (
	"reflect"
	"testing"
	"unsafe"
)

// TestEachStubLeadsToItsClosure calls many methods: the stubs' arithmetic must
// be right for all of them.
func TestEachStubLeadsToItsClosure(t *testing.T) {
	used := taken.used
	defer func() { taken.used = used }()
	for i := range maxStubs - used {
		fn := reflect.MakeFunc(reflect.TypeFor[func(int) int](), func(args []reflect.Value) []reflect.Value {
			return []reflect.Value{reflect.ValueOf(int(args[0].Int()) + i)}
		})
		before := taken.used
		if _, err := newStub(fn); err != nil {
			t.Fatal(err)
		}
		pc := stubsPC + uintptr(before)*stubSize
		closure := &pc
		call := *(*func(int) int)(unsafe.Pointer(&closure))
		if got := call(1000); got != 1000+i {
			t.Fatalf("stub %d: %d, want %d", before, got, 1000+i)
		}
	}
}
