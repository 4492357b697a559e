package protocol

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Content is the typed content of one kind of message.
type Content interface {
	// MsgType is the message's type, such as "execute_request".
	MsgType() string
}

// Message is one message, on any channel.
type Message struct {
	// Identities are the frames before the delimiter: the routing id of the peer
	// on a ROUTER socket, the topic on iopub.
	Identities [][]byte
	Header     Header
	// RawHeader is Header as it was received, with the fields that Header does
	// not know. It is what replies carry as their parent header. It is empty in a
	// message that was made here.
	RawHeader json.RawMessage
	// ParentHeader is the header of the message that this one comes from, as that
	// was received; {} where there is none.
	ParentHeader json.RawMessage
	// Metadata is free to use; nil is sent as {}.
	Metadata map[string]any
	Content  json.RawMessage
	// Buffers are binary attachments.
	Buffers [][]byte
}

func (m *Message) rawHeader() (json.RawMessage, error) {
	if len(m.RawHeader) > 0 {
		return m.RawHeader, nil
	}
	raw, err := marshal(m.Header)
	if err != nil {
		return nil, &PartError{Part: PartHeader, MsgType: m.Header.MsgType, Err: err}
	}
	return raw, nil
}

// Parent reads the parent header. It is the zero Header where there is none.
func (m *Message) Parent() Header {
	var parent Header
	// Decode has checked that it is an object; a field of a wrong type leaves
	// that field empty, which matches no message.
	_ = json.Unmarshal(m.ParentHeader, &parent)
	return parent
}

// Into reads the content into a typed content. Fields that it does not know are
// ignored. The error is a PartError that names the field.
func (m *Message) Into(content any) error {
	if err := json.Unmarshal(m.Content, content); err != nil {
		return &PartError{Part: PartContent, MsgType: m.Header.MsgType, Err: plainJSONError(err)}
	}
	return nil
}

// marshal writes JSON without escaping <, > and &, which are frequent in HTML outputs.
func marshal(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// plainJSONError words encoding/json's type errors without the names of Go types.
func plainJSONError(err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err
	}
	if wrong.Field == "" {
		return errors.New("a JSON " + wrong.Value + " where an object is wanted")
	}
	return errors.New("field " + wrong.Field + " is a JSON " + wrong.Value + ", which it can't be")
}
