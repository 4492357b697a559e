package scope

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
