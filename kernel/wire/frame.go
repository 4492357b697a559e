package wire

import (
	"bufio"
	"io"
	"slices"
)

// message is what a peer sent: frames, or a command's name and body.
type message struct {
	frames  Frames
	command string // "" for a message
	body    []byte
}

// readMessage reads the next message or command. It refuses lengths beyond the limits when they are announced, and
// allocates for a body in steps as its bytes arrive.
func readMessage(r *bufio.Reader, maxFrame, maxMessage int) (message, error) {
	var frames Frames
	total := 0
	for {
		flags, length, head, err := peekHead(r)
		if err != nil {
			if err == io.EOF && (r.Buffered() > 0 || frames != nil) {
				err = io.ErrUnexpectedEOF
			}
			return message{}, err
		}
		if flags&^(flagMore|flagLong|flagCommand) != 0 {
			return message{}, violation("a frame with reserved flags (%#x)", flags)
		}
		if length > uint64(maxFrame) {
			return message{}, violation("a frame announces %d bytes, more than %d", length, maxFrame)
		}
		if total += int(length) + frameOverhead; total > maxMessage {
			return message{}, violation("a message of more than %d bytes", maxMessage)
		}
		if _, err := r.Discard(head); err != nil {
			return message{}, err
		}
		if flags&flagCommand != 0 {
			if flags&flagMore != 0 || frames != nil {
				return message{}, violation("a command inside a message")
			}
			return readCommand(r, int(length))
		}
		body, err := readBody(r, int(length))
		if err != nil {
			return message{}, err
		}
		if frames = append(frames, body); flags&flagMore == 0 {
			return message{frames: frames}, nil
		}
	}
}

func readCommand(r *bufio.Reader, length int) (message, error) {
	body, err := readBody(r, length)
	if err != nil {
		return message{}, err
	}
	if length < 2 || body[0] == 0 || int(body[0]) >= length {
		return message{}, violation("a command without a name")
	}
	end := 1 + int(body[0])
	return message{command: string(body[1:end]), body: body[end:]}, nil
}

// readBody reads length bytes. What it allocates ahead of them is at most a mebibyte or what has arrived already.
func readBody(r *bufio.Reader, length int) ([]byte, error) {
	const step = 1 << 20
	body := make([]byte, 0, min(length, step))
	for len(body) < length {
		if len(body) == cap(body) {
			body = slices.Grow(body, min(length-len(body), len(body)))
		}
		n, err := io.ReadFull(r, body[len(body):min(cap(body), length)])
		body = body[:len(body)+n]
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, err
		}
	}
	return body, nil
}

// size is what a message counts for against a bound in bytes.
func size(frames Frames) int {
	n := len(frames) * frameOverhead
	for _, f := range frames {
		n += len(f)
	}
	return n
}
