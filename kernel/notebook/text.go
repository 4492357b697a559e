package notebook

import (
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// decodeText reads what the format calls a multi-line string: one string, or a
// list of strings that are joined as they are.
func decodeText(raw jsontext.Value) (string, error) {
	switch raw.Kind() {
	case '"':
		return decodeString(raw)
	case '[':
		lines, err := decodeStrings(raw)
		return strings.Join(lines, ""), err
	}
	return "", wrongKind(raw, "a string or a list of strings")
}

// encodeText writes a multi-line string as Jupyter saves it: a line an entry,
// each with its line end.
func encodeText(text string) jsontext.Value {
	return encodeStrings(splitLines(text))
}

// splitLines cuts text after each line end. What ends a line is what Python's
// str.splitlines takes for it, a carriage return among them: a file saved here
// and one saved by Jupyter are then the same.
func splitLines(text string) []string {
	lines := []string{}
	for text != "" {
		end := len(text)
		if i := strings.IndexFunc(text, endsLine); i >= 0 {
			_, size := utf8.DecodeRuneInString(text[i:])
			end = i + size
			if strings.HasPrefix(text[i:], "\r\n") {
				end = i + 2
			}
		}
		lines = append(lines, text[:end])
		text = text[end:]
	}
	return lines
}

func endsLine(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
		return true
	}
	return false
}
