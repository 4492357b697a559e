package history

import "testing"

// LimitCells puts n in place of MaxCells for a test.
func LimitCells(t *testing.T, n int) {
	maxCells = n
	t.Cleanup(func() { maxCells = MaxCells })
}
