package sched

import (
	"bytes"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// osThreadID returns the kernel's id of the calling OS thread.
func osThreadID() int64 { return int64(unix.Gettid()) }

// mainThreadID returns the kernel's id of the process's first thread.
func mainThreadID() int64 { return int64(os.Getpid()) }

func onMainThread() bool { return unix.Gettid() == os.Getpid() }

// roomForThreads reports whether the control group of the process may have at
// least 128 more tasks. Beyond its limit the Go runtime ends the process.
func roomForThreads() bool {
	limit, ok := readNumber("/sys/fs/cgroup/pids.max")
	if !ok {
		return true // no limit, or none that we can see
	}
	current, ok := readNumber("/sys/fs/cgroup/pids.current")
	return !ok || limit-current >= 128
}

func readNumber(path string) (int, bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, false
	}
	n, err := strconv.Atoi(string(bytes.TrimSpace(text)))
	return n, err == nil
}
