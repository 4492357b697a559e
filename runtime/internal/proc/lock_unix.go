//go:build unix

package proc

import (
	"errors"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"lockstep/runtime/internal/encode"
)

// lookPause is the time between two looks at whether a holder lives.
const lookPause = 200 * time.Millisecond

// Mutex is a lock of several processes, which knows the process that holds it.
type Mutex struct {
	free   *Counter
	memory *Memory // its first word is the holder's process id
}

// NewMutex returns an unlocked mutex.
func NewMutex() (*Mutex, error) {
	free, err := NewCounter(1, 1)
	if err != nil {
		return nil, err
	}
	memory, err := NewMemory(8)
	return &Mutex{free, memory}, err
}

// Lock locks the mutex, and waits at most for limit. If the holder has ended the
// error is an *AbandonedError.
func (m *Mutex) Lock(limit time.Duration, cancel <-chan struct{}) error {
	deadline := time.Now().Add(limit)
	for {
		look := lookPause
		if limit >= 0 {
			look = min(look, max(0, time.Until(deadline)))
		}
		err := m.free.Acquire(look, cancel)
		if err == nil {
			m.memory.Word(0).Store(int64(os.Getpid()))
			return nil
		}
		if !errors.Is(err, ErrTimeout) {
			return err
		}
		if holder := int(m.memory.Word(0).Load()); holder != 0 && Ended(holder) && m.free.Value() == 0 {
			return &AbandonedError{holder}
		}
		if limit >= 0 && !time.Now().Before(deadline) {
			return ErrTimeout
		}
	}
}

// Unlock unlocks the mutex, whoever holds it. If nobody does the error is ErrCount.
func (m *Mutex) Unlock() error {
	if m.free.Value() > 0 {
		return ErrCount
	}
	m.memory.Word(0).Store(0)
	return m.free.Release(1)
}

// Locked reports whether someone holds the mutex.
func (m *Mutex) Locked() bool { return m.free.Value() == 0 }

// spin is a lock in shared memory for a few instructions. The word is the
// holder's process id, 0 for none.
type spin struct{ word *atomic.Int64 }

func (s spin) tryLock() bool { return s.word.CompareAndSwap(0, int64(os.Getpid())) }

func (s spin) unlock() { s.word.Store(0) }

// lock waits for the lock. If its holder has ended the error is an
// *AbandonedError.
func (s spin) lock(cancel <-chan struct{}) error {
	pause, looked := 10*time.Microsecond, time.Now()
	for n := 0; !s.tryLock(); n++ {
		if n < 20 {
			runtime.Gosched()
			continue
		}
		select {
		case <-cancel:
			return ErrCancelled
		case <-time.After(pause):
		}
		pause = min(2*pause, time.Millisecond)
		if time.Since(looked) > lookPause {
			looked = time.Now()
			if err := s.abandoned(); err != nil {
				return err
			}
		}
	}
	return nil
}

// abandoned says that the holder has ended.
func (s spin) abandoned() error {
	if holder := int(s.word.Load()); holder != 0 && Ended(holder) && int(s.word.Load()) == holder {
		return &AbandonedError{holder}
	}
	return nil
}

// EncodeHandle implements encode.Handle.
func (m *Mutex) EncodeHandle(e *encode.Encoder) error {
	if err := m.free.EncodeHandle(e); err != nil {
		return err
	}
	return m.memory.EncodeHandle(e)
}

// DecodeHandle implements encode.Handle.
func (m *Mutex) DecodeHandle(d *encode.Decoder) error {
	m.free, m.memory = &Counter{}, &Memory{}
	if err := m.free.DecodeHandle(d); err != nil {
		return err
	}
	return m.memory.DecodeHandle(d)
}
