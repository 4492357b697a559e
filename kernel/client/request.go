package client

import (
	"context"
	"fmt"

	"lockstep/kernel/protocol"
)

// Request sends any request on shell or control and returns its reply. It does
// not wait for the kernel to be idle.
func (c *Client) Request(ctx context.Context, channel protocol.Channel, content protocol.Content) (*protocol.Message, error) {
	waiting, err := c.begin(ctx, channel, content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", content.MsgType(), err)
	}
	defer c.end(waiting, nil)
	for {
		r, err := c.next(ctx, waiting)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", content.MsgType(), err)
		}
		if r.channel == channel {
			return r.message, nil
		}
	}
}

// RequestError is the error of a request that the kernel answered with one.
type RequestError struct {
	MsgType string // of the reply
	EName   string
	EValue  string
}

func (e *RequestError) Error() string { return e.MsgType + ": " + e.EName + ": " + e.EValue }

// request reads a reply into a typed content; an error reply becomes a RequestError.
func request[T any](ctx context.Context, c *Client, channel protocol.Channel, content protocol.Content) (reply T, err error) {
	m, err := c.Request(ctx, channel, content)
	if err != nil {
		return reply, err
	}
	var failed protocol.ErrorReply
	if m.Into(&failed) == nil && failed.Status == protocol.StatusError {
		return reply, &RequestError{m.Header.MsgType, failed.EName, failed.EValue}
	}
	return reply, m.Into(&reply)
}

// KernelInfo asks what the kernel is.
func (c *Client) KernelInfo(ctx context.Context) (protocol.KernelInfoReply, error) {
	return request[protocol.KernelInfoReply](ctx, c, protocol.Shell, protocol.KernelInfoRequest{})
}

// IsComplete asks whether code could be run as it stands.
func (c *Client) IsComplete(ctx context.Context, code string) (protocol.IsCompleteReply, error) {
	return request[protocol.IsCompleteReply](ctx, c, protocol.Shell, protocol.IsCompleteRequest{Code: code})
}

// Interrupt interrupts the running cell. It returns when the kernel has taken
// note, which may be before the cell has ended. It may be called from a Handler.
func (c *Client) Interrupt(ctx context.Context) error {
	_, err := request[protocol.InterruptReply](ctx, c, protocol.Control, protocol.InterruptRequest{})
	return err
}
