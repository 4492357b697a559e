package scope

import (
	"sync/atomic"
	"unsafe"
)

// Host is what a kernel offers to the code of one cell, beyond its streams.
// Its methods may be called from any goroutine.
type Host interface {
	// Value shows the value of the cell's last expression as a MIME bundle.
	Value(data, metadata map[string]any) error
	// Clear removes what the cell has shown, with wait only once something new
	// is shown.
	Clear(wait bool) error
	// Declared says that the first n of the cell's declaring statements have
	// completed.
	Declared(n int)
	// Exiting says that the process is about to end with the given status.
	Exiting(status int)
	// Panicking says that a panic with the given value is about to end the process.
	Panicking(value any)
	// Cancelled is closed when the user interrupts the cell. What waits for
	// something in the cell's name must give up then.
	Cancelled() <-chan struct{}
}

// Waiter is a Host that wants to know who waits, without a limit, for another
// thread.
type Waiter interface {
	// Waiting says that the calling goroutine, a thread of the given name, waits for
	// an operation. It calls end when it no longer does.
	Waiting(thread, operation string) (end func())
}

// Printer is a Host that shows what goes to the two streams in the order in which it
// was printed.
type Printer interface {
	// Printing says that the code is about to print to standard output, or to standard
	// error.
	Printing(toStderr bool)
}

// FrontEnd is a Host with a person in front of it. Its methods may be called from
// any goroutine.
type FrontEnd interface {
	// Line asks the person for a line, and hides what is typed of a password. It
	// fails where nobody can be asked and when the user interrupts the cell.
	Line(prompt string, password bool) (string, error)
	// Page shows a MIME bundle apart from the cell's output.
	Page(data map[string]any) error
	// NextCell offers text as the next cell, or in place of the present one.
	NextCell(text string, replace bool) error
}

// Examiner is a Host that is told how exercises were checked.
type Examiner interface {
	// Verdict says whether an exercise is passed, and if not, why.
	Verdict(exercise string, passed bool, reasons []string) error
}

// CommHost is a Host with a front end that has comms.
type CommHost interface {
	// Comm opens a comm, sends a message in it or closes it: kind is open, msg or
	// close. target matters to open only.
	Comm(kind, id, target string, data map[string]any) error
}

// PanicTranslator is a Host whose code may panic with other values than it would
// if it were compiled.
type PanicTranslator interface {
	// PanicValue is what compiled code would have panicked with.
	PanicValue(value any) any
}

// Placer is a Host that knows where its code is: by marks that it gives to
// statements.
type Placer interface {
	// Here is the mark of the statement that the calling goroutine has begun last.
	Here() int64
	// Resume says that the statement with a mark goes on, after others have been run
	// meanwhile.
	Resume(mark int64)
	// Place says where a marked statement is: "In[3]:4". It returns "" for a mark
	// that it doesn't know.
	Place(mark int64) string
}

// Instrumented is a Host whose code may tell a simulation of all that its threads
// share.
type Instrumented interface {
	// Instrumented reports whether it does: that every access to a shared variable
	// is a switch point of the simulation.
	Instrumented() bool
}

// Attender is a Host that knows for sure where a goroutine is that it was told of.
type Attender interface {
	// Attend tells of the calling goroutine, which a statement of the given mark has
	// started, until leave is called.
	Attend(started int64) (leave func())
}

// PanicPlacer is a Host that knows where its code panics.
type PanicPlacer interface {
	// PanicPlaces says where the panic of the given value happened that the calling
	// goroutine is recovering from, the innermost call first: "In[3]:4", or without
	// its line what it isn't sure of.
	PanicPlaces(value any) []string
}

// PanicValue is what the code of the calling goroutine would have panicked with
// if it were compiled.
func PanicValue(value any) any {
	if t, ok := Current().Host.(PanicTranslator); ok {
		return t.PanicValue(value)
	}
	return value
}

// Namer is a Host, or else a program, that knows what its code calls things.
type Namer interface {
	// NameOf returns the name of what stands at p, or of what p is kept under:
	// "forks[2]". It is empty if no variable of the session leads there.
	NameOf(p unsafe.Pointer) string
}

// program is what a plain Go program has told of itself.
var program atomic.Pointer[Namer]

// Tells says that a plain Go program tells simulations of all that its goroutines
// share, and what it calls that.
func Tells(n Namer) { program.Store(&n) }

// NameOf is what the code of the calling goroutine calls what stands at p; "" if
// nobody knows.
func NameOf(p unsafe.Pointer) string {
	switch host := Current().Host.(type) {
	case Namer:
		return host.NameOf(p)
	case nil:
		if n := program.Load(); n != nil {
			return (*n).NameOf(p)
		}
	}
	return ""
}

// TellsAll reports whether s tells simulations of all that its goroutines share.
func (s *Scope) TellsAll() bool {
	if s.Host == nil {
		return program.Load() != nil
	}
	host, ok := s.Host.(Instrumented)
	return ok && host.Instrumented()
}

// Simulator is a Host that wants to know when simulations run.
type Simulator interface {
	// Simulating says that one begins. It calls end when that is over.
	Simulating() (end func())
}
