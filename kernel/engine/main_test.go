package engine_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"lockstep/kernel/kerneltest"
	"lockstep/kernel/worker"
)

const workerVariable = "LOCKSTEP_TEST_WORKER"

// TestMain makes the test binary its own worker.
func TestMain(m *testing.M) {
	if os.Getenv(workerVariable) != "" {
		if err := worker.Main(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Setenv(workerVariable, "1")
	os.Exit(kerneltest.Main(m))
}
