// Package prompt asks the person in front of the screen: for a line of text, or
// for a password, which is not shown while it is typed. In a notebook the question
// appears below the cell; a plain Go program asks in its terminal.
//
// fmt.Scan and bufio.NewReader(os.Stdin) ask in a notebook, too, but without a
// question of their own.
package prompt

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"lockstep/runtime/internal/scope"
)

// Line shows the question and returns the line that is typed, without its line
// end. It fails where nobody can be asked (a notebook that runs by itself, a
// program at the end of its input) and when the user interrupts the cell.
func Line(question string) (string, error) { return ask(question, false) }

// Password is Line for what must not be seen. Where the input of a plain program
// is no terminal, it is read like any line.
func Password(question string) (string, error) { return ask(question, true) }

func ask(question string, password bool) (string, error) {
	s := scope.Current()
	if front, ok := s.Host.(scope.FrontEnd); ok {
		return front.Line(question, password)
	}
	stdout, _ := s.Streams()
	if _, err := fmt.Fprint(stdout, question); err != nil {
		return "", fmt.Errorf("prompt: %w", err)
	}
	stdin := s.Stdin
	if stdin == nil {
		return "", errors.New("prompt: there is nobody to ask")
	}
	if file, ok := stdin.(*os.File); ok && password && term.IsTerminal(int(file.Fd())) {
		typed, err := term.ReadPassword(int(file.Fd()))
		fmt.Fprintln(stdout) // the user's line end wasn't shown either
		return string(typed), err
	}
	return readLine(stdin)
}

// readLine reads a line and nothing of the next: others read the same input.
func readLine(r io.Reader) (string, error) {
	var line strings.Builder
	var b [1]byte
	for {
		n, err := r.Read(b[:])
		switch {
		case n > 0 && b[0] == '\n':
			return strings.TrimSuffix(line.String(), "\r"), nil
		case n > 0:
			line.WriteByte(b[0])
		case err == io.EOF && line.Len() > 0:
			return line.String(), nil
		case err != nil:
			return "", fmt.Errorf("prompt: %w", err)
		}
	}
}
