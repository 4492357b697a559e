//go:build !linux

package worker

import "errors"

// limitData: what Linux counts against a limit of data, others don't count.
func limitData(uint64) error { return errors.ErrUnsupported }
