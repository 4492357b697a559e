package process

import (
	"fmt"
	"io"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/support/processes"
)

// SharedMemory is bytes that processes share, and that any of them finds by a name.
// It can be handed to a process, and sent through a pipe or a queue: the other
// process then opens it by its name. Nothing orders what processes do in it; use a
// Lock.
//
// Close takes it out of one process; it stays for the others, and under its name
// for those to come. Unlink takes its name away, so that it goes with the last
// process that has it. Without Unlink it stays when all processes have ended, on
// Linux as a file in /dev/shm. Python: multiprocessing.shared_memory.SharedMemory.
type SharedMemory struct{ u *processes.Named }

var (
	_ io.ReaderAt = (*SharedMemory)(nil)
	_ io.WriterAt = (*SharedMemory)(nil)
)

// CreateSharedMemory makes shared memory of the given size in bytes, all zero. With
// the name "" it chooses one, see Name. The error is ErrExists if the name is taken,
// or says that there is no room. Misuse: ErrValue if size < 1, ErrName. Python:
// SharedMemory(name, create=True, size=size).
func CreateSharedMemory(name string, size int) (*SharedMemory, error) {
	u, err := processes.CreateNamed(name, size)
	if err != nil {
		return nil, err
	}
	return &SharedMemory{u}, nil
}

// OpenSharedMemory finds shared memory by its name. The error is ErrNotExist if
// there is none. Misuse: ErrName. Python: SharedMemory(name).
func OpenSharedMemory(name string) (*SharedMemory, error) {
	u, err := processes.OpenNamed(name)
	if err != nil {
		return nil, err
	}
	return &SharedMemory{u}, nil
}

// Name returns the name by which OpenSharedMemory finds the memory. Python:
// SharedMemory.name.
func (m *SharedMemory) Name() string { return m.u.Name() }

// Size returns the number of bytes. Python: SharedMemory.size.
func (m *SharedMemory) Size() int { return m.u.Size() }

// Load returns the byte at an offset, from 0 on. Misuse: ErrIndex, ErrClosed.
// Python: SharedMemory.buf[offset].
func (m *SharedMemory) Load(offset int) byte { return m.u.Load(offset) }

// Store changes the byte at an offset. Misuse: ErrIndex, ErrClosed. Python:
// SharedMemory.buf[offset] = b.
func (m *SharedMemory) Store(offset int, b byte) { m.u.Store(offset, b) }

var opMemory = sched.NewOp("SharedMemory", "use")

// from is what of the memory begins at an offset.
func (m *SharedMemory) from(offset int64, bytes []byte) []byte {
	if offset < 0 {
		processes.Fail(opMemory, m.Name(), ErrIndex, fmt.Sprintf("offset %d", offset))
	}
	return bytes[min(offset, int64(len(bytes))):]
}

// ReadAt copies bytes from an offset on into b, and returns how many: all but at
// the end of the memory, where the error is io.EOF. Misuse: ErrIndex if offset < 0,
// ErrClosed. Python: SharedMemory.buf[offset:…].
func (m *SharedMemory) ReadAt(b []byte, offset int64) (n int, err error) {
	m.u.Read(func(bytes []byte) { n = copy(b, m.from(offset, bytes)) })
	if n < len(b) {
		err = io.EOF
	}
	return n, err
}

// WriteAt copies b into the memory, from an offset on, and returns how many bytes:
// all but at the end of the memory, where the error is ErrNoRoom. Misuse: ErrIndex if
// offset < 0, ErrClosed. Python: SharedMemory.buf[offset:…] = b.
func (m *SharedMemory) WriteAt(b []byte, offset int64) (n int, err error) {
	m.u.Write(func(bytes []byte) { n = copy(m.from(offset, bytes), b) })
	if n < len(b) {
		err = ErrNoRoom
	}
	return n, err
}

// Close takes the memory out of this process: every later use of its bytes is a
// misuse, ErrClosed. A second call does nothing. Python: SharedMemory.close.
func (m *SharedMemory) Close() { m.u.Close() }

// Unlink takes the memory's name away. It is called once, by one of the processes;
// after that the error is ErrNotExist. Processes that have the memory keep it.
// Python: SharedMemory.unlink.
func (m *SharedMemory) Unlink() error { return m.u.Unlink() }
