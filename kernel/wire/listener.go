package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/go-zeromq/zmq4"
)

// listener accepts connections, shakes hands with each in a goroutine of its own, and runs those that become peers.
type listener struct {
	endpoint string
	kind     zmq4.SocketType
	config   config
	role     role
	accepted net.Listener

	closing chan struct{}  // closed when Close begins
	running sync.WaitGroup // the accept loop and every connection

	mu      sync.Mutex
	closed  bool
	pending map[net.Conn]struct{} // in their handshake
	peers   map[*peer]struct{}
}

// role is what distinguishes one kind of socket from another.
type role interface {
	join(*peer) // before its first message
	receive(*peer, message) error
	leave(*peer)
}

func listen(endpoint string, kind zmq4.SocketType, c config, r role) (*listener, error) {
	accepted, resolved, err := listenEndpoint(endpoint)
	if err != nil {
		return nil, err
	}
	l := &listener{
		endpoint: resolved, kind: kind, config: c, role: r, accepted: accepted,
		closing: make(chan struct{}),
		pending: map[net.Conn]struct{}{}, peers: map[*peer]struct{}{},
	}
	return l, nil
}

// start begins to accept; the role must be ready by then.
func (l *listener) start() { l.running.Go(l.accept) }

func (l *listener) accept() {
	const shortest, longest = 5 * time.Millisecond, time.Second
	pause := shortest
	for {
		conn, err := l.accepted.Accept()
		if err == nil {
			pause = shortest
			l.running.Go(func() { l.serve(conn) })
			continue
		}
		if errors.Is(err, net.ErrClosed) {
			return
		}
		// Out of descriptors, most likely: trying again at once would only burn the processor.
		l.config.logf("wire: %s: accept: %v; next try in %v", l.endpoint, err, pause)
		select {
		case <-time.After(pause):
		case <-l.closing:
			return
		}
		pause = min(2*pause, longest)
	}
}

func (l *listener) serve(conn net.Conn) {
	defer conn.Close()
	if !l.admit(conn) {
		return
	}
	link, err := handshake(conn, l.kind, nil, true, l.config)
	if err != nil {
		l.dismiss(conn)
		if !l.isClosing() {
			l.config.logf("wire: %s: refused %s: %v", l.endpoint, remote(conn), err)
		}
		return
	}
	p := newPeer(link, l.config)
	if !l.promote(conn, p) {
		return
	}
	defer l.retire(p)
	l.role.join(p)
	defer l.role.leave(p)
	err = p.run(func(m message) error {
		if l.isClosing() {
			return nil // keep reading, so that the drained connection ends in order
		}
		return l.role.receive(p, m)
	})
	if !ordinaryEnd(err) {
		l.config.logf("wire: %s: peer %v at %s ended: %v", l.endpoint, p, remote(conn), err)
	}
}

func remote(conn net.Conn) string {
	if a := conn.RemoteAddr(); a != nil && a.String() != "" {
		return a.String()
	}
	return "local connection"
}

func (l *listener) admit(conn net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.pending[conn] = struct{}{}
	return true
}

func (l *listener) dismiss(conn net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.pending, conn)
}

func (l *listener) promote(conn net.Conn, p *peer) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.pending, conn)
	if l.closed {
		return false
	}
	l.peers[p] = struct{}{}
	return true
}

func (l *listener) retire(p *peer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.peers, p)
}

func (l *listener) isClosing() bool {
	select {
	case <-l.closing:
		return true
	default:
		return false
	}
}

// close stops accepting and reading, sends what is queued, and waits until every connection has ended. When ctx is done
// first, it drops the rest and says for how many peers.
func (l *listener) close(ctx context.Context) error {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.closing)
		l.accepted.Close()
		for conn := range l.pending {
			conn.Close()
		}
		for p := range l.peers {
			p.queue.drain()
		}
	}
	l.mu.Unlock()

	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.running.Wait()
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
	}
	cut := l.cut()
	<-ended
	if cut > 0 {
		return fmt.Errorf("wire: close %s: %d peers hadn't taken everything: %w", l.endpoint, cut, ctx.Err())
	}
	return nil
}

// cut ends every connection at once and returns how many had something left to send.
func (l *listener) cut() (unsent int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for p := range l.peers {
		if p.queue.unsent() {
			unsent++
		}
		p.end(ErrClosed)
	}
	return unsent
}
