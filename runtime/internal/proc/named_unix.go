//go:build unix

package proc

import (
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"
)

// Named is memory that several processes share, and know by a name.
type Named struct {
	path string
	size int
	mu   sync.RWMutex
	data []byte // nil once closed
}

// CreateNamed makes memory of a size under a name that is free; with "" it chooses
// one. The memory stays until Unlink.
func CreateNamed(name string, size int) (*Named, error) {
	var f *os.File
	var err error
	if name == "" {
		f, err = os.CreateTemp(namedDir(), "lockstep-")
	} else {
		f, err = os.OpenFile(filepath.Join(namedDir(), filepath.Base(name)), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := reserve(f, size); err != nil {
		os.Remove(f.Name())
		return nil, err
	}
	return mapped(f, size)
}

// OpenNamed finds memory by its name.
func OpenNamed(name string) (*Named, error) {
	f, err := os.OpenFile(filepath.Join(namedDir(), filepath.Base(name)), os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return mapped(f, int(info.Size()))
}

func mapped(f *os.File, size int) (*Named, error) {
	raw, err := f.SyscallConn()
	if err != nil {
		return nil, err
	}
	n := &Named{path: f.Name(), size: size}
	if controlErr := raw.Control(func(fd uintptr) { n.data, err = mapShared(int(fd), size) }); controlErr != nil {
		err = controlErr
	}
	return n, err
}

// Name is the name that OpenNamed finds the memory by.
func (n *Named) Name() string { return filepath.Base(n.path) }

// Size is how many bytes there are.
func (n *Named) Size() int { return n.size }

// Use calls f with the memory, which f must not keep. After Close the error is
// ErrClosed.
func (n *Named) Use(f func(bytes []byte)) error {
	n.mu.RLock()
	defer n.mu.RUnlock()
	if n.data == nil {
		return ErrClosed
	}
	f(n.data[:n.size])
	return nil
}

// Close takes the memory out of this process.
func (n *Named) Close() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.data == nil {
		return ErrClosed
	}
	data := n.data
	n.data = nil
	return os.NewSyscallError("munmap", unix.Munmap(data))
}

// Unlink takes the name away. The memory goes when no process has it any more.
func (n *Named) Unlink() error { return os.Remove(n.path) }
