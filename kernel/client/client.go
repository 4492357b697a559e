// Package client is a small Jupyter client: it starts kernels, and runs cells in
// them over their ZeroMQ sockets as any front end does.
package client

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"lockstep/kernel/protocol"
	"lockstep/kernel/wire"
)

// Options adjust a Client.
type Options struct {
	// Observe sees every message that arrives, before anything else is done with
	// it. It is called for one message at a time, and must not call the client.
	Observe func(protocol.Channel, *protocol.Message)
	// Logf gets a line for each message that can't be understood. nil is silent.
	Logf func(format string, args ...any)
}

// Client is the connection to a running kernel. Its methods may be called from
// several goroutines.
type Client struct {
	options Options
	codec   *protocol.Codec
	sender  protocol.Sender

	shell, control, stdin *wire.Dealer
	iopub                 *wire.Subscriber

	observing sync.Mutex
	heard     chan struct{} // closed at the first message on iopub
	hearOnce  sync.Once

	mu    sync.Mutex
	calls map[string]*call // by the request's id

	// explain makes a better error of why the connection is lost.
	explain   func(error) error
	receivers sync.WaitGroup
	stop      context.CancelFunc
	lostOnce  sync.Once
	lost      chan struct{} // closed when the connection is of no more use
	reason    error         // why; read after lost
}

// subscriptionWait is how long a kernel may take to welcome a subscriber. Those
// that have no welcome are asked at this interval until they are heard.
const subscriptionWait = 500 * time.Millisecond

// Dial connects to a kernel. It tries until ctx is done, since the kernel may
// still be starting; when it returns, the kernel has answered and no output will
// be missed.
func Dial(ctx context.Context, connection protocol.ConnectionInfo, options Options) (*Client, error) {
	return dial(ctx, connection, options, func(err error) error { return err })
}

func dial(ctx context.Context, connection protocol.ConnectionInfo, options Options, explain func(error) error) (*Client, error) {
	if err := connection.Validate(); err != nil {
		return nil, err
	}
	c := &Client{
		options: options,
		codec:   protocol.NewCodec(connection.Key),
		sender:  protocol.Sender{Session: protocol.NewID(), Username: "lockstep"},
		heard:   make(chan struct{}),
		calls:   make(map[string]*call),
		explain: explain,
		lost:    make(chan struct{}),
	}
	receiving, stop := context.WithCancel(context.Background())
	c.stop = stop
	if err := c.connect(ctx, connection); err != nil {
		c.closeSockets()
		stop()
		return nil, fmt.Errorf("connecting to the kernel: %w", err)
	}
	c.startReceiving(receiving)
	if err := c.waitReady(ctx); err != nil {
		c.Close()
		return nil, fmt.Errorf("waiting for the kernel's first answer: %w", err)
	}
	return c, nil
}

// connect gives all DEALER sockets the same identity: by it the kernel finds the
// stdin of whoever runs a cell.
func (c *Client) connect(ctx context.Context, connection protocol.ConnectionInfo) (err error) {
	identity := []byte(c.sender.Session)
	for _, dealer := range []struct {
		socket  **wire.Dealer
		channel protocol.Channel
	}{{&c.stdin, protocol.Stdin}, {&c.control, protocol.Control}, {&c.shell, protocol.Shell}} {
		if *dealer.socket, err = wire.DialDealer(ctx, connection.Endpoint(dealer.channel), identity); err != nil {
			return err
		}
	}
	c.iopub, err = wire.DialSubscriber(ctx, connection.Endpoint(protocol.IOPub))
	return err
}

// waitReady waits until the kernel is heard on iopub and has answered. Kernels
// that send no welcome are heard by the status that each request brings, once the
// subscription has reached them.
func (c *Client) waitReady(ctx context.Context) error {
	for {
		heard, err := c.waitHeard(ctx)
		if err != nil {
			return err
		}
		if _, err := c.KernelInfo(ctx); err != nil || heard {
			return err
		}
	}
}

// waitHeard waits for the first message on iopub, for up to subscriptionWait.
func (c *Client) waitHeard(ctx context.Context) (bool, error) {
	timeout := time.NewTimer(subscriptionWait)
	defer timeout.Stop()
	select {
	case <-c.heard:
		return true, nil
	case <-timeout.C:
		return false, nil
	case <-c.lost:
		return false, c.reason
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
}

// Close ends the connection; the kernel lives on. Calls that wait fail.
func (c *Client) Close() {
	c.lose(wire.ErrClosed)
	c.stop()
	c.closeSockets()
	c.receivers.Wait()
}

func (c *Client) closeSockets() {
	for _, dealer := range []*wire.Dealer{c.shell, c.control, c.stdin} {
		if dealer != nil {
			_ = dealer.Close() // what could not be sent any more is of no interest
		}
	}
	if c.iopub != nil {
		_ = c.iopub.Close()
	}
}

// lose marks the connection as of no more use.
func (c *Client) lose(reason error) {
	c.lostOnce.Do(func() {
		c.reason = reason
		close(c.lost)
	})
}

// Lost is closed when the connection is of no more use: the kernel died, or
// Close was called.
func (c *Client) Lost() <-chan struct{} { return c.lost }

// dealer returns the socket on which messages of a channel are sent.
func (c *Client) dealer(channel protocol.Channel) (*wire.Dealer, error) {
	switch channel {
	case protocol.Shell:
		return c.shell, nil
	case protocol.Control:
		return c.control, nil
	case protocol.Stdin:
		return c.stdin, nil
	}
	return nil, fmt.Errorf("nothing can be sent on %q", channel)
}

// Send sends a message and returns its id. What comes for it is seen by Observe
// only. parent is the message that it answers, or nil.
func (c *Client) Send(ctx context.Context, channel protocol.Channel, parent *protocol.Message, content protocol.Content) (id string, err error) {
	dealer, err := c.dealer(channel)
	if err != nil {
		return "", err
	}
	m, err := c.sender.Message(parent, content)
	if err != nil {
		return "", err
	}
	return m.Header.MsgID, c.send(ctx, dealer, m)
}

// SendToSubshell sends a request on shell to a subshell, and returns its id. What
// comes for it is seen by Observe only.
func (c *Client) SendToSubshell(ctx context.Context, subshell string, content protocol.Content) (id string, err error) {
	m, err := c.sender.Message(nil, content)
	if err != nil {
		return "", err
	}
	m.Header.SubshellID = subshell
	return m.Header.MsgID, c.send(ctx, c.shell, m)
}

// send encodes and sends a message.
func (c *Client) send(ctx context.Context, dealer *wire.Dealer, m *protocol.Message) error {
	frames, err := c.codec.Encode(m)
	if err != nil {
		return err
	}
	err = dealer.Send(ctx, frames)
	if errors.Is(err, wire.ErrLost) || errors.Is(err, wire.ErrClosed) {
		<-c.lost // the receivers notice too, and know more
		return c.reason
	}
	return err
}
