package session

import (
	"context"

	"lockstep/kernel/protocol"
)

func (s *Session) interrupt(context.Context, *request, protocol.InterruptRequest) (protocol.Content, error) {
	s.Interrupt()
	return protocol.InterruptReply{Status: protocol.StatusOK}, nil
}

// shutdown ends the running cell, what is queued and the goroutines of earlier
// cells first, so that all of theirs is sent before the reply; nothing follows the
// shutdown's own idle.
func (s *Session) shutdown(_ context.Context, r *request, c protocol.ShutdownRequest) (protocol.Content, error) {
	s.stop()
	var own *shell
	if r.channel == protocol.Shell {
		own = r.shell // it is this request's turn, and what is queued comes after it
	}
	s.waitIdle(own)
	s.endEngines()
	reply := protocol.ShutdownReply{Status: protocol.StatusOK, Restart: c.Restart}
	s.publish(s.alive, r.message, reply)
	return reply, nil
}
