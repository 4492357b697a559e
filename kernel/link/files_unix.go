//go:build unix

package link

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
)

// Pair returns two connected ends: a Conn and the file of the other end, which
// a child process turns into its Conn with FromFile.
func Pair() (*Conn, *os.File, error) {
	// The lock keeps a child that is started at the same time from inheriting
	// the descriptors before they are marked.
	syscall.ForkLock.RLock()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(fds[0])
		syscall.CloseOnExec(fds[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	near, far := os.NewFile(uintptr(fds[0]), "link"), os.NewFile(uintptr(fds[1]), "link")
	conn, err := FromFile(near)
	if err != nil {
		far.Close()
		return nil, nil, err
	}
	return conn, far, nil
}

// FromFile makes a Conn of a connected socket and closes the file. No process
// that is started later inherits the Conn.
func FromFile(f *os.File) (*Conn, error) {
	defer f.Close()
	conn, err := net.FileConn(f)
	if err != nil {
		return nil, fmt.Errorf("link: %s is not a connected socket: %w", f.Name(), err)
	}
	return NewConn(conn), nil
}

// Pending reports whether Receive would find the beginning of a message, or the
// end of the stream, without waiting. Where that can't be known it is true.
func (c *Conn) Pending() bool {
	unix, ok := c.conn.(*net.UnixConn)
	if !ok {
		return true
	}
	raw, err := unix.SyscallConn()
	if err != nil {
		return true
	}
	pending := true
	err = raw.Control(func(fd uintptr) {
		var first [1]byte
		_, _, err := syscall.Recvfrom(int(fd), first[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		pending = !errors.Is(err, syscall.EAGAIN) && !errors.Is(err, syscall.EINTR)
	})
	return pending || err != nil
}

func sendHeader(conn net.Conn, header []byte, files []*os.File) error {
	unix, ok := conn.(*net.UnixConn)
	if !ok {
		return ErrFiles
	}
	fds := make([]int, len(files))
	for i, f := range files {
		fds[i] = int(f.Fd())
	}
	n, _, err := unix.WriteMsgUnix(header, syscall.UnixRights(fds...), nil)
	if err == nil && n < len(header) {
		_, err = conn.Write(header[n:])
	}
	return err
}

func receiveHeader(conn net.Conn, header []byte) ([]*os.File, error) {
	unix, ok := conn.(*net.UnixConn)
	if !ok {
		return nil, readHeader(conn, header)
	}
	var files []*os.File
	control := make([]byte, syscall.CmsgSpace(MaxFiles*4))
	for got := 0; got < len(header); {
		n, controlSize, _, _, err := unix.ReadMsgUnix(header[got:], control)
		more, parseErr := parseFiles(control[:controlSize])
		files = append(files, more...)
		switch {
		case err == nil:
			err = parseErr
		case err == io.EOF && got > 0:
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return files, err
		}
		if n == 0 {
			if got > 0 {
				return files, io.ErrUnexpectedEOF
			}
			return files, io.EOF
		}
		got += n
	}
	return files, nil
}

func parseFiles(control []byte) ([]*os.File, error) {
	if len(control) == 0 {
		return nil, nil
	}
	messages, err := syscall.ParseSocketControlMessage(control)
	if err != nil {
		return nil, os.NewSyscallError("recvmsg", err)
	}
	var files []*os.File
	for _, m := range messages {
		fds, err := syscall.ParseUnixRights(&m)
		if err != nil {
			return files, os.NewSyscallError("recvmsg", err)
		}
		for _, fd := range fds {
			files = append(files, os.NewFile(uintptr(fd), "link"))
		}
	}
	return files, nil
}
