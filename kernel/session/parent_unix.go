//go:build unix

package session

import (
	"errors"
	"os"
	"syscall"
)

// parentCheck returns a function that reports whether the process has ended.
//
// A direct parent is told by getppid, which changes even when the process stays
// as a zombie or its number is used again. A launcher may stand between: then
// the number is all there is.
func parentCheck(pid int) func() bool {
	if os.Getppid() == pid {
		return func() bool { return os.Getppid() != pid }
	}
	return func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }
}
