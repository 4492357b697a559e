package process_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"testing"

	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/process"
)

func init() { targets = append(targets, writesTo, opens, passesOn) }

func writesTo(m *process.SharedMemory) {
	m.Store(0, m.Load(0)+1)
	m.Close()
}

func opens(name string, q *process.Queue[string]) {
	m, err := process.OpenSharedMemory(name)
	if err != nil {
		q.Put(fmt.Sprint(errors.Is(err, process.ErrNotExist)))
		return
	}
	defer m.Close()
	q.Put(fmt.Sprint(m.Size(), m.Load(0)))
}

func passesOn(q, back *process.Queue[*process.SharedMemory]) { back.Put(must(q.Get())) }

// memory is shared memory; unlink is to be called at the end.
func memory(t *testing.T, size int) (m *process.SharedMemory, unlink func()) {
	t.Helper()
	m, err := process.CreateSharedMemory("", size)
	if err != nil {
		t.Fatal(err)
	}
	return m, func() { _ = m.Unlink() } // the test may have done it
}

func TestCloseIsNotUnlink(t *testing.T) { worldtest.Both(t, closeIsNotUnlink) }

func closeIsNotUnlink(t *testing.T) {
	m, unlink := memory(t, 10)
	defer unlink()
	m.Store(0, 6)
	process.Start(writesTo, m).Join()
	if m.Load(0) != 7 || m.Size() != 10 {
		t.Errorf("the first of %d bytes is %d, want 7", m.Size(), m.Load(0))
	}
	m.Close()
	m.Close()
	misuse(t, process.ErrClosed, "", func() { m.Load(0) })
	misuse(t, process.ErrClosed, "", func() { m.Store(0, 1) })
	misuse(t, process.ErrClosed, "", func() { _, _ = m.ReadAt(make([]byte, 1), 0) })

	q := process.NewQueue[string](0)
	process.Start(opens, m.Name(), q).Join()
	if got := must(q.Get()); got != "10 7" {
		t.Errorf("after Close another process finds %s", got)
	}
	again, err := process.OpenSharedMemory(m.Name())
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Unlink(); err != nil {
		t.Error(err)
	}
	if err := m.Unlink(); !errors.Is(err, process.ErrNotExist) {
		t.Errorf("a second Unlink: %v", err)
	}
	process.Start(opens, m.Name(), q).Join()
	if got := must(q.Get()); got != "true" {
		t.Errorf("after Unlink another process finds %s", got)
	}
	if again.Load(0) != 7 {
		t.Error("Unlink took it from a process that has it")
	}
}

func TestNamesOfSharedMemory(t *testing.T) { worldtest.Both(t, namesOfSharedMemory) }

func namesOfSharedMemory(t *testing.T) {
	name := fmt.Sprint("lockstep-test-", os.Getpid())
	m, err := process.CreateSharedMemory(name, 1)
	if err != nil || m.Name() != name {
		t.Fatalf("%v, %v", m.Name(), err)
	}
	defer func() { _ = m.Unlink() }()
	if _, err := process.CreateSharedMemory(name, 1); !errors.Is(err, process.ErrExists) {
		t.Errorf("a name that is taken: %v", err)
	}
	if _, err := process.OpenSharedMemory(name + "x"); !errors.Is(err, process.ErrNotExist) {
		t.Errorf("a name that nothing has: %v", err)
	}
	for _, bad := range []string{"../x", "/x", "."} {
		misuse(t, process.ErrName, bad, func() { _, _ = process.CreateSharedMemory(bad, 1) })
		misuse(t, process.ErrName, bad, func() { _, _ = process.OpenSharedMemory(bad) })
	}
	misuse(t, process.ErrName, `""`, func() { _, _ = process.OpenSharedMemory("") })
	misuse(t, process.ErrValue, "the size is 0 bytes", func() { _, _ = process.CreateSharedMemory("", 0) })
	if _, err := process.CreateSharedMemory("", 1<<50); err == nil {
		t.Error("there was room for a petabyte")
	}
}

func TestTheBytesOfSharedMemory(t *testing.T) { worldtest.Both(t, theBytesOfSharedMemory) }

func theBytesOfSharedMemory(t *testing.T) {
	m, unlink := memory(t, 4)
	defer unlink()
	if n, err := m.WriteAt([]byte("abcd"), 0); n != 4 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := m.WriteAt([]byte("xyz"), 2); n != 2 || !errors.Is(err, process.ErrNoRoom) {
		t.Errorf("past the end: %d, %v", n, err)
	}
	b := make([]byte, 4)
	if n, err := m.ReadAt(b, 0); n != 4 || err != nil || string(b) != "abxy" {
		t.Errorf("%d, %v: %s", n, err, b)
	}
	if n, err := m.ReadAt(b, 3); n != 1 || err != io.EOF {
		t.Errorf("past the end: %d, %v", n, err)
	}
	if n, err := m.ReadAt(b, 9); n != 0 || err != io.EOF {
		t.Errorf("behind the end: %d, %v", n, err)
	}
	misuse(t, process.ErrIndex, "offset -1", func() { _, _ = m.ReadAt(b, -1) })
	misuse(t, process.ErrIndex, "offset 4, size 4", func() { m.Load(4) })
	misuse(t, process.ErrIndex, "", func() { m.Store(-1, 0) })
}

// It is known by its name, so a queue can carry it.
func TestSharedMemoryGoesThroughAQueue(t *testing.T) {
	worldtest.Both(t, sharedMemoryGoesThroughAQueue)
}

func sharedMemoryGoesThroughAQueue(t *testing.T) {
	m, unlink := memory(t, 1)
	defer unlink()
	q, back := process.NewQueue[*process.SharedMemory](0), process.NewQueue[*process.SharedMemory](0)
	p := process.Start(passesOn, q, back)
	q.Put(m)
	got := must(back.Get())
	p.Join()
	got.Store(0, 9)
	if m.Load(0) != 9 || got == m {
		t.Errorf("what came back is other memory, or not a copy")
	}
}
