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
type Named struct {
	n   *proc.Named
	sim *simNamed // instead, in a simulation
}

var _ encode.Roaming = (*Named)(nil)

// CreateNamed makes memory of a size in bytes, under a name of its own for "".
func CreateNamed(name string, size int) (*Named, error) {
	if size < 1 {
		Fail(opNamedCreate, "SharedMemory", ErrValue, "the size is "+strconv.Itoa(size)+" bytes")
	}
	if name != "" {
		checkName(opNamedCreate, name)
	}
	if makes(opNamedCreate) {
		b, err := createSim(simWorld(), name, size)
		return simHandle(name, b, err)
	}
	n, err := proc.CreateNamed(name, size)
	if err != nil {
		return nil, about(name, err)
	}
	return &Named{n: n}, nil
}

// OpenNamed finds memory by its name.
func OpenNamed(name string) (*Named, error) {
	checkName(opNamedOpen, name)
	if makes(opNamedOpen) {
		b, err := openSim(simWorld(), name)
		return simHandle(name, b, err)
	}
	n, err := proc.OpenNamed(name)
	if err != nil {
		return nil, about(name, err)
	}
	return &Named{n: n}, nil
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
func (m *Named) Name() string {
	if m.sim != nil {
		return m.sim.b.name
	}
	return m.n.Name()
}

// Size is how many bytes there are.
func (m *Named) Size() int {
	if m.sim != nil {
		return len(m.sim.b.bytes)
	}
	return m.n.Size()
}

// Load is the byte at an offset.
func (m *Named) Load(offset int) (b byte) {
	m.inside(offset)
	m.Read(func(bytes []byte) { b = bytes[offset] })
	return b
}

// Store changes the byte at an offset.
func (m *Named) Store(offset int, b byte) {
	m.inside(offset)
	m.Write(func(bytes []byte) { bytes[offset] = b })
}

func (m *Named) inside(offset int) {
	if offset < 0 || offset >= m.Size() {
		Fail(opNamedUse, m.Name(), ErrIndex, fmt.Sprintf("offset %d, size %d", offset, m.Size()))
	}
}

// Read calls f with all bytes, which f must neither keep nor change.
func (m *Named) Read(f func([]byte)) { m.use(opNamedRead, f) }

// Write calls f with all bytes, which f must not keep.
func (m *Named) Write(f func([]byte)) { m.use(opNamedWrite, f) }

func (m *Named) use(simOp *sched.Op, f func([]byte)) {
	if inSim(opNamedUse, m.sim != nil) {
		m.sim.use(simOp, f)
		return
	}
	if err := m.n.Use(f); err != nil {
		Fail(opNamedUse, m.Name(), err, "")
	}
}

// Close takes the memory out of this process. A second call does nothing.
func (m *Named) Close() {
	if inSim(opNamedUse, m.sim != nil) {
		m.sim.closed = true
		return
	}
	_ = m.n.Close() // the error is that it is closed
}

// Unlink takes the name away.
func (m *Named) Unlink() error {
	var err error
	if inSim(opNamedUse, m.sim != nil) {
		err = m.sim.b.unlink(simWorld())
	} else {
		err = m.n.Unlink()
	}
	if err != nil {
		return about(m.Name(), err)
	}
	return nil
}

// Roams implements encode.Roaming: the name is all that goes.
func (m *Named) Roams() {}

// EncodeHandle implements encode.Handle.
func (m *Named) EncodeHandle(e *encode.Encoder) error {
	inSim(opNamedUse, m.sim != nil)
	e.Text(m.Name())
	return nil
}

// DecodeHandle implements encode.Handle.
func (m *Named) DecodeHandle(d *encode.Decoder) error {
	name, err := d.Text()
	if err != nil {
		return err
	}
	opened, err := OpenNamed(name)
	if err == nil {
		*m = *opened
	}
	return err
}
