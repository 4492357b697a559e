package proc

import (
	"os"

	"golang.org/x/sys/unix"
)

// namedDir is where shared memory has names, as shm_open has them.
func namedDir() string { return "/dev/shm" }

// reserve gives a file its size, and room for it: there may be too little, which
// later would be a bus error.
func reserve(f *os.File, size int) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	if controlErr := raw.Control(func(fd uintptr) {
		for err = unix.EINTR; err == unix.EINTR; {
			err = unix.Fallocate(int(fd), 0, 0, int64(size))
		}
	}); controlErr != nil {
		err = controlErr
	}
	return os.NewSyscallError("fallocate", err)
}
