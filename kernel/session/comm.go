package session

import (
	"context"

	"lockstep/kernel/protocol"
)

// commInfo lists nothing: no comm is ever open.
func (s *Session) commInfo(context.Context, *request, protocol.CommInfoRequest) (protocol.Content, error) {
	return protocol.CommInfoReply{Status: protocol.StatusOK, Comms: map[string]protocol.CommInfo{}}, nil
}

// commOpen closes at once what a front end opens, since no target is known here.
func (s *Session) commOpen(_ context.Context, r *request, c protocol.CommOpen) (protocol.Content, error) {
	s.publish(s.alive, r.message, protocol.CommClose{CommID: c.CommID, Data: map[string]any{}})
	return nil, nil
}

// commMsg is for a comm that isn't open: a front end may not know yet.
func (s *Session) commMsg(context.Context, *request, protocol.CommMsg) (protocol.Content, error) {
	return nil, nil
}

// commClose is for a comm that isn't open.
func (s *Session) commClose(context.Context, *request, protocol.CommClose) (protocol.Content, error) {
	return nil, nil
}
