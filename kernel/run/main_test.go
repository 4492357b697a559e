package run_test

import (
	"os"
	"testing"

	"lockstep/kernel/kerneltest"
)

func TestMain(m *testing.M) { os.Exit(kerneltest.Main(m)) }
