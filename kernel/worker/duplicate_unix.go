//go:build unix

package worker

import (
	"os"
	"syscall"
)

// duplicate opens f's file once more, under a name for error messages.
func duplicate(f *os.File, name string) (*os.File, error) {
	raw, err := f.SyscallConn()
	if err != nil {
		return nil, err
	}
	duplicated := -1
	controlErr := raw.Control(func(fd uintptr) {
		// The lock keeps a child that is started at the same time from
		// inheriting the duplicate before it is marked.
		syscall.ForkLock.RLock()
		defer syscall.ForkLock.RUnlock()
		if duplicated, err = syscall.Dup(int(fd)); err == nil {
			syscall.CloseOnExec(duplicated)
		}
	})
	if controlErr != nil {
		return nil, controlErr
	}
	if err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	return os.NewFile(uintptr(duplicated), name), nil
}
