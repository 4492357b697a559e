//go:build unix

package proc

import (
	"os"
	"runtime"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"

	"lockstep/runtime/internal/encode"
)

// Memory is memory that several processes share, without a name. It begins zero.
type Memory struct {
	file  *os.File
	bytes []byte
}

var _ encode.Handle = (*Memory)(nil)

// NewMemory returns memory of the given size, in bytes.
func NewMemory(size int) (*Memory, error) {
	f, err := memoryFile()
	if err != nil {
		return nil, err
	}
	if err := f.Truncate(int64(size)); err != nil {
		f.Close()
		return nil, err
	}
	m := &Memory{}
	return m, m.set(f, size)
}

func (m *Memory) set(f *os.File, size int) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var bytes []byte
	if controlErr := raw.Control(func(fd uintptr) { bytes, err = mapShared(int(fd), size) }); controlErr != nil {
		err = controlErr
	}
	if err != nil {
		f.Close()
		return err
	}
	m.file, m.bytes = f, bytes
	runtime.AddCleanup(m, func(b []byte) { _ = unix.Munmap(b) }, bytes)
	return nil
}

// mapShared maps a file. Mappings are page-sized at least, so size 0 is 1.
func mapShared(fd, size int) ([]byte, error) {
	b, err := unix.Mmap(fd, 0, max(size, 1), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	return b, os.NewSyscallError("mmap", err)
}

// Bytes are the memory. They are valid as long as m is reachable.
func (m *Memory) Bytes() []byte { return m.bytes }

// Word is the i-th word of eight bytes.
func (m *Memory) Word(i int) *atomic.Int64 { return (*atomic.Int64)(unsafe.Pointer(&m.bytes[8*i])) }

// EncodeHandle implements encode.Handle.
func (m *Memory) EncodeHandle(e *encode.Encoder) error {
	raw, err := m.file.SyscallConn()
	if err != nil {
		return err
	}
	e.Int(len(m.bytes))
	number := 0
	if err := raw.Control(func(fd uintptr) { number = e.Attach(fd) }); err != nil {
		return err
	}
	e.Int(number)
	return nil
}

// DecodeHandle implements encode.Handle.
func (m *Memory) DecodeHandle(d *encode.Decoder) error {
	size, err := d.Int()
	if err != nil {
		return err
	}
	fd, err := attached(d)
	if err != nil {
		return err
	}
	return m.set(os.NewFile(uintptr(fd), "memory"), size)
}
