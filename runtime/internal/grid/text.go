package grid

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Columns returns the width of s in columns of a terminal, in which a Chinese
// character takes two.
func Columns(s string) int {
	n := 0
	for _, r := range s {
		n += RuneColumns(r)
	}
	return n
}

// RuneColumns is Columns for one character.
func RuneColumns(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	if wide(r) {
		return 2
	}
	return 1
}

func wide(r rune) bool {
	kind := width.LookupRune(r).Kind()
	return kind == width.EastAsianWide || kind == width.EastAsianFullwidth
}

// Cut shortens s to at most n columns, and says so by an ellipsis.
func Cut(s string, n int) string {
	if Columns(s) <= n {
		return s
	}
	used := 0
	for i, r := range s {
		if used += RuneColumns(r); used > n-1 {
			return s[:i] + "…"
		}
	}
	return s
}

// Pad fills s up to n columns.
func Pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-Columns(s))) }

// The characters that don't begin a line, and those that don't end one.
const (
	closing = "，。；：、？！）》」』”’…,.;:?!)]}"
	opening = "（《「『“‘([{"
)

// Wrap breaks s into lines of at most n columns: at spaces, which go, and between
// Chinese characters. What can't be broken makes a longer line.
func Wrap(s string, n int) []string {
	var lines []string
	for Columns(s) > n {
		end, next := 0, 0 // of the line, and where the next one begins
		used := 0
		var before rune
		for i, r := range s {
			switch {
			case i == 0 || strings.TrimSpace(s[:i]) == "":
			case r == ' ':
				if before != ' ' {
					end = i
				}
				next = i + 1
			case (wide(r) || wide(before)) && before != ' ' && !strings.ContainsRune(closing, r) && !strings.ContainsRune(opening, before):
				end, next = i, i
			}
			if used += RuneColumns(r); used > n && end > 0 {
				break
			}
			before = r
		}
		if end == 0 || next == len(s) {
			break
		}
		lines = append(lines, s[:end])
		s = strings.TrimLeft(s[next:], " ")
	}
	return append(lines, s)
}
