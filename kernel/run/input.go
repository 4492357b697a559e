package run

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// asker asks the user for lines on a terminal, one at a time.
type asker struct {
	in    *os.File
	lines *bufio.Reader
	// reading is the read that is under way, nil for none. A read can't be
	// cancelled: the next question takes over one whose own was given up, and the
	// last one ends with the process.
	reading chan answer
	hidden  bool // what is typed for that read isn't shown
}

type answer struct {
	text string
	err  error
}

func newAsker(in *os.File) *asker { return &asker{in: in, lines: bufio.NewReader(in)} }

// ask returns the line that the user enters after the prompt. It fails with
// io.EOF where the user ends the input, and with ctx's error. Afterwards the
// cursor is at the start of a line.
func (a *asker) ask(ctx context.Context, out io.Writer, prompt string, password bool) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if _, err := io.WriteString(out, prompt); err != nil {
		return "", err
	}
	if a.reading != nil && a.hidden != password {
		return "", errors.New("an earlier question still holds the terminal")
	}
	shown, err := term.GetState(int(a.in.Fd()))
	if err != nil {
		return "", fmt.Errorf("asking on the terminal: %w", err)
	}
	if a.reading == nil {
		a.start(password)
	}
	select {
	case got := <-a.reading:
		a.reading = nil
		if password || got.err != nil {
			// The line feed was hidden as well, or there was none.
			_, _ = io.WriteString(out, "\n")
		}
		return got.text, got.err
	case <-ctx.Done():
		_ = term.Restore(int(a.in.Fd()), shown)
		_, _ = io.WriteString(out, "\n")
		return "", ctx.Err()
	}
}

func (a *asker) start(password bool) {
	read := a.line
	if password {
		read = a.password
	}
	// Buffered, so that an answer that nobody waits for ends the goroutine.
	answers := make(chan answer, 1)
	a.reading, a.hidden = answers, password
	go func() {
		text, err := read()
		answers <- answer{text, err}
	}()
}

func (a *asker) line() (string, error) {
	text, err := a.lines.ReadString('\n')
	if err == io.EOF && text != "" {
		err = nil
	}
	return strings.TrimRight(text, "\r\n"), err
}

func (a *asker) password() (string, error) {
	text, err := term.ReadPassword(int(a.in.Fd()))
	return string(text), err
}
