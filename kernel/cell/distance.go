package cell

import (
	"strings"
	"unicode/utf8"
)

// nearest is the name that somebody who wrote typed may have meant, "" for none:
// one that differs in case only, else the one with the fewest slips. Of equals the
// one that begins and ends most as what was typed, else the first counts.
func nearest(typed string, names []string) string {
	best, least, most := "", slips(typed)+1, 0
	for _, name := range names {
		if name == typed || name == "_" {
			continue
		}
		if strings.EqualFold(name, typed) {
			return name
		}
		d := distance([]rune(typed), []rune(name))
		if ends := common(typed, name); d < least || d == least && best != "" && ends > most {
			best, least, most = name, d, ends
		}
	}
	return best
}

// common is how many bytes two names have in common at their beginnings and ends.
func common(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	a, b = a[n:], b[n:]
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
		n++
	}
	return n
}

// slips is how many slips a name of that length may have to be recognised.
func slips(typed string) int {
	switch n := utf8.RuneCountInString(typed); {
	case n < 3:
		return 0
	case n < 6:
		return 1
	default:
		return 2
	}
}

// distance is how many letters must be inserted, removed, replaced or swapped
// with their neighbours to make b of a: Damerau and Levenshtein's distance, where
// no letter is touched twice.
func distance(a, b []rune) int {
	// Rows of the table of the distances between a's and b's beginnings.
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
