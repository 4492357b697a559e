package processes

import (
	"errors"
	"io/fs"
	"strconv"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/simworld"
)

var (
	opNamedRead  = sched.NewOp("SharedMemory", "read").Looks()
	opNamedWrite = sched.NewOp("SharedMemory", "write").NoEdge()
)

// maxBytes is how much shared memory of one name a simulation has room for.
const maxBytes = 1 << 30

var errNoRoom = errors.New("a simulation has no room for more than " + strconv.Itoa(maxBytes) + " bytes")

// simBytes is shared memory of a simulation. It is known by its name as long as that
// is in the world's table.
type simBytes struct {
	m     sched.Monitor
	name  string
	bytes []byte
}

// simNamed is shared memory as one process has it.
type simNamed struct {
	b      *simBytes
	closed bool
}

func simHandle(name string, b *simBytes, err error) (*Named, error) {
	if err != nil {
		return nil, about(name, err)
	}
	return &Named{sim: &simNamed{b: b}}, nil
}

func createSim(w *simworld.World, name string, size int) (*simBytes, error) {
	f := familyOf(w)
	f.names.Enter(opNamedCreate, nil)
	defer f.names.Exit()
	for name == "" {
		if chosen := "lockstep-" + strconv.Itoa(w.Number("shared memory")); f.memories[chosen] == nil {
			name = chosen
		}
	}
	switch {
	case f.memories[name] != nil:
		return nil, fs.ErrExist
	case size > maxBytes:
		return nil, errNoRoom
	}
	b := &simBytes{name: name, bytes: make([]byte, size)}
	b.m.SetName("SharedMemory " + name)
	f.memories[name] = b
	return b, nil
}

func openSim(w *simworld.World, name string) (*simBytes, error) {
	f := familyOf(w)
	f.names.Enter(opNamedLook, nil)
	defer f.names.Exit()
	if b := f.memories[name]; b != nil {
		return b, nil
	}
	return nil, fs.ErrNotExist
}

var opNamedLook = sched.NewOp("SharedMemory", "open").Looks()

func (b *simBytes) unlink(w *simworld.World) error {
	f := familyOf(w)
	f.names.Enter(opNamedUnlink, nil)
	defer f.names.Exit()
	if f.memories[b.name] != b {
		return fs.ErrNotExist
	}
	delete(f.memories, b.name)
	return nil
}

var opNamedUnlink = sched.NewOp("SharedMemory", "unlink")

// use calls f with the bytes, in one step.
func (n *simNamed) use(op *sched.Op, f func([]byte)) {
	if n.closed {
		Fail(opNamedUse, n.b.name, ErrClosed, "")
	}
	n.b.m.Enter(op, nil)
	defer n.b.m.Exit()
	f(n.b.bytes)
}
