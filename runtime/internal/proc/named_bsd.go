//go:build unix && !linux

package proc

import "os"

// namedDir is where shared memory has names.
func namedDir() string { return os.TempDir() }
