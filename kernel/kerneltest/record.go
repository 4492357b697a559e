package kerneltest

import (
	"fmt"
	"strings"
	"testing"

	"lockstep/kernel/protocol"
)

// Entry is a message that a client received.
type Entry struct {
	Channel protocol.Channel
	*protocol.Message
}

// String is the message's type; a status has its state behind a slash.
func (e Entry) String() string {
	var status protocol.KernelStatus
	if e.Header.MsgType == status.MsgType() && e.Into(&status) == nil {
		return e.Header.MsgType + "/" + string(status.ExecutionState)
	}
	return e.Header.MsgType
}

// Entries are messages in the order in which they arrived; between channels the
// order is chance.
type Entries []Entry

// On keeps the messages of one channel.
func (e Entries) On(channel protocol.Channel) Entries {
	return e.filter(func(m Entry) bool { return m.Channel == channel })
}

// Of keeps the messages of the given types.
func (e Entries) Of(types ...string) Entries {
	return e.filter(func(m Entry) bool {
		for _, t := range types {
			if m.Header.MsgType == t {
				return true
			}
		}
		return false
	})
}

// For keeps the messages that a request brought.
func (e Entries) For(id string) Entries {
	return e.filter(func(m Entry) bool { return m.Parent().MsgID == id })
}

// String lists the messages, separated by spaces: see Entry.String.
func (e Entries) String() string {
	names := make([]string, len(e))
	for i, m := range e {
		names[i] = m.String()
	}
	return strings.Join(names, " ")
}

func (e Entries) filter(keep func(Entry) bool) Entries {
	var kept Entries
	for _, m := range e {
		if keep(m) {
			kept = append(kept, m)
		}
	}
	return kept
}

// isAnswered says that the request has had its idle, and its reply if it has one.
func (e Entries) isAnswered(wantsReply bool) bool {
	idle, replied := false, !wantsReply
	for _, m := range e {
		idle = idle || m.String() == "status/idle"
		replied = replied || (m.Channel != protocol.IOPub && strings.HasSuffix(m.Header.MsgType, "_reply"))
	}
	return idle && replied
}

// Record is every message that a client received.
type Record struct {
	t     testing.TB
	board board[Entry]
}

func newRecord(t testing.TB) *Record { return &Record{t: t} }

func (r *Record) observe(channel protocol.Channel, m *protocol.Message) {
	r.board.add(Entry{channel, m})
}

// Entries returns what has been received so far.
func (r *Record) Entries() Entries { return r.board.all() }

// Await waits until what has been received is as wanted, and returns it. what
// says in words what is waited for.
func (r *Record) Await(what string, wanted func(Entries) bool) Entries {
	r.t.Helper()
	all, found := r.board.await(func(all []Entry) bool { return wanted(all) })
	if !found {
		r.t.Fatalf("%s did not come; what came:\n%s", what, describe(all))
	}
	return all
}

// AwaitAnswer waits until a request is answered: for its idle, and for its reply
// if it has one. It returns all that the request brought.
func (r *Record) AwaitAnswer(id string, wantsReply bool) Entries {
	r.t.Helper()
	return r.Await("the answer", func(all Entries) bool { return all.For(id).isAnswered(wantsReply) }).For(id)
}

func describe(all Entries) string {
	var b strings.Builder
	for _, e := range all {
		fmt.Fprintf(&b, "%s %s parent %s: %.300s\n", e.Channel, e, e.Parent().MsgID, e.Content)
	}
	return b.String()
}

// Ask sends a request, waits until it is answered, and returns all that it brought.
func (k *Kernel) Ask(channel protocol.Channel, request protocol.Content) Entries {
	k.t.Helper()
	wantsReply := protocol.ReplyType(request.MsgType()) != ""
	return k.AwaitAnswer(k.Post(channel, nil, request), wantsReply)
}

// Post sends a message and returns its id. parent may be nil.
func (k *Kernel) Post(channel protocol.Channel, parent *protocol.Message, content protocol.Content) string {
	k.t.Helper()
	var id string
	var err error
	if channel == protocol.Shell && k.subshell != "" {
		id, err = k.SendToSubshell(k.t.Context(), k.subshell, content)
	} else {
		id, err = k.Send(k.t.Context(), channel, parent, content)
	}
	if err != nil {
		k.t.Fatalf("sending %s: %v", content.MsgType(), err)
	}
	return id
}

// Read reads the content of a message.
func Read[T protocol.Content](t testing.TB, m Entry) T {
	t.Helper()
	var content T
	if err := m.Into(&content); err != nil {
		t.Fatal(err)
	}
	return content
}

// Raw is a content of any type, for messages that the protocol does not know.
type Raw struct {
	Type string
	JSON string
}

// MsgType implements protocol.Content.
func (r Raw) MsgType() string { return r.Type }

// MarshalJSON implements json.Marshaler.
func (r Raw) MarshalJSON() ([]byte, error) { return []byte(r.JSON), nil }
