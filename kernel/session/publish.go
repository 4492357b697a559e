package session

import (
	"context"

	"lockstep/kernel/protocol"
	"lockstep/kernel/wire"
)

// publish sends a message to all subscribers. It waits for those that are slow
// until ctx is done. Failures are logged.
func (s *Session) publish(ctx context.Context, parent *protocol.Message, content protocol.Content) {
	if err := s.tryPublish(ctx, parent, content); err != nil && ctx.Err() == nil {
		s.logf("%s was not published: %v", content.MsgType(), err)
	}
}

func (s *Session) tryPublish(ctx context.Context, parent *protocol.Message, content protocol.Content) error {
	m, err := s.sender.Message(parent, content)
	if err != nil {
		return err
	}
	m.Identities = [][]byte{[]byte("kernel." + s.sender.Session + "." + content.MsgType())}
	frames, err := s.codec.Encode(m)
	if err != nil {
		return err
	}
	return s.iopub.Send(ctx, frames)
}

// welcome makes the first message to a new subscriber. Its topic is the
// subscription, so that it passes the subscriber's own filter.
func (s *Session) welcome(topic []byte) wire.Frames {
	m, err := s.sender.Message(nil, protocol.IOPubWelcome{Subscription: string(topic)})
	if err != nil {
		return nil
	}
	m.Identities = [][]byte{topic}
	frames, err := s.codec.Encode(m)
	if err != nil {
		return nil
	}
	return frames
}
