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

// closeLinger is how long Close of a dialled socket waits for queued messages to be sent.
const closeLinger = time.Second

// dialled is the one connection of a client's socket.
type dialled struct {
	*peer
	endpoint string
	in       chan Frames   // closed when the connection has ended
	closing  chan struct{} // closed when Close begins
	served   chan struct{} // closed when nothing of the socket runs any more
	once     sync.Once
}

// dial connects, trying again until ctx is done: whoever is to listen may still be starting.
func dial(ctx context.Context, endpoint string, kind zmq4.SocketType, identity []byte, c config) (*dialled, error) {
	fail := func(err error) (*dialled, error) { return nil, &EndpointError{"dial", endpoint, err} }
	network, address, err := parseEndpoint(endpoint)
	if err != nil {
		return fail(err)
	}
	if len(identity) > maxIdentity || len(identity) > 0 && identity[0] == 0 {
		return fail(fmt.Errorf("identity %q is longer than %d bytes or begins with a zero byte", identity, maxIdentity))
	}
	const shortest, longest = 2 * time.Millisecond, 100 * time.Millisecond
	for pause := shortest; ; pause = min(2*pause, longest) {
		l, err := dialOnce(ctx, network, address, kind, identity, c)
		if err == nil {
			d := &dialled{
				peer: newPeer(l, c), endpoint: endpoint,
				in: make(chan Frames, inbox), closing: make(chan struct{}), served: make(chan struct{}),
			}
			go d.serve()
			return d, nil
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return fail(fmt.Errorf("%w (last try: %w)", ctx.Err(), err))
		}
	}
}

func dialOnce(ctx context.Context, network, address string, kind zmq4.SocketType, identity []byte, c config) (*link, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	// TCP may connect to itself when nobody listens on a port of the ephemeral range.
	if network == "tcp" && conn.LocalAddr().String() == conn.RemoteAddr().String() {
		conn.Close()
		return nil, errors.New("nobody listens")
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	l, err := handshake(conn, kind, identity, false, c)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return l, nil
}

func (d *dialled) serve() {
	defer close(d.served)
	defer close(d.in)
	d.run(func(m message) error {
		if m.command != "" {
			return nil
		}
		select {
		case d.in <- m.frames:
		case <-d.closing:
		}
		return nil
	})
}

func (d *dialled) isClosing() bool {
	select {
	case <-d.closing:
		return true
	default:
		return false
	}
}

// failed says why the connection is of no more use.
func (d *dialled) failed(op string) error {
	if d.isClosing() {
		return fmt.Errorf("wire: %s: %s: %w", d.endpoint, op, ErrClosed)
	}
	<-d.gone
	return fmt.Errorf("wire: %s: %s: %w: %w", d.endpoint, op, ErrLost, d.reason)
}

func (d *dialled) send(ctx context.Context, f Frames) error {
	if len(f) == 0 {
		return fmt.Errorf("wire: %s: send: %w", d.endpoint, errEmpty)
	}
	err := d.queue.push(ctx, outgoing{frames: f, size: size(f)})
	if errors.Is(err, ErrClosed) {
		return d.failed("send")
	}
	return err
}

func (d *dialled) recv(ctx context.Context) (Frames, error) {
	if d.isClosing() {
		return nil, d.failed("receive")
	}
	select {
	case f, ok := <-d.in:
		if !ok {
			return nil, d.failed("receive")
		}
		return f, nil
	case <-d.closing:
		return nil, d.failed("receive")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// close sends what is queued, for up to closeLinger, and ends the connection.
func (d *dialled) close() error {
	d.once.Do(func() { close(d.closing) })
	d.queue.drain()
	cut := time.AfterFunc(closeLinger, func() { d.end(ErrClosed) })
	defer cut.Stop()
	<-d.served
	return nil
}

// Dealer is a DEALER socket connected to one endpoint.
type Dealer struct{ d *dialled }

// DialDealer connects to a ROUTER, DEALER or REP socket, trying again until ctx is done. Identity is what a ROUTER
// addresses the connection by; nil lets the router make one up. Several sockets may have the same identity as long as
// they connect to different endpoints.
func DialDealer(ctx context.Context, endpoint string, identity []byte, opts ...Option) (*Dealer, error) {
	d, err := dial(ctx, endpoint, zmq4.Dealer, identity, newConfig(opts))
	if err != nil {
		return nil, err
	}
	return &Dealer{d}, nil
}

// Send queues a message; it waits while the queue is above the high-water mark.
func (s *Dealer) Send(ctx context.Context, f Frames) error { return s.d.send(ctx, f) }

// Recv returns the next message. When the connection has ended and all that came before is received, the error is ErrLost.
func (s *Dealer) Recv(ctx context.Context) (Frames, error) { return s.d.recv(ctx) }

// Close sends what is queued, for up to a second, and ends the connection. Later calls fail with ErrClosed.
func (s *Dealer) Close() error { return s.d.close() }

// Subscriber is a SUB socket connected to one endpoint.
type Subscriber struct{ d *dialled }

// DialSubscriber connects to an XPUB or PUB socket, trying again until ctx is done, and subscribes to the topics, or to
// everything if there are none. The subscription takes effect when the publisher has read it, some time after
// DialSubscriber returns; a publisher's welcome message tells.
func DialSubscriber(ctx context.Context, endpoint string, topics ...string) (*Subscriber, error) {
	d, err := dial(ctx, endpoint, zmq4.Sub, nil, newConfig(nil))
	if err != nil {
		return nil, err
	}
	if len(topics) == 0 {
		topics = []string{""}
	}
	for _, t := range topics {
		if err := d.send(ctx, Frames{append([]byte{1}, t...)}); err != nil {
			d.close()
			return nil, err
		}
	}
	return &Subscriber{d}, nil
}

// Recv returns the next message. When the connection has ended and all that came before is received, the error is ErrLost.
func (s *Subscriber) Recv(ctx context.Context) (Frames, error) { return s.d.recv(ctx) }

// Close ends the connection. Later calls fail with ErrClosed.
func (s *Subscriber) Close() error { return s.d.close() }

// Requester is a REQ socket connected to one endpoint.
type Requester struct {
	d    *dialled
	turn chan struct{} // held during a request
	owed int           // replies still to come, those to requests that were given up among them
}

// DialRequester connects to a REP or ROUTER socket, trying again until ctx is done.
func DialRequester(ctx context.Context, endpoint string, opts ...Option) (*Requester, error) {
	d, err := dial(ctx, endpoint, zmq4.Req, nil, newConfig(opts))
	if err != nil {
		return nil, err
	}
	return &Requester{d: d, turn: make(chan struct{}, 1)}, nil
}

// Request sends a message and returns the reply. When ctx is done before the reply is there, the requester can be used
// again: the late reply is skipped. Requests are made one at a time.
func (s *Requester) Request(ctx context.Context, f Frames) (Frames, error) {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-s.turn }()
	if err := s.d.send(ctx, append(Frames{{}}, f...)); err != nil {
		return nil, err
	}
	s.owed++
	for {
		reply, err := s.d.recv(ctx)
		if err != nil {
			return nil, err
		}
		if len(reply) == 0 || len(reply[0]) != 0 {
			continue // no reply without its delimiter
		}
		if s.owed--; s.owed == 0 {
			return reply[1:], nil
		}
	}
}

// Close ends the connection. Later calls fail with ErrClosed.
func (s *Requester) Close() error { return s.d.close() }
