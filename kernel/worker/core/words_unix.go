//go:build unix

package core

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// words is memory for n numbers that goroutines write as they please, as lowered
// code does with marks. It lies outside Go's heap, where the race detector would
// report what is meant.
func words(n int) []int64 {
	memory, err := unix.Mmap(-1, 0, n*8, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return make([]int64, n)
	}
	return unsafe.Slice((*int64)(unsafe.Pointer(&memory[0])), n)
}
