package wire

import (
	"errors"
	"fmt"
)

var (
	// ErrClosed is returned by every method of a socket whose Close was called.
	ErrClosed = errors.New("socket closed")

	// ErrLost is returned by a dialled socket whose connection has ended: the other side closed it, broke ZMTP, or took
	// nothing for the stall limit. Dialled sockets don't reconnect.
	ErrLost = errors.New("connection lost")

	errEmpty    = errors.New("a message needs at least one frame")
	errStalled  = errors.New("the peer takes nothing and its queue is full")
	errReplaced = errors.New("another connection took over its identity")
	errTooSlow  = errors.New("the peer doesn't read and its queue is full")
)

// UnknownPeerError reports a message for a routing id that no connection has.
type UnknownPeerError struct {
	Endpoint string
	Identity []byte // the message's first frame
}

func (e *UnknownPeerError) Error() string {
	return fmt.Sprintf("wire: %s: no peer %q is connected", e.Endpoint, e.Identity)
}

// SlowPeerError reports a peer that was disconnected because it left more than the high-water mark unread.
type SlowPeerError struct {
	Endpoint string
	Identity []byte
	Queued   int // bytes that were waiting for it
}

func (e *SlowPeerError) Error() string {
	return fmt.Sprintf("wire: %s: peer %q disconnected: it left %d bytes unread", e.Endpoint, e.Identity, e.Queued)
}

// protocolError is a violation of ZMTP, or of this package's limits, by a peer.
type protocolError struct{ what string }

func (e *protocolError) Error() string { return e.what }

func violation(format string, args ...any) error {
	return &protocolError{fmt.Sprintf(format, args...)}
}
