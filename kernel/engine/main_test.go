package engine_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"lockstep/kernel/kerneltest"
	"lockstep/kernel/worker"
)

const (
	workerVariable = "LOCKSTEP_TEST_WORKER"
	// renewVariable has the interpreter replaced after each cell. All tests of this
	// package may be run that way.
	renewVariable = "LOCKSTEP_TEST_RENEW"
)

// TestMain makes the test binary its own worker.
func TestMain(m *testing.M) {
	if os.Getenv(workerVariable) != "" {
		worker.RenewAlways = os.Getenv(renewVariable) != ""
		if err := worker.Main(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Setenv(workerVariable, "1")
	os.Exit(kerneltest.Main(m))
}
