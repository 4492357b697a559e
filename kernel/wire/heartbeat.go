package wire

import (
	"context"

	"github.com/go-zeromq/zmq4"
)

// Heartbeat is a REP socket that answers every message with itself, without regard to its frames: a REQ's empty
// delimiter comes back, and a DEALER needn't send one. It runs on its own.
type Heartbeat struct{ *listener }

// ListenHeartbeat listens on endpoint, tcp://host:port (port 0 picks one) or ipc://path, and answers from then on.
// Messages may have 64 KiB.
func ListenHeartbeat(endpoint string, opts ...Option) (*Heartbeat, error) {
	l, err := listen(endpoint, zmq4.Rep, newConfig(opts).short(), echo{})
	if err != nil {
		return nil, err
	}
	l.start()
	return &Heartbeat{l}, nil
}

// Endpoint returns the address to dial, with the port that was picked for port 0.
func (h *Heartbeat) Endpoint() string { return h.endpoint }

// Close stops answering and ends every connection at once.
func (h *Heartbeat) Close() error {
	now, cancel := context.WithCancel(context.Background())
	cancel()
	_ = h.close(now) // an echo not taken is no loss
	return nil
}

type echo struct{}

func (echo) join(*peer)  {}
func (echo) leave(*peer) {}

func (echo) receive(p *peer, m message) error {
	if m.command != "" {
		return nil
	}
	return p.reply(outgoing{frames: m.frames, size: size(m.frames)})
}
