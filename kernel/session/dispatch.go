package session

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"lockstep/kernel/protocol"
	"lockstep/kernel/wire"
)

// request is a message that a client sent on shell or control.
type request struct {
	channel protocol.Channel
	router  *wire.Router
	shell   *shell // that answers it
	message *protocol.Message
	arrived time.Time
	// aborted: one before it failed. Only executions mind.
	aborted bool
	// unknown: there is no such subshell as it names.
	unknown bool
	// metadata goes out with the reply.
	metadata map[string]any
}

// handler answers one type of message.
type handler struct {
	channels []protocol.Channel
	// answer returns the reply, nil for none. An error becomes an error reply.
	answer func(*Session, context.Context, *request) (protocol.Content, error)
}

var (
	onShell   = []protocol.Channel{protocol.Shell}
	onControl = []protocol.Channel{protocol.Control}
	onBoth    = []protocol.Channel{protocol.Shell, protocol.Control}
)

// handlers is all that the kernel understands. It is filled in init because
// handlers reach it through handle.
var handlers map[string]handler

func init() {
	handlers = map[string]handler{
		"kernel_info_request": on(onBoth, (*Session).kernelInfo),
		"connect_request":     on(onBoth, (*Session).connect),
		"execute_request":     on(onShell, (*Session).execute),
		"is_complete_request": on(onBoth, (*Session).isComplete),
		"complete_request":    on(onBoth, (*Session).complete),
		"inspect_request":     on(onBoth, (*Session).inspect),
		"history_request":     on(onShell, (*Session).searchHistory),
		"comm_info_request":   on(onBoth, (*Session).commInfo),
		"comm_open":           on(onShell, (*Session).commOpen),
		"comm_msg":            on(onShell, (*Session).commMsg),
		"comm_close":          on(onShell, (*Session).commClose),
		"interrupt_request":   on(onBoth, (*Session).interrupt),
		"shutdown_request":    on(onBoth, (*Session).shutdown),

		"create_subshell_request": on(onControl, (*Session).createSubshell),
		"delete_subshell_request": on(onControl, (*Session).deleteSubshell),
		"list_subshell_request":   on(onControl, (*Session).listSubshells),
	}
}

// on makes a handler from a method that takes the typed content.
func on[T protocol.Content](
	channels []protocol.Channel,
	answer func(*Session, context.Context, *request, T) (protocol.Content, error),
) handler {
	return handler{channels, func(s *Session, ctx context.Context, r *request) (protocol.Content, error) {
		var content T
		if err := r.message.Into(&content); err != nil {
			return nil, err
		}
		return answer(s, ctx, r, content)
	}}
}

// handle answers one request, in its envelope.
func (s *Session) handle(ctx context.Context, r *request) {
	// Not before there is a client: nobody would see it.
	s.starting.Do(func() {
		s.publish(s.alive, nil, protocol.KernelStatus{ExecutionState: protocol.Starting})
	})
	s.publish(s.alive, r.message, protocol.KernelStatus{ExecutionState: protocol.Busy})
	defer s.publishIdle(r.message)

	msgType := r.message.Header.MsgType
	h, known := handlers[msgType]
	if !known || !h.isOn(r.channel) {
		s.logf("ignored a message of type %q on %s", msgType, r.channel)
		return
	}
	var reply protocol.Content
	err := s.guard(msgType, func() (err error) {
		if r.unknown {
			return unknownSubshell(r.message.Header.SubshellID)
		}
		reply, err = h.answer(s, ctx, r)
		return err
	})
	if err != nil {
		s.logf("%s on %s failed: %v", msgType, r.channel, err)
		if protocol.ReplyType(msgType) == "" {
			return
		}
		reply = protocol.NewErrorReply(msgType, errorName(err), err.Error())
	}
	if reply != nil {
		s.reply(r, reply)
	}
}

func (h handler) isOn(channel protocol.Channel) bool {
	return slices.Contains(h.channels, channel)
}

// guard turns a panic of f into an error, after a line and the stack in the log.
func (s *Session) guard(what string, f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			s.logf("%s panicked: %v\n%s", what, p, debug.Stack())
			err = errPanic{p}
		}
	}()
	return f()
}

// errPanic is what guard makes of a panic.
type errPanic struct{ value any }

func (e errPanic) Error() string { return fmt.Sprintf("the kernel panicked: %v", e.value) }

// internalError is the ename of what only a fault of the kernel can cause.
const internalError = "internal error"

// errorName is the ename of a failed request.
func errorName(err error) string {
	var panicked errPanic
	if errors.As(err, &panicked) {
		return internalError
	}
	return "bad request"
}

// reply answers a request. A client that has left in the meantime is no failure.
func (s *Session) reply(r *request, content protocol.Content) {
	m, err := s.sender.Message(r.message, content)
	if err == nil {
		m.Identities = r.message.Identities
		m.Metadata = r.metadata
		err = s.send(r.router, m)
	}
	var left *wire.UnknownPeerError
	if err != nil && !errors.As(err, &left) {
		s.logf("%s was not sent: %v", content.MsgType(), err)
	}
}

// send sends a message to the peer that its identities name.
func (s *Session) send(router *wire.Router, m *protocol.Message) error {
	frames, err := s.codec.Encode(m)
	if err != nil {
		return err
	}
	return router.Send(frames)
}
