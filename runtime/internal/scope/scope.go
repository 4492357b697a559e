// Package scope tells a goroutine what it belongs to: the cell whose output it
// writes, and the world (real or simulated) it runs in.
//
// A file descriptor can't tell goroutines apart, and Go has no goroutine-local
// storage. But profiler labels are inherited by every goroutine that a labelled
// one starts, native ones included, so the address of the label set is the key.
package scope

import (
	"context"
	"io"
	"os"
	"runtime/pprof"
	"strconv"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/petermattis/goid"
)

// Scope is what a goroutine and all the goroutines that it starts share.
// The fields are set before the first Do and not changed while it runs.
type Scope struct {
	// Cell is the n of In[n]; 0 in a plain Go program.
	Cell int
	// Stdout and Stderr receive what the goroutine prints.
	Stdout, Stderr *os.File
	// Stdin is read by fmt.Scan and its kin, and stands behind os.Stdin.
	Stdin io.Reader
	// Display shows rich output; nil where there is no front end for it.
	Display DisplayFunc
	// Host is the kernel that runs the scope's cell; nil in a plain Go program.
	Host Host
	// World is the simulated world that the goroutine runs in, nil in the real one.
	World any

	id       string // the value of the profiler label
	labels   context.Context
	key      unsafe.Pointer
	root     atomic.Int64 // goroutine id
	released atomic.Bool
	once     sync.Once
	local    any

	parent    *Scope // whose program it belongs to, too
	cancelled <-chan struct{}
	mu        sync.Mutex
	daemons   *Scope
}

// DisplayFunc shows one value as a MIME bundle. id names the display for later
// updates ("" for none); update says that an earlier display of that id changes.
type DisplayFunc func(data, metadata map[string]any, id string, update bool) error

//go:linkname profLabel runtime/pprof.runtime_getProfLabel
func profLabel() unsafe.Pointer

var (
	scopes  sync.Map                  // unsafe.Pointer → *Scope
	recent  [64]atomic.Pointer[Scope] // of scopes, those last asked for
	serial  atomic.Uint64
	outside = &Scope{Stdout: os.Stdout, Stderr: os.Stderr, Stdin: os.Stdin, labels: context.Background()}
)

// The main goroutine of every Go program has the id 1.
func init() { outside.root.Store(1) }

// Current returns the scope of the calling goroutine; never nil. A goroutine
// outside every scope (in a plain Go program, all of them) has the process's
// own standard streams.
func Current() *Scope {
	key := profLabel()
	if key == nil {
		return outside
	}
	slot := &recent[uintptr(key)>>4%uintptr(len(recent))]
	if s := slot.Load(); s != nil && s.key == key {
		return s
	}
	if s, ok := scopes.Load(key); ok {
		slot.Store(s.(*Scope))
		return s.(*Scope)
	}
	return outside
}

// Streams returns where s prints. Outside of every scope that is what os.Stdout
// and os.Stderr are now: a program, or an Example of a test, may have replaced them.
func (s *Scope) Streams() (stdout, stderr *os.File) {
	if s == outside {
		return os.Stdout, os.Stderr
	}
	return s.Stdout, s.Stderr
}

// Printing tells the host that the code is about to print to a stream, if it wants
// to know.
func (s *Scope) Printing(toStderr bool) {
	if host, ok := s.Host.(Printer); ok {
		host.Printing(toStderr)
	}
}

// Do runs fn with s as the scope of the calling goroutine and of every
// goroutine started below it, then restores the caller's scope.
func (s *Scope) Do(fn func()) {
	before := Current()
	if s.root.CompareAndSwap(0, goid.Get()) {
		defer s.root.Store(0)
	}
	s.Enter()
	defer before.Enter()
	fn()
}

// Enter makes s the scope of the calling goroutine from here on. It is for a
// goroutine that the caller owns to its end; else use Do.
func (s *Scope) Enter() {
	if s.labels == nil {
		s.label()
	}
	if s.released.Load() {
		s.mu.Lock()
		if s.released.CompareAndSwap(true, false) {
			scopes.Store(s.key, s)
		}
		s.mu.Unlock()
	}
	pprof.SetGoroutineLabels(s.labels)
}

// label gives s the label by which its goroutines are known.
func (s *Scope) label() {
	before := Current()
	s.id = strconv.FormatUint(serial.Add(1), 10)
	s.labels = pprof.WithLabels(context.Background(), pprof.Labels("lockstep", s.id))
	pprof.SetGoroutineLabels(s.labels) // the only way to the key
	s.key = profLabel()
	scopes.Store(s.key, s)
	pprof.SetGoroutineLabels(before.labels)
}

// Release forgets s until it is entered again. Goroutines still running in it fall back
// to the process's own streams and the real world.
func (s *Scope) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.key != nil {
		s.released.Store(true)
		scopes.Delete(s.key)
		recent[uintptr(s.key)>>4%uintptr(len(recent))].CompareAndSwap(s, nil)
	}
	if s.daemons != nil {
		s.daemons.Release()
	}
}
