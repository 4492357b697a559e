package link

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
)

const (
	// MaxBody is the largest body of a message, in bytes. A display with a large
	// picture is the largest thing that is sent.
	MaxBody = 64 << 20
	// MaxFiles is the largest number of files that one message carries.
	MaxFiles = 8
	// MaxNesting is how deep the arrays and objects of a body may be nested. What a
	// cell shows ends up in clients, and Python's parser gives up at about 1000.
	MaxNesting = 500

	headerSize = 8
)

// TooLargeError says that a message is over one of the limits.
type TooLargeError struct {
	// What is counted: "bytes" or "files".
	What        string
	Size, Limit uint64
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("link: a message of %d %s is over the limit of %d", e.Size, e.What, e.Limit)
}

// UnknownTypeError says that an envelope names a type that this package lacks.
type UnknownTypeError struct{ Type string }

func (e *UnknownTypeError) Error() string {
	return fmt.Sprintf("link: unknown message type %q", e.Type)
}

// MalformedError says that a body is not the JSON that its type asks for.
type MalformedError struct {
	// Type is the message type, "" where the envelope itself is malformed.
	Type string
	Err  error
}

func (e *MalformedError) Error() string {
	if e.Type == "" {
		return "link: malformed envelope: " + e.Err.Error()
	}
	return fmt.Sprintf("link: malformed %s message: %v", e.Type, e.Err)
}

func (e *MalformedError) Unwrap() error { return e.Err }

type envelope struct {
	Type string          `json:"type"`
	Body json.RawMessage `json:"body"`
}

var decoders = map[string]func(json.RawMessage) (Message, error){
	Run{}.kind():        decode[Run],
	Cancel{}.kind():     decode[Cancel],
	InputReply{}.kind(): decode[InputReply],
	Ready{}.kind():      decode[Ready],
	Done{}.kind():       decode[Done],
	Display{}.kind():    decode[Display],
	Clear{}.kind():      decode[Clear],
	Turn{}.kind():       decode[Turn],
	Ask{}.kind():        decode[Ask],
	Verdict{}.kind():    decode[Verdict],
	Comm{}.kind():       decode[Comm],
	CommDone{}.kind():   decode[CommDone],
	Input{}.kind():      decode[Input],
	Exit{}.kind():       decode[Exit],
	Crash{}.kind():      decode[Crash],
	Trace{}.kind():      decode[Trace],
}

func decode[M Message](body json.RawMessage) (Message, error) {
	var m M
	if err := json.Unmarshal(body, &m); err != nil {
		return nil, &MalformedError{Type: m.kind(), Err: err}
	}
	return m, nil
}

// encodeFrame returns header and body of m.
func encodeFrame(m Message, files int) ([]byte, error) {
	body, err := json.Marshal(m)
	if err != nil {
		return nil, &MalformedError{Type: m.kind(), Err: err}
	}
	if tooDeep(body) {
		return nil, &MalformedError{Type: m.kind(), Err: fmt.Errorf("nested more than %d levels deep", MaxNesting)}
	}
	// Not json.Marshal of an envelope: that would scan a large body again.
	frame := make([]byte, headerSize, headerSize+len(body)+64)
	frame = fmt.Appendf(frame, `{"type":%q,"body":`, m.kind())
	frame = append(append(frame, body...), '}')
	size := len(frame) - headerSize
	if size > MaxBody {
		return nil, &TooLargeError{"bytes", uint64(size), MaxBody}
	}
	if files > MaxFiles {
		return nil, &TooLargeError{"files", uint64(files), MaxFiles}
	}
	binary.BigEndian.PutUint32(frame, uint32(size))
	binary.BigEndian.PutUint32(frame[4:], uint32(files))
	return frame, nil
}

// tooDeep says of valid JSON that it is nested deeper than MaxNesting.
func tooDeep(body []byte) bool {
	depth := 0
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '"':
			for i++; body[i] != '"'; i++ {
				if body[i] == '\\' {
					i++
				}
			}
		case '[', '{':
			if depth++; depth > MaxNesting {
				return true
			}
		case ']', '}':
			depth--
		}
	}
	return false
}

// decodeHeader returns the length of the body and the number of files.
func decodeHeader(header []byte) (size, files uint32, err error) {
	size, files = binary.BigEndian.Uint32(header), binary.BigEndian.Uint32(header[4:])
	if size > MaxBody {
		return 0, 0, &TooLargeError{"bytes", uint64(size), MaxBody}
	}
	if files > MaxFiles {
		return 0, 0, &TooLargeError{"files", uint64(files), MaxFiles}
	}
	return size, files, nil
}

func decodeBody(body []byte) (Message, error) {
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, &MalformedError{Err: err}
	}
	decoder, ok := decoders[e.Type]
	if !ok {
		return nil, &UnknownTypeError{e.Type}
	}
	return decoder(e.Body)
}
