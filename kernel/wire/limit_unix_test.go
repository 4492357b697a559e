//go:build unix

package wire

import "syscall"

// limitDescriptors lets this process open no more than n files.
func limitDescriptors(n uint64) bool {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return false
	}
	limit.Cur = n
	return syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit) == nil
}
