package protocol

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// Header says what a message is and who sent it.
type Header struct {
	MsgID    string `json:"msg_id"`
	Session  string `json:"session"`
	Username string `json:"username"`
	// Date is the time of sending in ISO 8601; see Date.
	Date    string `json:"date"`
	MsgType string `json:"msg_type"`
	Version string `json:"version"`
	// SubshellID names the subshell that a request on shell is for; empty is the
	// main shell.
	SubshellID string `json:"subshell_id,omitempty"`
}

// dateLayout has microseconds and a Z, which is what Python's Jupyter sends and
// what all clients parse.
const dateLayout = "2006-01-02T15:04:05.000000Z"

// Date writes a time as Jupyter's messages have it: ISO 8601 in UTC, to the microsecond.
func Date(t time.Time) string { return t.UTC().Format(dateLayout) }

// Sender makes the messages of one party of a conversation.
type Sender struct {
	// Session is an id that is new for each process: see NewID.
	Session string
	// Username is shown nowhere; empty is read as "kernel".
	Username string
}

// NewID returns an id that no one else has: a random UUID.
func NewID() string { return uuid.NewString() }

// Message makes a message with a fresh id and the present time. parent is the
// message that it comes from; nil makes the parent header empty. It fails only
// when content can't be written as JSON, with a PartError.
func (s Sender) Message(parent *Message, content Content) (*Message, error) {
	body, err := marshal(content)
	if err != nil {
		return nil, &PartError{Part: PartContent, MsgType: content.MsgType(), Err: err}
	}
	username := s.Username
	if username == "" {
		username = "kernel"
	}
	m := &Message{
		Header: Header{
			MsgID:    NewID(),
			Session:  s.Session,
			Username: username,
			Date:     Date(time.Now()),
			MsgType:  content.MsgType(),
			Version:  Version,
		},
		ParentHeader: emptyObject,
		Content:      body,
	}
	if parent != nil {
		if m.ParentHeader, err = parent.rawHeader(); err != nil {
			return nil, err
		}
	}
	return m, nil
}

var emptyObject = json.RawMessage("{}")
