package session

import (
	"context"
	"os"
	"strconv"
	"time"
)

// parentInterval is how often it is looked whether the parent is still there.
const parentInterval = time.Second

// ParentPID returns the process that started the kernel, as Jupyter tells it in
// JPY_PARENT_PID; 0 where it doesn't.
func ParentPID() int {
	pid, err := strconv.Atoi(os.Getenv("JPY_PARENT_PID"))
	if err != nil || pid < 0 {
		return 0
	}
	return pid
}

// watchParent returns a channel that is closed when the process is gone. With
// pid 0, and where processes can't be watched, it never is.
func watchParent(ctx context.Context, pid int) <-chan struct{} {
	gone := make(chan struct{})
	if pid == 0 {
		return gone
	}
	isGone := parentCheck(pid)
	go func() {
		tick := time.NewTicker(parentInterval)
		defer tick.Stop()
		for !isGone() {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
		close(gone)
	}()
	return gone
}
