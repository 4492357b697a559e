// Package wire provides the ZeroMQ sockets that a Jupyter kernel and its client stand on: it knows frames and peers,
// nothing of Jupyter.
//
// A kernel listens with [ListenRouter] (shell, control, stdin), [ListenPublisher] (iopub) and [ListenHeartbeat]; a client
// dials with [DialDealer], [DialSubscriber] and [DialRequester]. All speak ZMTP 3.0 with the NULL mechanism, over tcp://
// and ipc:// endpoints, and interoperate with libzmq.
//
// # What a peer may do to a socket
//
// Every connection has goroutines and a send queue of its own, so a peer that is slow, silent or hostile concerns itself
// alone. A handshake that fails or takes too long, a frame that breaks ZMTP and a message beyond the size limits close
// that one connection. Memory is allocated as bytes arrive, never because a length was announced. A queue is bounded in
// bytes: a [Publisher] makes the sender wait, a [Router] lets the peer go.
//
// # Frames
//
// Sockets keep the frames given to Send until they are written: don't change them afterwards. Frames that Recv returns
// belong to the caller.
package wire

// Frames are the parts of one message, in order.
type Frames = [][]byte
