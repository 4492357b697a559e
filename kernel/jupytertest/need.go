// Package jupytertest gives tests the real programs that the kernel must get
// on with: Jupyter's Python packages, a browser, and an installed kernelspec.
package jupytertest

import (
	"os"
	"testing"
)

// strict is the environment variable that turns skips into failures: where the
// machine is meant to have everything, a skipped test is a hole.
const strict = "LOCKSTEP_CI"

// Missing ends the test because something that it needs isn't there: as
// skipped, or as failed where LOCKSTEP_CI=1. The reason says what is missing
// and, best, how to get it.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv(strict) == "1" {
		t.Fatalf(format, args...)
		return
	}
	t.Skipf(format, args...)
}
