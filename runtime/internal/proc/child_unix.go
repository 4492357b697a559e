//go:build unix

package proc

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"lockstep/runtime/internal/encode"
	language "lockstep/runtime/internal/words"
)

// variable tells a program in its environment that it is a child, and how many
// descriptors it was handed.
const variable = "LOCKSTEP_PROCESS"

// environment returns that of a child that inherits so many files: this process's,
// and what this process has settled since.
func environment(files int) []string {
	mine := slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, language.Variable+"=")
	})
	return append(mine, language.Variable+"="+language.Language(), variable+"="+strconv.Itoa(files))
}

// The descriptors of a child besides the standard ones.
const (
	controlDescriptor  = 3 // to the parent
	lifelineDescriptor = 4 // at its end all that read it have to go
	presenceDescriptor = 5 // held open by the child and all below it
	firstAttached      = 6
)

// arguments are the program's own: a host may change os.Args.
var arguments = slices.Clone(os.Args)

// Files collects the descriptors that a child is to inherit.
type Files struct{ fds []uintptr }

// Attach notes a descriptor, which must stay open until Spawn has returned. It is
// for encode.Encoder.Attach.
func (f *Files) Attach(fd uintptr) int {
	if i := slices.Index(f.fds, fd); i >= 0 {
		return i
	}
	f.fds = append(f.fds, fd)
	return len(f.fds) - 1
}

// Child is a process that this one has started.
type Child struct {
	PID     int
	Control *Conn
	// Exited is closed when the child has ended; then Code is set.
	Exited chan struct{}
	Code   int

	lifeline int           // this end of the lifeline, -1 if it is another's
	vacant   chan struct{} // closed when no process below holds the presence pipe

	mu     sync.Mutex
	reaped bool
	cut    bool
}

// Spawn starts this program again, as a child with the given outputs and
// descriptors. heard is called, one at a time, with each message that the child
// sends; then, when the child has ended, Exited is closed.
func Spawn(stdout, stderr *os.File, files *Files, heard func(message []byte)) (c *Child, err error) {
	path, err := executable()
	if err != nil {
		return nil, err
	}
	var open []int // to be closed here once the child has them
	defer func() {
		for _, fd := range open {
			unix.Close(fd)
		}
	}()
	mine, its, err := newSocketPair()
	if err != nil {
		return nil, err
	}
	open = append(open, its)
	control, err := newConn(mine, true, true)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			control.Close()
		}
	}()

	c = &Child{Control: control, Exited: make(chan struct{}), lifeline: -1, vacant: make(chan struct{})}
	lifeline, presence := lifelineDescriptor, presenceDescriptor
	var vacancy *descriptor
	if !Inherited() {
		r, w, err := newPipe()
		if err != nil {
			return nil, err
		}
		open = append(open, r)
		lifeline, c.lifeline = r, w
		pr, pw, err := newPipe()
		if err != nil {
			unix.Close(w)
			return nil, err
		}
		open = append(open, pw)
		presence = pw
		if vacancy, err = newDescriptor(pr, "presence"); err != nil {
			unix.Close(w)
			return nil, err
		}
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	defer null.Close()

	inherited := []uintptr{null.Fd(), 0, 0, uintptr(its), uintptr(lifeline), uintptr(presence)}
	attr := &syscall.ProcAttr{Env: environment(len(files.fds))}
	// The numbers stay valid while the files' own calls hold them.
	err = withNumbers([]*os.File{stdout, stderr}, func(numbers []uintptr) error {
		inherited[1], inherited[2] = numbers[0], numbers[1]
		attr.Files = append(inherited, files.fds...)
		pid, err := syscall.ForkExec(path, arguments, attr)
		c.PID = pid
		return err
	})
	if err != nil {
		if c.lifeline >= 0 {
			unix.Close(c.lifeline)
			vacancy.close()
		}
		return nil, fmt.Errorf("starting a process: %w", err)
	}
	for _, fd := range open {
		unix.Close(fd)
	}
	open = nil
	go c.watch(heard)
	if vacancy == nil {
		close(c.vacant)
	} else {
		go c.awaitVacancy(vacancy)
	}
	return c, nil
}

// withNumbers calls use with the descriptors of files, which can't be closed
// meanwhile.
func withNumbers(files []*os.File, use func([]uintptr) error) error {
	var next func(numbers []uintptr) error
	next = func(numbers []uintptr) error {
		if len(numbers) == len(files) {
			return use(numbers)
		}
		raw, err := files[len(numbers)].SyscallConn()
		if err != nil {
			return err
		}
		var inner error
		if err := raw.Control(func(fd uintptr) { inner = next(append(numbers, fd)) }); err != nil {
			return err
		}
		return inner
	}
	return next(nil)
}

// watch hears the child until its end.
func (c *Child) watch(heard func([]byte)) {
	for {
		message, err := c.Control.Receive(Forever, nil)
		if err != nil {
			break // the child has ended, or is about to
		}
		heard(message)
	}
	code, err := awaitEnd(c.PID)
	if err != nil {
		code = -int(unix.SIGKILL) // nobody else can know
	}
	c.Code = code
	c.Control.Close()
	close(c.Exited)
}

// awaitVacancy waits until the child and all processes below it have ended.
func (c *Child) awaitVacancy(presence *descriptor) {
	defer close(c.vacant)
	defer presence.close()
	var some [1]byte
	_ = presence.read(Forever, nil, func(fd int) bool {
		_, err := unix.Read(fd, some[:])
		return !again(err)
	})
	c.Cut()
}

// Cut ends the child and all processes below it, at once. In a process that is a
// child itself it does nothing: its own parent does it.
func (c *Child) Cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lifeline >= 0 && !c.cut {
		c.cut = true
		unix.Close(c.lifeline)
	}
}

// Signal sends a signal unless the child has been reaped.
func (c *Child) Signal(s syscall.Signal) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reaped {
		return nil
	}
	return os.NewSyscallError("kill", unix.Kill(c.PID, s))
}

// Terminate asks the child to end, by SIGTERM.
func (c *Child) Terminate() error { return c.Signal(unix.SIGTERM) }

// Kill ends the child, by SIGKILL.
func (c *Child) Kill() error { return c.Signal(unix.SIGKILL) }

// vacancyTime is how long Reap waits for the end of what the child has left.
const vacancyTime = 2 * time.Millisecond

// Reap removes a child that has ended from the system's process table, where it
// stays as a zombie until then.
func (c *Child) Reap() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reaped {
		return nil
	}
	c.reaped = true
	err := reap(c.PID)
	c.mu.Unlock()
	select {
	case <-c.vacant:
	case <-time.After(vacancyTime): // the child has left others
	}
	c.mu.Lock()
	return err
}

// own is what a child has from its parent.
var own struct {
	once     sync.Once
	is       bool
	attached int
}

// Inherited reports whether this process was made by Spawn.
func Inherited() bool {
	own.once.Do(func() {
		text, ok := os.LookupEnv(variable)
		if !ok {
			return
		}
		os.Unsetenv(variable) // for commands that the child starts
		n, err := strconv.Atoi(strings.TrimSpace(text))
		own.is, own.attached = err == nil, n
	})
	return own.is
}

// Parent connects a child to the process that has started it. It is called once,
// early. From then on this process ends when its lifeline does.
func Parent() (control *Conn, err error) {
	if !Inherited() {
		return nil, fmt.Errorf("this process was not started by another of its program")
	}
	for fd := controlDescriptor; fd < firstAttached+own.attached; fd++ {
		unix.CloseOnExec(fd)
	}
	go func() {
		lifeline := fileOf(lifelineDescriptor, "lifeline")
		var some [1]byte
		_, _ = lifeline.Read(some[:]) // whatever comes, it is over
		_ = unix.Kill(os.Getpid(), unix.SIGKILL)
	}()
	return newConn(controlDescriptor, true, true)
}

// Attached are the descriptors that the child was handed. It is for
// encode.Decoder.Attached.
func Attached(number int) (uintptr, error) {
	if number < 0 || number >= own.attached {
		return 0, encode.ErrMalformed
	}
	return uintptr(firstAttached + number), nil
}

// Release closes what was attached, once all handles have descriptors of their own.
func Release() {
	for i := range own.attached {
		unix.Close(firstAttached + i)
	}
	own.attached = 0
}
