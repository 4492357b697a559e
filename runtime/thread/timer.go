package thread

import "time"

// Timer is a thread that waits for a while before it does its task, and doesn't do
// it if it is cancelled meanwhile. Like any Thread it does nothing until Start.
// Python: threading.Timer.
type Timer struct {
	*Thread
	done Event // cancelled or fired
}

// NewTimer returns a timer that runs task at delay after Start, at once for a
// delay of 0 or less. It panics if task is nil.
func NewTimer(delay time.Duration, task func(), opts ...Option) *Timer {
	if task == nil {
		panic("thread.NewTimer: the task is nil")
	}
	t := &Timer{}
	t.Thread = New(func() {
		if !t.done.WaitTimeout(max(0, delay)) {
			task()
		}
		t.done.Set()
	}, opts...)
	return t
}

// Cancel keeps the timer from running its task, if it hasn't begun to. It is no
// error before Start, after the task, or twice. Python: Timer.cancel.
func (t *Timer) Cancel() { t.done.Set() }
