package terminal

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// escape matches a terminal's control sequences: those of colours and cursor
// moves, and those that set titles and links.
var escape = regexp.MustCompile(`\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])`)

// Line is a line of text that is still being written, as a terminal holds it:
// a carriage return goes back to its start, a backspace back by a character,
// and what follows overwrites.
type Line struct {
	// cells are the characters, each with the control sequences before it.
	cells []string
	// tail are control sequences after the last character.
	tail   string
	cursor int
}

// Write adds text that holds no line feed.
func (l *Line) Write(text string) {
	for text != "" {
		if at := escape.FindStringIndex(text); at != nil && at[0] == 0 {
			l.control(text[:at[1]])
			text = text[at[1]:]
			continue
		}
		_, size := utf8.DecodeRuneInString(text)
		l.put(text[:size])
		text = text[size:]
	}
}

func (l *Line) put(char string) {
	switch {
	case char == "\r":
		l.cursor = 0
	case char == "\b":
		l.cursor = max(0, l.cursor-1)
	case l.cursor < len(l.cells):
		l.cells[l.cursor] = char
		l.cursor++
	default:
		l.cells = append(l.cells, l.tail+char)
		l.tail = ""
		l.cursor++
	}
}

func (l *Line) control(sequence string) {
	switch sequence {
	case "\x1b[K", "\x1b[0K":
		l.cells = l.cells[:l.cursor]
	case "\x1b[2K":
		l.cells, l.cursor = nil, 0
	default:
		if l.cursor < len(l.cells) {
			// It stays where it was written; what is overwritten takes it over.
			l.cells[l.cursor] = sequence + l.cells[l.cursor]
			return
		}
		l.tail += sequence
	}
}

// String is the line as it stands, with its control sequences.
func (l *Line) String() string { return strings.Join(l.cells, "") + l.tail }

// Empty says that nothing was written, control sequences included.
func (l *Line) Empty() bool { return len(l.cells) == 0 && l.tail == "" }

// Settle returns text as it stands once carriage returns and backspaces have
// had their effect.
func Settle(text string) string {
	if !strings.ContainsAny(text, "\r\b") {
		return text
	}
	var b strings.Builder
	for part := range strings.SplitAfterSeq(text, "\n") {
		body, ended := strings.CutSuffix(part, "\n")
		var l Line
		l.Write(body)
		b.WriteString(l.String())
		if ended {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// Plain removes a terminal's control sequences.
func Plain(text string) string { return escape.ReplaceAllString(text, "") }
