package worker

import (
	"bufio"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// limitData limits the data of this process and of those it starts. The limit of
// the address space is no use: an idle Go process has reserved more than a
// gigabyte of it.
func limitData(bytes uint64) error {
	limit := unix.Rlimit{Cur: usedData() + bytes}
	var now unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_DATA, &now); err != nil {
		return err
	}
	limit.Max = now.Max
	limit.Cur = min(limit.Cur, limit.Max)
	return unix.Setrlimit(unix.RLIMIT_DATA, &limit)
}

// usedData is what the Go runtime and a race detector have put aside, in bytes.
func usedData() uint64 {
	file, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var kilobytes uint64
		if n, _ := fmt.Sscanf(lines.Text(), "VmData: %d kB", &kilobytes); n == 1 {
			return kilobytes << 10
		}
	}
	return 0
}
