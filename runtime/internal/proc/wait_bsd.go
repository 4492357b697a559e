//go:build unix && !linux

package proc

import (
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// Ended reports whether a process has ended. Here a zombie counts as living.
func Ended(pid int) bool { return unix.Kill(pid, 0) == unix.ESRCH }

// awaitEnd waits until a child has ended, and returns its exit code. Here that
// reaps it: no zombie is left to be seen.
func awaitEnd(pid int) (code int, err error) {
	var status unix.WaitStatus
	for err = unix.EINTR; err == unix.EINTR; {
		_, err = unix.Wait4(pid, &status, 0, nil)
	}
	switch {
	case err != nil:
		return 0, os.NewSyscallError("wait4", err)
	case status.Signaled():
		return -int(status.Signal()), nil
	}
	return status.ExitStatus(), nil
}

func reap(int) error { return nil }

var executable = sync.OnceValues(os.Executable)
