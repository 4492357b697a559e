//go:build unix

package proc

import (
	"errors"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// descriptor is a non-blocking descriptor that goroutines wait on without holding
// a thread.
type descriptor struct {
	file *os.File
	raw  syscall.RawConn
	// One goroutine at a time waits for each direction: the file's deadline is its.
	reading, writing gate
}

// gate is a mutex that can be waited for with a limit.
type gate chan struct{}

// newDescriptor takes fd over.
func newDescriptor(fd int, name string) (*descriptor, error) {
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, os.NewSyscallError("fcntl", err)
	}
	unix.CloseOnExec(fd)
	f := os.NewFile(uintptr(fd), name)
	raw, err := f.SyscallConn()
	if err != nil {
		f.Close()
		return nil, err
	}
	return &descriptor{file: f, raw: raw, reading: make(gate, 1), writing: make(gate, 1)}, nil
}

func (d *descriptor) close() error { return d.file.Close() }

// number calls use with the descriptor's number, which stays valid meanwhile.
func (d *descriptor) number(use func(fd int)) error {
	if err := d.raw.Control(func(fd uintptr) { use(int(fd)) }); err != nil {
		return ErrClosed
	}
	return nil
}

// read calls try until it reports that it is done; in between it waits for the
// descriptor to be readable, for at most limit.
func (d *descriptor) read(limit time.Duration, cancel <-chan struct{}, try func(fd int) bool) error {
	return d.wait(d.reading, d.raw.Read, d.file.SetReadDeadline, limit, cancel, try)
}

// write is read for a descriptor that is to be writable.
func (d *descriptor) write(limit time.Duration, cancel <-chan struct{}, try func(fd int) bool) error {
	return d.wait(d.writing, d.raw.Write, d.file.SetWriteDeadline, limit, cancel, try)
}

func (d *descriptor) wait(g gate, await func(func(uintptr) bool) error, setDeadline func(time.Time) error, limit time.Duration, cancel <-chan struct{}, try func(fd int) bool) error {
	done := false
	if err := d.number(func(fd int) { done = try(fd) }); err != nil {
		return err
	}
	switch {
	case done:
		return nil
	case limit == 0:
		return ErrTimeout
	}
	var timeout <-chan time.Time
	var deadline time.Time
	if limit > 0 {
		deadline = time.Now().Add(limit)
		timer := time.NewTimer(limit)
		defer timer.Stop()
		timeout = timer.C
	}
	select {
	case g <- struct{}{}:
		defer func() { <-g }()
	case <-timeout:
		return ErrTimeout
	case <-cancel:
		return ErrCancelled
	}
	if err := setDeadline(deadline); err != nil {
		return ErrClosed
	}
	if cancel != nil {
		stop := make(chan struct{})
		var watcher sync.WaitGroup
		watcher.Go(func() {
			select {
			case <-cancel:
				_ = setDeadline(time.Unix(1, 0)) // wakes await
			case <-stop:
			}
		})
		defer watcher.Wait()
		defer close(stop)
	}
	err := await(func(fd uintptr) bool { return try(int(fd)) })
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, os.ErrDeadlineExceeded):
		return ErrClosed
	}
	select {
	case <-cancel:
		return ErrCancelled
	default:
		return ErrTimeout
	}
}

// again says of a system call's error that the call would have had to wait.
func again(err error) bool { return err == unix.EAGAIN || err == unix.EINTR }

// newPipe is a pipe of which no other program inherits the ends.
func newPipe() (r, w int, err error) {
	var fds [2]int
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := syscall.Pipe(fds[:]); err != nil {
		return 0, 0, os.NewSyscallError("pipe", err)
	}
	syscall.CloseOnExec(fds[0])
	syscall.CloseOnExec(fds[1])
	return fds[0], fds[1], nil
}

// newSocketPair is newPipe in both directions.
func newSocketPair() (a, b int, err error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return 0, 0, os.NewSyscallError("socketpair", err)
	}
	syscall.CloseOnExec(fds[0])
	syscall.CloseOnExec(fds[1])
	return fds[0], fds[1], nil
}

// duplicate is a descriptor of its own for the same thing.
func duplicate(fd int) (int, error) {
	n, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3)
	return n, os.NewSyscallError("fcntl", err)
}
