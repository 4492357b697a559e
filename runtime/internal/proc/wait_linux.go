package proc

import (
	"bytes"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Ended reports whether a process has ended, reaped or not.
func Ended(pid int) bool {
	if unix.Kill(pid, 0) == unix.ESRCH {
		return true
	}
	state, err := State(pid)
	return err == nil && (state == 'Z' || state == 'X')
}

// State is the letter by which the kernel shows a process's state: R, S, T, Z, ….
func State(pid int) (byte, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The name in parentheses may hold anything.
	_, rest, ok := bytes.Cut(text[max(0, bytes.LastIndexByte(text, ')')):], []byte(") "))
	if !ok || len(rest) == 0 {
		return 0, fmt.Errorf("/proc/%d/stat: malformed", pid)
	}
	return rest[0], nil
}

// childInfo is the part of a siginfo_t that waitid fills in.
type childInfo struct {
	signal, errno, code int32
	_                   int32
	pid, uid, status    int32
}

// awaitEnd waits until a child has ended, and returns its exit code: -N if the
// signal N ended it. The child stays a zombie.
func awaitEnd(pid int) (code int, err error) {
	return waitid(pid, unix.WEXITED|unix.WNOWAIT)
}

// reap removes a child that has ended from the process table.
func reap(pid int) error {
	_, err := waitid(pid, unix.WEXITED)
	return err
}

func waitid(pid, options int) (code int, err error) {
	var info unix.Siginfo
	for err = unix.EINTR; err == unix.EINTR; {
		err = unix.Waitid(unix.P_PID, pid, &info, options, nil)
	}
	if err != nil {
		return 0, os.NewSyscallError("waitid", err)
	}
	child := (*childInfo)(unsafe.Pointer(&info))
	const exited = 1 // CLD_EXITED
	if child.code == exited {
		return int(child.status), nil
	}
	return -int(child.status), nil
}

// executable is the running program, even if its file has been replaced.
func executable() (string, error) { return "/proc/self/exe", nil }
