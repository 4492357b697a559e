package sched

// SetMaxThreads sets how many real tasks there may be, until the function returned is
// called.
func SetMaxThreads(n int64) (restore func()) {
	before := maxThreads
	maxThreads = n
	return func() { maxThreads = before }
}

// LiveThreads is how many real tasks there are.
func LiveThreads() int64 { return Real.(*realWorld).live.Load() }
