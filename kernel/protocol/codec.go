package protocol

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"sync"
)

// MaxMessageBytes is the most that a message may hold, all its frames together.
const MaxMessageBytes = 256 << 20

// SignatureScheme is the only signature scheme in use, by Jupyter's name.
const SignatureScheme = "hmac-sha256"

var delimiter = []byte("<IDS|MSG>")

// Codec turns messages into frames and back, signs them and checks their
// signatures. It may be used by several goroutines. One codec serves all
// channels of a process, so that a message can't be replayed on another channel.
type Codec struct {
	macs sync.Pool // of hash.Hash; nil New means that nothing is signed
	seen replayGuard
}

// NewCodec makes a codec for the key of a connection file. With an empty key
// messages are neither signed nor checked.
func NewCodec(key string) *Codec {
	c := &Codec{}
	if key != "" {
		c.macs.New = func() any { return hmac.New(sha256.New, []byte(key)) }
	}
	return c
}

// sign returns the signature, empty without a key. The parts are the four
// dictionaries; identities and buffers are not signed.
func (c *Codec) sign(parts [][]byte) []byte {
	if c.macs.New == nil {
		return nil
	}
	mac := c.macs.Get().(hash.Hash)
	defer c.macs.Put(mac)
	mac.Reset()
	for _, part := range parts {
		mac.Write(part)
	}
	return mac.Sum(nil)
}

// Encode writes a message as the frames of one ZeroMQ message. It fails with a
// PartError when a part can't be written as JSON.
func (c *Codec) Encode(m *Message) ([][]byte, error) {
	header, err := m.rawHeader()
	if err != nil {
		return nil, err
	}
	metadata := emptyObject
	if len(m.Metadata) > 0 {
		if metadata, err = marshal(m.Metadata); err != nil {
			return nil, &PartError{Part: PartMetadata, MsgType: m.Header.MsgType, Err: err}
		}
	}
	parts := [][]byte{header, orEmpty(m.ParentHeader), metadata, orEmpty(m.Content)}
	signature := c.sign(parts)

	frames := make([][]byte, 0, len(m.Identities)+2+len(parts)+len(m.Buffers))
	frames = append(frames, m.Identities...)
	frames = append(frames, delimiter, hex.AppendEncode(nil, signature))
	frames = append(frames, parts...)
	return append(frames, m.Buffers...), nil
}

func orEmpty(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 {
		return emptyObject
	}
	return raw
}

// Decode reads and checks the frames of one ZeroMQ message. The message keeps
// the frames: they must not be changed. The error is one of the Err… variables,
// with details, or a PartError.
func (c *Codec) Decode(frames [][]byte) (*Message, error) {
	total := 0
	for _, frame := range frames {
		total += len(frame)
	}
	if total > MaxMessageBytes {
		return nil, fmt.Errorf("%w: %d bytes, at most %d are taken", ErrTooLarge, total, MaxMessageBytes)
	}
	at := 0
	for at < len(frames) && !bytes.Equal(frames[at], delimiter) {
		at++
	}
	if at == len(frames) {
		return nil, fmt.Errorf("%w in %d frames", ErrNoDelimiter, len(frames))
	}
	rest := frames[at+1:]
	if len(rest) < 5 {
		return nil, fmt.Errorf("%w: %d after the delimiter, at least 5 are wanted", ErrTooFewFrames, len(rest))
	}
	parts := rest[1:5]
	if err := c.check(rest[0], parts); err != nil {
		return nil, err
	}
	m := &Message{
		Identities:   frames[:at],
		RawHeader:    parts[0],
		ParentHeader: parts[1],
		Content:      parts[3],
		Buffers:      rest[5:],
	}
	if err := object(PartHeader, "", parts[0], &m.Header); err != nil {
		return nil, err
	}
	msgType := m.Header.MsgType
	if msgType == "" || m.Header.MsgID == "" {
		return nil, &PartError{Part: PartHeader, MsgType: msgType, Err: errors.New("msg_type and msg_id must not be empty")}
	}
	// Parent and content keep their own form, but what is passed on must be whole.
	var ignored map[string]json.RawMessage
	if err := object(PartParentHeader, msgType, parts[1], &ignored); err != nil {
		return nil, err
	}
	if err := object(PartMetadata, msgType, parts[2], &m.Metadata); err != nil {
		return nil, err
	}
	if err := object(PartContent, msgType, parts[3], &ignored); err != nil {
		return nil, err
	}
	return m, nil
}

// check compares in constant time. The signature is remembered only when it was
// right, so that strangers can't fill the memory.
func (c *Codec) check(signature []byte, parts [][]byte) error {
	want := c.sign(parts)
	if want == nil {
		return nil
	}
	got := make([]byte, hex.DecodedLen(len(signature)))
	if len(signature) != hex.EncodedLen(len(want)) {
		return fmt.Errorf("%w: %d characters long, %d are wanted", ErrSignature, len(signature), hex.EncodedLen(len(want)))
	}
	if _, err := hex.Decode(got, signature); err != nil {
		return fmt.Errorf("%w: not hexadecimal", ErrSignature)
	}
	if !hmac.Equal(got, want) {
		return ErrSignature
	}
	if !c.seen.add([sha256.Size]byte(want)) {
		return ErrReplay
	}
	return nil
}

func object(part Part, msgType string, raw []byte, into any) error {
	err := json.Unmarshal(raw, into)
	if err == nil && (len(raw) == 0 || bytes.TrimLeft(raw, " \t\r\n")[0] != '{') {
		err = errors.New("null where an object is wanted")
	}
	if err != nil {
		return &PartError{Part: part, MsgType: msgType, Err: plainJSONError(err)}
	}
	return nil
}
