//go:build unix && !linux

package proc

import "os"

// namedDir is where shared memory has names.
func namedDir() string { return os.TempDir() }

// reserve gives a file its size.
func reserve(f *os.File, size int) error { return f.Truncate(int64(size)) }
