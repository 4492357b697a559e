//go:build !unix

package link

import (
	"fmt"
	"net"
	"os"
	"runtime"
)

// Pair fails on this system.
func Pair() (*Conn, *os.File, error) {
	return nil, nil, fmt.Errorf("link: socket pairs are not supported on %s yet", runtime.GOOS)
}

// FromFile fails on this system.
func FromFile(f *os.File) (*Conn, error) {
	f.Close()
	return nil, fmt.Errorf("link: inherited sockets are not supported on %s yet", runtime.GOOS)
}

func sendHeader(net.Conn, []byte, []*os.File) error { return ErrFiles }

func receiveHeader(conn net.Conn, header []byte) ([]*os.File, error) {
	return nil, readHeader(conn, header)
}

// Pending reports whether Receive would find the beginning of a message, or the
// end of the stream, without waiting. Here that can't be known, so it is true.
func (c *Conn) Pending() bool { return true }
