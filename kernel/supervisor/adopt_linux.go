package supervisor

import (
	"bytes"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"sync"

	"golang.org/x/sys/unix"
)

// orphans are the processes that cells have started and whose parents have ended
// before them. They come to this process, which has to reap them.
type orphans struct {
	mu sync.Mutex
	on bool
	// own are the children that package os/exec reaps.
	own map[int]bool
}

var adopted = orphans{own: map[int]bool{}}

// Adopt has orphaned processes of cells come to this process, which reaps them when
// they end, and ends them when the worker does that they come from. It is for a
// program that starts no processes by itself but workers; until stop is called.
func Adopt() (stop func(), err error) {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return nil, os.NewSyscallError("prctl", err)
	}
	adopted.mu.Lock()
	adopted.on = true
	adopted.mu.Unlock()
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, unix.SIGCHLD)
	var reaper sync.WaitGroup
	reaper.Go(func() {
		for range ended {
			adopted.reap()
		}
	})
	return func() {
		signal.Stop(ended)
		close(ended)
		reaper.Wait()
		adopted.end()
	}, nil
}

// start calls start, which gives the process id of a new child that is not to be
// reaped here.
func (o *orphans) start(start func() (pid int, err error)) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	pid, err := start()
	if err == nil {
		o.own[pid] = true
	}
	return err
}

// gone says that a worker has been reaped. What is left of it is ended.
func (o *orphans) gone(pid int) {
	o.mu.Lock()
	delete(o.own, pid)
	last := len(o.own) == 0
	o.mu.Unlock()
	if last { // else they may be another's; a worker's own end by themselves
		o.end()
	}
}

// list are the orphans that have come. The caller holds mu.
func (o *orphans) list() []int {
	if !o.on {
		return nil
	}
	var pids []int
	lists, _ := filepath.Glob("/proc/self/task/*/children") // the pattern is well-formed
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue // the thread has ended
		}
		for field := range bytes.FieldsSeq(text) {
			if pid, err := strconv.Atoi(string(field)); err == nil && !o.own[pid] {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// reap reaps those that have ended, each by its number: to wait for any child would
// take the workers' ends away from package os/exec.
func (o *orphans) reap() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, pid := range o.list() {
		// It does nothing for one that runs.
		_ = unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOHANG, nil)
	}
}

// end ends all that have come.
func (o *orphans) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, pid := range o.list() {
		_ = unix.Kill(pid, unix.SIGKILL)
	}
	for _, pid := range o.list() {
		if err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED, nil); err != nil && err != unix.EINTR && err != unix.ECHILD {
			fmt.Fprintln(os.Stderr, "supervisor: waiting for an orphan:", err)
		}
	}
}
