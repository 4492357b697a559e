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
	frames, err := s.published(parent, content)
	if err != nil {
		return err
	}
	return s.iopub.Send(ctx, frames)
}

// publishIdle says that a request has been dealt with. Clients wait for it, so
// even one that is far behind gets it, also at the kernel's end.
func (s *Session) publishIdle(parent *protocol.Message) {
	frames, err := s.published(parent, protocol.KernelStatus{ExecutionState: protocol.Idle})
	if err == nil {
		err = s.iopub.Insist(s.alive, frames)
	}
	if err != nil {
		s.logf("status idle was not published: %v", err)
	}
}

func (s *Session) published(parent *protocol.Message, content protocol.Content) (wire.Frames, error) {
	m, err := s.sender.Message(parent, content)
	if err != nil {
		return nil, err
	}
	m.Identities = [][]byte{[]byte("kernel." + s.sender.Session + "." + content.MsgType())}
	return s.codec.Encode(m)
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
