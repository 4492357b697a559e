package simworld

// SetMaxTasks sets how many tasks a world may start, until the function returned is
// called.
func SetMaxTasks(n int) (restore func()) {
	before := maxTasks
	maxTasks = n
	return func() { maxTasks = before }
}
