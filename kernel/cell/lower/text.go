package lower

import "strings"

// loose takes off the parentheses around a whole expression: each pair is a step
// of its own to the interpreter. Those around a composite literal stay, since it
// may stand where a block could begin.
func loose(text string) string {
	if !strings.HasPrefix(text, "(") || strings.ContainsRune(text, '{') || closing(text) != len(text)-1 {
		return text
	}
	return text[1 : len(text)-1]
}

// closing is where the parenthesis that text begins with is closed.
func closing(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		case '"': // as strconv.Quote writes it
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		}
	}
	return -1
}
