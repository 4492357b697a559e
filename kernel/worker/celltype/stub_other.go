//go:build !amd64 && !arm64

package celltype

import (
	"fmt"
	"reflect"
	"runtime"
)

// newStub fails: there are no stubs for this architecture.
func newStub(reflect.Value) (int32, error) {
	return 0, fmt.Errorf("methods of cell types are not supported on %s", runtime.GOARCH)
}
