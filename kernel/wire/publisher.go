package wire

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/go-zeromq/zmq4"
)

// Publisher is an XPUB socket: each SUB or XSUB peer gets the messages whose first frame begins with a topic it has
// subscribed to.
type Publisher struct {
	*listener
	welcome func(topic []byte) Frames
	turn    chan struct{} // held while sending, so that all peers see one order

	mu          sync.Mutex
	subscribers map[*peer]*subscriptions
}

// ListenPublisher listens on endpoint, tcp://host:port (port 0 picks one) or ipc://path.
//
// Welcome, if not nil, makes the message that answers each subscription. It is sent to that subscriber alone, before
// anything that this subscription selects, and tells that the subscription is in effect; no frames means no message. Its
// first frame should begin with the topic: libzmq drops what a SUB socket hasn't subscribed to, whoever sent it. Welcome
// is called from several goroutines at once and must not send on the publisher.
//
// Subscribers are the only ones to send to a publisher; what they send may have 64 KiB.
func ListenPublisher(endpoint string, welcome func(topic []byte) Frames, opts ...Option) (*Publisher, error) {
	p := &Publisher{welcome: welcome, turn: make(chan struct{}, 1), subscribers: map[*peer]*subscriptions{}}
	l, err := listen(endpoint, zmq4.XPub, newConfig(opts).short(), (*publisherRole)(p))
	if err != nil {
		return nil, err
	}
	p.listener = l
	l.start()
	return p, nil
}

// Endpoint returns the address to dial, with the port that was picked for port 0.
func (p *Publisher) Endpoint() string { return p.endpoint }

// Send queues a message for every peer that has subscribed to it. Messages reach all peers in the order of the calls.
//
// Peers with room get the message at once; then Send waits for those whose queue is above the high-water mark. A peer
// that takes nothing at all for the stall limit meanwhile is disconnected and waited for no longer. Ctx bounds the
// waiting only: with a ctx that is already done the message still goes to every peer with room. The error then says that
// some didn't get it.
func (p *Publisher) Send(ctx context.Context, f Frames) error {
	return p.send(ctx, f, func(s *peer, m outgoing) error { return s.queue.push(ctx, m) })
}

// Insist is Send for a short message that no peer may miss, such as the one that says that nothing more will come: when
// ctx is done, peers whose queue is still above the high-water mark are given the message all the same.
func (p *Publisher) Insist(ctx context.Context, f Frames) error {
	return p.send(ctx, f, func(s *peer, m outgoing) error {
		err := s.queue.push(ctx, m)
		if err != nil && !errors.Is(err, ErrClosed) {
			return s.queue.force(m)
		}
		return err
	})
}

// send gives f to the peers with room, and has late see to the others.
func (p *Publisher) send(ctx context.Context, f Frames, late func(*peer, outgoing) error) error {
	if len(f) == 0 {
		return fmt.Errorf("wire: %s: publish: %w", p.endpoint, errEmpty)
	}
	select {
	case p.turn <- struct{}{}:
	default:
		select {
		case p.turn <- struct{}{}:
		case <-ctx.Done():
			return fmt.Errorf("wire: %s: publish: waiting for another message to be taken: %w", p.endpoint, ctx.Err())
		}
	}
	defer func() { <-p.turn }()
	if p.isClosing() {
		return fmt.Errorf("wire: %s: publish: %w", p.endpoint, ErrClosed)
	}

	m := outgoing{frames: f, size: size(f)}
	var missed int
	for _, s := range p.offer(m) {
		if err := late(s, m); err != nil && !errors.Is(err, ErrClosed) {
			missed++
		}
	}
	if missed > 0 {
		return fmt.Errorf("wire: %s: publish: %d peers had no room: %w", p.endpoint, missed, ctx.Err())
	}
	return nil
}

// offer queues m for every subscriber with room and returns those without.
func (p *Publisher) offer(m outgoing) (full []*peer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for s, topics := range p.subscribers {
		if !topics.match(m.frames[0]) {
			continue
		}
		if ok, err := s.queue.offer(m); !ok && err == nil {
			full = append(full, s)
		}
	}
	return full
}

// Close stops accepting, and returns when every peer has been sent what was queued for it. When ctx is done first, the
// rest is dropped and the error says so.
func (p *Publisher) Close(ctx context.Context) error { return p.close(ctx) }

// publisherRole keeps the role's methods out of the Publisher's.
type publisherRole Publisher

func (p *publisherRole) join(s *peer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.subscribers[s] = &subscriptions{}
}

func (p *publisherRole) leave(s *peer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.subscribers, s)
}

func (p *publisherRole) receive(s *peer, m message) error {
	topic, on, ok := subscription(m)
	if !ok {
		return nil
	}
	p.mu.Lock()
	topics := p.subscribers[s]
	p.mu.Unlock()
	if !on {
		topics.remove(topic)
		return nil
	}
	announce := func() (bool, error) { return true, nil }
	if p.welcome != nil {
		if f := p.welcome(topic); len(f) > 0 {
			m := outgoing{frames: f, size: size(f)}
			announce = func() (bool, error) { return s.queue.offer(m) }
		}
	}
	for {
		added, err := topics.add(topic, announce)
		if errors.Is(err, ErrClosed) {
			return nil // closing: nothing more to select
		}
		if added || err != nil {
			return err
		}
		// Waiting here holds up nobody but this peer, which is read no further.
		if err := s.queue.room(context.Background()); err != nil {
			return err
		}
	}
}
