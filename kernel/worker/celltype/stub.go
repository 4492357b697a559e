//go:build amd64 || arm64

package celltype

import (
	"fmt"
	"reflect"
	"sync"
	"unsafe"
)

// maxStubs is how many stubs the assembly has; a method takes two or three.
const maxStubs = 32768

// closures are what the stubs lead to. The assembly reads them.
var closures [maxStubs]unsafe.Pointer

// stubsPC is where the stubs' code starts.
var stubsPC uintptr

var taken struct {
	sync.Mutex
	used int
}

// newStub takes a stub that goes on to fn, a function value, as if its caller
// had called fn. It returns the code's offset for a method table.
func newStub(fn reflect.Value) (int32, error) {
	taken.Lock()
	defer taken.Unlock()
	if taken.used == maxStubs {
		return 0, fmt.Errorf("too many methods have been declared in this session (%d stubs): restart the kernel", maxStubs)
	}
	i := taken.used
	taken.used++
	f := fn.Interface()
	closures[i] = (*eface)(unsafe.Pointer(&f)).data
	pc := stubsPC + uintptr(i)*stubSize
	return addReflectOff(*(*unsafe.Pointer)(unsafe.Pointer(&pc))), nil
}
