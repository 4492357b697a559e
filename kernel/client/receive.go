package client

import (
	"context"
	"sync"
	"time"

	"lockstep/kernel/protocol"
	"lockstep/kernel/wire"
)

// drainTime is how long the other channels may still deliver when one has lost
// its connection: a dying kernel's last outputs are worth having.
const drainTime = time.Second

// callBuffer is how many messages wait for a slow handler, before the kernel
// has to.
const callBuffer = 256

// call is a request, and what came for it.
type call struct {
	id       string
	messages chan received
	turn     chan struct{} // held while delivering; guards the fields below
	over     bool          // nobody reads messages any more
	late     func(protocol.Content)
}

type received struct {
	channel protocol.Channel
	message *protocol.Message
}

func (c *Client) startReceiving(ctx context.Context) {
	sockets := map[protocol.Channel]func(context.Context) (wire.Frames, error){
		protocol.Shell:   c.shell.Recv,
		protocol.Control: c.control.Recv,
		protocol.Stdin:   c.stdin.Recv,
		protocol.IOPub:   c.iopub.Recv,
	}
	var open sync.WaitGroup
	firstLoss := make(chan error, len(sockets))
	for channel, recv := range sockets {
		open.Add(1)
		c.receivers.Go(func() {
			defer open.Done()
			firstLoss <- c.receive(ctx, channel, recv)
		})
	}
	allClosed := make(chan struct{})
	c.receivers.Go(func() {
		open.Wait()
		close(allClosed)
	})
	c.receivers.Go(func() {
		reason := <-firstLoss
		select {
		case <-allClosed:
		case <-time.After(drainTime):
		}
		if ctx.Err() == nil {
			reason = c.explain(reason)
		}
		c.lose(reason)
	})
}

// receive passes on the messages of a channel until its connection ends.
func (c *Client) receive(ctx context.Context, channel protocol.Channel, recv func(context.Context) (wire.Frames, error)) error {
	for {
		frames, err := recv(ctx)
		if err != nil {
			return err
		}
		m, err := c.codec.Decode(frames)
		if err != nil {
			if c.options.Logf != nil {
				c.options.Logf("ignored a message on %s: %v", channel, err)
			}
			continue
		}
		c.deliver(channel, m)
	}
}

func (c *Client) deliver(channel protocol.Channel, m *protocol.Message) {
	if c.options.Observe != nil {
		c.observing.Lock()
		c.options.Observe(channel, m)
		c.observing.Unlock()
	}
	if channel == protocol.IOPub {
		c.hearOnce.Do(func() { close(c.heard) })
	}
	c.mu.Lock()
	to := c.calls[m.Parent().MsgID]
	c.mu.Unlock()
	if to == nil {
		return
	}
	to.turn <- struct{}{}
	defer func() { <-to.turn }()
	r := received{channel, m}
	if to.over {
		r.passTo(to.late)
		return
	}
	select {
	case to.messages <- r:
	case <-c.lost:
	}
}

// passTo gives a message that came after the end of its call to the handler of
// late outputs, which may be nil.
func (r received) passTo(late func(protocol.Content)) {
	if late == nil || r.channel != protocol.IOPub {
		return
	}
	if content, err := output(r.message); err == nil && content != nil {
		late(content)
	}
}

// begin sends a request, and from then on collects what belongs to it.
func (c *Client) begin(ctx context.Context, channel protocol.Channel, content protocol.Content) (*call, error) {
	dealer, err := c.dealer(channel)
	if err != nil {
		return nil, err
	}
	m, err := c.sender.Message(nil, content)
	if err != nil {
		return nil, err
	}
	started := &call{
		id:       m.Header.MsgID,
		messages: make(chan received, callBuffer),
		turn:     make(chan struct{}, 1),
	}
	c.mu.Lock()
	c.calls[started.id] = started
	c.mu.Unlock()
	if err := c.send(ctx, dealer, m); err != nil {
		c.end(started, nil)
		return nil, err
	}
	return started, nil
}

// end ends a call. What has come for it and was not read, and what still comes,
// goes to late in its order; with nil the call is forgotten.
func (c *Client) end(over *call, late func(protocol.Content)) {
	if late == nil {
		c.mu.Lock()
		delete(c.calls, over.id)
		c.mu.Unlock()
	}
	// Whoever holds the turn may wait for room, so room is made meanwhile.
	for {
		select {
		case r := <-over.messages:
			r.passTo(late)
			continue
		case over.turn <- struct{}{}:
		}
		break
	}
	defer func() { <-over.turn }()
	over.over, over.late = true, late
	for {
		select {
		case r := <-over.messages:
			r.passTo(late)
		default:
			return
		}
	}
}

// next waits for the next message of a call. What arrived before the connection
// was lost comes first.
func (c *Client) next(ctx context.Context, waiting *call) (received, error) {
	select {
	case r := <-waiting.messages:
		return r, nil
	default:
	}
	select {
	case r := <-waiting.messages:
		return r, nil
	case <-c.lost:
	case <-ctx.Done():
		return received{}, context.Cause(ctx)
	}
	select {
	case r := <-waiting.messages:
		return r, nil
	default:
		return received{}, c.reason
	}
}
