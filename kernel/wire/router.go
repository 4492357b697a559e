package wire

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/go-zeromq/zmq4"
)

// inbox is how many messages a socket holds between its connections and Recv. Peers wait beyond that.
const inbox = 16

// Router is a ROUTER socket: it serves DEALER, REQ and ROUTER peers, each addressed by a routing id.
//
// The routing id is the identity that the peer announced, or one made here, which begins with a zero byte. When a second
// connection announces an identity that is in use, it takes the identity over and the first is closed: a client that
// reconnects keeps getting its replies.
type Router struct {
	*listener
	in chan Frames

	mu     sync.Mutex
	byID   map[string]*peer
	unique uint32
}

// ListenRouter listens on endpoint, tcp://host:port (port 0 picks one) or ipc://path.
func ListenRouter(endpoint string, opts ...Option) (*Router, error) {
	r := &Router{in: make(chan Frames, inbox), byID: map[string]*peer{}}
	l, err := listen(endpoint, zmq4.Router, newConfig(opts), (*routerRole)(r))
	if err != nil {
		return nil, err
	}
	r.listener = l
	l.start()
	return r, nil
}

// Endpoint returns the address to dial, with the port that was picked for port 0.
func (r *Router) Endpoint() string { return r.endpoint }

// Recv returns the next message. Its first frame is the routing id of the peer that sent it.
func (r *Router) Recv(ctx context.Context) (Frames, error) {
	select {
	case <-r.closing:
		return nil, fmt.Errorf("wire: %s: receive: %w", r.endpoint, ErrClosed)
	default:
	}
	select {
	case f := <-r.in:
		return f, nil
	case <-r.closing:
		return nil, fmt.Errorf("wire: %s: receive: %w", r.endpoint, ErrClosed)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Send queues a message for the peer that its first frame names; it never waits. The error is an [UnknownPeerError] when
// no such peer is connected, and a [SlowPeerError] when the peer left more than the high-water mark unread, in which case
// it is disconnected. No error means queued, not delivered.
func (r *Router) Send(f Frames) error {
	if len(f) < 2 {
		return fmt.Errorf("wire: %s: send: %w after the routing id", r.endpoint, errEmpty)
	}
	if r.isClosing() {
		return fmt.Errorf("wire: %s: send: %w", r.endpoint, ErrClosed)
	}
	r.mu.Lock()
	p := r.byID[string(f[0])]
	r.mu.Unlock()
	if p == nil {
		return &UnknownPeerError{r.endpoint, f[0]}
	}
	body := f[1:]
	ok, err := p.queue.offer(outgoing{frames: body, size: size(body)})
	if err != nil {
		return &UnknownPeerError{r.endpoint, f[0]}
	}
	if !ok {
		queued, _ := p.queue.waiting()
		p.end(errTooSlow)
		return &SlowPeerError{r.endpoint, f[0], queued}
	}
	return nil
}

// Close stops accepting and receiving, and returns when every peer has been sent what was queued for it. When ctx is done
// first, the rest is dropped and the error says so.
func (r *Router) Close(ctx context.Context) error { return r.close(ctx) }

// routerRole keeps the role's methods out of the Router's.
type routerRole Router

func (r *routerRole) join(p *peer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.id == "" {
		r.unique++
		p.id = string(binary.BigEndian.AppendUint32([]byte{0}, r.unique))
	}
	if old := r.byID[p.id]; old != nil {
		old.end(errReplaced)
	}
	r.byID[p.id] = p
}

func (r *routerRole) leave(p *peer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byID[p.id] == p {
		delete(r.byID, p.id)
	}
}

func (r *routerRole) receive(p *peer, m message) error {
	if m.command != "" {
		return nil
	}
	// A request counts even if its sender has left meanwhile.
	select {
	case r.in <- append(Frames{[]byte(p.id)}, m.frames...):
	case <-r.closing:
	}
	return nil
}
