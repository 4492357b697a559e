package worker

import (
	"errors"
	"sync"
	"unicode/utf8"

	"lockstep/kernel/link"
)

var errInterrupted = errors.New("reading standard input: the cell was interrupted")

// input is the standard input of one cell. It asks the front for a line when it
// has nothing left. It is an io.RuneScanner, so that fmt.Fscan loses nothing
// between two calls.
type input struct {
	ask       func(prompt string, password bool) error
	cancelled <-chan struct{}
	answers   chan link.InputReply

	mu   sync.Mutex
	line []byte
	next int // the position in line
	last int // the size of the rune read last, 0 if there is none to unread
}

func (in *input) answer(reply link.InputReply) {
	select {
	case in.answers <- reply:
	default: // nobody asked
	}
}

// fill makes sure that something of a line is left. The caller holds mu.
func (in *input) fill() error {
	if in.next < len(in.line) {
		return nil
	}
	line, err := in.prompt("", false)
	if err != nil {
		return err
	}
	in.line, in.next, in.last = append([]byte(line), '\n'), 0, 0
	return nil
}

// prompt asks for a line. The caller holds mu.
func (in *input) prompt(prompt string, password bool) (string, error) {
	select {
	case <-in.cancelled:
		return "", errInterrupted
	default:
	}
	if err := in.ask(prompt, password); err != nil {
		return "", err
	}
	select {
	case reply := <-in.answers:
		if reply.Err != "" {
			return "", errors.New("reading standard input: " + reply.Err)
		}
		return reply.Text, nil
	case <-in.cancelled:
		return "", errInterrupted
	}
}

// wholeLine asks for a line, whatever is left of the one before.
func (in *input) wholeLine(prompt string, password bool) (string, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.prompt(prompt, password)
}

// Read implements io.Reader; it returns at most the rest of one line.
func (in *input) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if err := in.fill(); err != nil {
		return 0, err
	}
	n := copy(p, in.line[in.next:])
	in.next += n
	in.last = 0
	return n, nil
}

// ReadRune implements io.RuneReader.
func (in *input) ReadRune() (rune, int, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if err := in.fill(); err != nil {
		return 0, 0, err
	}
	r, size := utf8.DecodeRune(in.line[in.next:])
	in.next += size
	in.last = size
	return r, size, nil
}

// UnreadRune implements io.RuneScanner.
func (in *input) UnreadRune() error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.last == 0 {
		return errors.New("reading standard input: no rune to unread")
	}
	in.next -= in.last
	in.last = 0
	return nil
}
