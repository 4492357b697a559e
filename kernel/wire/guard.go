package wire

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"net"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"
)

// ZMTP 3.0 framing (RFC 23).
const (
	flagMore    = 1 << 0
	flagLong    = 1 << 1
	flagCommand = 1 << 2

	greetingSize = 64
	maxIdentity  = 255

	// maxReady bounds the READY command: a socket type, an identity and some properties.
	maxReady = 8 << 10

	// bufferSize is one connection's read and write buffer: small messages share a system call up to this size.
	bufferSize = 32 << 10
)

// frameLength decodes the start of a frame: its flags, its body's length, and how many bytes of head they take.
// It needs 2 bytes, or 9 when the long flag is set; with fewer, head is how many it needs and length is 0.
func frameLength(b []byte) (flags byte, length uint64, head int) {
	flags = b[0]
	if flags&flagLong == 0 {
		return flags, uint64(b[1]), 2
	}
	if len(b) < 9 {
		return flags, 0, 9
	}
	return flags, binary.BigEndian.Uint64(b[1:9]), 9
}

// peekHead returns the next frame's flags, length and head size without consuming anything.
func peekHead(r *bufio.Reader) (flags byte, length uint64, head int, err error) {
	b, err := r.Peek(2)
	if err != nil {
		return 0, 0, 0, err
	}
	if flags, length, head = frameLength(b); head > len(b) {
		if b, err = r.Peek(head); err != nil {
			return 0, 0, 0, err
		}
		flags, length, head = frameLength(b)
	}
	return flags, length, head, nil
}

// guard is the connection that zmq4 sees. Reads pass during the handshake only, and only after the one frame that a peer
// may send then, READY, has been found to be a command of decent length: zmq4 allocates whatever a head announces.
// Writes are collected, because zmq4 writes heads and bodies one by one; a read sends what was collected.
type guard struct {
	net.Conn
	r    *bufio.Reader
	w    *bufio.Writer
	read int // bytes handed to zmq4
}

func (g *guard) Read(b []byte) (int, error) {
	if err := g.w.Flush(); err != nil {
		return 0, err
	}
	if g.read == greetingSize {
		flags, length, _, err := peekHead(g.r)
		if err != nil {
			return 0, err
		}
		if flags&^flagLong != flagCommand {
			return 0, violation("the first frame is no command (flags %#x)", flags)
		}
		if length > maxReady {
			return 0, violation("the first command announces %d bytes, more than %d", length, maxReady)
		}
	}
	if g.read < greetingSize {
		b = b[:min(len(b), greetingSize-g.read)]
	}
	n, err := g.r.Read(b)
	g.read += n
	return n, err
}

func (g *guard) Write(b []byte) (int, error) { return g.w.Write(b) }

// link is a connection after its handshake.
type link struct {
	conn     net.Conn
	codec    *zmq4.Conn // encodes into out; not used for reading
	in       *bufio.Reader
	out      *bufio.Writer
	identity string // what the peer calls itself, "" if it leaves that to us
}

// handshake makes conn a link, within the configured time; in case of error, closing conn is up to the caller.
// Out is where the link's bytes go, usually conn itself or a writer that watches over it.
func handshake(conn net.Conn, kind zmq4.SocketType, identity []byte, server bool, c config) (l *link, err error) {
	// zmq4 panics on a truncated READY property and on a socket type that it doesn't know.
	defer func() {
		if r := recover(); r != nil {
			l, err = nil, violation("malformed handshake: %v", r)
		}
	}()
	if err := conn.SetDeadline(time.Now().Add(c.handshakeTimeout)); err != nil {
		return nil, err
	}
	g := &guard{Conn: conn, r: bufio.NewReaderSize(conn, bufferSize), w: bufio.NewWriterSize(conn, bufferSize)}
	codec, err := zmq4.Open(g, null.Security(), kind, identity, server, nil)
	if err != nil {
		return nil, fmt.Errorf("handshake: %w", err)
	}
	if err := g.w.Flush(); err != nil {
		return nil, fmt.Errorf("handshake: %w", err)
	}
	id := codec.Peer.Meta["Identity"]
	switch {
	case len(id) > maxIdentity:
		return nil, violation("an identity of %d bytes, more than %d", len(id), maxIdentity)
	case id != "" && id[0] == 0:
		return nil, violation("an identity that begins with a zero byte, which is reserved")
	}
	if err := conn.SetDeadline(time.Time{}); err != nil {
		return nil, err
	}
	return &link{conn: conn, codec: codec, in: g.r, out: g.w, identity: id}, nil
}
