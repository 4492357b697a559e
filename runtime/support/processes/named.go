package processes

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"lockstep/runtime/internal/encode"
	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/sched"
)

var (
	opNamedCreate = sched.NewOp("SharedMemory", "create")
	opNamedOpen   = sched.NewOp("SharedMemory", "open")
	opNamedUse    = sched.NewOp("SharedMemory", "use")
)

// Named is memory that processes share, by a name.
type Named struct{ n *proc.Named }

var _ encode.Roaming = (*Named)(nil)

// CreateNamed makes memory of a size in bytes, under a name of its own for "".
func CreateNamed(name string, size int) (*Named, error) {
	InRealWorld(opNamedCreate)
	if size < 1 {
		Fail(opNamedCreate, "SharedMemory", ErrValue, "the size is "+strconv.Itoa(size)+" bytes")
	}
	if name != "" {
		checkName(opNamedCreate, name)
	}
	n, err := proc.CreateNamed(name, size)
	if err != nil {
		return nil, about(name, err)
	}
	return &Named{n}, nil
}

// OpenNamed finds memory by its name.
func OpenNamed(name string) (*Named, error) {
	InRealWorld(opNamedOpen)
	checkName(opNamedOpen, name)
	n, err := proc.OpenNamed(name)
	if err != nil {
		return nil, about(name, err)
	}
	return &Named{n}, nil
}

func checkName(op *sched.Op, name string) {
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\\\x00") {
		Fail(op, "SharedMemory", ErrName, strconv.Quote(name))
	}
}

// about is an error of the memory of a name, in this package's terms.
func about(name string, err error) error {
	switch {
	case errors.Is(err, fs.ErrExist):
		err = ErrExists
	case errors.Is(err, fs.ErrNotExist):
		err = ErrNotExist
	}
	return fmt.Errorf("shared memory %s: %w", name, err)
}

// Name is the memory's name.
func (m *Named) Name() string { return m.n.Name() }

// Size is how many bytes there are.
func (m *Named) Size() int { return m.n.Size() }

// Load is the byte at an offset.
func (m *Named) Load(offset int) (b byte) {
	m.use(offset, func(bytes []byte) { b = bytes[offset] })
	return b
}

// Store changes the byte at an offset.
func (m *Named) Store(offset int, b byte) {
	m.use(offset, func(bytes []byte) { bytes[offset] = b })
}

func (m *Named) use(offset int, f func([]byte)) {
	InRealWorld(opNamedUse)
	if offset < 0 || offset >= m.n.Size() {
		Fail(opNamedUse, m.n.Name(), ErrIndex, fmt.Sprintf("offset %d, size %d", offset, m.n.Size()))
	}
	check(opNamedUse, m.n.Use(f))
}

// Use calls f with all bytes, which f must not keep.
func (m *Named) Use(f func([]byte)) {
	InRealWorld(opNamedUse)
	check(opNamedUse, m.n.Use(f))
}

// Close takes the memory out of this process. A second call does nothing.
func (m *Named) Close() { _ = m.n.Close() } // the error is that it is closed

// Unlink takes the name away.
func (m *Named) Unlink() error {
	if err := m.n.Unlink(); err != nil {
		return about(m.n.Name(), err)
	}
	return nil
}

// Roams implements encode.Roaming: the name is all that goes.
func (m *Named) Roams() {}

// EncodeHandle implements encode.Handle.
func (m *Named) EncodeHandle(e *encode.Encoder) error {
	e.Text(m.n.Name())
	return nil
}

// DecodeHandle implements encode.Handle.
func (m *Named) DecodeHandle(d *encode.Decoder) error {
	name, err := d.Text()
	if err != nil {
		return err
	}
	if m.n, err = proc.OpenNamed(name); err != nil {
		return about(name, err)
	}
	return nil
}
