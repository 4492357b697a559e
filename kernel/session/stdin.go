package session

import (
	"context"
	"errors"
	"sync"
	"time"

	"lockstep/kernel/execution"
	"lockstep/kernel/protocol"
	"lockstep/kernel/wire"
)

var (
	errNoStdinChannel = errors.New("the front end that ran this cell can't be asked for input: its stdin channel is not connected")
	errCellEnded      = errors.New("the cell that asks for input has ended: its front end does not listen for questions any more")
)

// inputs is the conversation on stdin. One question is open at a time.
type inputs struct {
	turn chan struct{} // held by whoever asks

	mu   sync.Mutex
	open *question // nil while nothing is asked
}

// question is an input request that waits for its reply.
type question struct {
	id     string // of the input request
	cell   string // id of the execute request
	peer   string // routing id of who was asked
	answer chan string
}

func newInputs() inputs { return inputs{turn: make(chan struct{}, 1)} }

func (i *inputs) ask(q *question) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.open = q
}

// Input implements execution.Output. It ends without an answer when ctx is done
// and when the cell is interrupted or ends.
func (o *output) Input(ctx context.Context, prompt string, password bool) (string, error) {
	if !o.allowStdin {
		return "", execution.ErrNoInput
	}
	if err := o.over(); err != nil {
		return "", err
	}
	s := o.session
	select {
	case s.input.turn <- struct{}{}:
		defer func() { <-s.input.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	case <-o.running.Done():
		return "", o.over()
	}
	m, err := s.sender.Message(o.parent, protocol.InputRequest{Prompt: prompt, Password: password})
	if err != nil {
		return "", err
	}
	m.Identities = o.parent.Identities
	q := &question{
		id:     m.Header.MsgID,
		cell:   o.parent.Header.MsgID,
		peer:   string(m.Identities[0]),
		answer: make(chan string, 1),
	}
	// Before it is sent, since the answer may be quick.
	s.input.ask(q)
	defer s.input.ask(nil)
	if err := o.put(ctx, m); err != nil {
		return "", err
	}
	select {
	case answer := <-q.answer:
		return answer, nil
	case <-ctx.Done():
		return "", ctx.Err()
	case <-o.running.Done():
		return "", o.over()
	}
}

// over says why the cell can't ask any more; nil while it can. Its running context
// is done in both cases.
func (o *output) over() error {
	select {
	case <-o.ended:
		return errCellEnded
	default:
		return o.running.Err()
	}
}

// stdinGrace is how long a client may take to connect its stdin after its shell.
const stdinGrace = time.Second

// put sends a question. A client that is not connected gets a little time: it may
// have sent its first cell before its last socket was there.
func (o *output) put(ctx context.Context, m *protocol.Message) error {
	grace := time.NewTimer(stdinGrace)
	defer grace.Stop()
	retry := time.NewTicker(10 * time.Millisecond)
	defer retry.Stop()
	for {
		err := o.session.send(o.session.stdin, m)
		var unknown *wire.UnknownPeerError
		if !errors.As(err, &unknown) {
			return err
		}
		select {
		case <-retry.C:
		case <-grace.C:
			return errNoStdinChannel
		case <-ctx.Done():
			return ctx.Err()
		case <-o.running.Done():
			return o.over()
		}
	}
}

// takeInput takes a message on stdin. Only the answer to the open question counts:
// a late one must not answer a later question.
func (s *Session) takeInput(r *request) {
	if r.message.Header.MsgType != "input_reply" {
		s.logf("ignored a message of type %q on stdin", r.message.Header.MsgType)
		return
	}
	var reply protocol.InputReply
	if err := r.message.Into(&reply); err != nil {
		s.logf("ignored a message on stdin: %v", err)
		return
	}
	s.input.mu.Lock()
	defer s.input.mu.Unlock()
	q := s.input.open
	if q == nil || !q.isAnsweredBy(r.message) {
		s.logf("ignored an input_reply that answers no open question")
		return
	}
	q.answer <- reply.Value
	s.input.open = nil
}

// isAnsweredBy looks at who sends and at what the message says it answers. Many
// clients, jupyter_client among them, leave that out.
func (q *question) isAnsweredBy(m *protocol.Message) bool {
	if string(m.Identities[0]) != q.peer {
		return false
	}
	parent := m.Parent().MsgID
	return parent == "" || parent == q.id || parent == q.cell
}
