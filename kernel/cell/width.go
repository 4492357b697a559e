package cell

import "golang.org/x/text/width"

// isWide says that a terminal gives r two columns, as it does Chinese.
func isWide(r rune) bool {
	kind := width.LookupRune(r).Kind()
	return kind == width.EastAsianWide || kind == width.EastAsianFullwidth
}
