//go:build unix

package wire

import "syscall"

// private gives the socket's file mode 0600 before the file appears. Linux derives the file's mode from the descriptor's;
// elsewhere this fails harmlessly.
func private(_, _ string, c syscall.RawConn) error {
	return c.Control(func(fd uintptr) { _ = syscall.Fchmod(int(fd), 0o600) })
}
