//go:build !unix

package worker

import (
	"fmt"
	"os"
	"runtime"
)

func duplicate(*os.File, string) (*os.File, error) {
	return nil, fmt.Errorf("duplicating a file is not supported on %s yet", runtime.GOOS)
}
