//go:build !unix

package wire

import "syscall"

// private does nothing where sockets have no file mode.
func private(_, _ string, _ syscall.RawConn) error { return nil }
