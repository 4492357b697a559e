package link

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
)

// ErrFiles says that files can't be sent over this connection, or that fewer
// arrived than a message announced.
var ErrFiles = errors.New("link: files can't be passed over this connection")

// Conn is one end of a link. Send may be called by several goroutines at once,
// Receive by one at a time.
type Conn struct {
	conn    net.Conn
	sending sync.Mutex
}

// NewConn makes an end of a link of a stream connection. Files can be passed if
// it is a *net.UnixConn on a system that passes descriptors.
func NewConn(conn net.Conn) *Conn { return &Conn{conn: conn} }

// Send sends m and duplicates of the files; the caller keeps its own. An error
// other than TooLargeError, MalformedError and ErrFiles leaves the link unusable.
func (c *Conn) Send(m Message, files ...*os.File) error {
	frame, err := encodeFrame(m, len(files))
	if err != nil {
		return err
	}
	c.sending.Lock()
	defer c.sending.Unlock()
	if len(files) > 0 {
		if err := sendHeader(c.conn, frame[:headerSize], files); err != nil {
			return err
		}
		frame = frame[headerSize:]
	}
	_, err = c.conn.Write(frame)
	return err
}

// Receive waits for the next message. The files belong to the caller. At the
// end of the stream the error is io.EOF, within a message io.ErrUnexpectedEOF.
// After UnknownTypeError and MalformedError the next message can be received;
// any other error leaves the link unusable.
func (c *Conn) Receive() (Message, []*os.File, error) {
	var header [headerSize]byte
	files, err := receiveHeader(c.conn, header[:])
	keep := false
	defer func() {
		if !keep {
			closeAll(files)
		}
	}()
	if err != nil {
		return nil, nil, err
	}
	size, announced, err := decodeHeader(header[:])
	if err != nil {
		return nil, nil, err
	}
	if int(announced) != len(files) {
		return nil, nil, fmt.Errorf("%w: %d of %d arrived", ErrFiles, len(files), announced)
	}
	// The buffer grows with what arrives: a header alone costs no memory.
	var body bytes.Buffer
	if n, err := io.CopyN(&body, c.conn, int64(size)); n < int64(size) {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, nil, err
	}
	m, err := decodeBody(body.Bytes())
	if err != nil {
		return nil, nil, err
	}
	keep = true
	return m, files, nil
}

// Close ends the link for both sides.
func (c *Conn) Close() error { return c.conn.Close() }

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// readHeader fills header from r, for connections without files.
func readHeader(r io.Reader, header []byte) error {
	_, err := io.ReadFull(r, header)
	return err
}
