package protocol

import (
	"errors"
	"fmt"
)

// The ways in which Decode refuses a message, to be told apart with errors.Is.
// A PartError is one more.
var (
	// ErrNoDelimiter: no frame is <IDS|MSG>.
	ErrNoDelimiter = errors.New("no <IDS|MSG> delimiter")
	// ErrTooFewFrames: less than a signature and four dictionaries after the delimiter.
	ErrTooFewFrames = errors.New("too few frames")
	// ErrTooLarge: more bytes than the codec takes.
	ErrTooLarge = errors.New("message too large")
	// ErrSignature: the signature is not that of the message under this key.
	ErrSignature = errors.New("wrong signature")
	// ErrReplay: the same signature was seen before.
	ErrReplay = errors.New("replayed message")
)

// Part names one of the four JSON dictionaries of a message.
type Part string

// The parts of a message, in the order in which they are sent.
const (
	PartHeader       Part = "header"
	PartParentHeader Part = "parent_header"
	PartMetadata     Part = "metadata"
	PartContent      Part = "content"
)

// PartError says that one of the dictionaries of a message is not what it should be.
type PartError struct {
	Part Part
	// MsgType is the message's type; empty where it isn't known.
	MsgType string
	Err     error
}

func (e *PartError) Error() string {
	if e.MsgType == "" {
		return fmt.Sprintf("bad %s: %v", e.Part, e.Err)
	}
	return fmt.Sprintf("%s: bad %s: %v", e.MsgType, e.Part, e.Err)
}

func (e *PartError) Unwrap() error { return e.Err }
