package processes

import (
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"sync/atomic"
	"unsafe"

	"lockstep/runtime/internal/encode"
	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/sched"
)

var (
	opSharedNew    = sched.NewOp("Value", "make")
	opSharedLoad   = sched.NewOp("Value", "Load")
	opSharedStore  = sched.NewOp("Value", "Store")
	opSharedLock   = sched.NewOp("Value", "Lock")
	opSharedUnlock = sched.NewOp("Value", "Unlock")
)

// Shared is a row of values of one type in memory that processes share.
type Shared struct {
	memory *proc.Memory
	sim    *shared
	lock   *RLock // nil for none
	len    int
	size   int // of one value, in bytes
}

var _ encode.Handle = (*Shared)(nil)

// NewShared returns shared copies of the elements of a slice.
func NewShared(slice any, locked bool) Shared {
	v := reflect.ValueOf(slice)
	elem := v.Type().Elem()
	if part, ok := unsharable(elem); !ok {
		detail := fmt.Sprintf("%v has a %v", elem, part)
		if part == elem {
			detail = "not a " + elem.String()
		}
		Fail(opSharedNew, "Value", ErrNotFlat, detail)
	}
	s := Shared{len: v.Len(), size: int(elem.Size())}
	if makes(opSharedNew) {
		memory := &simMemory{bytes: slices.Clone(bytesOf(v))}
		if locked {
			memory.lock = &simLock{}
		}
		s.sim = &shared{memory}
		return s
	}
	var err error
	s.memory, err = proc.NewMemory(s.len * s.size)
	check(opSharedNew, err)
	if locked {
		s.lock = NewRLock()
	}
	copy(s.memory.Bytes(), bytesOf(v))
	return s
}

// unsharable returns a part of a type that is more than its memory; ok is true if
// there is none.
func unsharable(t reflect.Type) (part reflect.Type, ok bool) {
	switch t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		return nil, true
	case reflect.Array:
		return unsharable(t.Elem())
	case reflect.Struct:
		for f := range t.Fields() {
			if part, ok := unsharable(f.Type); !ok {
				return part, false
			}
		}
		return nil, true
	}
	return t, false
}

// bytesOf is the memory of a slice's elements.
func bytesOf(slice reflect.Value) []byte {
	return unsafe.Slice((*byte)(slice.UnsafePointer()), slice.Len()*int(slice.Type().Elem().Size()))
}

// Len is how many values there are.
func (s *Shared) Len() int { return s.len }

// at is the memory of the i-th value.
func (s *Shared) at(op *sched.Op, i int) []byte {
	if i < 0 || i >= s.len {
		Fail(op, "Array", ErrIndex, fmt.Sprintf("index %d, length %d", i, s.len))
	}
	all := s.bytes(op)
	return all[i*s.size : (i+1)*s.size]
}

// bytes is the memory of all values.
func (s *Shared) bytes(op *sched.Op) []byte {
	if inSim(op, s.sim != nil) {
		return s.sim.to.(*simMemory).bytes
	}
	return s.memory.Bytes()
}

// hold holds the lock, if there is one, until release is called.
func (s *Shared) hold() (release func()) {
	if s.lock == nil {
		return func() {}
	}
	s.lock.Lock(sched.Forever)
	return s.lock.Unlock
}

// Load is the i-th value. zero is of its type.
func (s *Shared) Load(i int, zero any) any {
	from := s.at(opSharedLoad, i)
	to := reflect.New(reflect.TypeOf(zero))
	if s.sim != nil {
		s.sim.to.(*simMemory).use(opSimLoad, opSimLoadLocked, func() { move(to.UnsafePointer(), unsafe.Pointer(unsafe.SliceData(from)), s.size) })
		return to.Elem().Interface()
	}
	defer s.hold()()
	move(to.UnsafePointer(), unsafe.Pointer(unsafe.SliceData(from)), s.size)
	runtime.KeepAlive(s) // with it the memory would go
	return to.Elem().Interface()
}

// Store changes the i-th value.
func (s *Shared) Store(i int, value any) {
	to := s.at(opSharedStore, i)
	from := reflect.New(reflect.TypeOf(value))
	from.Elem().Set(reflect.ValueOf(value))
	if s.sim != nil {
		s.sim.to.(*simMemory).use(opSimStore, opSimStoreLocked, func() { move(unsafe.Pointer(unsafe.SliceData(to)), from.UnsafePointer(), s.size) })
		return
	}
	defer s.hold()()
	move(unsafe.Pointer(unsafe.SliceData(to)), from.UnsafePointer(), s.size)
	runtime.KeepAlive(s)
}

// move copies a value. One that is a word is never seen half written.
func move(to, from unsafe.Pointer, size int) {
	aligned := (uintptr(to)|uintptr(from))%uintptr(max(size, 1)) == 0 // a [4]byte may be anywhere
	switch {
	case size == 4 && aligned:
		atomic.StoreUint32((*uint32)(to), atomic.LoadUint32((*uint32)(from)))
	case size == 8 && aligned:
		atomic.StoreUint64((*uint64)(to), atomic.LoadUint64((*uint64)(from)))
	default:
		copy(unsafe.Slice((*byte)(to), size), unsafe.Slice((*byte)(from), size))
	}
}

// LoadAll copies all values into a slice of as many.
func (s *Shared) LoadAll(slice any) {
	from := s.bytes(opSharedLoad)
	if s.sim != nil {
		s.sim.to.(*simMemory).use(opSimLoad, opSimLoadLocked, func() { copy(bytesOf(reflect.ValueOf(slice)), from) })
		return
	}
	defer s.hold()()
	copy(bytesOf(reflect.ValueOf(slice)), from)
	runtime.KeepAlive(s)
}

// locking panics if there is no lock.
func (s *Shared) locking(op *sched.Op) {
	none := s.lock == nil
	if inSim(op, s.sim != nil) {
		none = s.sim.to.(*simMemory).lock == nil
	}
	if none {
		Fail(op, "Value", ErrNoLock, "")
	}
}

// Acquire locks the values' lock.
func (s *Shared) Acquire() {
	if s.locking(opSharedLock); s.sim != nil {
		s.sim.to.(*simMemory).lock.lock(opSharedLock, true, sched.Forever)
		return
	}
	s.lock.Lock(sched.Forever)
}

// Release takes one Acquire back.
func (s *Shared) Release() {
	if s.locking(opSharedUnlock); s.sim != nil {
		s.sim.to.(*simMemory).lock.unlock(opSharedUnlock, true)
		return
	}
	s.lock.unlock(opSharedUnlock)
}

// EncodeHandle implements encode.Handle.
func (s *Shared) EncodeHandle(e *encode.Encoder) error {
	e.Int(s.len)
	e.Int(s.size)
	e.Int(kindOf(s.sim != nil))
	if s.sim != nil {
		return s.sim.EncodeHandle(e)
	}
	if err := s.memory.EncodeHandle(e); err != nil {
		return err
	}
	if s.lock == nil {
		e.Int(0)
		return nil
	}
	e.Int(1)
	return s.lock.EncodeHandle(e)
}

// DecodeHandle implements encode.Handle.
func (s *Shared) DecodeHandle(d *encode.Decoder) (err error) {
	if s.len, err = d.Int(); err != nil {
		return err
	}
	if s.size, err = d.Int(); err != nil {
		return err
	}
	simulated, err := d.Int()
	if err != nil {
		return err
	}
	if simulated != 0 {
		s.sim = &shared{}
		return s.sim.DecodeHandle(d)
	}
	s.memory = &proc.Memory{}
	if err := s.memory.DecodeHandle(d); err != nil {
		return err
	}
	if locked, err := d.Int(); err != nil || locked == 0 {
		return err
	}
	s.lock = &RLock{}
	return s.lock.DecodeHandle(d)
}
